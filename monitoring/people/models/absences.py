"""When a clinician is away, and who stands in."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models.accounts import User


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def at(self, moment: datetime) -> Self:
        """The absences in force at `moment`; the end itself is no longer part of one."""
        return self.standing().filter(starts_at__lte=moment, ends_at__gt=moment)


class Absence(OpaqueIdModel):
    """A span in which a clinician is away and `cover` is told in their place. Never deleted, only cancelled."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cover = models.ForeignKey(User, on_delete=models.PROTECT, related_name="covers")
    note = models.CharField(max_length=200, blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    handed_over_at = models.DateTimeField(
        null=True, blank=True, help_text="when, after it began, the alerts that waited for the absent were passed on"
    )

    objects: ClassVar[AbsenceQuerySet] = AbsenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(cover=F("user")), name="absence_is_covered_by_another"),
            together("cancelled_at", "cancelled_by", name="absence_cancelled_pair"),
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"], name="absence_of"),
            models.Index(
                fields=["starts_at"],
                condition=Q(handed_over_at__isnull=True, cancelled_at__isnull=True),
                name="absence_to_hand_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} away from {self.starts_at:%Y-%m-%d %H:%M}"
