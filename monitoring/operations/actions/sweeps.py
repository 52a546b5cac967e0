"""Which sweep finished when, and which item it failed on. None of it has an audit line."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from monitoring.operations.models import Heartbeat, SweepFailure
from monitoring.operations.rules import NEVER, QUARANTINED_AFTER, rest_after


@transaction.atomic
def beat(*, name: str, now: datetime) -> None:
    """Note that the named sweep has finished a run at `now`, whatever was noted before."""
    if Heartbeat.objects.filter(pk=name).update(last_finished_at=now) == 0:
        Heartbeat.objects.bulk_create([Heartbeat(name=name, last_finished_at=now)], ignore_conflicts=True)


@transaction.atomic
def take_turn(*, name: str, every: timedelta, now: datetime) -> bool:
    """Whether the caller is the one who does what `name` stands for this time: one in `every`, of all processes."""
    Heartbeat.objects.bulk_create([Heartbeat(name=name, last_finished_at=NEVER)], ignore_conflicts=True)
    turn = Heartbeat.objects.filter(pk=name).exclude(last_finished_at__gt=now - every, last_finished_at__lte=now)
    return turn.update(last_finished_at=now) == 1


@transaction.atomic
def note_failure(*, sweep: str, item_id: object, error: BaseException, now: datetime) -> bool:
    """Note that a sweep failed on an item, and let the item rest; True when it has failed too often."""
    failure, is_new = SweepFailure.objects.select_for_update().get_or_create(
        sweep=sweep,
        item_id=str(item_id),
        defaults={
            "error": type(error).__name__,
            "first_failed_at": now,
            "last_failed_at": now,
            "retry_at": now + rest_after(1),
        },
    )
    if is_new:
        return False
    failure.failures += 1
    failure.error, failure.last_failed_at = type(error).__name__, now
    failure.retry_at = now + rest_after(failure.failures)
    failure.save()
    return failure.failures >= QUARANTINED_AFTER


@transaction.atomic
def forget_failures(*, sweep: str, item_ids: list[Any]) -> None:
    """These items succeeded: they are like any other again."""
    SweepFailure.objects.filter(sweep=sweep, item_id__in=[str(item_id) for item_id in item_ids]).delete()
