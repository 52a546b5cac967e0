"""What happens once, in the transaction that finds a gap, before any sweep acts on what has become due in it."""

from datetime import datetime

from django.db import transaction

from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Template
from monitoring.operations.actions import note_restore, note_tick
from monitoring.operations.machine import Reading
from monitoring.operations.models import GapCause, SchedulerGap
from monitoring.outages.actions.rebasing import forget_the_future, withdraw_what_was_restored
from monitoring.people.models import Role, User


@transaction.atomic
def begin_sweep(*, now: datetime, job: str, machine: Reading | None = None) -> SchedulerGap | None:
    """Tick for a sweep that begins at `now`, and make ready for the catch-up when a gap lies before it.

    The other sweeps wait until that is committed: none of them sends what a restored outbox still holds, or
    leaves to a far future what a wrong clock put there. The gap is given to the one that found it.
    """
    gap = note_tick(now=now, job=job, machine=machine)
    if gap is not None:
        _make_ready(gap, now=now, job=job)
    return gap


@transaction.atomic
def begin_after_restore(*, now: datetime, job: str) -> SchedulerGap:
    """The same by hand, for a restore that no machine can see: every machine is new."""
    gap = note_restore(now=now, job=job)
    _make_ready(gap, now=now, job=job)
    return gap


def _make_ready(gap: SchedulerGap, *, now: datetime, job: str) -> None:
    if gap.cause == GapCause.RESTORE:
        withdraw_what_was_restored(before=gap.noted_at, now=now, job=job)
    if gap.cause == GapCause.CLOCK_BACK:
        forget_the_future(now=now, job=job)
    queue_for_many(
        recipients=User.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk"),
        template=Template.MONITORING_GAP,
        dedupe_key=f"gap {gap.pk}",
        ref_type="scheduler_gap",
        ref_id=gap.pk,
        now=now,
    )
