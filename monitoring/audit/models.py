"""The audit log: who did or read what, when and to whom. Rows are only ever added."""

from django.db import models


class ActorKind(models.TextChoices):
    USER = "user", "person"
    JOB = "job", "named job"
    ANONYMOUS = "anonymous", "not signed in"


class Outcome(models.TextChoices):
    OK = "ok", "done"
    DENIED = "denied", "denied"
    FAILED = "failed", "failed"


class AuditEvent(models.Model):
    """One deed. No foreign keys: the log outlives what it speaks of."""

    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=254, blank=True)
    actor_role = models.CharField(max_length=20, blank=True)
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

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S%z} {self.actor_label or self.actor_kind} {self.action}"


class AuditSeal(models.Model):
    """A digest over a run of events and the seal before it, so that a removed row is missed."""

    sealed_at = models.DateTimeField()
    first_event_id = models.BigIntegerField()
    last_event_id = models.BigIntegerField(unique=True)
    event_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"seal {self.pk}: events {self.first_event_id}–{self.last_event_id}"
