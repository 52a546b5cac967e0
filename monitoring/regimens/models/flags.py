"""The interactions kept on a patient, each time one asked, and what clinicians answered."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from monitoring.checkins.models import CheckInSchedule
from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import Patient, PatientScopedQuerySet, User
from monitoring.regimens.models.medicines import Prescription


class FlagStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("staff", "needs an answer")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("staff", "answered")
    RESOLVED = "resolved", pgettext_lazy("staff", "no longer present")


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
    reopened_because = models.TextField(blank=True, help_text="why an earlier answer no longer stands")
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
    WILL_MONITOR = "will_monitor", pgettext_lazy("staff", "Benefit outweighs risk; I will monitor")
    TOLERATED = "tolerated", pgettext_lazy("staff", "Has taken both before without harm")
    DOSE_ADJUSTED = "dose_adjusted", pgettext_lazy("staff", "Dose adjusted for the risk")
    LOCAL_PRODUCT = "local_product", pgettext_lazy("staff", "Local product with low blood level")
    SHORT_COURSE = "short_course", pgettext_lazy("staff", "Short course, under supervision")
    SPECIALIST = "specialist", pgettext_lazy("staff", "Specialist advised this combination")
    PLANNED_SWITCH = "planned_switch", pgettext_lazy("staff", "Two strengths of one dose, or a planned switch")
    TAPER_ARRANGED = "taper_arranged", pgettext_lazy("staff", "Taper or restart is arranged")
    RESCUE_AT_HAND = "rescue_at_hand", pgettext_lazy("staff", "Naloxone at hand, and somebody is taught to use it")
    WASHOUT_KEPT = "washout_kept", pgettext_lazy("staff", "Washout is kept; both dates are checked")
    ECG_ACCEPTABLE = "ecg_acceptable", pgettext_lazy("staff", "ECG seen, QTc acceptable")
    LEVEL_KNOWN = "level_known", pgettext_lazy("staff", "Drug level or genotype is known")
    PRESSURE_CHECKED = "pressure_checked", pgettext_lazy("staff", "Standing blood pressure is acceptable")
    KIDNEYS_FOLLOWED = "kidneys_followed", pgettext_lazy("staff", "Kidney function is checked and the dose fits it")
    ALREADY_TREATED = "already_treated", pgettext_lazy("staff", "Bowel, bladder and thinking are looked after")
    ADVISED = "advised", pgettext_lazy("staff", "Patient is advised and agrees to limits")
    NO_ALTERNATIVE = "no_alternative", pgettext_lazy("staff", "Alternatives failed or do not suit")
    SHARED_DECISION = "shared_decision", pgettext_lazy("staff", "Risks discussed; the patient decided")
    CONFIRMED = "confirmed", pgettext_lazy("staff", "Confirmed with the package or the prescriber")
    CHECKED_BY_HAND = "checked_by_hand", pgettext_lazy("staff", "Checked by hand in another source")
    SEEN = "seen", pgettext_lazy("staff", "Seen or spoken to about it")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("staff", "Does not apply to this patient")


class WithdrawalReason(models.TextChoices):
    """Why somebody takes their own answer back."""

    CIRCUMSTANCES = "circumstances", pgettext_lazy("staff", "The patient’s situation has changed")
    NEW_KNOWLEDGE = "new_knowledge", pgettext_lazy("staff", "I have learnt more about the risk")
    PROMISE = "promise", pgettext_lazy("staff", "I can no longer keep what I promised")
    ENTERED_IN_ERROR = "entered_in_error", pgettext_lazy("staff", "Entered in error")


class Override(OpaqueIdModel):
    """A clinician's answer to a flag: reason, note, author, expiry. Only ever added; its author may withdraw it."""

    flag = models.ForeignKey(InteractionFlag, on_delete=models.PROTECT, related_name="overrides")
    reason = models.CharField(max_length=20, choices=OverrideReason)
    note = models.TextField()
    severity = models.CharField(max_length=16, help_text="severity of the flag when it was answered")
    facts = models.JSONField(
        default=dict, blank=True,
        help_text="what was true when it was answered (rules.Facts), no free text; empty: it was not kept",
    )  # fmt: skip
    promised = models.ForeignKey(
        CheckInSchedule, on_delete=models.PROTECT, null=True, blank=True, related_name="promised_by",
        help_text="the check-ins that were promised with it",
    )  # fmt: skip
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="when its author took it back")
    withdrawn_reason = models.CharField(max_length=20, choices=WithdrawalReason, blank=True)
    withdrawn_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "id"]
        constraints = [
            together("withdrawn_at", "withdrawn_reason", name="override_withdrawn_pair", text=("withdrawn_reason",)),
        ]
        indexes = [models.Index(fields=["at"], name="override_at")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.at:%Y-%m-%d})"


class QuestionOutcome(models.TextChoices):
    ANSWERED = "answered", pgettext_lazy("staff", "answered with a reason")
    GONE = "gone", pgettext_lazy("staff", "the interaction is no longer present")
    MILDER = "milder", pgettext_lazy("staff", "no longer severe enough to ask")


class Question(OpaqueIdModel):
    """One time that a flag asked for an answer: what made it ask, and how that ended. Counted by the reports."""

    flag = models.ForeignKey(InteractionFlag, on_delete=models.PROTECT, related_name="questions")
    at = models.DateTimeField()
    causes = models.JSONField(default=list, help_text="codes of what made it ask: new, or why an answer fell")
    severity = models.CharField(max_length=16)
    release = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, choices=QuestionOutcome, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            together("settled_at", "outcome", name="question_settled_pair", text=("outcome",)),
            models.UniqueConstraint(
                fields=["flag"], condition=Q(settled_at__isnull=True), name="question_one_open_per_flag"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="question_at")]

    def __str__(self) -> str:
        return f"asked {self.at:%Y-%m-%d %H:%M}"
