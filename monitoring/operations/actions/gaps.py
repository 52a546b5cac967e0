"""Tell the times in which nobody watched: every vital sweep ticks first, and a tick that comes late writes a gap."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Least

from monitoring.audit.record import record
from monitoring.operations.machine import Memory, Reading, reading, remember, remembered
from monitoring.operations.models import Heartbeat, MachineClock, SchedulerGap, SweepClock, SweepFailure
from monitoring.operations.queries import has_forgotten
from monitoring.operations.rules import (
    CLOCK_TOLERANCE,
    LONGEST_REST,
    VITAL_SWEEPS,
    Cause,
    Gap,
    Tick,
    gap_before,
)

# A tick so shortly after the last one of the same machine tells nothing new, unless the database is a backup made
# just now: what that holds as unsent may have left since.
BETWEEN_TICKS: Final = timedelta(seconds=4)
# A run of a machine that ended so long ago is not compared with any more.
OLD_RUN: Final = timedelta(days=30)
# After a restore the count goes on above whatever any other machine may remember of the time before.
ABOVE_EVERY_MEMORY: Final = 1_000_000_000


def note_tick(*, now: datetime, job: str, machine: Reading | None = None) -> SchedulerGap | None:
    """Note that a sweep begins at `now`; the gap that lies before it, when this is the tick that found one.

    Of any number of sweeps on any number of machines that come back together one finds the gap; the others get
    None, and `queries.catching_up` answers with it for all. `machine` is what the machine's own clock shows,
    read here when not given.
    """
    seen = machine or reading()
    just_now = MachineClock.objects.filter(
        pk=seen.machine, ticked_at__gt=now - BETWEEN_TICKS, ticked_at__lte=now
    ).exists()
    if just_now and not has_forgotten(SweepClock.objects.first(), remembered(settings.VAR_DIR)):
        return None
    return _tick(Tick(now, seen.uptime), seen.machine, job)


@transaction.atomic
def _tick(tick: Tick, machine: str, job: str) -> SchedulerGap | None:
    clock = _hold_clock(tick.at)
    memory = remembered(settings.VAR_DIR)
    restored = has_forgotten(clock, memory)
    found = gap_before(
        tick,
        own=_last_of(machine),
        last_at=clock.ticked_at,
        newest_at=_newest(tick.at, clock),
        restored=restored,
    )
    clock.ticks = clock.ticks + 1
    if restored and memory is not None:
        clock.ticks = memory.ticks + ABOVE_EVERY_MEMORY
    clock.ticked_at = tick.at
    clock.save()
    MachineClock.objects.update_or_create(pk=machine, defaults={"ticked_at": tick.at, "uptime": tick.uptime})
    transaction.on_commit(partial(remember, settings.VAR_DIR, Memory(clock.database, clock.ticks)))
    return _write(found, now=tick.at, job=job) if found else None


def _hold_clock(now: datetime) -> SweepClock:
    """The one row, locked until the transaction ends."""
    SweepClock.objects.bulk_create([SweepClock(ticked_at=_first_sign(now))], ignore_conflicts=True)
    return SweepClock.objects.select_for_update().get()


def _first_sign(now: datetime) -> datetime:
    """The last sign of life of a database that has no tick yet: an older release left heartbeats."""
    beats = Heartbeat.objects.filter(name__in=VITAL_SWEEPS, last_finished_at__lte=now)
    last: datetime | None = beats.aggregate(last=Max("last_finished_at"))["last"]
    return last or now


def _last_of(machine: str) -> Tick | None:
    last = MachineClock.objects.filter(pk=machine).first()
    return Tick(last.ticked_at, last.uptime) if last else None


def _newest(now: datetime, clock: SweepClock) -> datetime | None:
    """The latest tick of any machine that does not lie ahead: a machine whose clock is wrong must not hide a gap."""
    readings = MachineClock.objects.filter(ticked_at__lte=now + CLOCK_TOLERANCE)
    newest: datetime | None = readings.aggregate(newest=Max("ticked_at"))["newest"]
    if newest is None and clock.ticked_at <= now + CLOCK_TOLERANCE:
        return clock.ticked_at
    return newest


def _write(found: Gap, *, now: datetime, job: str) -> SchedulerGap:
    MachineClock.objects.filter(ticked_at__lt=now - OLD_RUN).delete()
    if found.cause == Cause.CLOCK_BACK:
        _forget_the_future(now)
    gap, _ = SchedulerGap.objects.get_or_create(
        cause=found.cause, from_at=found.from_at, to_at=found.to_at, defaults={"noted_at": now}
    )
    record(
        action="monitoring.gap",
        now=now,
        job=job,
        object_type="scheduler_gap",
        object_id=gap.pk,
        detail={"cause": found.cause.value, "from": found.from_at, "to": found.to_at},
    )
    return gap


def _forget_the_future(now: datetime) -> None:
    """What was noted while the clock ran ahead is moved back to now, so that nothing waits for years."""
    Heartbeat.objects.filter(last_finished_at__gt=now).update(last_finished_at=now)
    SweepFailure.objects.filter(retry_at__gt=now + LONGEST_REST).update(retry_at=now)
    SchedulerGap.objects.unwatched().filter(to_at__gt=now).update(
        from_at=Least(F("from_at"), now), to_at=now, noted_at=Least(F("noted_at"), now)
    )


@transaction.atomic
def note_restore(*, now: datetime, job: str) -> SchedulerGap:
    """Note that this database was just restored from a backup: what it holds as due may have been done already.

    For a machine that kept nothing of the time before, and so cannot tell by itself.
    """
    clock = _hold_clock(now)
    gap = _write(Gap(Cause.RESTORE, min(clock.ticked_at, now), now), now=now, job=job)
    memory = remembered(settings.VAR_DIR)
    known = memory.ticks if memory and memory.database == clock.database else clock.ticks
    clock.ticks, clock.ticked_at = known + ABOVE_EVERY_MEMORY, now
    clock.save()
    # What the machines showed before the backup would tell the same gap once more.
    MachineClock.objects.all().delete()
    return gap


@transaction.atomic
def settle_gap(*, gap: SchedulerGap, skipped: Mapping[str, Mapping[str, int]], now: datetime, job: str) -> bool:
    """The backlog of this gap is worked off, and `skipped` is what was not done any more, by clinic and kind; once."""
    if SchedulerGap.objects.open().filter(pk=gap.pk).update(settled_at=now, skipped=skipped) != 1:
        return False
    record(
        action="monitoring.gap_settled",
        now=now,
        job=job,
        object_type="scheduler_gap",
        object_id=gap.pk,
        detail={"skipped": sum(sum(kinds.values()) for kinds in skipped.values())},
    )
    return True
