"""Titration plans and their dated steps. A signed plan is never edited: a new version replaces it."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import Patient, PatientScopedQuerySet, User
from monitoring.regimens.models import Prescription, PrescriptionState

# A plan cannot outlive its medicine: from the moment that one is stopped or taken back, nothing of the plan is to come.
ENDED_MEDICINE: Final = (PrescriptionState.STOPPED, PrescriptionState.CANCELLED)


class Direction(models.TextChoices):
    UP = "up", pgettext_lazy("staff", "increase")
    TAPER = "taper", pgettext_lazy("staff", "taper")


class PlanState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("staff", "draft")
    SIGNED = "signed", pgettext_lazy("staff", "signed")
    COMPLETED = "completed", pgettext_lazy("staff", "completed")
    CANCELLED = "cancelled", pgettext_lazy("staff", "cancelled")
    SUPERSEDED = "superseded", pgettext_lazy("staff", "replaced by a newer version")


class StepPolicy(models.TextChoices):
    ADVANCE_WHEN_CLEAR = "advance_when_clear", pgettext_lazy("staff", "Go on by itself when check-ins are clear")
    CONFIRM_EACH = "confirm_each", pgettext_lazy("staff", "A clinician confirms each step")


class PlanQuerySet(PatientScopedQuerySet):
    def running(self) -> Self:
        return self.filter(state=PlanState.SIGNED).exclude(prescription__state__in=ENDED_MEDICINE)

    def overtaken(self) -> Self:
        """Signed plans whose medicine has ended meanwhile: they are to be closed."""
        return self.filter(state=PlanState.SIGNED, prescription__state__in=ENDED_MEDICINE)


class TitrationPlan(OpaqueIdModel):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plans")
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="plans")
    version = models.PositiveIntegerField(default=1)
    direction = models.CharField(max_length=6, choices=Direction)
    template = models.CharField(max_length=60, blank=True, help_text="key of the labelled schedule it was drawn from")
    policy = models.CharField(max_length=20, choices=StepPolicy, default=StepPolicy.ADVANCE_WHEN_CLEAR)
    state = models.CharField(max_length=12, choices=PlanState, default=PlanState.DRAFT)
    guard_exceptions = models.JSONField(
        default=list, help_text="guard rails passed with a reason: rule, limit, source, reason"
    )
    start_daily = models.CharField(
        max_length=20,
        blank=True,
        help_text="daily amount taken when the plan was drawn up, a decimal; empty is unknown",
    )
    min_gap_days = models.PositiveSmallIntegerField(default=0, help_text="days to keep between two changes")
    signed_steps = models.JSONField(
        default=list,
        blank=True,
        help_text="what the signature covers, step by step: amounts, unit, and the days to keep since the dose before",
    )
    tablets = models.JSONField(
        null=True,
        blank=True,
        help_text="strengths the patient has: strength in mg and whether it halves; null is unknown",
    )
    speed = models.CharField(max_length=10, blank=True, default="", db_default="", help_text="pace chosen for a taper")
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_reason = models.CharField(max_length=300, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    paused_reason = models.CharField(max_length=300, blank=True, default="", db_default="")

    objects: ClassVar[PlanQuerySet] = PlanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-version", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["prescription"], condition=Q(state="signed"), name="plan_one_signed_per_prescription"
            ),
            together("signed_at", "signed_by", name="plan_signed_pair"),
            together(
                "cancelled_at", "cancelled_by", "cancelled_reason",
                name="plan_cancelled_triple", text=("cancelled_reason",),
            ),
            together("paused_at", "paused_by", "paused_reason", name="plan_paused_triple", text=("paused_reason",)),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(signed_at__isnull=False),
                name="plan_pauses_only_when_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "completed"]) | Q(signed_at__isnull=False),
                name="plan_runs_only_when_signed",
            ),
        ]  # fmt: skip

    @property
    def paused(self) -> bool:
        """Whether it stands still by a clinician's word: no step of it is due."""
        return self.state == PlanState.SIGNED and self.paused_at is not None

    def __str__(self) -> str:
        return f"{self.get_direction_display()} plan v{self.version} ({self.state})"


class StepState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("staff", "planned")
    ADVANCED = "advanced", pgettext_lazy("staff", "taken up")
    HELD = "held", pgettext_lazy("staff", "on hold")
    CANCELLED = "cancelled", pgettext_lazy("staff", "cancelled")


