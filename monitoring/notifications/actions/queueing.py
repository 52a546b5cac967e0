"""Put a message into the outbox, take it back, or settle one that failed."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.audit.record import record
from monitoring.notifications.models import Channel, Notification, NotificationState
from monitoring.notifications.queries import channels_for
from monitoring.notifications.rules import FAILOVER_AFTER
from monitoring.people.models import User

LONGEST_OCCASION = 200


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
    expires_at: datetime | None = None,
) -> Notification:
    """Put one message to one person by one channel into the outbox, in the caller's transaction.

    `dedupe_key` names the occasion ("alert <id> cycle 0 rung 1"); person and channel are added to it.
    Queueing the same occasion again gives back the row that is there. The caller's action writes the audit
    line; what becomes of the message is recorded when it is sent. Unsent at `expires_at`, it is cancelled.
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
        expires_at=expires_at,
    )
    return Notification.objects.get(dedupe_key=_digest(_occasion(dedupe_key), recipient.pk, channel))


def queue_for_many(
    *,
    recipients: Iterable[User],
    channels: Iterable[Channel] | None = None,
    template: str,
    dedupe_key: str,
    now: datetime,
    ref_type: str = "",
    ref_id: UUID | None = None,
    urgent: bool = False,
    expires_at: datetime | None = None,
) -> None:
    """The same message to several people, in one statement; see `queue_notification`.

    Without `channels`: in the app, and by the channel each person put first. The person's other channels
    stand by: an urgent message that fails, or is not accepted within a minute, goes by the next as well.
    """
    people = list(recipients)
    own = channels_for(people)
    given = None if channels is None else tuple(channels)
    Notification.objects.bulk_create(
        [
            Notification(
                recipient=person,
                channel=channel,
                template=template,
                ref_type=ref_type,
                ref_id=ref_id,
                urgent=urgent,
                occasion=_occasion(dedupe_key),
                dedupe_key=_digest(_occasion(dedupe_key), person.pk, channel),
                created_at=now,
                next_at=now,
                expires_at=expires_at,
                failover_at=now + FAILOVER_AFTER if urgent and channel != Channel.IN_APP else None,
            )
            for person in people
            for channel in (first_channels(own[person.pk], urgent=urgent) if given is None else given)
        ],
        ignore_conflicts=True,
    )


def first_channels(own: tuple[Channel, ...], *, urgent: bool) -> tuple[Channel, ...]:
    """In the app, and the first of a person's `own` outward channels.

    An urgent message never rests on web push alone: a push service accepts what a closed browser does not show.
    """
    alone = urgent and own[0] == Channel.WEB_PUSH
    return (Channel.IN_APP, *own[: 2 if alone else 1])


def _occasion(dedupe_key: str) -> str:
    return dedupe_key if len(dedupe_key) <= LONGEST_OCCASION else hashlib.sha256(dedupe_key.encode()).hexdigest()


def _digest(occasion: str, recipient_id: UUID, channel: str) -> str:
    return hashlib.sha256("|".join([occasion, str(recipient_id), channel]).encode()).hexdigest()


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
