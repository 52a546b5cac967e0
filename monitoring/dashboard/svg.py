"""Draws a timeline as SVG: geometry in attributes, looks in classes, so that it prints and turns dark."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from monitoring.dashboard.timeline import (
    WATCH_DAYS,
    DoseLane,
    DoseSpan,
    SymptomLane,
    Timeline,
    consecutive_runs,
    say,
)

LEFT: Final = 120
RIGHT: Final = 872
WIDTH: Final = 960
TOP: Final = 40
DOSE_HEIGHT: Final = 64
MARK_WIDTH: Final = 30
SYMPTOM_HEIGHT: Final = 54
PAD: Final = 14


# Two textures, so that a missed check-in and a day on which nobody was asked differ in black and white too.
PATTERNS: Final = mark_safe(
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="5" class="hatch"/></pattern>'
    '<pattern id="hatch-system" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<circle cx="3" cy="3" r="1" class="hatch"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to x. Each day owns a slot; marks sit in its middle, dose steps on its left edge."""

    first: date
    days: int

    @property
    def slot(self) -> float:
        return (RIGHT - LEFT) / self.days

    def edge(self, day: date) -> float:
        return LEFT + (day - self.first).days * self.slot

    def middle(self, day: date) -> float:
        return self.edge(day) + self.slot / 2


def draw(timeline: Timeline) -> SafeString:
    """The inside of the `<svg>` element, and nothing that is not in the timeline."""
    scale = Scale(timeline.first, len(timeline.days))
    height = chart_height(timeline)
    y = TOP
    parts = [PATTERNS, _backdrop(timeline, scale, height)]
    for lane in timeline.doses:
        parts.append(_dose_lane(lane, timeline, scale, y))
        y += DOSE_HEIGHT
    parts.append(_events(timeline, scale, y))
    y += _event_height(timeline)
    for symptom in timeline.symptoms:
        parts.append(_symptom_lane(symptom, timeline, scale, y))
        y += SYMPTOM_HEIGHT
    parts.append(_today(timeline, scale, height))
    return _join(parts)


def chart_height(timeline: Timeline) -> int:
    return (
        TOP + DOSE_HEIGHT * len(timeline.doses) + _event_height(timeline) + SYMPTOM_HEIGHT * len(timeline.symptoms) + 8
    )


def _join(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 - every part was made by format_html


def _text(x: float, y: float, text: str, cls: str, anchor: str = "start") -> SafeString:
    return format_html('<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>', _n(x), _n(y), cls, anchor, text)


def _line(x1: float, y1: float, x2: float, y2: float, cls: str) -> SafeString:
    return format_html('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>', _n(x1), _n(y1), _n(x2), _n(y2), cls)


def _rect(x: float, y: float, width: float, height: float, cls: str) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>', _n(x), _n(y), _n(width), _n(height), cls
    )


def _path(points: str, cls: str) -> SafeString:
    return format_html('<path d="{}" class="{}"/>', points, cls)


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _backdrop(timeline: Timeline, scale: Scale, height: int) -> SafeString:
    """The plan's shade, the watch bands after changes, week lines with dates, and a line at each change."""
    bottom = height - 8
    after_today = scale.edge(timeline.today + timedelta(days=1))
    parts = [_rect(after_today, TOP, RIGHT - after_today, bottom - TOP, "future")]
    for day in timeline.changes:
        end = min(scale.edge(day + timedelta(days=WATCH_DAYS)), RIGHT)
        parts.append(_rect(scale.edge(day), TOP, end - scale.edge(day), bottom - TOP, "watch"))
    step = max(7, 7 * round(scale.days / 63))
    for offset in range(0, scale.days, step):
        day = timeline.first + timedelta(days=offset)
        parts.append(_line(scale.edge(day), TOP, scale.edge(day), bottom, "week"))
        parts.append(_text(scale.edge(day), 18, f"{day.day} {day:%b}", "t-muted", "start" if offset == 0 else "middle"))
    parts += [_line(scale.edge(day), TOP, scale.edge(day), bottom, "change") for day in timeline.changes]
    return _join(parts)


def _dose_lane(lane: DoseLane, timeline: Timeline, scale: Scale, top: int) -> SafeString:
    base, room = top + DOSE_HEIGHT - 10, DOSE_HEIGHT - 30
    highest = max((span.daily for span in lane.spans if span.daily), default=Decimal(1))
    parts = [
        _text(0, top + 26, lane.name, f"t-strong t-{lane.style}"),
        _text(0, top + 42, lane.unit, "t-muted"),
        _line(LEFT, base, RIGHT, base, "axis"),
    ]
    previous_y: float | None = None
    for span in sorted(lane.spans, key=lambda one: one.starts_on):
        room_of_span = _visible(span, timeline)
        if room_of_span is None:
            continue
        left, right = scale.edge(room_of_span[0]), min(scale.edge(room_of_span[1] + timedelta(days=1)), RIGHT)
        if span.daily is None:
            parts.append(_text(left + 3, base - 4, "dose unknown", "t-muted"))
            continue
        y = base - room * float(span.daily / highest)
        if not span.planned:
            parts.append(_rect(left, y, right - left, base - y, f"{lane.style}-fill"))
        from_y = base if previous_y is None else previous_y
        dashed = " planned" if span.planned else ""
        parts.append(_path(f"M{_n(left)} {_n(from_y)}V{_n(y)}H{_n(right)}", f"{lane.style}{dashed}"))
        parts.append(_text(left + 3, y - 4, say(span.daily), f"t-{lane.style}"))
        previous_y = y
    return format_html("<g>{}</g>", _join(parts))


