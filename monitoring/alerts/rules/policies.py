"""Whom an alert of each level reaches, rung by rung, and for how long each waits. Pure.

Every figure here is a judgement (source: "judgement"), bounded by the time frames of the check-in levels:
emergency now, urgent the same day, warning within 24–72 hours. A clinical lead must agree them before use. A clinic
may put its own policy in force within the bounds beside this file; without one these hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import Any

POLICY_SOURCE = "judgement"


class Level(IntEnum):
    """The levels of an alert; the numbers are those the database keeps."""

    INFO = 1
    WARNING = 2
    URGENT = 3
    EMERGENCY = 4


class Reach(StrEnum):
    """Who joins those who are told, from a rung on."""

    TEAM = "team"
    NAMED = "named"
    CLINIC = "clinic"
    ADMINS = "admins"


@dataclass(frozen=True, slots=True)
class Rung:
    """Tell `reach` and everybody of the rungs before, then wait `wait` for an answer.

    `people` are the ids of those whom a rung to named people names. The last rung of a ladder repeats for ever.
    """

    reach: Reach
    wait: timedelta
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody whom one telling is meant for."""

    team: bool
    clinic: bool
    admins: bool
    named: tuple[str, ...]

    def includes(self, other: "Audience") -> bool:
        """Whether nobody of `other` is missing; the whole clinic holds its teams and every named clinician."""
        clinicians = self.clinic or (
            not other.clinic and self.team >= other.team and set(self.named) >= set(other.named)
        )
        return clinicians and self.admins >= other.admins


@dataclass(frozen=True, slots=True)
class Policy:
    """What one level asks for. `number` 0 is the built-in one; `snooze_limit` None: it cannot be snoozed."""

    level: Level
    ladder: tuple[Rung, ...]
    take_time_out: timedelta
    snooze_limit: timedelta | None
    due_in: timedelta | None
    number: int = 0

    @property
    def is_calm(self) -> bool:
        """Whether it reaches people outside the app by the digest alone, rather than by a message of its own."""
        return self.level < Level.URGENT

    def rung(self, number: int) -> Rung:
        """The rung to use on the `number`-th telling of a cycle (0 is the first)."""
        return self.ladder[min(number, len(self.ladder) - 1)]

    def audience(self, number: int) -> Audience:
        """Everybody told on the `number`-th telling: a rung adds to those before it and never leaves anybody out."""
        climbed = self.ladder[: number + 1]
        reached = {rung.reach for rung in climbed}
        return Audience(
            team=Reach.TEAM in reached,
            clinic=Reach.CLINIC in reached,
            admins=Reach.ADMINS in reached,
            named=tuple(dict.fromkeys(person for rung in climbed for person in rung.people)),
        )

    def starts(self, number: int) -> timedelta:
        """How long after the first telling of a cycle the `number`-th comes."""
        return sum((self.rung(each).wait for each in range(number)), timedelta(0))

    @property
    def repeat_interval(self) -> timedelta:
        """The wait between tellings once the top of the ladder is reached."""
        return self.ladder[-1].wait

    @property
    def longest_silence(self) -> timedelta:
        """The longest that an alert nobody answers can stay untold."""
        return max(rung.wait for rung in self.ladder)


def _ladder(*rungs: tuple[Reach, int]) -> tuple[Rung, ...]:
    return tuple(Rung(reach, timedelta(minutes=minutes)) for reach, minutes in rungs)


_DAY = 24 * 60

POLICIES: Mapping[Level, Policy] = {
    Level.EMERGENCY: Policy(
        level=Level.EMERGENCY,
        ladder=_ladder((Reach.TEAM, 10), (Reach.CLINIC, 10), (Reach.CLINIC, 15)),
        take_time_out=timedelta(minutes=30),
        snooze_limit=None,
        due_in=timedelta(minutes=10),
    ),
    Level.URGENT: Policy(
        level=Level.URGENT,
        ladder=_ladder((Reach.TEAM, 60), (Reach.TEAM, 60), (Reach.CLINIC, 60)),
        take_time_out=timedelta(hours=4),
        snooze_limit=timedelta(hours=8),
        due_in=timedelta(hours=2),
    ),
    Level.WARNING: Policy(
        level=Level.WARNING,
        ladder=_ladder((Reach.TEAM, _DAY), (Reach.TEAM, _DAY), (Reach.CLINIC, _DAY)),
        take_time_out=timedelta(days=3),
        snooze_limit=timedelta(days=3),
        due_in=None,
    ),
    Level.INFO: Policy(
        level=Level.INFO,
        ladder=_ladder((Reach.TEAM, 3 * _DAY), (Reach.TEAM, _DAY)),
        take_time_out=timedelta(days=7),
        snooze_limit=timedelta(days=3),
        due_in=timedelta(days=3),
    ),
}


def policy_for(level: int) -> Policy:
    """The built-in policy of a level; an unknown level is a ValueError, never a quiet default."""
    return POLICIES[Level(level)]


def read_policy(
    level: int,
    rungs: Sequence[Mapping[str, Any]],
    *,
    take_minutes: int,
    snooze_minutes: int | None,
    number: int = 0,
) -> Policy:
    """A policy from plain values: for each rung `reach`, `minutes` and the ids of the `people` it names.

    Only the shape is read here; `policy_faults` says whether it may be put in force. An unknown level or reach is a
    ValueError.
    """
    ladder = tuple(
        Rung(Reach(rung["reach"]), timedelta(minutes=rung["minutes"]), tuple(rung.get("people", ()))) for rung in rungs
    )
    return Policy(
        level=Level(level),
        ladder=ladder,
        take_time_out=timedelta(minutes=take_minutes),
        snooze_limit=None if snooze_minutes is None else timedelta(minutes=snooze_minutes),
        due_in=policy_for(level).due_in,
        number=number,
    )
