"""The outbox: a row per message to one person by one channel, kept until it left or was seen to fail; and the ways
by which each person can be reached."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from monitoring.fields import OpaqueIdModel, together
from monitoring.people.models import User


class Channel(models.TextChoices):
    IN_APP = "in_app", "in the app"
    EMAIL = "email", "e-mail"
    WEB_PUSH = "web_push", "web push"
    SMS = "sms", "text message"


# What leaves this machine, in the order that holds for whoever set none.
OUTWARD = (Channel.EMAIL, Channel.WEB_PUSH, Channel.SMS)


class Template(models.TextChoices):
    """What a message is about, in words that say nothing of a person, a medicine or a score."""

    ALERT = "alert", "An alert needs an answer"
    ALERT_UPDATE = "alert_update", "New report on an alert you took"
    ALERT_UNSTAFFED = "alert_unstaffed", "An alert has nobody to answer it"
    ALERT_UNANSWERED = "alert_unanswered", "An alert has not been answered"
    DIGEST = "digest", "Alerts wait for you"
    CHECK_IN_DUE = "check_in_due", "It is time for your check-in"
    CHECK_IN_LATE = "check_in_late", "Your check-in is still open"
    CHECK_IN_LINK = "check_in_link", "Here is the new link that you asked for"
    CHECK_IN_MISSED = "check_in_missed", "Your check-in has not reached us"
    DOSE_STEP = "dose_step", "Your dose plan has a new step"
    DOSE_HELD = "dose_held", "Your dose stays the same for now"
    SUPPLY = "supply", "Count what you have left"
    LEARN = "learn", "There is something short to read"
    MONITORING_GAP = "monitoring_gap", "Monitoring did not run for a time"
    MESSAGE = "message", "You have a message from your clinic"
    CONTACT_CHANGED = "contact_changed", "How we reach you was changed"
    CONTACT_BROKEN = "contact_broken", "A way to reach you has stopped working"
    UNREACHABLE = "unreachable", "Messages to somebody do not get through"


class NotificationState(models.TextChoices):
    PENDING = "pending", "waiting"
    SENDING = "sending", "being sent"
    ACCEPTED = "accepted", "sent"
    DEAD = "dead", "could not be sent"
    CANCELLED = "cancelled", "cancelled"


# What a message that has ended must not keep: it was sent with its address, or never will be.
UNSEALED = {"sealed_link": ""}


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
    count = models.PositiveIntegerField(null=True, blank=True, help_text="how many things a digest is about")
    urgent = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=64, unique=True)
    occasion = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="what its key was made from"
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stand_ins",
        help_text="the message by another channel for which this one stands in",
    )
    failover_at = models.DateTimeField(
        null=True, blank=True, help_text="when another channel is tried as well, unless this one was accepted"
    )
    expires_at = models.DateTimeField(null=True, blank=True, help_text="when it has lost its meaning if unsent")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="when what it asks for was answered")
    sealed_link = models.CharField(
        max_length=400, blank=True, default="", db_default="",
        help_text="the address it brings, encrypted; emptied as soon as it was sent or never will be",
    )  # fmt: skip
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
                fields=["channel", "-urgent", "next_at", "id"],
                condition=Q(state__in=["pending", "sending"]),
                name="notification_due_lane",
            ),
            models.Index(
                fields=["failover_at"],
                condition=Q(state__in=["pending", "sending"], failover_at__isnull=False),
                name="notification_failover",
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


class Carrier(models.Model):
    """How what carries one channel has been doing: one that fails again and again is left alone for a while."""

    channel = models.CharField(primary_key=True, max_length=10, choices=Channel)
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.channel} ({self.failures} failures)"


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def usable(self) -> Self:
        """Confirmed by the person, and not found broken or taken away since."""
        return self.filter(confirmed_at__isnull=False, disabled_at__isnull=True)


class ContactPoint(OpaqueIdModel):
    """A mobile number, or one browser that takes web push; e-mail stands on the user."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="contact_points")
    channel = models.CharField(max_length=10, choices=[(each.value, each.label) for each in OUTWARD])
    address = models.CharField(max_length=1000, help_text="a number as +447700900123, or where a browser listens")
    keys = models.JSONField(default=dict, blank=True, help_text="what a message to a browser is encrypted with")
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=100, blank=True)

    objects: ClassVar[ContactPointQuerySet] = ContactPointQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["user", "channel"], name="contact_point_of_user")]
        constraints = [
            together("disabled_at", "reason", name="contact_point_disabled_pair", text=("reason",)),
            together("code_expires_at", "code_hash", name="contact_point_code_pair", text=("code_hash",)),
            models.UniqueConstraint(
                fields=["user", "channel", "address"],
                condition=Q(disabled_at__isnull=True),
                name="contact_point_once",
            ),
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(disabled_at__isnull=True, channel="web_push"),
                name="contact_point_one_browser",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.user_id}"

    @property
    def tail(self) -> str:
        """As much as may be shown on a page that others may see over a shoulder: its end."""
        return self.address[-3:]


class ContactPreference(models.Model):
    """The order in which a person wants the channels tried."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="contact_preference")
    order = models.JSONField(default=list, blank=True, help_text="channels, the first one first")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {', '.join(self.order)}"
