"""A proposed change of a clinic's thresholds or cadence, and its replay over the reports of the last weeks."""

from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import Clinic, Patient, PatientScopedQuerySet, User
from monitoring.protocols.models import ProtocolVersion


class ProposalState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("staff", "not replayed")
    REPLAYING = "replaying", pgettext_lazy("staff", "being replayed")
    REPLAYED = "replayed", pgettext_lazy("staff", "waits for approval")
    APPROVED = "approved", pgettext_lazy("staff", "approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("staff", "withdrawn")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> Self:
        """What may still be replayed, approved or withdrawn."""
        return self.filter(state__in=[ProposalState.DRAFT, ProposalState.REPLAYING, ProposalState.REPLAYED])

    def of_clinic_of(self, user: User) -> Self:
        """The proposals of the user's own clinic."""
        return self.filter(clinic=user.clinic_id)


class Proposal(OpaqueIdModel):
    """What a clinician wants changed: every difference from the released thresholds and cadence, and why."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="protocol_proposals")
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.DRAFT)
    based_on = models.CharField(max_length=20, help_text="version of the released thresholds")
    thresholds = models.JSONField(default=dict, blank=True)
    cadence = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    version = models.OneToOneField(
        ProtocolVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ProposalQuerySet] = ProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-proposed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="proposal_has_reason"),
            models.CheckConstraint(
                condition=Q(state="approved", version__isnull=False)
                | (~Q(state="approved") & Q(version__isnull=True)),
                name="proposal_approved_has_version",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="proposal_withdrawn_has_time",
            ),
            together(
                "withdrawn_at", "withdrawn_by", "withdrawn_reason",
                name="proposal_withdrawal_together", text=("withdrawn_reason",),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"proposal of {self.proposed_at:%Y-%m-%d}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in {ProposalState.DRAFT, ProposalState.REPLAYING, ProposalState.REPLAYED}


class RunState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("staff", "waiting")
    RUNNING = "running", pgettext_lazy("staff", "running")
    DONE = "done", pgettext_lazy("staff", "done")
    CANCELLED = "cancelled", pgettext_lazy("staff", "cancelled")
    FAILED = "failed", pgettext_lazy("staff", "failed")


LIVE: Final = (RunState.QUEUED, RunState.RUNNING)


class RunQuerySet(models.QuerySet["BacktestRun"]):
    def live(self) -> Self:
        """What is waiting or running."""
        return self.filter(state__in=LIVE)


class BacktestRun(OpaqueIdModel):
    """One replay: patient after patient in the order of their keys; `cursor` is the last one that is done.

    What moves `cursor` is the transaction that stores the patient's row, so that each is counted once however often
    the worker is killed. `base_number` and `base_label` say what was in force, and last decided, when it was asked.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    base_label = models.CharField(max_length=20, help_text="what judged check-ins when the replay was asked for")
    base_number = models.PositiveIntegerField(help_text="the clinic's latest version then; 0: none")
    first_day = models.DateField(help_text="first day replayed, in the clinic's days")
    last_day = models.DateField(help_text="last day replayed")
    total = models.PositiveIntegerField(null=True, blank=True, help_text="patients to replay; null until counted")
    done = models.PositiveIntegerField(default=0, help_text="patients dealt with, the failed ones included")
    failed = models.PositiveIntegerField(default=0, help_text="patients whose reports could not be replayed")
    cursor = models.UUIDField(null=True, blank=True)
    summary = models.JSONField(default=dict, blank=True, help_text="the figures, once all patients are done")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="a worker is at it until then")
    why_failed = models.CharField(max_length=300, blank=True)

    objects: ClassVar[RunQuerySet] = RunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(state__in=["queued", "running"]), name="backtest_one_live"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "cancelled", "failed"], finished_at__isnull=False),
                name="backtest_finished_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state__in=["queued", "running"]), name="backtest_live"),
        ]

    def __str__(self) -> str:
        return f"replay of {self.first_day} to {self.last_day}: {self.state}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class BacktestPatient(models.Model):
    """What the replay counted for one patient. The first four say what the change does to their alerts."""

    run = models.ForeignKey(BacktestRun, on_delete=models.PROTECT, related_name="patients")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    failed = models.BooleanField(default=False)
    gained = models.PositiveIntegerField(default=0, help_text="alerts only with the change")
    lost = models.PositiveIntegerField(default=0, help_text="alerts only without it")
    rose = models.PositiveIntegerField(default=0, help_text="alerts that would be worse")
    fell = models.PositiveIntegerField(default=0, help_text="alerts that would be milder")
    figures = models.JSONField(default=dict, blank=True, help_text="reports, alerts and occasions, counted")

    objects: ClassVar[PatientScopedQuerySet] = PatientScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "patient"], name="backtest_patient_once"),
        ]

    def __str__(self) -> str:
        return f"{self.gained} gained, {self.lost} lost"
