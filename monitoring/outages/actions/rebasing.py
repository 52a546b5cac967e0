"""Put right what another time left in the due columns: a backup, or a clock that ran ahead."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from monitoring.alerts.models import Alert, AlertState
from monitoring.alerts.rules import LIMITS
from monitoring.audit.record import record
from monitoring.checkins.models import CheckIn, CheckInSchedule, CheckInState
from monitoring.notifications.models import Channel, Notification, NotificationState
from monitoring.outages.rules import RESTORED, RESTORED_WINDOW
from monitoring.regimens.models import RegimenCheck

# A message waits no longer than this for its next moment (judgement: above the longest back-off). What waits longer
# waits for a wrong clock.
LONGEST_WAIT: Final = timedelta(minutes=15)
UNSENT: Final = (NotificationState.PENDING, NotificationState.SENDING)
Due = tuple[QuerySet[Any], dict[str, Any]]


@transaction.atomic
def withdraw_what_was_restored(*, before: datetime, now: datetime, job: str) -> int:
    """Cancel the outward messages that a backup holds as unsent; the count of them.

    Nobody can know which of them left after the backup was made. Messages in the app stay, and so does every
    alert: its next rung is due by now and tells the people of today, once. An urgent message written in the
    last 15 minutes before `before` still goes: heard twice is better than not at all.
    """
    held = Notification.objects.filter(state__in=UNSENT, created_at__lt=before).exclude(channel=Channel.IN_APP)
    stale = held.exclude(urgent=True, created_at__gte=before - RESTORED_WINDOW)
    count = stale.update(state=NotificationState.CANCELLED, lease_until=None, lease_token=None, last_error=RESTORED)
    if count:
        record(action="notification.cancel_restored", now=now, job=job, detail={"count": count})
    return count


@transaction.atomic
def forget_the_future(*, now: datetime, job: str) -> int:
    """Make due what would otherwise wait until the clock shows again what it wrongly showed; the count of rows.

    A check-in that was closed before it opened is open again: nobody could have answered it.
    """
    count = sum(rows.update(**values) for rows, values in _set_by_a_wrong_clock(now))
    record(action="monitoring.rebase", now=now, job=job, detail={"rows": count})
    return count


def _set_by_a_wrong_clock(now: datetime) -> Iterable[Due]:
    outbox = Notification.objects.filter(state__in=UNSENT)
    yield outbox.filter(lease_until__gt=now + LONGEST_WAIT), {"lease_until": now}
    yield outbox.filter(next_at__gt=now + LONGEST_WAIT), {"next_at": now}
    yield outbox.filter(failover_at__gt=now + LONGEST_WAIT), {"failover_at": now}
    # The other alerts are looked after by their own sweep, which knows how long each may wait.
    for level, limit in LIMITS.items():
        awake_by = now + (limit.snooze_limit or timedelta(0))
        asleep = Alert.objects.filter(state=AlertState.SNOOZED, level=level, next_escalation_at__gt=awake_by)
        yield asleep, {"next_escalation_at": now}
    yield CheckInSchedule.objects.running().filter(plan_next_at__gt=now + timedelta(days=2)), {"plan_next_at": now}
    closed_early = Q(state__in=[CheckInState.MISSED, CheckInState.MISSED_SYSTEM], opens_at__gt=now)
    asked_early = Q(state=CheckInState.DUE, opens_at__gt=now, reminded_at__isnull=False)
    reopened = {"state": CheckInState.DUE, "reminded_at": None, "late_noted_at": None}
    yield CheckIn.objects.filter(closed_early | asked_early), reopened
    today = now.date()
    yield RegimenCheck.objects.filter(next_check_on__gt=today + timedelta(days=32)), {"next_check_on": today}
