"""One exposure from a day on: ended, at another dose, by another route. Every date stays explicit."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from interactions.checking.exposure import EarlierDose, Exposure, Route
from interactions.medicines.dose import Dose

_DAY: Final = timedelta(days=1)


def runs(exposure: Exposure, day: date) -> bool:
    """Whether it is taken on the day or after it."""
    return exposure.end is None or exposure.end >= day


def ended(exposure: Exposure, day: date) -> tuple[Exposure, ...]:
    """What of it is left when it is not taken from the day on: nothing when it had not begun."""
    if not runs(exposure, day):
        return (exposure,)
    if exposure.start is not None and exposure.start >= day:
        return ()
    dose, earlier = _doses_before(exposure, day)
    return (replace(exposure, dose=dose, earlier=earlier, end=day - _DAY),)


def rerouted(exposure: Exposure, route: Route, day: date) -> tuple[Exposure, ...]:
    """It ends, and the same dose begins by the other route, where no dose came before it."""
    return _anew(exposure, replace(exposure, route=route), day)


def redosed(exposure: Exposure, dose: Dose | None, day: date, on: date) -> tuple[Exposure, ...]:
    """It goes on at another dose: seen from ``on``, the present one is then an earlier one, or still the present."""
    as_needed = exposure.as_needed if dose is None else dose.as_needed
    after = replace(exposure, dose=dose, as_needed=as_needed)
    return _anew(exposure, after, day) if day > on else (_with_earlier(exposure, after, day),)


def starting(exposure: Exposure, day: date) -> Exposure:
    """It begins on the day, or on its end before that, where it says no start of its own."""
    if exposure.start is not None:
        return exposure
    return replace(exposure, start=day if exposure.end is None else min(day, exposure.end))


def _anew(exposure: Exposure, after: Exposure, day: date) -> tuple[Exposure, ...]:
    if not runs(exposure, day) or after == exposure:
        return (exposure,)
    begins = day if exposure.start is None else max(day, exposure.start)
    return (*ended(exposure, day), replace(after, start=begins, earlier=()))


def _with_earlier(exposure: Exposure, after: Exposure, day: date) -> Exposure:
    if after == exposure:
        return exposure
    if exposure.start is not None and exposure.start >= day:
        return replace(after, earlier=())
    dose, earlier = _doses_before(exposure, day)
    began = earlier[-1].until + _DAY if earlier else exposure.start
    return replace(after, earlier=(*earlier, EarlierDose(dose, day - _DAY, began)))


def _doses_before(exposure: Exposure, day: date) -> tuple[Dose | None, tuple[EarlierDose, ...]]:
    """The dose in force on the day before, and those that came before that one."""
    since = exposure.dose_since
    if not exposure.earlier or since is None or since < day:
        return exposure.dose, exposure.earlier
    begun = [each for each in exposure.earlier if each.start is None or each.start < day]
    if not begun:
        return exposure.earlier[0].dose, ()
    return begun[-1].dose, tuple(begun[:-1])
