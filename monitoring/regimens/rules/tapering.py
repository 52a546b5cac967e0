"""When stopping or cutting baclofen needs a taper. Pure: no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

LONG_USE_DAYS: Final = 28
BRIDGED_GAP_DAYS: Final = 7
TAPER_MIN_DAYS: Final = 7
LARGEST_LAST_STEP_MG: Final = Decimal(10)
HIGH_DOSE_MG: Final = Decimal(30)
LARGEST_FALL_MG: Final = Decimal(10)


@dataclass(frozen=True, slots=True)
class DoseSpan:
    """A daily amount in mg over days, both ends included; None is unknown (or, at the end, open)."""

    start: date | None
    end: date | None
    daily_mg: Decimal | None


def combined(courses: Iterable[Sequence[DoseSpan]], until: date) -> tuple[DoseSpan, ...]:
    """Several courses of one ingredient as one: daily amounts added where they overlap, oldest first.

    A new strength or brand does not begin the use anew: gaps of up to seven days are bridged, and what
    lies before a longer one is left out. Spans after `until` are left out.
    """
    spans = [span for course in courses for span in course if (span.start or date.min) <= until]
    edges = {span.start or date.min for span in spans}
    edges |= {span.end + timedelta(days=1) for span in spans if span.end is not None and span.end < until}
    days = sorted(edges)
    result: list[DoseSpan] = []
    for index, day in enumerate(days):
        present = [span for span in spans if (span.start or date.min) <= day <= (span.end or date.max)]
        if not present:
            continue
        amounts = [span.daily_mg for span in present]
        total = None if None in amounts else sum((amount for amount in amounts if amount is not None), Decimal(0))
        end = days[index + 1] - timedelta(days=1) if index + 1 < len(days) else until
        if result and (day - (result[-1].end or day)).days > BRIDGED_GAP_DAYS:
            result = []
        result.append(DoseSpan(None if day == date.min else day, end, total))
    return tuple(result)


def _days_of_use(spans: Sequence[DoseSpan], last_day: date) -> int | None:
    starts = [span.start for span in spans]
    known = [start for start in starts if start is not None]
    if None in starts or not known:
        return None
    return (last_day - min(known)).days + 1


def _at(spans: Iterable[DoseSpan], day: date) -> Decimal | None:
    for span in spans:
        if (span.start is None or span.start <= day) and (span.end is None or day <= span.end):
            return span.daily_mg
    return None


def long_use(spans: Sequence[DoseSpan], last_day: date) -> bool:
    """At least four weeks of use; an unknown start counts as long, since unknown never lowers a risk."""
    days = _days_of_use(spans, last_day)
    return days is None or days >= LONG_USE_DAYS


def tapered(spans: Sequence[DoseSpan], last_day: date) -> bool:
    """Whether the doses up to `last_day` make a taper: the fall began at least seven days before the
    end, and what is left at the end is at most 10 mg a day. Unknown doses make none.

    Source: the working definition of an abrupt stop (judgement; labels ask for a slow reduction, S08).
    """
    used = [span for span in spans if span.start is None or span.start <= last_day]
    run: list[tuple[date | None, Decimal]] = []
    for span in reversed(used):
        if span.daily_mg is None or (run and span.daily_mg < run[-1][1]):
            break
        run.append((span.start, span.daily_mg))
    if not run or run[0][1] > LARGEST_LAST_STEP_MG:
        return False
    peak = run[-1][1]
    falls = [start for start, daily in run if daily < peak and start is not None]
    return bool(falls) and (last_day - min(falls)).days >= TAPER_MIN_DAYS


def stop_needs_taper(spans: Sequence[DoseSpan], last_day: date, *, route: str) -> bool:
    """Whether stopping baclofen after `last_day` is abrupt, so that a taper or a reason is due.

    `spans` are the doses so far in mg a day. Oral use counts from four weeks; intrathecal use from
    the first day (boxed warning, S07); a skin product never. Sources: S06, S08, S34 and judgement.
    """
    if route == "topical":
        return False
    if route == "intrathecal":
        return True
    return long_use(spans, last_day) and not tapered(spans, last_day)


def abrupt_fall(spans: Sequence[DoseSpan], new_daily_mg: Decimal | None, from_day: date, *, route: str) -> bool:
    """Whether a lower baclofen dose from `from_day` falls too fast after long use.

    Too fast: half or more of the day's total in one step, or more than 10 mg a day within seven
    days from 30 mg a day or more (judgement, built on the label's advice to reduce slowly, S08).
    """
    before = from_day - timedelta(days=1)
    current = _at(spans, before)
    if route == "topical" or current is None or new_daily_mg is None or new_daily_mg >= current:
        return False
    if not long_use(spans, before):
        return False
    if new_daily_mg <= current / 2:
        return True
    week_ago = _at(spans, from_day - timedelta(days=TAPER_MIN_DAYS))
    highest = max(current, week_ago) if week_ago is not None else current
    return highest >= HIGH_DOSE_MG and highest - new_daily_mg > LARGEST_FALL_MG
