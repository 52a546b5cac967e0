"""What became of a message: accepted, to be tried again, given up, passed on or cancelled."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from monitoring.audit.models import Outcome
from monitoring.audit.record import record
from monitoring.notifications import senders
from monitoring.notifications.actions.claiming import held, tries
from monitoring.notifications.actions.contacts import disable_contacts
from monitoring.notifications.actions.standing_in import hand_on, hand_on_once
from monitoring.notifications.models import UNSEALED, Carrier, Channel, DeliveryAttempt, Notification, NotificationState
from monitoring.notifications.rules import (
    CARRIER_FRESH_FOR,
    CARRIER_PROVEN_FOR,
    Fault,
    GiveUp,
    after_failure,
    rest_after,
)

logger = logging.getLogger(__name__)
FREE = {"lease_token": None, "lease_until": None}
OVER = {**FREE, **UNSEALED}


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
def show_in_app(*, now: datetime, job: str, limit: int) -> int:
    """Note up to `limit` messages in the app as sent; they can be read since they were committed. The count."""
    due = Notification.objects.deliverable(now).filter(channel=Channel.IN_APP).select_related("recipient")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    messages = list(due[:limit])
    for state, some in (
        (NotificationState.ACCEPTED, [message for message in messages if message.recipient.is_active]),
        (NotificationState.CANCELLED, [message for message in messages if not message.recipient.is_active]),
    ):
        Notification.objects.filter(pk__in=[message.pk for message in some]).update(
            state=state, accepted_at=now if state == NotificationState.ACCEPTED else None,
            attempts=F("attempts") + 1, **FREE,
        )  # fmt: skip
        for message in some:
            message.attempts += 1
            action = "notification.send" if state == NotificationState.ACCEPTED else "notification.cancel"
            _note(message, action, now, job)
    active = [message for message in messages if message.recipient.is_active]
    tries(active, now)
    return len(active)


@transaction.atomic
def accept(*, message: Notification, started_at: datetime, now: datetime, job: str) -> bool:
    """The carrier took it. False when the claim had run out and another sweep has the message."""
    DeliveryAttempt.objects.create(notification=message, started_at=started_at, succeeded=True)
    landed = held(message)(state=NotificationState.ACCEPTED, accepted_at=now, last_error="", failover_at=None, **OVER)
    if landed != 1:
        logger.warning("notification_claim_lost", extra={"notification": str(message.pk)})
        return False
    _note(message, "notification.send", now, job)
    if not message.urgent:
        _cover(message, now)
    return True


def _cover(message: Notification, now: datetime) -> None:
    """The message just sent says all that its waiting twins would: sign in and look. One with a link says more."""
    Notification.objects.filter(
        recipient=message.recipient_id,
        channel=message.channel,
        template=message.template,
        urgent=False,
        sealed_link="",
        state=NotificationState.PENDING,
        created_at__lte=now,
    ).update(state=NotificationState.CANCELLED, last_error=f"covered by {message.pk}")


@transaction.atomic
def fail(
    *, message: Notification, error: Exception, started_at: datetime, now: datetime, job: str, jitter: float
) -> None:
    """The carrier did not take it: try again later, pass it on to another channel, or give it up.

    An urgent message goes by the next channel at its first failure, and is tried again by this one all the same.
    """
    problem, fault = senders.describe_failure(error), senders.fault_of(error)
    logger.warning(
        "notification_failed",
        extra={"notification": str(message.pk), "channel": message.channel, "problem": problem},
    )
    DeliveryAttempt.objects.create(notification=message, started_at=started_at, succeeded=False, error=problem)
    verdict = after_failure(
        attempt=message.attempts, created_at=message.created_at, now=now, fault=fault, jitter=jitter
    )
    if isinstance(verdict, GiveUp):
        _give_up(message, problem, fault, now=now, job=job)
        return
    ends: dict[str, str] = {"state": NotificationState.PENDING}
    withdrawn = Notification.objects.filter(pk=message.pk, withdrawn_at__isnull=False).exists()
    if withdrawn:
        ends = {"state": NotificationState.CANCELLED, **UNSEALED}
    landed = held(message)(next_at=verdict.at, last_error=problem, **ends, **FREE)
    if landed == 1 and not withdrawn:
        hand_on_once(message=message, now=now, job=job)


def _give_up(message: Notification, problem: str, fault: Fault, *, now: datetime, job: str) -> None:
    if held(message)(state=NotificationState.DEAD, last_error=problem, **OVER) != 1:
        return
    handed_on = hand_on(message=message, now=now, job=job)
    if handed_on is not None and fault == Fault.ADDRESS:
        # Nothing is lost, and no carrier is in trouble: the other channel has it.
        passed = Notification.objects.filter(pk=message.pk)
        passed.update(state=NotificationState.CANCELLED, failover_at=None)
        _note(message, "notification.cancel", now, job)
        return
    _note(message, "notification.give_up", now, job, Outcome.FAILED)


@transaction.atomic
def cancel(*, message: Notification, now: datetime, job: str, reason: str) -> None:
    """Do not send it after all."""
    if held(message)(state=NotificationState.CANCELLED, last_error=reason, failover_at=None, **OVER) == 1:
        _note(message, "notification.cancel", now, job)


def note_accepted(*, channel: str, now: datetime) -> None:
    """The carrier works. Written at most once a minute, or the row would be fought over."""
    stale = Q(failures__gt=0) | Q(accepted_at__isnull=True) | Q(accepted_at__lt=now - CARRIER_FRESH_FOR)
    works = {"failures": 0, "rests_until": None, "accepted_at": now}
    if not Carrier.objects.filter(stale, channel=channel).update(**works):
        Carrier.objects.get_or_create(channel=channel, defaults=works)


def note_failed(*, channel: str, error: Exception, now: datetime) -> None:
    """The carrier failed, through no fault of the message: after several in a row it rests."""
    with transaction.atomic():
        carrier, _ = Carrier.objects.select_for_update().get_or_create(channel=channel)
        carrier.failures += 1
        carrier.failed_at, carrier.last_error = now, senders.describe_failure(error)
        rest = rest_after(carrier.failures)
        carrier.rests_until = None if rest is None else now + rest
        carrier.save()


def settle_gone(*, channel: str, gone: Iterable[UUID], now: datetime, job: str) -> None:
    """Take contact points out of use that their carrier says do not exist.

    A gateway that refuses every number is itself at fault: it is believed only when it took one lately.
    """
    pks = list(gone)
    proven = Carrier.objects.filter(channel=channel, accepted_at__gt=now - CARRIER_PROVEN_FOR)
    if pks and (channel == Channel.WEB_PUSH or proven.exists()):
        disable_contacts(pks=pks, now=now, job=job)
