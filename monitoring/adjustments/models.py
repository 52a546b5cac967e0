"""What a clinic has decided about the severity of a rule, for its own patients."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import Clinic, User


class AdjustedSeverity(models.TextChoices):
    """The severities a rule may be given: never none, which would silence it."""

    CONTRAINDICATED = "contraindicated", pgettext_lazy("staff", "Contraindicated")
    MAJOR = "major", pgettext_lazy("staff", "Major")
    MODERATE = "moderate", pgettext_lazy("staff", "Moderate")
    MINOR = "minor", pgettext_lazy("staff", "Minor")


class AdjustmentQuerySet(models.QuerySet["SeverityAdjustment"]):
    def live(self) -> Self:
        """What counts now."""
        return self.filter(withdrawn_at__isnull=True)


class SeverityAdjustment(OpaqueIdModel):
    """A clinic's own severity for a rule of the knowledge release, with who set it, when and why.

    Only ever added and withdrawn: what a clinic once decided stays readable.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="adjustments")
    rule = models.CharField(max_length=60, help_text="id of a rule of the knowledge release")
    severity = models.CharField(max_length=16, choices=AdjustedSeverity)
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[AdjustmentQuerySet] = AdjustmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-set_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "rule"], condition=Q(withdrawn_at__isnull=True), name="adjustment_one_live_per_rule"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=AdjustedSeverity.values), name="adjustment_severity_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_reason"),
            together(
                "withdrawn_at", "withdrawn_by", "withdrawn_reason",
                name="adjustment_withdrawal_pair", text=("withdrawn_reason",),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rule}: {self.severity}"
