"""Put a message into the outbox, or take it back."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product
from uuid import UUID

from monitoring.notifications.models import OUTWARD, Channel, Notification, NotificationState
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
    count: int | None = None,
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
        count=count,
    )
    return Notification.objects.get(dedupe_key=digest(_occasion(dedupe_key), recipient.pk, channel))


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
    count: int | None = None,
) -> None:
    """The same message to several people, in one statement; see `queue_notification`.

    Without `channels`: in the app, and by the channel each person put first. The person's other channels
    stand by: an urgent message that fails, or is not accepted within a minute, goes by the next as well.
    """
    people, occasion = list(recipients), _occasion(dedupe_key)
    messages = [
        Notification(
            recipient=person,
            channel=channel,
            template=template,
            ref_type=ref_type,
            ref_id=ref_id,
            urgent=urgent,
            count=count,
            occasion=occasion,
            dedupe_key=digest(occasion, person.pk, channel),
            created_at=now,
            next_at=now,
            expires_at=expires_at,
            failover_at=now + FAILOVER_AFTER if urgent and channel != Channel.IN_APP else None,
        )
        for person, channel in _addressed(people, channels, urgent=urgent)
    ]
    Notification.objects.bulk_create(messages, ignore_conflicts=True)


def _addressed(
    people: list[User], channels: Iterable[Channel] | None, *, urgent: bool
) -> Iterator[tuple[User, Channel]]:
    """Each person with each channel that is to be used: those given, or the person's own."""
    if channels is not None:
        yield from product(people, tuple(channels))
        return
    own = channels_for(people)
    for person in people:
        for channel in first_channels(own[person.pk], urgent=urgent):
            yield person, channel


def first_channels(own: tuple[Channel, ...], *, urgent: bool) -> tuple[Channel, ...]:
    """In the app, and the first of a person's `own` outward channels.

    An urgent message never rests on web push alone: a push service accepts what a closed browser does not show.
    """
    alone = urgent and own[0] == Channel.WEB_PUSH
    return (Channel.IN_APP, *own[: 2 if alone else 1])


def _occasion(dedupe_key: str) -> str:
    return dedupe_key if len(dedupe_key) <= LONGEST_OCCASION else hashlib.sha256(dedupe_key.encode()).hexdigest()


def digest(occasion: str, recipient_id: UUID, channel: str) -> str:
    """The key of a message: the same for every try, another for every person and channel."""
    return hashlib.sha256("|".join([occasion, str(recipient_id), channel]).encode()).hexdigest()


def withdraw_notifications(*, ref_type: str, ref_id: UUID, now: datetime, reason: str) -> int:
    """Cancel the messages about one thing that have not begun to leave; the count of them.

    One that is leaving just now is not tried again, nor by another channel. Part of the action that answered
    the thing, which writes the audit line. Messages in the app stay: they are the record of what was asked.
    """
    outward = Notification.objects.filter(ref_type=ref_type, ref_id=ref_id, channel__in=OUTWARD, created_at__lte=now)
    outward.filter(state=NotificationState.SENDING).update(withdrawn_at=now, failover_at=None)
    waiting = outward.filter(state=NotificationState.PENDING)
    return waiting.update(state=NotificationState.CANCELLED, last_error=reason, failover_at=None)
