"""Put a message into the outbox, take it back, or settle one that failed."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from itertools import product
from uuid import UUID

from django.db import transaction

from monitoring.audit.record import record
from monitoring.notifications.models import Channel, Notification, NotificationState
from monitoring.people.models import User


def queue_notification(
    *,
    recipient: User,
    channel: Channel,
    template: str,
    dedupe_key: str,
    now: datetime,
    ref_type: str = "",
    ref_id: UUID | None = None,
    urgent: bool = False,
) -> Notification:
    """Put one message to one person by one channel into the outbox, in the caller's transaction.

    `dedupe_key` names the occasion ("alert <id> cycle 0 rung 1"); person and channel are added to it.
    Queueing the same occasion again gives back the row that is there. The caller's action writes the audit
    line; what becomes of the message is recorded when it is sent.
    """
    queue_for_many(
        recipients=[recipient],
        channels=[channel],
        template=template,
        dedupe_key=dedupe_key,
        now=now,
        ref_type=ref_type,
        ref_id=ref_id,
        urgent=urgent,
    )
    return Notification.objects.get(dedupe_key=_digest(dedupe_key, recipient, channel))


def queue_for_many(
    *,
    recipients: Iterable[User],
    channels: Iterable[Channel],
    template: str,
    dedupe_key: str,
    now: datetime,
    ref_type: str = "",
    ref_id: UUID | None = None,
    urgent: bool = False,
) -> None:
    """The same message to several people by several channels, in one statement; see `queue_notification`."""
    Notification.objects.bulk_create(
        [
            Notification(
                recipient=recipient,
                channel=channel,
                template=template,
                ref_type=ref_type,
                ref_id=ref_id,
                urgent=urgent,
                dedupe_key=_digest(dedupe_key, recipient, channel),
                created_at=now,
                next_at=now,
            )
            for recipient, channel in product(recipients, channels)
        ],
        ignore_conflicts=True,
    )


def _digest(dedupe_key: str, recipient: User, channel: str) -> str:
    return hashlib.sha256("|".join([dedupe_key, str(recipient.pk), channel]).encode()).hexdigest()


def withdraw_notifications(*, ref_type: str, ref_id: UUID, now: datetime, reason: str) -> int:
    """Cancel the e-mails about one thing that have not begun to leave; the count of them.

    Part of the action that answered the thing, which writes the audit line. Messages in the app stay: they
    are the record of what was asked.
    """
    return Notification.objects.filter(
        ref_type=ref_type,
        ref_id=ref_id,
        channel=Channel.EMAIL,
        state=NotificationState.PENDING,
        created_at__lte=now,
    ).update(state=NotificationState.CANCELLED, last_error=reason)


@transaction.atomic
def retry_notification(*, notification: Notification, by: User, now: datetime) -> bool:
    """Send a given-up message again, with a fresh 24 hours; False when it is no longer given up."""
    waiting = Notification.objects.filter(pk=notification.pk, state=NotificationState.DEAD).update(
        state=NotificationState.PENDING, created_at=now, next_at=now, attempts=0, reported_at=None,
        dismissed_at=None, dismissed_by=None,
    )  # fmt: skip
    if waiting != 1:
        return False
    record(action="notification.retry", now=now, by=by, object_type="notification", object_id=notification.pk)
    return True


@transaction.atomic
def dismiss_notification(*, notification: Notification, by: User, now: datetime) -> bool:
    """A person has dealt with a given-up message; False when somebody already had."""
    open_failure = Notification.objects.filter(
        pk=notification.pk, state=NotificationState.DEAD, dismissed_at__isnull=True
    )
    if open_failure.update(dismissed_at=now, dismissed_by=by) != 1:
        return False
    record(action="notification.dismiss", now=now, by=by, object_type="notification", object_id=notification.pk)
    return True


@transaction.atomic
def mark_messages_read(*, by: User, now: datetime) -> int:
    """Note that `by` has seen every message of theirs that was there at `now`; the count of new ones."""
    unread = Notification.objects.filter(
        recipient=by, channel=Channel.IN_APP, read_at__isnull=True, created_at__lte=now
    )
    count = unread.update(read_at=now)
    if count:
        record(action="notification.read", now=now, by=by, detail={"count": count})
    return count


@transaction.atomic
def cancel_before(*, before: datetime, now: datetime, job: str) -> int:
    """Cancel every message still waiting that was written before `before`: its moment has passed unsent."""
    waiting = Notification.objects.filter(state=NotificationState.PENDING, created_at__lt=before)
    count = waiting.update(state=NotificationState.CANCELLED, last_error="its moment had passed")
    if count:
        record(action="notification.cancel_stale", now=now, job=job, detail={"count": count})
    return count
