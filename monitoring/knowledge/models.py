"""Roll-outs of a knowledge release or of a clinic's adjustment: how far they are, and whom they concern."""

from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from monitoring.adjustments.models import SeverityAdjustment
from monitoring.fields import OpaqueIdModel
from monitoring.people.models import Clinic, Patient, PatientScopedQuerySet, User


class RolloutKind(models.TextChoices):
    IN_FORCE = "in_force", pgettext_lazy("staff", "release in force")
    PREVIEW = "preview", pgettext_lazy("staff", "preview")
    ADJUSTMENT = "adjustment", pgettext_lazy("staff", "changed severity")


class RolloutState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("staff", "waiting")
    RUNNING = "running", pgettext_lazy("staff", "running")
    DONE = "done", pgettext_lazy("staff", "done")
    CANCELLED = "cancelled", pgettext_lazy("staff", "cancelled")
    FAILED = "failed", pgettext_lazy("staff", "failed")


LIVE: Final = (RolloutState.QUEUED, RolloutState.RUNNING)


class RolloutQuerySet(models.QuerySet["ReleaseRollout"]):
    def live(self) -> Self:
        """What is waiting or running."""
        return self.filter(state__in=LIVE)

    def of_clinic_of(self, user: User) -> Self:
        """The roll-outs of the user's own clinic."""
        return self.filter(clinic=user.clinic_id)


class ReleaseRollout(OpaqueIdModel):
    """One pass over a clinic's patients, in the order of their keys; `cursor` is the last one that is done.

    A preview stores no flags. What moves `cursor` is the transaction that screened the patient, so that each patient
    is taken once however often the worker is killed.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="rollouts")
    kind = models.CharField(max_length=12, choices=RolloutKind)
    from_version = models.CharField(max_length=20, blank=True)
    to_version = models.CharField(max_length=20)
    adjustment = models.ForeignKey(
        SeverityAdjustment, on_delete=models.PROTECT, null=True, blank=True, related_name="rollouts"
    )
    state = models.CharField(max_length=10, choices=RolloutState, default=RolloutState.QUEUED)
    total = models.PositiveIntegerField(null=True, blank=True, help_text="patients to screen; null until counted")
    done = models.PositiveIntegerField(default=0, help_text="patients dealt with, the failed ones included")
    failed = models.PositiveIntegerField(default=0, help_text="patients whose check broke")
    not_concerned = models.PositiveIntegerField(default=0, help_text="patients for whom nothing can have changed")
    cursor = models.UUIDField(null=True, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="a worker is at it until then")
    why_failed = models.CharField(max_length=300, blank=True)

    objects: ClassVar[RolloutQuerySet] = RolloutQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "kind", "to_version"],
                condition=Q(state__in=["queued", "running"], adjustment__isnull=True),
                name="rollout_one_live_per_release",
            ),
            models.UniqueConstraint(
                fields=["adjustment"],
                condition=Q(state__in=["queued", "running"]),
                name="rollout_one_live_per_adjustment",
            ),
            models.CheckConstraint(
                condition=Q(kind="adjustment", adjustment__isnull=False)
                | (~Q(kind="adjustment") & Q(adjustment__isnull=True)),
                name="rollout_adjustment_named",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "cancelled", "failed"], finished_at__isnull=False),
                name="rollout_finished_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state__in=["queued", "running"]), name="rollout_live"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.to_version}: {self.state}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class Change(models.TextChoices):
    NEW = "new", pgettext_lazy("staff", "New")
    RAISED = "raised", pgettext_lazy("staff", "Raised")
    LOWERED = "lowered", pgettext_lazy("staff", "Lowered")
    GONE = "gone", pgettext_lazy("staff", "Gone")
    FAILED = "failed", pgettext_lazy("staff", "Could not be checked")


class RolloutPatient(models.Model):
    """One thing that a roll-out changed, or a preview would change, for one patient."""

    rollout = models.ForeignKey(ReleaseRollout, on_delete=models.PROTECT, related_name="changes")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    change = models.CharField(max_length=8, choices=Change)
    rule = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=30, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    severity_before = models.CharField(max_length=16, blank=True)
    severity_after = models.CharField(max_length=16, blank=True)

    objects: ClassVar[PatientScopedQuerySet] = PatientScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rollout", "patient", "fingerprint"], name="rollout_patient_once_per_hazard"
            ),
        ]
        indexes = [models.Index(fields=["rollout", "change", "rule"], name="rollout_patient_by_change")]

    def __str__(self) -> str:
        return f"{self.change} {self.rule}"
