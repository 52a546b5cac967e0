"""Is the clock alive, and is it getting everything done?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitoring.operations.machine import Memory
from monitoring.operations.models import Heartbeat, SchedulerGap, SweepClock, SweepFailure
from monitoring.operations.rules import (
    CLOCK_TOLERANCE,
    LONGEST_CATCH_UP,
    LONGEST_SILENCE,
    QUARANTINED_AFTER,
    VITAL_SWEEPS,
    is_late,
    stalled_since,
)

NOT_SWEEPS: Final = frozenset({"web", "web_tick", "beat_heartbeat", "seed_demo"})


@dataclass(frozen=True, slots=True)
class Beat:
    """When a sweep last finished a run, and whether that is too long ago."""

    name: str
    finished_at: datetime | None
    is_vital: bool
    is_late: bool

    @property
    def words(self) -> str:
        """Its name as a person reads it."""
        return self.name.replace("check_in", "check-in").replace("_", " ").capitalize()


def monitoring_stalled(now: datetime, after: timedelta = LONGEST_SILENCE) -> datetime | None:
    """Since when monitoring stands still: None while every vital sweep finished in the last 120 seconds.

    `rules.NEVER` when a vital sweep has never run. Pages ask `after` a minute, probes after two.
    """
    beats = Heartbeat.objects.filter(name__in=VITAL_SWEEPS).values_list("name", "last_finished_at")
    return stalled_since(dict(beats), now, after)


def last_full_sweep() -> datetime | None:
    """The moment by which every vital sweep had finished a run; None while one has never run."""
    finished = list(Heartbeat.objects.filter(name__in=VITAL_SWEEPS).values_list("last_finished_at", flat=True))
    return min(finished) if len(finished) == len(VITAL_SWEEPS) else None


def silent_for(span: timedelta, sweeps: Iterable[str], now: datetime) -> bool:
    """Whether none of these sweeps has finished a run within `span` before `now`."""
    return not Heartbeat.objects.filter(name__in=sweeps, last_finished_at__gt=now - span).exists()


def has_forgotten(clock: SweepClock | None, memory: Memory | None) -> bool:
    """Whether the database lacks ticks that this machine saw in it: it was restored from a backup."""
    if clock is None or memory is None:
        return False
    return memory.database == clock.database and memory.ticks > clock.ticks


def swept_since(moment: datetime) -> bool:
    """Whether every vital sweep has finished a run that began after `moment`."""
    beats = Heartbeat.objects.filter(name__in=VITAL_SWEEPS, last_finished_at__gt=moment)
    return beats.count() == len(VITAL_SWEEPS)


def latest_beats(now: datetime) -> list[Beat]:
    """When each sweep last finished, those that stand still first, then by name."""
    finished = dict(Heartbeat.objects.values_list("name", "last_finished_at"))
    names = sorted({*VITAL_SWEEPS, *finished} - NOT_SWEEPS)
    beats = [
        Beat(name, finished.get(name), name in VITAL_SWEEPS, is_late(name, finished.get(name), now)) for name in names
    ]
    return sorted(beats, key=lambda beat: (not beat.is_late, not beat.is_vital, beat.name))


def quarantined() -> dict[str, int]:
    """How many items each sweep keeps failing on, by name of the sweep; empty when all is well."""
    failing = SweepFailure.objects.filter(failures__gte=QUARANTINED_AFTER).values_list("sweep", flat=True)
    counts: dict[str, int] = {}
    for sweep in failing.order_by("sweep"):
        counts[sweep] = counts.get(sweep, 0) + 1
    return counts


def failing_items(sweep: str) -> dict[str, datetime]:
    """The items this sweep failed on last time, by id, with the moment from which each may be tried again."""
    return dict(SweepFailure.objects.filter(sweep=sweep).values_list("item_id", "retry_at"))


def gaps_between(start: datetime, end: datetime) -> list[SchedulerGap]:
    """The times in which nobody watched that share a moment with `start`…`end`, oldest first.

    A clock that was set back is not among them: no time was lost.
    """
    return list(SchedulerGap.objects.unwatched().touching(start, end).order_by("from_at"))


def catching_up(now: datetime) -> SchedulerGap | None:
    """The latest gap whose backlog is still being worked off, for an hour at most; None in ordinary times.

    One noted a moment after `now` counts: another sweep may have found it while this one read the clock.
    """
    open_gaps = SchedulerGap.objects.open().filter(
        noted_at__gt=now - LONGEST_CATCH_UP, noted_at__lte=now + CLOCK_TOLERANCE
    )
    return open_gaps.order_by("-noted_at").first()
