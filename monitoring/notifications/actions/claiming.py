"""Take messages out of the outbox for a while, so that no other sweep sends them too."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F

from monitoring.notifications.models import OUTWARD, Channel, DeliveryAttempt, Notification, NotificationState
from monitoring.notifications.rules import LEASE, PROBES, QUIET_BETWEEN


def claim(channel: Channel, *, now: datetime, count: int, urgent_only: bool) -> list[Notification]:
    """Lease up to `count` messages of one channel for 45 s, the most pressing first.

    The token is this claim's alone: whatever becomes of a message is written only where it still stands.
    """
    if count < 1:
        return []
    token = uuid4()
    with transaction.atomic():
        due = Notification.objects.deliverable(now).filter(channel=channel)
        if urgent_only:
            due = due.filter(urgent=True)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        pks = list(due.values_list("pk", flat=True)[:count])
        if not pks:
            return []
        # Not every database can skip a locked row, so the rows themselves decide who won.
        Notification.objects.deliverable(now).filter(pk__in=pks).order_by().update(
            state=NotificationState.SENDING,
            lease_token=token,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
        )
    won = Notification.objects.select_related("recipient").filter(pk__in=pks, lease_token=token)
    return sorted(won, key=lambda message: pks.index(message.pk))


def held(message: Notification) -> Callable[..., int]:
    """An update that only lands while this claim still stands."""
    return Notification.objects.filter(
        pk=message.pk, state=NotificationState.SENDING, lease_token=message.lease_token
    ).update


def probes_left(channel: Channel, now: datetime) -> int:
    """How many more messages may be under way to a carrier that fails again and again, over all sweeps."""
    under_way = Notification.objects.filter(channel=channel, state=NotificationState.SENDING, lease_until__gt=now)
    return PROBES - min(PROBES, under_way.count())


def put_back(message: Notification, at: datetime) -> None:
    """Let the message wait until `at`; being looked at was no try."""
    held(message)(
        state=NotificationState.PENDING,
        lease_token=None,
        lease_until=None,
        next_at=at,
        attempts=F("attempts") - 1,
    )


def quiet_until(message: Notification, now: datetime) -> datetime | None:
    """Until when this message waits, because the same person had one moments ago; urgent ones never wait."""
    if message.urgent:
        return None
    others = Notification.objects.filter(recipient=message.recipient_id, channel__in=OUTWARD, urgent=False)
    last = (
        others.filter(accepted_at__gt=now - QUIET_BETWEEN)
        .order_by("-accepted_at")
        .values_list("accepted_at", flat=True)
        .first()
    )
    if last is not None:
        return last + QUIET_BETWEEN
    leaving = others.filter(state=NotificationState.SENDING, lease_until__gt=now)
    return leaving.exclude(lease_token=message.lease_token).values_list("lease_until", flat=True).first()


def tries(messages: list[Notification], now: datetime) -> None:
    """Note a try that succeeded for each message."""
    DeliveryAttempt.objects.bulk_create(
        DeliveryAttempt(notification=message, started_at=now, succeeded=True) for message in messages
    )
