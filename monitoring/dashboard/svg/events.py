"""The events of a chart as numbered marks: two rows at the most, and the same numbers in the list beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitoring.dashboard.svg import parts
from monitoring.dashboard.svg.parts import LINE, MARK_WIDTH, Scale, n
from monitoring.dashboard.timeline import Event, Timeline

ROWS: Final = 2
SHAPES: Final = {
    "emergency": "M-5.4 -13h10.8l7.6 7.6v10.8l-7.6 7.6h-10.8l-7.6 -7.6v-10.8z",
    "urgent": "M0 -13L13.5 11H-13.5z",
    "check": "M0 -14L14 0L0 14L-14 0z",
    "info": "M-11 0a11 11 0 1 0 22 0a11 11 0 1 0 -22 0z",
}
_LOUDEST_FIRST: Final = tuple(SHAPES)


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered shape: what happened on one day, or on a few where more than two rows would be needed.

    `x` is its middle, `place` the number of its day on the slider.
    """

    number: int
    day: date
    row: int
    x: float
    place: int
    events: tuple[Event, ...]

    @property
    def shape(self) -> str:
        """That of the loudest event."""
        return min((event.shape for event in self.events), key=_rank)

    @property
    def says(self) -> str:
        """What a pointer that rests on the mark is told."""
        return "; ".join(f"{event.label}: {event.text}" for event in self.events)


def _rank(shape: str) -> int:
    return _LOUDEST_FIRST.index(shape) if shape in _LOUDEST_FIRST else len(_LOUDEST_FIRST)


def marks_of(timeline: Timeline) -> tuple[Mark, ...]:
    """The events in marks of which none touches another: those of one day share one, and so do crowded days."""
    scale = Scale(timeline.first, len(timeline.days))
    ends: list[float] = []
    groups: list[tuple[date, int, list[Event]]] = []
    for event in timeline.events:
        x = scale.middle(event.day)
        row = next((number for number, end in enumerate(ends) if x - end >= MARK_WIDTH), len(ends))
        if groups and (groups[-1][0] == event.day or row >= ROWS):
            groups[-1][2].append(event)
            continue
        ends[row:] = [x, *ends[row + 1 :]]
        groups.append((event.day, row, [event]))
    return tuple(
        Mark(number, day, row, scale.middle(day), (day - timeline.first).days, tuple(events))
        for number, (day, row, events) in enumerate(groups, start=1)
    )


def event_height() -> int:
    return MARK_WIDTH * ROWS + 2


def event_labels(top: int) -> SafeString:
    words = (("Events", "t-strong"), ("numbers: see the list", "t-muted"))
    return parts.group(parts.text(0, top + 20 + LINE * row, said, cls) for row, (said, cls) in enumerate(words))


def event_links(marks: Sequence[Mark], top: int) -> SafeString:
    """Each mark leads to its entry in the list. The list is the way by keyboard, so the marks are no stops of it."""
    return parts.join(
        format_html(
            '<a href="#event-{}" id="mark-{}" tabindex="-1" aria-hidden="true" class="mark"'
            ' transform="translate({} {})"><title>{}</title>'
            '<rect x="-14" y="-14" width="28" height="28" class="hit"/>'
            '<path d="{}" class="m-{}"/><text y="4" class="n-{}">{}</text></a>',
            mark.number, mark.number, n(mark.x), top + 15 + MARK_WIDTH * mark.row, mark.says,
            SHAPES.get(mark.shape, SHAPES["info"]), mark.shape, mark.shape, mark.number,
        )
        for mark in marks
    )  # fmt: skip
