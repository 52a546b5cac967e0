"""A patient's medicines over time, and the interaction flags kept on them."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import Patient, PatientScopedQuerySet, User


class PrescriptionState(models.TextChoices):
    AWAITING = "awaiting_acknowledgement", "awaiting acknowledgement"
    ACTIVE = "active", "active"
    STOPPED = "stopped", "stopped"
    CANCELLED = "cancelled", "cancelled"


class StopReason(models.TextChoices):
    TAPER_DONE = "taper_done", "Taper finished"
    SIDE_EFFECT = "side_effect", "Serious side effect"
    NO_BENEFIT = "no_benefit", "No benefit"
    PATIENT_STOPPED = "patient_stopped", "Patient has already stopped"
    NEVER_TAKEN = "never_taken", "Never taken"
    OTHER = "other", "Other reason"


class CancelReason(models.TextChoices):
    """Why a prescription is taken back: it never counted as taken."""

    ENTERED_IN_ERROR = "entered_in_error", "Entered in error"
    NOT_WANTED = "not_wanted", "Decided against it after the check"


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
    version = models.PositiveIntegerField(default=1)
    imported_key = models.CharField(
        max_length=64, blank=True, help_text="digest of the order it was imported from: the same order is taken once"
    )

    objects: ClassVar[PrescriptionQuerySet] = PrescriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["prescribed_at", "id"]
        constraints = [
            together("stopped_at", "stop_reason", name="prescription_stop_pair", text=("stop_reason",)),
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
    PRESCRIBED = "prescribed", "prescribed"
    CHANGED = "changed", "changed by a clinician"
    STEP = "step", "a signed dose step"
    IMPORTED = "imported", "imported"


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
        ordering = ["starts_on", "created_at"]
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


class FlagStatus(models.TextChoices):
    OPEN = "open", "needs an answer"
    ACKNOWLEDGED = "acknowledged", "answered"
    RESOLVED = "resolved", "no longer present"


class FlagQuerySet(PatientScopedQuerySet):
    def present(self) -> Self:
        """What the last check found, answered or not."""
        return self.exclude(status=FlagStatus.RESOLVED)

    def unanswered(self) -> Self:
        """What must be answered and has not been."""
        return self.filter(status=FlagStatus.OPEN, blocking=True)


class InteractionFlag(OpaqueIdModel):
    """A finding kept on a patient, with the release that made it and the whole finding as it was shown."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="flags")
    code = models.CharField(max_length=30)
    participants = models.JSONField()
    fingerprint = models.CharField(max_length=64, help_text="code and participants: the same hazard, whenever seen")
    severity = models.CharField(max_length=16)
    state = models.CharField(max_length=10)
    finding = models.JSONField()
    release = models.CharField(max_length=20)
    blocking = models.BooleanField(help_text="must be answered before the prescription becomes active")
    status = models.CharField(max_length=12, choices=FlagStatus, default=FlagStatus.OPEN)
    reopened_because = models.CharField(max_length=300, blank=True, help_text="why an earlier answer no longer stands")
    raised_at = models.DateTimeField()
    checked_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    prescriptions = models.ManyToManyField(Prescription, related_name="flags")

    objects: ClassVar[FlagQuerySet] = FlagQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["raised_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "fingerprint"], condition=~Q(status="resolved"), name="flag_once_per_hazard"
            ),
            models.CheckConstraint(
                condition=Q(status="resolved", resolved_at__isnull=False)
                | (~Q(status="resolved") & Q(resolved_at__isnull=True)),
                name="flag_resolved_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.severity}"


class OverrideReason(models.TextChoices):
    WILL_MONITOR = "will_monitor", "Benefit outweighs risk; I will monitor"
    TOLERATED = "tolerated", "Has taken both before without harm"
    DOSE_ADJUSTED = "dose_adjusted", "Dose adjusted for the risk"
    LOCAL_PRODUCT = "local_product", "Local product with low blood level"
    SHORT_COURSE = "short_course", "Short course, under supervision"
    SPECIALIST = "specialist", "Specialist advised this combination"
    PLANNED_SWITCH = "planned_switch", "Two strengths of one dose, or a planned switch"
    TAPER_ARRANGED = "taper_arranged", "Taper or restart is arranged"
    NOT_APPLICABLE = "not_applicable", "Does not apply to this patient"


class Override(OpaqueIdModel):
    """A clinician's answer to a flag: reason, note, author, expiry. Only ever added."""

    flag = models.ForeignKey(InteractionFlag, on_delete=models.PROTECT, related_name="overrides")
    reason = models.CharField(max_length=20, choices=OverrideReason)
    note = models.TextField()
    severity = models.CharField(max_length=16, help_text="severity of the flag when it was answered")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.at:%Y-%m-%d})"


class RegimenCheck(models.Model):
    """The last check of a patient's regimen: when, by which release, and what could not be checked."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, primary_key=True, related_name="regimen_check")
    checked_at = models.DateTimeField()
    release = models.CharField(max_length=20, blank=True)
    overall = models.CharField(max_length=16, blank=True)
    unresolved = models.JSONField(default=list, help_text="medicines that could not be told")
    not_checked = models.JSONField(default=list, help_text="facts without which part of it could not be judged")
    failed = models.BooleanField(default=False, help_text="the check itself broke: nothing may be concluded")
    next_check_on = models.DateField(help_text="the day on which time alone may change the answer")

    class Meta:
        indexes = [
            models.Index(fields=["next_check_on"], name="regimen_check_due"),
            models.Index(fields=["release"], name="regimen_check_release"),
        ]

    def __str__(self) -> str:
        return f"checked {self.checked_at:%Y-%m-%d %H:%M}: {self.overall}"


class RegimenIngredient(models.Model):
    """That an ingredient counts in a patient's screenings: who takes what, found without reading every regimen."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="regimen_ingredients")
    ingredient = models.CharField(max_length=80, help_text="substance key")

    class Meta:
        constraints = [
            # In this order it is also the index by which those who hold an ingredient are found.
            models.UniqueConstraint(fields=["ingredient", "patient"], name="regimen_ingredient_once"),
        ]

    def __str__(self) -> str:
        return self.ingredient
