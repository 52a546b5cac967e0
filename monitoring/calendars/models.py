"""A calendar that a patient's own calendar program reads."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import Patient, PatientScopedQuerySet, User


class FeedQuerySet(PatientScopedQuerySet):
    def live(self) -> Self:
        return self.filter(revoked_at__isnull=True)


class CalendarFeed(OpaqueIdModel):
    """One secret address of a patient's calendar: who holds it reads it, until it is revoked.

    Only the digest of the token is kept. Each new address is a new row, and a patient has one that works at most.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="calendar_feeds")
    token_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hexadecimal")
    neutral = models.BooleanField(default=True, db_default=True, help_text="titles name neither medicine nor dose")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_fetched_at = models.DateTimeField(null=True, blank=True)
    read_noted_on = models.DateField(
        null=True, blank=True, help_text="the patient's day on which a read was last written to the audit log"
    )

    objects: ClassVar[FeedQuerySet] = FeedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(revoked_at__isnull=True), name="calendar_feed_one_live"
            ),
            together("revoked_at", "revoked_by", name="calendar_feed_revoked_pair"),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.patient_id}"
