"""A plan after what came before it, as values: doses taken and planned, and the level of each check-in. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from monitoring.formatting import dose_text

# What the patient bore lately is what speaks for the next dose; older doses are on the record's own timeline.
PAST_DAYS: Final = 56
# The last planned dose is drawn for so long.
AFTER_DAYS: Final = 14
# A day from which another daily amount is taken.
Turn = tuple[date, Decimal]
LEVEL_WORDS: Final = ("clear", "Info", "Check", "Urgent", "Emergency")
NOT_JUDGED: Final = "not judged"
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DoseSpan:
    """A daily amount in mg from `first` to `last`, both included. `daily` None is unknown, and never nothing."""

    first: date
    last: date
    daily: Decimal | None
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    style: str
    spans: tuple[DoseSpan, ...]

    def on(self, day: date) -> str:
        """The dose of a day in words; a dash where it is not taken."""
        span = next((span for span in self.spans if span.first <= day <= span.last), None)
        if span is None:
            return "–"
        return "none" if span.daily == 0 else dose_text(span.daily)


@dataclass(frozen=True, slots=True)
class Preview:
    """`levels` holds the worst level of each day with a check-in, None for one that was not judged."""

    first: date
    today: date
    last: date
    lanes: tuple[Lane, ...]
    levels: Mapping[date, int | None]
    missed: frozenset[date]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which every dose stays as it is: the doses, and how the check-ins of these days were."""

    first: date
    last: date
    doses: tuple[str, ...]
    check_ins: str
    planned: bool


def window(today: date, turns: Iterable[Turn]) -> tuple[date, date]:
    """First and last day drawn: the weeks behind, and the plan to a while after its last turn."""
    last = max((day for day, _ in turns), default=today)
    return today - timedelta(days=PAST_DAYS - 1), max(last, today) + timedelta(days=AFTER_DAYS)


def clipped(spans: Iterable[DoseSpan], first: date, last: date) -> tuple[DoseSpan, ...]:
    """What of these spans lies in the window, oldest first."""
    inside = (
        DoseSpan(max(span.first, first), min(span.last, last), span.daily, span.planned)
        for span in spans
        if span.first <= last and span.last >= first
    )
    return tuple(sorted((span for span in inside if span.first <= span.last), key=lambda span: span.first))


def planned_spans(turns: Iterable[Turn], present: Decimal | None, today: date, last: date) -> tuple[DoseSpan, ...]:
    """From tomorrow on: the present dose until the first turn, then each amount until the next."""
    ahead = [(today + DAY, present), *((max(day, today + DAY), daily) for day, daily in turns)]
    ends = [*(day - DAY for day, _ in ahead[1:]), last]
    return tuple(
        DoseSpan(day, end, daily, planned=True) for (day, daily), end in zip(ahead, ends, strict=True) if day <= end
    )


def stretches(preview: Preview) -> tuple[Stretch, ...]:
    """The chart as rows, for a screen reader or a printer: one a stretch of days with the same doses."""
    turns = {preview.first, preview.today + DAY} | {
        day
        for lane in preview.lanes
        for span in lane.spans
        for day in (span.first, span.last + DAY)
        if preview.first <= day <= preview.last
    }
    days = sorted(turns)
    ends = [*(day - DAY for day in days[1:]), preview.last]
    return tuple(_stretch(preview, day, end) for day, end in zip(days, ends, strict=True))


def _stretch(preview: Preview, first: date, last: date) -> Stretch:
    doses = tuple(lane.on(first) for lane in preview.lanes)
    planned = first > preview.today
    return Stretch(first, last, doses, "" if planned else _check_ins(preview, first, last), planned)


def _check_ins(preview: Preview, first: date, last: date) -> str:
    """ "5 clear, 1 Check, 2 missed"; the worst last, and no answer never told as a clear one."""
    levels = [level for day, level in preview.levels.items() if first <= day <= last]
    missed = sum(1 for day in preview.missed if first <= day <= last)
    counted = [(levels.count(level), word) for level, word in enumerate(LEVEL_WORDS)]
    counted += [(levels.count(None), NOT_JUDGED), (missed, "missed")]
    return ", ".join(f"{count} {word}" for count, word in counted if count) or "none"
