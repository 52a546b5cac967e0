"""The ways a plan can be drawn from the release, and which of them is proposed.

A rise follows a schedule. A taper has three paces: its schedule as it stands, and a gentler and a quicker way within
that schedule's limits.

Pure. Which change and which gap make a pace is this project's judgement; every pace keeps the largest change and
the shortest gap of its schedule, whose sources and evidence mark it bears.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Final

from interactions.medicines.dosing import DosingFacts, Schedule
from monitoring.formatting import dose_text
from monitoring.titration.schedule import PlannedStep, from_template, split_daily

GENTLE: Final = "gentle"
USUAL: Final = "usual"
QUICKER: Final = "quicker"
# Above this daily amount withdrawal of baclofen is likelier (judgement: guide “withdrawal_risk” of the release).
HIGH_BACLOFEN: Final = Decimal(60)


@dataclass(frozen=True, slots=True)
class Speed:
    """A pace: `change` mg a day less every `every_days`. Without a change the doses are the schedule's own."""

    key: str
    every_days: int
    change: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A schedule of the release, and for a taper the pace it is followed at."""

    schedule: Schedule
    speed: Speed | None = None

    @property
    def key(self) -> str:
        """The schedule's id, and a pace that is not the usual one after a colon."""
        return (
            self.schedule.id
            if self.speed is None or self.speed.key == USUAL
            else f"{self.schedule.id}:{self.speed.key}"
        )

    @property
    def pace(self) -> str:
        """gentle, usual or quicker; empty for what has one pace only."""
        return self.speed.key if self.speed else ""

    @property
    def change(self) -> Decimal:
        """The largest change of the daily amount."""
        return self.schedule.max_step if self.speed is None or self.speed.change is None else self.speed.change

    @property
    def every_days(self) -> int:
        return self.schedule.min_gap_days if self.speed is None else self.speed.every_days

    def words(self) -> str:
        """The schedule's own name, or "Gentle: 5 mg a day less each week"."""
        if self.speed is None:
            return self.schedule.label
        if self.speed.key == USUAL:
            return f"Usual. {self.schedule.label}"
        each = "each week" if self.every_days == 7 else f"every {self.every_days // 7} weeks"
        change = self.speed.change
        less = "the same doses, a step" if change is None else f"{dose_text(change, self.schedule.unit)} a day less"
        return f"{self.speed.key.capitalize()}: {less} {each}"

    def steps(self, starts_on: date, current: Decimal | None) -> tuple[PlannedStep, ...]:
        """The steps from `current` mg a day on, the first on `starts_on`; none when nothing lies ahead."""
        if self.speed is None or self.speed.key == USUAL:
            return from_template(self.schedule, starts_on, current)
        if self.speed.change is None or current is None:
            return _apart(from_template(self.schedule, starts_on, current), self.speed.every_days)
        return _apart(_by_change(self.schedule, self.speed.change, starts_on, current), self.speed.every_days)


_SPEEDS: Final[Mapping[str, tuple[Speed | None, ...]]] = {
    # 5 to 10 mg a day less each week.
    "baclofen_taper_weekly": (Speed(GENTLE, 7, Decimal(5)), Speed(USUAL, 7), Speed(QUICKER, 7, Decimal(10))),
    # 25 mg less, 10 mg below 25 mg, every 1 to 4 weeks (S39, S61).
    "amitriptyline_taper": (Speed(GENTLE, 28), Speed(USUAL, 14), Speed(QUICKER, 7)),
}


def ways_of(facts: DosingFacts, direction: str, proposed: Schedule | None) -> tuple[Way, ...]:
    """Every way there is in this direction: the proposed schedule first, and of each the gentlest pace first."""
    schedules = [each for each in facts.schedules if each.direction == direction and each.steps]
    ordered = sorted(schedules, key=lambda each: each != proposed)
    return tuple(Way(each, speed) for each in ordered for speed in _SPEEDS.get(each.id, (None,)))


def proposed_way(
    ways: Iterable[Way], schedule: Schedule | None, current: Decimal | None, *, delicate: bool
) -> Way | None:
    """The way proposed first; a taper is gentle for who may not bear a fall, or comes down from much baclofen."""
    own = [way for way in ways if way.schedule == schedule]
    high = schedule is not None and schedule.ingredient == "baclofen" and (current is None or current > HIGH_BACLOFEN)
    pace = GENTLE if delicate or high else USUAL
    return next((way for way in own if way.speed is None or way.speed.key == pace), None)


def _by_change(schedule: Schedule, change: Decimal, starts_on: date, current: Decimal) -> tuple[PlannedStep, ...]:
    """Every multiple of `change` below `current`, down to none, all on one day.

    The last dose is the smallest of the schedule's own, at any pace: nobody ends from twice that (judgement).
    """
    first = schedule.steps[0]
    measure = min(amount for step in schedule.steps for amount in step.amounts)
    below = {change * place for place in range(ceil(current / change))}
    if measure < current:
        below.add(measure)
    split = (split_daily(daily, len(first.amounts), measure) for daily in sorted(below, reverse=True))
    return tuple(
        PlannedStep(starts_on, amounts, first.times if len(amounts) == len(first.times) else ()) for amounts in split
    )


def _apart(steps: tuple[PlannedStep, ...], days: int) -> tuple[PlannedStep, ...]:
    return tuple(replace(step, on=steps[0].on + timedelta(days=days * place)) for place, step in enumerate(steps))
