"""How often, from a FHIR Timing. A timing that does not say how often leaves the frequency unknown."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from interactions.fhir.dates import read_date
from interactions.fhir.nodes import FaultError, Node, codings
from interactions.fhir.quantities import read_days
from interactions.medicines.sig import read_sig

_HOURS: Final = {
    "s": Fraction(1, 3600), "min": Fraction(1, 60), "h": Fraction(1), "d": Fraction(24), "wk": Fraction(168),
    "mo": Fraction(720), "a": Fraction(8760),
}  # fmt: skip
_SLOT: Final = {
    **dict.fromkeys(("MORN", "MORN.early", "MORN.late", "WAKE", "ACM", "CM", "PCM"), "morning"),
    **dict.fromkeys(("NOON", "ACD", "CD", "PCD"), "midday"),
    **dict.fromkeys(("AFT", "AFT.early", "AFT.late"), "afternoon"),
    **dict.fromkeys(("EVE", "EVE.early", "EVE.late", "ACV", "CV", "PCV"), "evening"),
    **dict.fromkeys(("NIGHT", "HS"), "night"),
}
_BY_CODE: Final = {
    "QD": (1, 1), "BID": (2, 1), "TID": (3, 1), "QID": (4, 1), "AM": (1, 1), "PM": (1, 1), "BED": (1, 1),
    "QOD": (1, 2), "Q1H": (24, 1), "Q2H": (12, 1), "Q3H": (8, 1), "Q4H": (6, 1), "Q6H": (4, 1), "Q8H": (3, 1),
    "Q12H": (2, 1), "Q24H": (1, 1), "WK": (1, 7), "MO": (1, 30),
}  # fmt: skip
_MOST_TIMES: Final = 200
_BOUNDS: Final = ("event", "boundsDuration", "boundsRange")


@dataclass(frozen=True, slots=True)
class Often:
    """``times`` administrations in ``days`` days; None when the timing does not say. ``at`` names times of day.

    ``start`` and ``end`` bound it by date, ``lasts`` by a number of days from an unsaid start.
    """

    times: int | None = None
    days: Decimal = Decimal(1)
    at: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    lasts: int | None = None
    problems: tuple[str, ...] = ()


NOT_SAID: Final = Often()


def read_timing(timing: Node) -> Often:
    """The frequency and the bounds of a Timing. FaultError for an impossible date or a wrong type."""
    if not timing:
        return NOT_SAID
    repeat = timing.child("repeat")
    problems: list[str] = []
    rate, slots = _rate(repeat, problems)
    if rate is None:
        rate = _by_code(timing.child("code"))
    start, end, lasts = _bounds(timing, repeat)
    count = repeat.number("count")
    if rate is None and count is not None and count == 1:
        problems.append("written as a single dose")
    if rate is not None and rate.numerator > _MOST_TIMES:
        problems.append("the frequency is beyond what is read")
        rate = None
    if rate is None:
        return Often(start=start, end=end, lasts=lasts, problems=tuple(problems))
    return Often(
        times=rate.numerator,
        days=Decimal(rate.denominator),
        at=slots if len(slots) == rate.numerator else (),
        start=start,
        end=end,
        lasts=lasts,
        problems=tuple(problems),
    )


def _rate(repeat: Node, problems: list[str]) -> tuple[Fraction | None, tuple[str, ...]]:
    """Administrations a day, with their times of day; the upper end of a range, since exposure counts."""
    when, clock = repeat.words("when"), repeat.words("timeOfDay")
    slots = tuple(_SLOT[word] for word in when if word in _SLOT)
    frequency = repeat.number("frequencyMax") or repeat.number("frequency")
    if repeat.number("frequencyMax") is not None or repeat.number("periodMax") is not None:
        problems.append("how often is a range: the most is used")
    if frequency is not None and frequency <= 0:
        raise FaultError(repeat.at("frequency"), "must be more than none.")
    period, unit = _period(repeat)
    weekdays = len(set(repeat.words("dayOfWeek")))
    return _a_day(frequency, period, unit, len(clock) or len(slots), weekdays), slots


def _period(repeat: Node) -> tuple[Decimal | None, str]:
    """The period and its unit; None when it is not said."""
    period, unit = repeat.number("period"), repeat.text("periodUnit")
    if period is None or not unit:
        return None, ""
    if unit not in _HOURS:
        raise FaultError(repeat.at("periodUnit"), f"“{unit[:20]}” is not a unit of time (s, min, h, d, wk, mo, a).")
    if period <= 0:
        raise FaultError(repeat.at("period"), "must be more than none.")
    return period, unit


@lru_cache(maxsize=1_024)
def _a_day(frequency: Decimal | None, period: Decimal | None, unit: str, daily: int, weekdays: int) -> Fraction | None:
    """Administrations a day by frequency and period, times of day and days of the week; None when unsaid."""
    days = None if period is None else Fraction(period) * _HOURS[unit] / 24
    count = Fraction(1) if frequency is None else Fraction(frequency)
    if weekdays:
        return Fraction(daily or (count if days == 1 else 1)) * weekdays / 7
    if days is None:
        return Fraction(daily) if daily else None
    return max(Fraction(daily), count) / days


def _by_code(concept: Node) -> Fraction | None:
    """The frequency of a code (BID, Q8H) or of the words beside it."""
    said = codings(concept)
    for coding in said:
        if coding.code.upper() in _BY_CODE:
            times, days = _BY_CODE[coding.code.upper()]
            return Fraction(times, days)
    for words in (concept.text("text"), *(coding.display for coding in said)):
        if words.upper() in _BY_CODE:
            times, days = _BY_CODE[words.upper()]
            return Fraction(times, days)
        dose = read_sig(f"1 mg {words}").dose if words else None
        if dose is not None and dose.frequency_known:
            return Fraction(len(dose.amounts)) / Fraction(dose.interval_days)
    return None


def _bounds(timing: Node, repeat: Node) -> tuple[date | None, date | None, int | None]:
    period = repeat.child("boundsPeriod")
    if not period and not any(key in timing.value or key in repeat.value for key in _BOUNDS):
        return None, None, None
    start, end = (read_date(period.text(key), period.at(key)) if period.text(key) else None for key in ("start", "end"))
    events = [read_date(day, timing.at("event")) for day in timing.words("event")]
    if events and start is None and end is None:
        start, end = min(events), max(events)
    if start is not None and end is not None and end < start:
        raise FaultError(period.at("end"), f"{end} is before the start, {start}.")
    length = read_days(repeat.child("boundsDuration")) or read_days(repeat.child("boundsRange").child("high"))
    # A course of ten days is over on the tenth, not on the eleventh.
    return start, end, None if length is None else max(int(length), 1)
