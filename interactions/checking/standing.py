"""Where each medicine of a regimen stands on a day, and the day on which time alone changes that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from interactions.checking.exposure import Exposure, PatientContext, State
from interactions.checking.index import index_of
from interactions.checking.washout import state_on, window_days
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release


@dataclass(frozen=True, slots=True)
class Standing:
    """An exposure on a day. ``until`` is the last day on which it counts; None while no end is set."""

    exposure: Exposure
    state: State
    until: date | None


def standing_on(
    exposures: Iterable[Exposure], context: PatientContext, on: date, *, release: Release | None = None
) -> tuple[Standing, ...]:
    """The standing of every exposure on a day, in the order given. Windows as in `check_regimen`."""
    index = index_of(release or current_release())
    given = tuple(exposures)
    found = []
    for exposure in given:
        days = 0 if exposure.end is None else window_days(exposure, context, index, given)
        until = None if exposure.end is None else exposure.end + timedelta(days=days)
        found.append(Standing(exposure, state_on(exposure, on, days), until))
    return tuple(found)


def next_change_day(standings: Sequence[Standing], on: date) -> date | None:
    """The first day after ``on`` on which a start, an end or a washout changes a state; None when none will."""
    days = []
    for standing in standings:
        exposure = standing.exposure
        if exposure.start is not None:
            days.append(exposure.start)
        if exposure.end is not None and standing.until is not None:
            days += [exposure.end + timedelta(days=1), standing.until + timedelta(days=1)]
    return min((day for day in days if day > on), default=None)
