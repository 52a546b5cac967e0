"""Empty the outbox: claim one message, send it outside any transaction, note what became of it."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F

from monitoring.audit.models import Outcome
from monitoring.audit.record import record
from monitoring.notifications import senders
from monitoring.notifications.models import Channel, DeliveryAttempt, Notification, NotificationState
from monitoring.notifications.rules import LEASE, QUIET_BETWEEN, SWEEP_BUDGET_SECONDS, GiveUp, after_failure

logger = logging.getLogger(__name__)
JOB = "deliver_notifications"
Jitter = Callable[[], float]


def _system_jitter() -> float:
    return random.SystemRandom().uniform(-1.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Stopwatch:
    """The moment the sweep was told it is, plus what has passed since: leases must not start in the past."""

    started_at: datetime
    ticks: Callable[[], float]
    first_tick: float

    @property
    def elapsed(self) -> float:
        return self.ticks() - self.first_tick

    @property
    def now(self) -> datetime:
        return self.started_at + timedelta(seconds=self.elapsed)


def deliver_due_notifications(
    *,
    now: datetime,
    limit: int = 50,
    job: str = JOB,
    jitter: Jitter = _system_jitter,
    ticks: Callable[[], float] = time.monotonic,
) -> int:
    """Send up to `limit` messages that are due, urgent ones first; the count that was accepted.

    Any number of these may run at once: each message is claimed for 45 s by one of them, sent outside the
    claiming transaction, and completed only by the one whose claim still stands. A sweep that is killed
    loses nothing: the claim runs out and the message goes again under the same Message-ID. Stops after 30 s,
    so that a dead mail server does not hold the sweep that comes next. `jitter` gives −1…1; `ticks` is a
    monotonic clock in seconds.
    """
    watch = _Stopwatch(now, ticks, ticks())
    accepted = 0
    for _ in range(limit):
        if watch.elapsed > SWEEP_BUDGET_SECONDS:
            break
        claimed = _claim_next(watch.now)
        if claimed is None:
            break
        accepted += _deliver(claimed, watch, job, jitter)
    return accepted


def _claim_next(now: datetime) -> Notification | None:
    """Lease the most pressing message, or None when nothing is due."""
    while True:
        with transaction.atomic():
            due = Notification.objects.deliverable(now)
            if connection.features.has_select_for_update_skip_locked:
                due = due.select_for_update(skip_locked=True)
            pk = due.values_list("pk", flat=True).first()
            if pk is None:
                return None
            token = uuid4()
            # Not every database can skip a locked row, so the row itself decides who won.
            won = Notification.objects.deliverable(now).filter(pk=pk).order_by().update(
                state=NotificationState.SENDING,
                lease_token=token,
                lease_until=now + LEASE,
                attempts=F("attempts") + 1,
            )  # fmt: skip
        if won == 1:
            return Notification.objects.select_related("recipient").get(pk=pk)


def _deliver(message: Notification, watch: _Stopwatch, job: str, jitter: Jitter) -> bool:
    if not message.recipient.is_active:
        _cancel(message, watch.now, job, "the recipient has been deactivated")
        return False
    quiet_until = _quiet_until(message, watch.now)
    if quiet_until is not None:
        _put_back(message, quiet_until)
        return False
    started_at = watch.now
    try:
        senders.send(message)
    except Exception as error:  # noqa: BLE001 - one poisoned message must not hold up the rest
        _fail(message, error, started_at, now=watch.now, job=job, jitter=jitter())
        return False
    return _accept(message, started_at, watch.now, job)


def _quiet_until(message: Notification, now: datetime) -> datetime | None:
    """Until when this mail waits, because the same person had one moments ago; urgent mail never waits."""
    if message.urgent or message.channel != Channel.EMAIL:
        return None
    last = (
        Notification.objects.filter(
            recipient=message.recipient_id,
            channel=Channel.EMAIL,
            urgent=False,
            accepted_at__gt=now - QUIET_BETWEEN,
        )
        .order_by("-accepted_at")
        .values_list("accepted_at", flat=True)
        .first()
    )
    return last + QUIET_BETWEEN if last else None


def _held(message: Notification) -> "Callable[..., int]":
    """An update that only lands while this claim still stands."""
    return Notification.objects.filter(
        pk=message.pk, state=NotificationState.SENDING, lease_token=message.lease_token
    ).update


def _put_back(message: Notification, at: datetime) -> None:
    _held(message)(
        state=NotificationState.PENDING,
        lease_token=None,
        lease_until=None,
        next_at=at,
        attempts=F("attempts") - 1,
    )


def _note(message: Notification, action: str, now: datetime, job: str, outcome: str = Outcome.OK) -> None:
    record(
        action=action,
        now=now,
        job=job,
        clinic_id=message.recipient.clinic_id,
        object_type="notification",
        object_id=message.pk,
        outcome=outcome,
        detail={
            "channel": message.channel,
            "template": message.template,
            "recipient": str(message.recipient_id),
            "about": f"{message.ref_type}:{message.ref_id or ''}",
            "attempt": message.attempts,
        },
    )


@transaction.atomic
def _accept(message: Notification, started_at: datetime, now: datetime, job: str) -> bool:
    DeliveryAttempt.objects.create(notification=message, started_at=started_at, succeeded=True)
    landed = _held(message)(
        state=NotificationState.ACCEPTED, lease_token=None, lease_until=None, accepted_at=now, last_error=""
    )
    if landed != 1:
        logger.warning("notification_claim_lost", extra={"notification": str(message.pk)})
        return False
    _note(message, "notification.send", now, job)
    if message.channel == Channel.EMAIL and not message.urgent:
        _cover(message, now)
    return True


def _cover(message: Notification, now: datetime) -> None:
    """The mail just sent says all that its waiting twins would: sign in and look."""
    Notification.objects.filter(
        recipient=message.recipient_id,
        channel=Channel.EMAIL,
        template=message.template,
        urgent=False,
        state=NotificationState.PENDING,
        created_at__lte=now,
    ).update(state=NotificationState.CANCELLED, last_error=f"covered by {message.pk}")


@transaction.atomic
def _fail(
    message: Notification,
    error: Exception,
    started_at: datetime,
    *,
    now: datetime,
    job: str,
    jitter: float,
) -> None:
    problem = senders.describe_failure(error)
    DeliveryAttempt.objects.create(notification=message, started_at=started_at, succeeded=False, error=problem)
    verdict = after_failure(
        attempt=message.attempts,
        created_at=message.created_at,
        now=now,
        broken=not senders.is_carriers_fault(error),
        jitter=jitter,
    )
    state = NotificationState.DEAD if isinstance(verdict, GiveUp) else NotificationState.PENDING
    next_at = message.next_at if isinstance(verdict, GiveUp) else verdict.at
    landed = _held(message)(state=state, next_at=next_at, lease_token=None, lease_until=None, last_error=problem)
    logger.warning("notification_failed", extra={"notification": str(message.pk), "problem": problem})
    if landed == 1 and isinstance(verdict, GiveUp):
        _note(message, "notification.give_up", now, job, Outcome.FAILED)


@transaction.atomic
def _cancel(message: Notification, now: datetime, job: str, reason: str) -> None:
    landed = _held(message)(state=NotificationState.CANCELLED, lease_token=None, lease_until=None, last_error=reason)
    if landed == 1:
        _note(message, "notification.cancel", now, job)