def _visible(span: DoseSpan, timeline: Timeline) -> tuple[date, date] | None:
    first = max(span.starts_on, timeline.first)
    last = min(span.ends_on or timeline.last, timeline.last)
    return (first, last) if first <= last else None


SHAPES: Final = {
    "emergency": "M-5.4 -13h10.8l7.6 7.6v10.8l-7.6 7.6h-10.8l-7.6 -7.6v-10.8z",
    "urgent": "M0 -13L13.5 11H-13.5z",
    "check": "M0 -14L14 0L0 14L-14 0z",
    "info": "M-11 0a11 11 0 1 0 22 0a11 11 0 1 0 -22 0z",
}


def event_rows(timeline: Timeline) -> tuple[int, ...]:
    """The row of each event's mark, so that no two marks of a row touch."""
    scale = Scale(timeline.first, len(timeline.days))
    ends: list[float] = []
    rows = []
    for event in timeline.events:
        x = scale.middle(event.day)
        row = next((number for number, end in enumerate(ends) if x - end >= MARK_WIDTH), len(ends))
        ends[row:] = [x, *ends[row + 1 :]]
        rows.append(row)
    return tuple(rows)


def _event_height(timeline: Timeline) -> int:
    return MARK_WIDTH * max(2, max(event_rows(timeline), default=0) + 1)


def _events(timeline: Timeline, scale: Scale, top: int) -> SafeString:
    parts = [_text(0, top + 20, "Events", "t-strong"), _text(0, top + 36, "see the list", "t-muted")]
    numbered = zip(timeline.events, event_rows(timeline), strict=True)
    parts += [
        format_html(
            '<g transform="translate({} {})"><path d="{}" class="m-{}"/><text y="4" class="n-{}">{}</text></g>',
            _n(scale.middle(event.day)),
            top + 15 + MARK_WIDTH * row,
            SHAPES.get(event.shape, SHAPES["info"]),
            event.shape,
            event.shape,
            number,
        )
        for number, (event, row) in enumerate(numbered, start=1)
    ]
    return format_html("<g>{}</g>", _join(parts))


def _symptom_lane(lane: SymptomLane, timeline: Timeline, scale: Scale, top: int) -> SafeString:
    low, room = top + SYMPTOM_HEIGHT - PAD + 4, SYMPTOM_HEIGHT - PAD - 8
    today_edge = scale.edge(timeline.today + timedelta(days=1))

    def height(score: int) -> float:
        return low - room * score / lane.highest

    limit = height(lane.alert_from)
    parts = [
        _rect(LEFT, height(lane.highest) - 4, today_edge - LEFT, limit - height(lane.highest) + 4, "band-urgent"),
        _line(LEFT, limit, today_edge, limit, "limit"),
        _line(LEFT, low, RIGHT, low, "week"),
        _text(0, top + 26, lane.name, "t-strong"),
        _text(LEFT - 6, height(lane.highest) + 4, str(lane.highest), "t-muted", "end"),
        _text(LEFT - 6, low + 4, "0", "t-muted", "end"),
    ]
    for days, pattern in ((timeline.missed, "hatch"), (timeline.not_asked, "hatch-system")):
        parts += [
            _gap(scale.edge(day), top + 2, scale.slot, SYMPTOM_HEIGHT - 8, pattern)
            for day in sorted(days)
            if timeline.first <= day <= timeline.today and day not in lane.scores
        ]
    for run in consecutive_runs(lane.scores, timeline.first, timeline.today):
        points = "L".join(f"{_n(scale.middle(day))} {_n(height(score))}" for day, score in run)
        parts.append(_path(f"M{points}", "sym"))
        parts += [_dot(scale.middle(day), height(score), score, hot=score >= lane.alert_from) for day, score in run]
    if lane.scores:
        latest = max(day for day in lane.scores)
        score = lane.scores[latest]
        parts.append(
            _text(today_edge + 5, height(score) + 4, f"{score} {lane.words.get(score, '')}".strip(), "t-strong")
        )
    return format_html("<g>{}</g>", _join(parts))


def _gap(x: float, y: float, width: float, height: float, pattern: str) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="url(#{})"/>',
        _n(x),
        _n(y),
        _n(width),
        _n(height),
        pattern,
    )


def _dot(x: float, y: float, score: int, *, hot: bool) -> SafeString:
    dot = format_html('<circle cx="{}" cy="{}" r="{}" class="dot"/>', _n(x), _n(y), 4 if hot else 2)
    return dot + _text(x - 6, y + 4, str(score), "t-strong", "end") if hot else dot


def _today(timeline: Timeline, scale: Scale, height: int) -> SafeString:
    x = scale.edge(timeline.today + timedelta(days=1))
    return format_html_join(
        "",
        "{}",
        [(_line(x, TOP - 8, x, height - 8, "today"),), (_text(x, TOP - 10, "Today", "t-strong", "middle"),)],
    )
