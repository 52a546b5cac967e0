"""Until which day a supply lasts, and how loudly to say that it ends. Pure.

The days of warning are a judgement: a week is what a repeat prescription commonly takes, two days is what is left of
that when a weekend lies in between. Baclofen is the loud one, because going without it for a day or two can bring
fits and hallucinations (S08, S34: first signs 18–31 hours after the last dose).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Final

SOON_DAYS: Final = 7
NOW_DAYS: Final = 2
# Nobody has more at home than this, and a plan that long is drawn up anew before.
LOOK_AHEAD_DAYS: Final = 400
# Going without these at once is dangerous.
NEVER_STOPPED_AT_ONCE: Final = frozenset({"baclofen"})
SOURCES: Final = ("S08", "S34")

Daily = Callable[[date], Decimal | None]


class Loudness(IntEnum):
    """The level of the alert about a supply that ends; the numbers are those of alerts."""

    INFO = 1
    CHECK = 2
    URGENT = 3


@dataclass(frozen=True, slots=True)
class Cover:
    """The last day with all its doses. None with `known`: longer than anybody needs to know."""

    last_day: date | None
    known: bool = True


UNKNOWN: Final = Cover(None, known=False)


def cover(on_hand: Decimal, counted_on: date, daily: Daily) -> Cover:
    """How far `on_hand` mg reach from `counted_on` on, when `daily(day)` mg are taken each day.

    A day whose dose is not known makes the answer unknown, unless the supply ended before it. Milligrams are
    counted, not tablets: where the strengths at hand do not make the dose, it ends sooner.
    """
    left, day = on_hand, counted_on
    for _ in range(LOOK_AHEAD_DAYS):
        taken = daily(day)
        if taken is None:
            return UNKNOWN
        if taken > left:
            return Cover(day - timedelta(days=1))
        left, day = left - taken, day + timedelta(days=1)
    return Cover(None)


def sooner(one: Cover, other: Cover) -> Cover:
    """The worse of two answers; an unknown one leaves the other standing, since a date seen is a date to act on."""
    if not one.known or not other.known:
        return other if other.known else one
    if one.last_day is None or other.last_day is None:
        return other if one.last_day is None else one
    return one if one.last_day <= other.last_day else other


def warning_for(ends: Cover, today: date, ingredients: frozenset[str]) -> Loudness | None:
    """How loudly to say on `today` that a supply ends; None while there is time, or nothing is known."""
    if ends.last_day is None:
        return None
    left = (ends.last_day - today).days
    loud = bool(ingredients & NEVER_STOPPED_AT_ONCE)
    if left < NOW_DAYS:
        return Loudness.URGENT if loud else Loudness.CHECK
    if left < SOON_DAYS:
        return Loudness.CHECK if loud else Loudness.INFO
    return None
