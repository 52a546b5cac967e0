"""The audit log: who did or read what, when and to whom. Rows are only ever added."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q


class ActorKind(models.TextChoices):
    USER = "user", "person"
    JOB = "job", "named job"
    ANONYMOUS = "anonymous", "not signed in"


class Outcome(models.TextChoices):
    OK = "ok", "done"
    DENIED = "denied", "denied"
    FAILED = "failed", "failed"


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, reader: Any) -> Self:
        """What an admin may see: deeds of the clinic's people, on the clinic's patients, and of no clinic at all."""
        if not getattr(reader, "is_authenticated", False) or not reader.is_active or not reader.is_admin:
            return self.none()
        own_patients = reader.clinic.patients.values("pk")
        of_no_clinic = Q(clinic_id__isnull=True, patient_id__isnull=True)
        return self.filter(Q(clinic_id=reader.clinic_id) | Q(patient_id__in=own_patients) | of_no_clinic)

    def unsealed(self) -> Self:
        """Events not yet in any seal. By membership, never by “id above the last”: a lower id may commit later."""
        return self.filter(~Exists(AuditLeaf.objects.filter(event_id=OuterRef("pk"))))


class AuditEvent(models.Model):
    """One deed. No foreign keys: the log outlives what it speaks of."""

    serial = models.UUIDField(
        unique=True,
        default=uuid.uuid4,
        editable=False,
        help_text="covered by the digest, so that a copy is seen",
    )
    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=254, blank=True)
    actor_role = models.CharField(max_length=20, blank=True)
    clinic_id = models.UUIDField(null=True, blank=True, db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OK)
    patient_id = models.UUIDField(null=True, blank=True, db_index=True)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    digest = models.CharField(max_length=64, help_text="HMAC-SHA-256 over the row's canonical bytes")

    objects: ClassVar[AuditEventQuerySet] = AuditEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S%z} {self.actor_label or self.actor_kind} {self.action}"


class AuditLeaf(models.Model):
    """An event's place in the sealed sequence: positions count from 1 without a gap."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64, unique=True, help_text="the event's digest when it was sealed")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}: event {self.event_id}"


class AuditSeal(models.Model):
    """A digest over a run of leaves and the seal before it, so that a removed or moved row is missed."""

    sealed_at = models.DateTimeField()
    first_position = models.BigIntegerField(unique=True)
    last_position = models.BigIntegerField(unique=True)
    key_id = models.CharField(max_length=16, help_text="tells which key sealed, without telling the key")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["first_position"]

    def __str__(self) -> str:
        return f"seal {self.pk}: positions {self.first_position}–{self.last_position}"
