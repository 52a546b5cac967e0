"""What happens once, in the transaction that finds a gap, before any sweep acts on what has become due in it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Template
from monitoring.operations.actions import note_restore, note_tick, take_turn
from monitoring.operations.machine import Reading, remembered
from monitoring.operations.models import GapCause, SchedulerGap, SweepClock
from monitoring.operations.queries import has_forgotten, silent_for
from monitoring.operations.rules import PRESSING_SWEEPS, WEB_STEPS_IN_AFTER, WEB_TURN
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


def step_in(*, now: datetime, job: str) -> bool:
    """Whether the web server is to do the pressing sweeps now, in place of workers that have been silent for 90 s.

    It does not tick: for those who watch, monitoring goes on standing still. Only a database that was restored
    is made ready first.
    """
    if not silent_for(WEB_STEPS_IN_AFTER, PRESSING_SWEEPS, now):
        return False
    if not take_turn(name=job, every=WEB_TURN, now=now):
        return False
    if has_forgotten(SweepClock.objects.first(), remembered(settings.VAR_DIR)):
        begin_sweep(now=now, job=job)
    return True


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
