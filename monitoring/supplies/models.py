"""How much of a medicine a patient has at home, and when somebody last looked how long it lasts."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from monitoring.alerts.models import AlertLevel
from monitoring.fields import OpaqueIdModel
from monitoring.people.models import Patient, PatientScopedQuerySet, User
from monitoring.regimens.models import Prescription


class SupplyQuerySet(PatientScopedQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-counted_at", "-id")


class SupplyCount(OpaqueIdModel):
    """What was there of one medicine when somebody counted; a new count is a new row, the newest one counts."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="supply_counts")
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="supply_counts")
    counted_on = models.DateField(help_text="the patient's local day, before the doses of that day")
    packs = models.JSONField(help_text="what was counted: strength in mg and how many, as decimal strings")
    on_hand_mg = models.DecimalField(max_digits=12, decimal_places=3)
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    warned_level = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the worst alert this count has raised; NULL: none yet"
    )

    objects: ClassVar[SupplyQuerySet] = SupplyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(on_hand_mg__gte=0), name="supply_not_negative"),
            models.CheckConstraint(
                condition=Q(warned_level__isnull=True) | Q(warned_level__lte=AlertLevel.EMERGENCY),
                name="supply_level_known",
            ),
        ]
        indexes = [models.Index(fields=["prescription", "-counted_at"], name="supply_newest")]

    def __str__(self) -> str:
        return f"{self.on_hand_mg} mg counted on {self.counted_on}"


class WatchQuerySet(models.QuerySet["SupplyWatch"]):
    def due(self, now: datetime) -> Self:
        return self.filter(next_look_at__lte=now).order_by("next_look_at")


class SupplyWatch(models.Model):
    """When the supplies of a patient must next be looked at: once on each of their days."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True, related_name="supply_watch")
    next_look_at = models.DateTimeField(db_index=True)

    objects: ClassVar[WatchQuerySet] = WatchQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"supplies next looked at {self.next_look_at:%Y-%m-%d %H:%M}"
