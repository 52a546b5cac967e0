"""The timeline as the page shows it: drawn, in a sentence, as rows, and day by day for the slider."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import pgettext_lazy

from monitoring.dashboard.queries.chart import WEEKS, timeline_of
from monitoring.dashboard.svg import Drawing, Mark, draw, marks_of, middles
from monitoring.dashboard.timeline import Reading, TableRow, Timeline, readings, summary, table
from monitoring.people.models import Patient

logger = logging.getLogger(__name__)

USUAL: Final = "8"
ALL: Final = "all"
# What can be asked for in the address, and what the link says.
SPANS: Final = (
    *((str(weeks), format_lazy(pgettext_lazy("staff", "{weeks} weeks"), weeks=weeks)) for weeks in WEEKS),
    (ALL, pgettext_lazy("staff", "All")),
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as the slider finds it: where it lies, and what it says."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`drawing` is None when the chart could not be drawn: the sentence and the rows say the same without it."""

    span: str
    timeline: Timeline
    summary: str
    rows: tuple[TableRow, ...]
    marks: tuple[Mark, ...]
    drawing: Drawing | None
    days: tuple[Day, ...] = ()

    @property
    def today_number(self) -> int:
        return (self.timeline.today - self.timeline.first).days

    @property
    def slider(self) -> list[dict[str, object]]:
        return [{"x": day.x, "text": day.text} for day in self.days]


def chart_of(patient: Patient, now: datetime, asked: str) -> Chart:
    """The chart of as many weeks as were asked for; eight for whatever is not one of `SPANS`."""
    span = asked if asked in dict(SPANS) else USUAL
    timeline = timeline_of(patient, now=now, weeks=None if span == ALL else int(span))
    marks, drawing, days = _drawn(timeline, readings(timeline))
    return Chart(span, timeline, summary(timeline), table(timeline), marks, drawing, days)


def _drawn(timeline: Timeline, told: tuple[Reading, ...]) -> tuple[tuple[Mark, ...], Drawing | None, tuple[Day, ...]]:
    """The marks, the picture and the slider's days; a fault in drawing leaves the page its words and its table."""
    try:
        days = tuple(Day(x, each.text) for x, each in zip(middles(timeline), told, strict=True))
        return marks_of(timeline), draw(timeline), days
    except Exception:  # whatever is wrong with the picture, what it shows must reach the reader
        logger.exception("a timeline could not be drawn")
        return (), None, ()
