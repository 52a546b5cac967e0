"""After an outage or a restore: what has lost its meaning is cancelled with a reason rather than sent."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from monitoring.audit.record import record
from monitoring.notifications.models import OUTWARD, UNSEALED, Notification, NotificationState

PASSED: Final = "its moment had passed"
# A calm message without an end of its own says nothing after a day: the message in the app, and a newer one, do.
CALM_FOR: Final = timedelta(hours=24)


@transaction.atomic
def cancel_stale(*, now: datetime, job: str, calm_before: datetime | None = None) -> int:
    """Cancel the waiting messages that have lost their meaning by `now`; the count of them.

    These are messages past their own end (a reminder whose check-in has closed), calm ones from before
    `calm_before` (a day ago unless given), and urgent ones for which the same person has a newer one waiting about
    the same thing by the same channel. The newest urgent message about a thing is always sent, however late.
    Messages in the app stay: they are the record of what was asked.
    """
    waiting = Notification.objects.filter(state=NotificationState.PENDING, channel__in=OUTWARD)
    newer = waiting.filter(
        urgent=True,
        recipient=OuterRef("recipient"),
        channel=OuterRef("channel"),
        ref_type=OuterRef("ref_type"),
        ref_id=OuterRef("ref_id"),
    ).filter(Q(created_at__gt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), id__gt=OuterRef("id")))
    told_again = Q(urgent=True, ref_id__isnull=False) & Q(Exists(newer))
    over = Q(urgent=False, expires_at__lte=now)
    old = Q(urgent=False, created_at__lt=calm_before or now - CALM_FOR)
    pks = list(waiting.filter(over | old | told_again).values_list("pk", flat=True))
    return _cancel(Notification.objects.filter(pk__in=pks), now, job)


@transaction.atomic
def cancel_before(*, before: datetime, now: datetime, job: str, clinic_id: UUID | None = None) -> int:
    """Cancel every message still waiting that was written before `before`: its moment has passed unsent.

    With `clinic_id` those to the people of one clinic alone.
    """
    written = Notification.objects.filter(created_at__lt=before)
    return _cancel(written.filter(recipient__clinic=clinic_id) if clinic_id else written, now, job)


def _cancel(messages: QuerySet[Notification], now: datetime, job: str) -> int:
    waiting = messages.filter(state=NotificationState.PENDING)
    count = waiting.update(state=NotificationState.CANCELLED, last_error=PASSED, failover_at=None, **UNSEALED)
    if count:
        record(action="notification.cancel_stale", now=now, job=job, detail={"count": count})
    return count