class StepQuerySet(models.QuerySet["TitrationStep"]):
    def ahead(self) -> Self:
        """Steps of running plans that have not been taken up: planned ones, and those on hold."""
        running = self.filter(plan__state=PlanState.SIGNED).exclude(plan__prescription__state__in=ENDED_MEDICINE)
        return running.filter(state__in=[StepState.PLANNED, StepState.HELD])

    def moving(self) -> Self:
        """Those whose plan is not paused: what is dated comes on its day."""
        return self.filter(plan__paused_at__isnull=True)

    def due(self, now: datetime) -> Self:
        waiting = self.ahead().moving().filter(state=StepState.PLANNED, due_at__lte=now)
        return waiting.order_by("due_at", "id")


class TitrationStep(OpaqueIdModel):
    """One dated dose of a plan: `amounts` is the whole day, one decimal string per dose."""

    plan = models.ForeignKey(TitrationPlan, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField(help_text="the patient's local day from which this dose is taken")
    due_at = models.DateTimeField(help_text="the instant that day begins to count, in UTC")
    amounts = models.JSONField()
    unit = models.CharField(max_length=20, default="mg")
    times = models.JSONField(default=list, blank=True, help_text="time of day of each amount")
    state = models.CharField(max_length=10, choices=StepState, default=StepState.PLANNED)
    settled_at = models.DateTimeField(null=True, blank=True)
    decision = models.JSONField(default=dict, blank=True, help_text="what the gate saw and why it decided so")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[StepQuerySet] = StepQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="step_number_once"),
            together(
                "released_at", "released_by", "released_reason",
                name="step_released_triple", text=("released_reason",),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["advanced", "held"]) | (Q(settled_at__isnull=False) & ~Q(decision={})),
                name="step_settled_with_a_decision",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="planned"), name="step_due"),
            models.Index(fields=["plan", "settled_at"], condition=Q(state="held"), name="step_on_hold"),
        ]

    @property
    def daily(self) -> Decimal:
        """The whole day's amount; 0 at the end of a taper."""
        return sum(map(Decimal, self.amounts), Decimal(0))

    def __str__(self) -> str:
        return f"step {self.number} on {self.due_on} ({self.state})"


class DecisionKind(models.TextChoices):
    ADVANCE = "advance", pgettext_lazy("staff", "Taken up")
    HOLD = "hold", pgettext_lazy("staff", "Put on hold")
    RELEASE = "release", pgettext_lazy("staff", "Released")
    PAUSE = "pause", pgettext_lazy("staff", "Plan paused")
    RESUME = "resume", pgettext_lazy("staff", "Plan resumed")
    ROLL_BACK = "roll_back", pgettext_lazy("staff", "Rolled back")
    REMIND = "remind", pgettext_lazy("staff", "Care team asked again")


class PlanDecision(models.Model):
    """One decision about a plan or a step of it, as it was made; only ever added.

    `saw` is the evidence at that moment and `gate` the version of the rules that read it. A step that was held and
    released has two rows.
    """

    plan = models.ForeignKey(TitrationPlan, on_delete=models.PROTECT, related_name="decisions")
    step = models.ForeignKey(TitrationStep, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    what = models.CharField(max_length=10, choices=DecisionKind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    job = models.CharField(max_length=60, blank=True, help_text="the sweep that decided, when no person did")
    reason = models.CharField(max_length=300, blank=True, help_text="what the clinician wrote")
    gate = models.CharField(max_length=10, blank=True)
    reasons = models.JSONField(default=list, blank=True, help_text="code and text of each reason, worst first")
    saw = models.JSONField(default=dict, blank=True)
    detail = models.JSONField(default=dict, blank=True, help_text="doses and days that the decision was about")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(by__isnull=False) & Q(job="") & ~Q(reason="")) | (Q(by__isnull=True) & ~Q(job="")),
                name="decision_by_a_person_with_a_reason_or_by_a_sweep",
            ),
            models.CheckConstraint(
                condition=Q(what__in=["pause", "resume", "roll_back"]) | Q(step__isnull=False),
                name="decision_of_the_gate_names_its_step",
            ),
            models.UniqueConstraint(
                fields=["step"], condition=Q(what__in=["advance", "release"]), name="decision_takes_a_step_up_once"
            ),
        ]
        indexes = [models.Index(fields=["plan", "at"], name="decision_of_plan")]

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M}"
