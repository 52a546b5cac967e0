"""Put a message into the outbox, or take it back."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from monitoring.notifications.models import OUTWARD, UNSEALED, Channel, Notification, NotificationState
from monitoring.notifications.queries import channels_for
from monitoring.notifications.rules import FAILOVER_AFTER
from monitoring.notifications.senders.sealing import seal
from monitoring.people.models import User

LONGEST_OCCASION = 200


@dataclass(frozen=True, slots=True)
class Message:
    """What is said on one occasion, and to whom.

    `link` is a path that the recipient alone may know, such as a way to one form without a sign-in. It leaves with the
    message, by outward channels only, and is kept sealed until then.
    """

    recipients: tuple[User, ...]
    template: str
    dedupe_key: str
    ref_type: str = ""
    ref_id: UUID | None = None
    urgent: bool = False
    expires_at: datetime | None = None
    count: int | None = None
    link: str = field(default="", repr=False)


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
    message = Message(tuple(recipients), template, dedupe_key, ref_type, ref_id, urgent, expires_at, count)
    queue_messages(messages=[message], channels=channels, now=now)


def queue_messages(*, messages: Sequence[Message], now: datetime, channels: Iterable[Channel] | None = None) -> None:
    """Many messages, each on an occasion of its own, in one statement; see `queue_for_many`."""
    own = channels_for(person for message in messages for person in message.recipients) if channels is None else {}
    given = None if channels is None else tuple(channels)
    rows = [
        _row(message, person, channel, now)
        for message in messages
        for person in message.recipients
        for channel in (first_channels(own[person.pk], urgent=message.urgent) if given is None else given)
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _row(message: Message, person: User, channel: Channel, now: datetime) -> Notification:
    occasion = _occasion(message.dedupe_key)
    return Notification(
        recipient=person,
        channel=channel,
        template=message.template,
        ref_type=message.ref_type,
        ref_id=message.ref_id,
        urgent=message.urgent,
        count=message.count,
        occasion=occasion,
        sealed_link=_sealed(message, person, channel, occasion),
        dedupe_key=digest(occasion, person.pk, channel),
        created_at=now,
        next_at=now,
        expires_at=message.expires_at,
        failover_at=now + FAILOVER_AFTER if message.urgent and channel != Channel.IN_APP else None,
    )


def _sealed(message: Message, person: User, channel: Channel, occasion: str) -> str:
    if not message.link or channel == Channel.IN_APP:
        return ""
    return seal(message.link, recipient_id=person.pk, occasion=occasion)


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
    return withdraw_many(ref_type=ref_type, ref_ids=[ref_id], now=now, reason=reason)


def withdraw_many(*, ref_type: str, ref_ids: Iterable[UUID], now: datetime, reason: str) -> int:
    """The same for many things at once; see `withdraw_notifications`."""
    about = Notification.objects.filter(ref_type=ref_type, ref_id__in=list(ref_ids))
    outward = about.filter(channel__in=OUTWARD, created_at__lte=now)
    outward.filter(state=NotificationState.SENDING).update(withdrawn_at=now, failover_at=None)
    waiting = outward.filter(state=NotificationState.PENDING)
    return waiting.update(state=NotificationState.CANCELLED, last_error=reason, failover_at=None, **UNSEALED)
