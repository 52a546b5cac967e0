"""When a clinic answers its telephone, by its own clock. Pure: hours and a moment in, a yes or a no out.

Hours are of a usual week. Nobody keeps bank holidays here, so that what follows from “open” is an order of two numbers
and never the want of one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Final

WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when somebody answers, as a clock on the wall shows it; `closes` is outside of it."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The span of each day from Monday to Sunday; None is a day on which nobody answers."""

    days: tuple[Span | None, ...]


@dataclass(frozen=True, slots=True)
class SameHours:
    """Days in a row that have the same hours; 0 is Monday."""

    first: int
    last: int
    span: Span


def read_hours(raw: object) -> OpeningHours | None:
    """The hours kept as a list of seven, each `["08:30", "17:00"]` or None; None is not known.

    Whatever is not of this form, ends before it begins, or never opens, is a ValueError that says so.
    """
    if raw is None:
        return None
    if not isinstance(raw, list | tuple) or len(raw) != WEEK:
        raise ValueError("Opening hours are a list of seven days.")
    days = tuple(_span(each) for each in raw)
    if not any(days):
        raise ValueError("A clinic that never opens has no opening hours.")
    return OpeningHours(days)


def _span(raw: object) -> Span | None:
    if raw is None:
        return None
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise ValueError("A day has an opening and a closing time, or none.")
    span = Span(*(_time(each) for each in raw))
    if span.opens >= span.closes:
        raise ValueError("A clinic closes after it has opened.")
    return span


def _time(raw: object) -> time:
    if not isinstance(raw, str):
        raise ValueError("A time is written like 08:30.")
    return datetime.strptime(raw, "%H:%M").time()  # noqa: DTZ007 - a time on a wall has no zone


def kept_hours(days: Sequence[tuple[time, time] | None]) -> list[list[str] | None] | None:
    """The form in which hours are kept; None where no day has any."""
    kept = [None if day is None else [f"{each:%H:%M}" for each in day] for day in days]
    return kept if any(kept) else None


def is_open(hours: OpeningHours, here: datetime) -> bool:
    """Whether somebody answers at `here`, an aware moment on the clinic's clock."""
    span = hours.days[here.weekday()]
    return span is not None and span.opens <= here.time() < span.closes


def opens_next(hours: OpeningHours, here: datetime) -> datetime:
    """The next opening after `here`, an aware moment on the clinic's clock; its time is what the wall will show."""
    for later in range(WEEK + 1):
        day = here.date() + timedelta(days=later)
        span = hours.days[day.weekday()]
        if span is None:
            continue
        opening = datetime.combine(day, span.opens, tzinfo=here.tzinfo)
        if (opening.date(), opening.time()) > (here.date(), here.time()):
            return opening
    raise AssertionError("hours without a single opening")


def in_a_week(hours: OpeningHours) -> Iterator[SameHours]:
    """The week in as few lines as it takes: days in a row with the same hours are one."""
    for span, group in groupby(range(WEEK), key=lambda day: hours.days[day]):
        days = list(group)
        if span is not None:
            yield SameHours(days[0], days[-1], span)
