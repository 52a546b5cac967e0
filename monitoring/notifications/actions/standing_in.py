"""When one channel does not take an urgent message, or has no address for any, another one does."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from monitoring.audit.record import record
from monitoring.notifications.actions.queueing import digest
from monitoring.notifications.models import Carrier, Notification, NotificationState
from monitoring.notifications.queries import channels_for
from monitoring.notifications.rules import FAILOVER_AFTER, TRIPPED_AFTER

WAITING = (NotificationState.PENDING, NotificationState.SENDING)


def queue_stand_ins(*, now: datetime, job: str, limit: int = 200) -> int:
    """Queue the next channel for every urgent message that none has taken in a minute; the count queued.

    Nobody waits for the minute where the carrier is known to be down.
    """
    tripped = Carrier.objects.filter(failures__gte=TRIPPED_AFTER).values("channel")
    late = Notification.objects.filter(state__in=WAITING, failover_at__isnull=False).filter(
        Q(failover_at__lte=now) | Q(channel__in=tripped)
    )
    pks = list(late.order_by("failover_at").values_list("pk", flat=True)[:limit])
    return sum(_stand_in_for(pk, now, job) for pk in pks)


@transaction.atomic
def _stand_in_for(pk: UUID, now: datetime, job: str) -> bool:
    rows = Notification.objects.filter(pk=pk, state__in=WAITING)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    message = rows.select_related("recipient").first()
    return message is not None and hand_on_once(message=message, now=now, job=job) is not None


def hand_on_once(*, message: Notification, now: datetime, job: str) -> Notification | None:
    """`hand_on`, if nobody did so for this message before; in the caller's transaction."""
    asked = Notification.objects.filter(pk=message.pk, failover_at__isnull=False).update(failover_at=None)
    return hand_on(message=message, now=now, job=job) if asked == 1 else None


def hand_on(*, message: Notification, now: datetime, job: str) -> Notification | None:
    """Queue the person's next channel for the same occasion, or None when there is none left that was not tried."""
    if not message.occasion or not message.recipient.is_active:
        return None
    told = Notification.objects.filter(recipient=message.recipient_id, occasion=message.occasion)
    tried = set(told.values_list("channel", flat=True))
    own = channels_for([message.recipient])[message.recipient_id]
    channel = next((each for each in own if each not in tried), None)
    if channel is None:
        return None
    stand_in = Notification.objects.create(
        recipient=message.recipient,
        channel=channel,
        template=message.template,
        ref_type=message.ref_type,
        ref_id=message.ref_id,
        urgent=message.urgent,
        count=message.count,
        occasion=message.occasion,
        sealed_link=message.sealed_link,
        dedupe_key=digest(message.occasion, message.recipient_id, channel),
        follows=message,
        created_at=now,
        next_at=now,
        expires_at=message.expires_at,
        failover_at=now + FAILOVER_AFTER if message.urgent else None,
    )
    record(
        action="notification.fail_over",
        now=now,
        job=job,
        clinic_id=message.recipient.clinic_id,
        object_type="notification",
        object_id=message.pk,
        detail={"from": message.channel, "to": channel, "recipient": message.recipient_id},
    )
    return stand_in
