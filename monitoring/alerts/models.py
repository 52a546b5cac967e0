"""Alerts and their history. One open alert per patient and kind."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import Clinic, Patient, PatientScopedQuerySet, User


class AlertKind(models.TextChoices):
    SYMPTOMS = "symptoms", pgettext_lazy("staff", "Symptoms reported")
    UNJUDGED = "unjudged", pgettext_lazy("staff", "A check-in could not be judged")
    MISSED_CHECK_IN = "missed_check_in", pgettext_lazy("staff", "Check-in missed")
    STEP_HELD = "step_held", pgettext_lazy("staff", "Dose step on hold")
    WITHDRAWAL = "withdrawal", pgettext_lazy("staff", "Baclofen withdrawal risk")
    REGIMEN_CHECK = "regimen_check", pgettext_lazy("staff", "Interaction check needs review")
    DELIVERY = "delivery", pgettext_lazy("staff", "A message could not be sent")
    SUPPLY = "supply", pgettext_lazy("staff", "Medicine may run out")
    DOSES = "doses", pgettext_lazy("staff", "Doses missed, or more taken")


class AlertLevel(models.IntegerChoices):
    """Ordered, so that “worse” is “greater”."""

    INFO = 1, pgettext_lazy("staff", "Info")
    WARNING = 2, pgettext_lazy("staff", "Check")
    URGENT = 3, pgettext_lazy("staff", "Urgent")
    EMERGENCY = 4, pgettext_lazy("staff", "Emergency")


class AlertState(models.TextChoices):
    NEW = "new", pgettext_lazy("staff", "New")
    TAKEN = "taken", pgettext_lazy("staff", "Taken")
    SNOOZED = "snoozed", pgettext_lazy("staff", "Snoozed")
    CLOSED = "closed", pgettext_lazy("staff", "Closed")


class AlertOutcome(models.TextChoices):
    CALLED = "called", pgettext_lazy("staff", "Called the patient")
    DOSE_CHANGED = "dose_changed", pgettext_lazy("staff", "Dose changed")
    ADVICE = "advice", pgettext_lazy("staff", "Gave advice")
    SENT_FOR_HELP = "sent_for_help", pgettext_lazy("staff", "Sent for emergency help")
    FALSE_ALARM = "false_alarm", pgettext_lazy("staff", "False alarm")


class AlertQuerySet(PatientScopedQuerySet):
    def open(self) -> Self:
        return self.exclude(state=AlertState.CLOSED)

    def unanswered(self, now: datetime) -> Self:
        """Alerts whose next escalation, wake-up or take-timeout is due."""
        return self.open().filter(next_escalation_at__lte=now)


class Alert(OpaqueIdModel):
    """Something a person must answer. Only a person's answer ends its escalation."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=20, choices=AlertKind)
    level = models.PositiveSmallIntegerField(choices=AlertLevel)
    state = models.CharField(max_length=10, choices=AlertState, default=AlertState.NEW)
    why = models.JSONField(default=list, help_text="one plain line per reason, worst first")
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField(null=True, blank=True)
    rule_version = models.CharField(max_length=20, blank=True)
    raised_at = models.DateTimeField()
    last_reported_at = models.DateTimeField()
    report_count = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField()
    cycle = models.PositiveIntegerField(default=0, help_text="how many times its escalation has started anew")
    rung = models.PositiveIntegerField(default=0, help_text="how often it has been sent on within this cycle")
    next_escalation_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts_taken")
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts_snoozed")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts_closed")
    outcome = models.CharField(max_length=20, choices=AlertOutcome, blank=True)
    policy_number = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="version of the clinic’s policy it was last told under; 0 is the built-in one",
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="the closed alert that this one brings back",
    )

    objects: ClassVar[AlertQuerySet] = AlertQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind"], condition=~Q(state="closed"), name="alert_one_open_per_kind"
            ),
            together("taken_at", "taken_by", name="alert_taken_pair"),
            together("snoozed_until", "snoozed_by", name="alert_snoozed_pair"),
            together("closed_at", "closed_by", "outcome", name="alert_closed_triple", text=("outcome",)),
            models.CheckConstraint(
                condition=~Q(state="snoozed", level=AlertLevel.EMERGENCY),
                name="alert_emergency_never_snoozed",
            ),
        ]
        indexes = [
            models.Index(fields=["next_escalation_at"], condition=~Q(state="closed"), name="alert_escalation_due"),
            models.Index(fields=["-level", "raised_at"], condition=~Q(state="closed"), name="alert_worklist"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.get_kind_display()}"


class AlertDeed(models.TextChoices):
    RAISED = "raised", pgettext_lazy("staff", "Raised")
    REPORTED = "reported", pgettext_lazy("staff", "Reported again")
    LIFTED = "lifted", pgettext_lazy("staff", "Made worse by a new report")
    ESCALATED = "escalated", pgettext_lazy("staff", "Passed on: no answer")
    TAKEN = "taken", pgettext_lazy("staff", "Taken")
    TAKE_TIMED_OUT = "take_timed_out", pgettext_lazy("staff", "Came back: taken but not closed in time")
    RELEASED = "released", pgettext_lazy("staff", "Given back")
    SNOOZED = "snoozed", pgettext_lazy("staff", "Snoozed")
    WOKE = "woke", pgettext_lazy("staff", "Came back from snooze")
    CLOSED = "closed", pgettext_lazy("staff", "Closed")
    CAME_BACK = "came_back", pgettext_lazy("staff", "Came back: reported again after it was closed")
    HANDED_ON = "handed_on", pgettext_lazy("staff", "Passed on at once: nobody who was told can answer")


class AlertEvent(models.Model):
    """A line in an alert's history; only ever added."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="history")
    at = models.DateTimeField()
    what = models.CharField(max_length=20, choices=AlertDeed)
    level = models.PositiveSmallIntegerField(choices=AlertLevel)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M}"


class EscalationPolicy(OpaqueIdModel):
    """One version of whom a clinic tells of one level, and when. Only ever added; the newest is in force."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="escalation_policies")
    level = models.PositiveSmallIntegerField(choices=AlertLevel)
    number = models.PositiveIntegerField(help_text="1 is the clinic’s first; 0 means the built-in policy")
    rungs = models.JSONField(help_text="for each rung whom it reaches, the people it names, and the minutes it waits")
    take_minutes = models.PositiveIntegerField(help_text="after how long a taken alert that is not closed comes back")
    snooze_minutes = models.PositiveIntegerField(null=True, blank=True, help_text="empty: it cannot be snoozed")
    in_force_from = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="who proposed it")
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="empty in older versions"
    )
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["clinic", "level", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "level", "number"], name="escalation_policy_version"),
            models.CheckConstraint(condition=Q(number__gte=1), name="escalation_policy_counts_from_one"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("set_by")),
                name="escalation_policy_two_people",
            ),
            models.CheckConstraint(
                condition=Q(snooze_minutes__isnull=True) | ~Q(level=AlertLevel.EMERGENCY),
                name="escalation_policy_emergency_never_snoozed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} policy {self.number}"


class PolicyProposal(OpaqueIdModel):
    """A policy as an admin drew it up. It holds nowhere until somebody else approves it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="policy_proposals")
    level = models.PositiveSmallIntegerField(choices=AlertLevel)
    based_on = models.PositiveIntegerField(help_text="the version it was drawn up from; 0 is the built-in policy")
    rungs = models.JSONField(help_text="as in a version")
    take_minutes = models.PositiveIntegerField()
    snooze_minutes = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True, help_text="when it was approved or taken back")
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "level"], condition=Q(settled_at__isnull=True), name="policy_proposal_one_open"
            ),
            together("settled_at", "settled_by", name="policy_proposal_settled_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} policy proposed"


class AlertDigest(OpaqueIdModel):
    """One mail to one person at one time of day about everything calm that waits for them."""

    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField(null=True, blank=True, help_text="how many alerts waited when it was settled")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "due_at"], name="alert_digest_once"),
            together("settled_at", "count", name="alert_digest_settled_pair"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(settled_at__isnull=True), name="alert_digest_due"),
        ]

    def __str__(self) -> str:
        return f"digest for {self.recipient_id} at {self.due_at:%Y-%m-%d %H:%M}"
