"""A plan stands still, goes on, or goes back to a dose that was borne. Pure.

Nothing here changes a dose by itself: a clinician confirms each of it with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from monitoring.titration.rules.gate import CLEAR_LEVEL, Reason

# What was signed for one week's patient is looked at anew after this long (judgement).
LONGEST_PAUSE_DAYS: Final = 14
# A step on hold whose alert somebody closed is asked about again after this long (judgement).
ASK_AGAIN_DAYS: Final = 3
# Of a dose that was taken for years only its last weeks say how it is borne now (judgement).
TOLERANCE_LOOK_BACK: Final = timedelta(days=28)


def days_to_move(paused_on: date, today: date) -> int:
    """By how many days every step to come moves when the plan goes on: as long as it stood still, never less than 0.

    All move alike, so each dose lasts at least as long as was signed.
    """
    return max(0, (today - paused_on).days)


def why_not_resumed(paused_on: date, today: date, blockers: Sequence[Reason]) -> tuple[str, ...]:
    """Why a paused plan must be signed anew rather than resumed; empty when it may go on.

    `blockers` are what the signature does not cover any more (`never_released`).
    """
    why = [reason.text for reason in blockers]
    days = (today - paused_on).days
    if days > LONGEST_PAUSE_DAYS:
        why.append(f"It has been paused for {days} days. After more than {LONGEST_PAUSE_DAYS} a plan is signed again.")
    return tuple(why)


@dataclass(frozen=True, slots=True)
class DoseSpan:
    """A dose that was taken, from `first` to `last`, and what is known of those days.

    `daily` in the plan's unit, None unknown. `levels` are those of its check-ins, None could not be judged;
    `alerts` counts the alerts raised in it that speak against it.
    """

    daily: Decimal | None
    first: date
    last: date
    levels: tuple[int | None, ...] = ()
    alerts: int = 0

    @property
    def clear(self) -> bool:
        """Whether its check-ins say that it was borne; without a single one nothing is known."""
        levels = [level for level in self.levels if level is not None]
        return bool(levels) and len(levels) == len(self.levels) and max(levels) <= CLEAR_LEVEL and not self.alerts


def last_tolerated(spans: Sequence[DoseSpan], present: Decimal | None) -> DoseSpan | None:
    """The latest of these doses that lies below the present one and was borne; None when there is none.

    An unknown present dose has none below it, and no dose at all is never a dose to go back to.
    """
    if present is None:
        return None
    borne = [span for span in spans if span.clear and span.daily is not None and 0 < span.daily < present]
    return max(borne, key=lambda span: span.last, default=None)
