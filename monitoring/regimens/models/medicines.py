"""A patient's medicines and their doses over time."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import Patient, PatientScopedQuerySet, User


class PrescriptionState(models.TextChoices):
    AWAITING = "awaiting_acknowledgement", pgettext_lazy("staff", "awaiting acknowledgement")
    ACTIVE = "active", pgettext_lazy("staff", "active")
    STOPPED = "stopped", pgettext_lazy("staff", "stopped")
    CANCELLED = "cancelled", pgettext_lazy("staff", "cancelled")


class StopReason(models.TextChoices):
    TAPER_DONE = "taper_done", pgettext_lazy("staff", "Taper finished")
    SIDE_EFFECT = "side_effect", pgettext_lazy("staff", "Serious side effect")
    NO_BENEFIT = "no_benefit", pgettext_lazy("staff", "No benefit")
    PATIENT_STOPPED = "patient_stopped", pgettext_lazy("staff", "Patient has already stopped")
    NEVER_TAKEN = "never_taken", pgettext_lazy("staff", "Never taken")
    OTHER = "other", pgettext_lazy("staff", "Other reason")


class CancelReason(models.TextChoices):
    """Why a prescription is taken back: it never counted as taken."""

    ENTERED_IN_ERROR = "entered_in_error", pgettext_lazy("staff", "Entered in error")
    NOT_WANTED = "not_wanted", pgettext_lazy("staff", "Decided against it after the check")


class PrescriptionQuerySet(PatientScopedQuerySet):
    def current(self) -> Self:
        """What counts in a screening: everything but what was taken back or never taken."""
        return self.exclude(state=PrescriptionState.CANCELLED).exclude(stop_reason=StopReason.NEVER_TAKEN)

    def taken(self) -> Self:
        """What really went into the body, now or before: what still awaits an answer did not."""
        return self.current().exclude(state=PrescriptionState.AWAITING)


class Prescription(OpaqueIdModel):
    """A medicine for a patient. Its doses over time are its dose periods."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="prescriptions")
    entered = models.CharField(max_length=300, help_text="the medicine as it was typed or received")
    label = models.CharField(max_length=200, help_text="the medicine as it is shown")
    ingredients = models.JSONField(default=list, help_text="substance keys; empty means not understood")
    product = models.CharField(max_length=120, blank=True, help_text="fixed combination or product, when one was named")
    match = models.CharField(max_length=12, help_text="how the name was understood")
    strengths = models.JSONField(default=list, help_text="what one unit of the product holds of each ingredient")
    not_understood = models.JSONField(default=list, help_text="parts of the medicine that could not be read")
    route = models.CharField(max_length=20)
    state = models.CharField(max_length=26, choices=PrescriptionState)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="last day on which it is taken")
    prescribed_at = models.DateTimeField()
    prescribed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    manual_check_reason = models.CharField(
        max_length=300, blank=True, help_text="why it was prescribed although it could not be checked"
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stop_reason = models.CharField(max_length=20, choices=[*StopReason.choices, *CancelReason.choices], blank=True)
    stop_note = models.CharField(max_length=300, blank=True)
    without_taper_reason = models.CharField(
        max_length=300, blank=True, help_text="why baclofen was stopped or cut down without a taper"
    )
    signed_up_to = models.DecimalField(
        max_digits=14, decimal_places=6, null=True, blank=True,
        help_text="the highest daily amount that a signed plan may reach; after the plan, the one it did reach",
    )  # fmt: skip
    signed_unit = models.CharField(max_length=20, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True, help_text="when that plan was signed")
    version = models.PositiveIntegerField(default=1)
    imported_key = models.CharField(
        max_length=64, blank=True, help_text="digest of the order it was imported from: the same order is taken once"
    )

    objects: ClassVar[PrescriptionQuerySet] = PrescriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["prescribed_at", "id"]
        constraints = [
            together("stopped_at", "stop_reason", name="prescription_stop_pair", text=("stop_reason",)),
            together(
                "signed_at", "signed_up_to", "signed_unit", name="prescription_signed_triple", text=("signed_unit",)
            ),
            models.UniqueConstraint(
                fields=["patient", "imported_key"], condition=~Q(imported_key=""), name="prescription_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="prescription_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class DosePeriodSource(models.TextChoices):
    PRESCRIBED = "prescribed", pgettext_lazy("staff", "prescribed")
    CHANGED = "changed", pgettext_lazy("staff", "changed by a clinician")
    STEP = "step", pgettext_lazy("staff", "a signed dose step")
    IMPORTED = "imported", pgettext_lazy("staff", "imported")


class DosePeriod(OpaqueIdModel):
    """The dose of a prescription over a span of days. `amounts` holds one decimal string per dose of the day."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="dose_periods")
    amounts = models.JSONField(default=list)
    unit = models.CharField(max_length=20, blank=True)
    times = models.JSONField(default=list, blank=True, help_text="time of day of each amount, when it was written")
    interval_days = models.DecimalField(
        max_digits=6, decimal_places=2, default=1, help_text="days over which the amounts are taken: 7 is weekly"
    )
    frequency_known = models.BooleanField(default=True)
    as_needed = models.BooleanField(default=False)
    sig = models.CharField(max_length=300, blank=True, help_text="the directions as they were typed or received")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=DosePeriodSource)
    source_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["starts_on", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["prescription"], condition=Q(ends_on__isnull=True), name="dose_period_one_open"
            ),
            models.UniqueConstraint(fields=["source_id"], condition=Q(source="step"), name="dose_period_once_per_step"),
        ]

    def __str__(self) -> str:
        return f"{'+'.join(self.amounts)} {self.unit} from {self.starts_on}"

    @property
    def daily(self) -> Decimal | None:
        """The amount of an average day in `unit`; None when how often, or how much, is not known."""
        if not self.frequency_known or not self.amounts:
            return None
        return sum(map(Decimal, self.amounts), Decimal(0)) / Decimal(self.interval_days)

    def covers(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)
