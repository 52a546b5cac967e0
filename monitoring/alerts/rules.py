"""How long an alert may wait, who is told next, and when it comes back. Pure.

Every figure here is a judgement (source: "judgement"), bounded by the time frames of the check-in levels:
emergency now, urgent the same day, warning within 24–72 hours. A clinical lead must agree them before use.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

POLICY_VERSION = "2026.11"
POLICY_SOURCE = "judgement"

MIN_NOTE_LENGTH = 10
WORKDAY_DUE = time(12, 0)
SATURDAY = 5
NEVER_SNOOZED = "An emergency cannot be snoozed. Take it, or leave it to be passed on."


class Level(IntEnum):
    """The levels of an alert; the numbers are those the database keeps."""

    INFO = 1
    WARNING = 2
    URGENT = 3
    EMERGENCY = 4


class Reach(StrEnum):
    """Who is told on a rung."""

    TEAM = "team"
    CLINIC = "clinic"


@dataclass(frozen=True, slots=True)
class Rung:
    """Tell `reach`, then wait `wait` for an answer; the last rung of a ladder repeats for ever."""

    reach: Reach
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """What one level asks for. `snooze_limit` None: it cannot be snoozed."""

    ladder: tuple[Rung, ...]
    take_time_out: timedelta
    snooze_limit: timedelta | None
    due_in: timedelta | None
    by_email: bool = True

    def rung(self, number: int) -> Rung:
        """The rung to use on the `number`-th telling of a cycle (0 is the first)."""
        return self.ladder[min(number, len(self.ladder) - 1)]

    @property
    def repeat_interval(self) -> timedelta:
        """The longest silence once the top of the ladder is reached."""
        return self.ladder[-1].wait


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


POLICIES: dict[Level, Policy] = {
    Level.EMERGENCY: Policy(
        ladder=(Rung(Reach.TEAM, _minutes(10)), Rung(Reach.CLINIC, _minutes(10)),
                Rung(Reach.CLINIC, _minutes(15))),
        take_time_out=_minutes(30),
        snooze_limit=None,
        due_in=_minutes(10),
    ),
    Level.URGENT: Policy(
        ladder=(Rung(Reach.TEAM, _minutes(60)), Rung(Reach.TEAM, _minutes(60)),
                Rung(Reach.CLINIC, _minutes(60))),
        take_time_out=timedelta(hours=4),
        snooze_limit=timedelta(hours=8),
        due_in=timedelta(hours=2),
    ),
    Level.WARNING: Policy(
        ladder=(Rung(Reach.TEAM, timedelta(days=1)), Rung(Reach.TEAM, timedelta(days=1)),
                Rung(Reach.CLINIC, timedelta(days=1))),
        take_time_out=timedelta(days=3),
        snooze_limit=timedelta(days=3),
        due_in=None,
    ),
    Level.INFO: Policy(
        ladder=(Rung(Reach.TEAM, timedelta(days=3)), Rung(Reach.TEAM, timedelta(days=1))),
        take_time_out=timedelta(days=7),
        snooze_limit=timedelta(days=3),
        due_in=timedelta(days=3),
        by_email=False,
    ),
}  # fmt: skip


def policy_for(level: int) -> Policy:
    """The policy of a level; an unknown level is a ValueError, never a quiet default."""
    return POLICIES[Level(level)]


def due_at(level: int, now: datetime, zone: ZoneInfo) -> datetime:
    """When an alert raised at `now` must have been answered.

    A warning is due at noon of the next Monday-to-Friday day in the clinic's `zone` (bank holidays are not
    known); the other levels count minutes or days, whatever the hour.
    """
    span = policy_for(level).due_in
    if span is not None:
        return now + span
    day = now.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, WORKDAY_DUE, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class NextTelling:
    """The rung to fire now and when the one after it is due."""

    rung: int
    reach: Reach
    next_at: datetime


def first_telling(level: int, now: datetime) -> NextTelling:
    """The first rung, fired in the transaction that raises the alert."""
    rung = policy_for(level).rung(0)
    return NextTelling(0, rung.reach, now + rung.wait)


def next_telling(level: int, rung: int, was_due: datetime, now: datetime) -> NextTelling:
    """The rung to fire at `now` when the last fired one was `rung` and the next was due at `was_due`.

    After an outage every rung that came due meanwhile is skipped but the highest, which is told once. The
    clock stays on the schedule when the sweep is a little late, and starts from `now` when it is a whole
    wait late.
    """
    policy = policy_for(level)
    number, fired_at = rung + 1, was_due
    while number < len(policy.ladder) - 1 and fired_at + policy.rung(number).wait <= now:
        fired_at += policy.rung(number).wait
        number += 1
    next_at = fired_at + policy.rung(number).wait
    if next_at <= now:
        next_at = now + policy.rung(number).wait
    return NextTelling(number, policy.rung(number).reach, next_at)


def snooze_problem(level: int, until: datetime, now: datetime) -> str | None:
    """Why an alert of `level` may not sleep until then, in words for a clinician; None when it may."""
    limit = policy_for(level).snooze_limit
    if limit is None:
        return NEVER_SNOOZED
    if until <= now:
        return "Choose a time that is still to come."
    if until - now > limit:
        span = f"{limit.days} days" if limit.days else f"{limit.seconds // 3600} hours"
        return f"An alert of this level can be snoozed for at most {span}."
    return None


def note_problem(note: str) -> str | None:
    """Why a closing note is too thin; None when it will do."""
    if len(note.strip()) < MIN_NOTE_LENGTH:
        return f"Say what was done, in at least {MIN_NOTE_LENGTH} characters."
    return None


def merge_reasons(new: list[str], old: list[str]) -> list[str]:
    """The reasons to show: the newest report's first, then earlier ones that still stand, each once."""
    return list(dict.fromkeys([*new, *old]))


def span_words(span: timedelta) -> str:
    """A length of time as a person says it, rounded down: "12 min", "1 h 20 min", "2 days"."""
    minutes = int(abs(span).total_seconds()) // 60
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{minutes // (24 * 60)} days"


def due_words(due: datetime, now: datetime) -> str:
    """When an alert is due, seen from `now`."""
    return f"overdue {span_words(now - due)}" if due <= now else f"in {span_words(due - now)}"
