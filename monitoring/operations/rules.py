"""When silence means that monitoring has stopped, what a gap was, and how long a failing item rests. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

# The sweeps on which a patient's safety hangs. One of them standing still is monitoring standing still, however
# well the others run.
VITAL_SWEEPS: Final = (
    "settle_due_steps",
    "plan_check_ins",
    "mark_missed_check_ins",
    "escalate_unanswered_alerts",
    "deliver_notifications",
)
LONGEST_SILENCE: Final = timedelta(seconds=120)
# A reader is told sooner than a machine: six runs were missed by then, and a page that says so harms nobody.
SHOWN_AFTER: Final = timedelta(seconds=60)
# Those on which a life may hang within minutes; after this much silence of both the web server starts them itself.
PRESSING_SWEEPS: Final = ("escalate_unanswered_alerts", "deliver_notifications")
WEB_STEPS_IN_AFTER: Final = timedelta(seconds=90)
WEB_TURN: Final = timedelta(seconds=10)
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Failures after which an item is quarantined: it rests long, and the health page names its sweep.
QUARANTINED_AFTER: Final = 5
LONGEST_REST: Final = timedelta(minutes=10)

# Between two ticks longer than this nobody watched, and what fell due meanwhile takes the way of the catch-up
# (judgement: an hourly job that was late is none, a night is one).
LONGEST_PAUSE: Final = timedelta(minutes=15)
# Clocks that are kept by NTP differ by less, and stepping them by less changes nothing that is due.
CLOCK_TOLERANCE: Final = timedelta(minutes=2)
# How long what comes after a gap is treated as catching up, at most; what is left then is ordinary work.
LONGEST_CATCH_UP: Final = timedelta(hours=1)


class Cause(StrEnum):
    """Why nobody watched. All take the same way afterwards."""

    OUTAGE = "outage"
    CLOCK_FORWARD = "clock_forward"
    CLOCK_BACK = "clock_back"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment by the wall clock, and by one that nobody can set."""

    at: datetime
    uptime: timedelta


@dataclass(frozen=True, slots=True)
class Gap:
    """From the last tick before it to the first after it; of a clock set back, what it shows a second time."""

    cause: Cause
    from_at: datetime
    to_at: datetime


def gap_before(
    tick: Tick, *, own: Tick | None, last_at: datetime, newest_at: datetime | None, restored: bool
) -> Gap | None:
    """What lies between this tick and the ones before it; None when it is no gap.

    `own` is the last tick of this same run of this machine, against which a clock that was set shows as the
    difference between what the wall clock and the uptime say has passed. `last_at` is the last tick written by
    any machine, `newest_at` the latest tick of any machine that does not lie ahead of this one. `restored`:
    the database has forgotten ticks that this machine saw in it.
    """
    if restored:
        return Gap(Cause.RESTORE, min(last_at, tick.at), tick.at)
    passed = None if own is None else tick.uptime - own.uptime
    if own is not None and passed is not None and own.at + passed - tick.at > CLOCK_TOLERANCE:
        return Gap(Cause.CLOCK_BACK, tick.at, own.at + passed)
    if newest_at is not None and tick.at - newest_at <= LONGEST_PAUSE:
        return None
    if own is None and last_at - tick.at > CLOCK_TOLERANCE:
        return Gap(Cause.CLOCK_BACK, tick.at, last_at)
    jumped = passed is not None and passed <= LONGEST_PAUSE
    return Gap(Cause.CLOCK_FORWARD if jumped else Cause.OUTAGE, newest_at or last_at, tick.at)


def stalled_since(
    finished: Mapping[str, datetime], now: datetime, after: timedelta = LONGEST_SILENCE
) -> datetime | None:
    """Since when a vital sweep has been silent, `NEVER` when one never ran, None when all were alive `after` before.

    A time that lies more than two minutes ahead means the clock was set back: nobody knows then when the sweep
    last ran, which counts as never.
    """
    oldest = min(_last(finished.get(name, NEVER), now) for name in VITAL_SWEEPS)
    return oldest if now - oldest > after else None


def _last(finished_at: datetime, now: datetime) -> datetime:
    return NEVER if finished_at - now > LONGEST_SILENCE else finished_at


def is_late(name: str, finished_at: datetime | None, now: datetime) -> bool:
    """Whether a vital sweep has been silent for too long; another one may take its time."""
    return name in VITAL_SWEEPS and now - _last(finished_at or NEVER, now) > LONGEST_SILENCE


def rest_after(failures: int) -> timedelta:
    """How long an item that failed `failures` times in a row is left alone: 10 s, doubling, up to ten minutes."""
    return min(timedelta(seconds=10 * 2 ** min(failures - 1, 10)), LONGEST_REST)
