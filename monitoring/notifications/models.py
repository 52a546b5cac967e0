"""The outbox: a row per message to one person by one channel, kept until it left or was seen to fail."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import User


class Channel(models.TextChoices):
    IN_APP = "in_app", "in the app"
    EMAIL = "email", "e-mail"


class Template(models.TextChoices):
    """What a message is about, in words that say nothing of a person, a medicine or a score."""

    ALERT = "alert", "An alert needs an answer"
    ALERT_UPDATE = "alert_update", "New report on an alert you took"
    ALERT_UNSTAFFED = "alert_unstaffed", "An alert has nobody to answer it"
    CHECK_IN_DUE = "check_in_due", "It is time for your check-in"
    CHECK_IN_MISSED = "check_in_missed", "Your check-in has not reached us"
    DOSE_STEP = "dose_step", "Your dose plan has a new step"
    DOSE_HELD = "dose_held", "Your dose stays the same for now"
    MESSAGE = "message", "You have a message from your clinic"


class NotificationState(models.TextChoices):
    PENDING = "pending", "waiting"
    SENDING = "sending", "being sent"
    ACCEPTED = "accepted", "sent"
    DEAD = "dead", "could not be sent"
    CANCELLED = "cancelled", "cancelled"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def deliverable(self, now: datetime) -> Self:
        """Waiting or abandoned mid-send, due, and leased by nobody alive."""
        return self.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=now),
            state__in=[NotificationState.PENDING, NotificationState.SENDING],
            next_at__lte=now,
        ).order_by("-urgent", "next_at", "id")


class Notification(OpaqueIdModel):
    """One message. It names no patient, drug or score: only a template and what to open."""

    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notifications")
    channel = models.CharField(max_length=10, choices=Channel)
    template = models.CharField(max_length=40)
    ref_type = models.CharField(max_length=40, blank=True)
    ref_id = models.UUIDField(null=True, blank=True)
    urgent = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=NotificationState, default=NotificationState.PENDING)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True, help_text="when its failure was raised as an alert")
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["-urgent", "next_at", "id"],
                condition=Q(state__in=["pending", "sending"]),
                name="notification_due",
            ),
            models.Index(fields=["recipient", "-created_at"], name="notification_inbox"),
            models.Index(fields=["ref_id"], name="notification_about"),
        ]
        constraints = [
            together("lease_until", "lease_token", name="notification_lease_pair"),
            together("dismissed_at", "dismissed_by", name="notification_dismissed_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.template} by {self.channel} ({self.state})"


class DeliveryAttempt(models.Model):
    """One try at sending; only ever added."""

    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="tries")
    started_at = models.DateTimeField()
    succeeded = models.BooleanField()
    error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{'sent' if self.succeeded else 'failed'} at {self.started_at:%H:%M:%S}"
