"""The lanes of a chart: doses as steps, events as numbered shapes, symptoms as dots."""

from datetime import date, timedelta
from decimal import Decimal
from textwrap import wrap
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitoring.dashboard.svg import parts
from monitoring.dashboard.svg.parts import (
    DOSE_HEIGHT,
    LEFT,
    LINE,
    MARK_WIDTH,
    PAD,
    RIGHT,
    SYMPTOM_HEIGHT,
    WIDTH,
    Scale,
    n,
)
from monitoring.dashboard.timeline import DoseLane, DoseSpan, SymptomLane, Timeline, consecutive_runs, say

LETTER: Final = 7  # the width that a bold letter of the chart takes, generously
SHAPES: Final = {
    "emergency": "M-5.4 -13h10.8l7.6 7.6v10.8l-7.6 7.6h-10.8l-7.6 -7.6v-10.8z",
    "urgent": "M0 -13L13.5 11H-13.5z",
    "check": "M0 -14L14 0L0 14L-14 0z",
    "info": "M-11 0a11 11 0 1 0 22 0a11 11 0 1 0 -22 0z",
}


def dose_lane(lane: DoseLane, timeline: Timeline, scale: Scale, top: int) -> SafeString:
    """A step line over a fill from zero, never a slope; what is planned is dashed and has no fill."""
    base, room = top + DOSE_HEIGHT - 10, DOSE_HEIGHT - 30
    highest = max((span.daily for span in lane.spans if span.daily), default=Decimal(1))
    drawn = [
        parts.text(0, top + 26, lane.name, f"t-strong t-{lane.style}"),
        parts.text(0, top + 26 + LINE, lane.unit, "t-muted"),
        parts.line(LEFT, base, RIGHT, base, "axis"),
    ]
    previous: tuple[Decimal, float] | None = None
    for span in sorted(lane.spans, key=lambda one: one.starts_on):
        shown = _visible(span, timeline)
        if shown is None:
            continue
        left, right = scale.edge(shown[0]), min(scale.edge(shown[1] + timedelta(days=1)), RIGHT)
        if span.daily is None:
            drawn.append(parts.text(left + 3, base - 4, "dose unknown", "t-muted"))
            previous = None
            continue
        y = base - room * float(span.daily / highest)
        if not span.planned:
            drawn.append(parts.rect(left, y, right - left, base - y, f"{lane.style}-fill"))
        from_y = base if previous is None else previous[1]
        dashed = " planned" if span.planned else ""
        drawn.append(parts.path(f"M{n(left)} {n(from_y)}V{n(y)}H{n(right)}", f"{lane.style}{dashed}"))
        if previous is None or previous[0] != span.daily:
            drawn.append(parts.text(left + 3, y - 4, say(span.daily), f"t-{lane.style} t-over"))
        previous = (span.daily, y)
    return parts.group(drawn)


def _visible(span: DoseSpan, timeline: Timeline) -> tuple[date, date] | None:
    first = max(span.starts_on, timeline.first)
    last = min(span.ends_on or timeline.last, timeline.last)
    return (first, last) if first <= last else None


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


def event_height(timeline: Timeline) -> int:
    return MARK_WIDTH * max(2, max(event_rows(timeline), default=0) + 1)


def event_lane(timeline: Timeline, scale: Scale, top: int) -> SafeString:
    """The numbers are those of the list beside the chart."""
    drawn = [parts.text(0, top + 20, "Events", "t-strong"), parts.text(0, top + 20 + LINE, "see the list", "t-muted")]
    numbered = zip(timeline.events, event_rows(timeline), strict=True)
    drawn += [
        format_html(
            '<g transform="translate({} {})"><path d="{}" class="m-{}"/><text y="4" class="n-{}">{}</text></g>',
            n(scale.middle(event.day)),
            top + 15 + MARK_WIDTH * row,
            SHAPES.get(event.shape, SHAPES["info"]),
            event.shape,
            event.shape,
            number,
        )
        for number, (event, row) in enumerate(numbered, start=1)
    ]
    return parts.group(drawn)


def symptom_lane(lane: SymptomLane, timeline: Timeline, scale: Scale, top: int) -> SafeString:
    """A dot for every answer, a line only between days that follow each other, a texture where none came."""
    low, room = top + SYMPTOM_HEIGHT - PAD + 4, SYMPTOM_HEIGHT - PAD - 8
    today_edge = scale.edge(timeline.today + timedelta(days=1))
    heights = [low - room * score / lane.highest for score in range(lane.highest + 1)]
    drawn = [
        *_bands(lane, heights, today_edge),
        parts.line(LEFT, low, RIGHT, low, "week"),
        parts.text(0, top + 24, lane.name, "t-strong"),
        parts.text(0, top + 24 + LINE, lane.meaning, "t-muted"),
        parts.text(LEFT - 6, heights[-1] + 4, str(lane.highest), "t-muted", "end"),
        parts.text(LEFT - 6, low + 4, "0", "t-muted", "end"),
        *_gaps(lane, timeline, scale, top),
    ]
    for run in consecutive_runs(lane.scores, timeline.first, timeline.today):
        points = "L".join(f"{n(scale.middle(day))} {n(heights[score])}" for day, score in run)
        drawn.append(parts.path(f"M{points}", "sym"))
        drawn += [_dot(scale.middle(day), heights[score], score, hot=score >= lane.alert_from) for day, score in run]
    if lane.scores:
        drawn.append(_last_value(lane, heights, today_edge))
    return parts.group(drawn)


def _bands(lane: SymptomLane, heights: list[float], right: float) -> list[SafeString]:
    """The scores that raise an alert, in the colours of its levels, over a dotted line where they begin."""
    found = [
        parts.rect(LEFT, above, right - LEFT, here - above, f"band-{kind}")
        for kind, here, above in zip(lane.levels, heights, [*heights[1:], heights[-1] - 4], strict=True)
        if kind
    ]
    if lane.alert_from <= lane.highest:
        found.append(parts.line(LEFT, heights[lane.alert_from], right, heights[lane.alert_from], "limit"))
    return found


def _gaps(lane: SymptomLane, timeline: Timeline, scale: Scale, top: int) -> list[SafeString]:
    return [
        parts.texture(scale.edge(day), top + 2, scale.slot, SYMPTOM_HEIGHT - 8, pattern)
        for days, pattern in ((timeline.missed, "hatch"), (timeline.not_asked, "hatch-system"))
        for day in sorted(days)
        if timeline.first <= day <= timeline.today and day not in lane.scores
    ]


def _dot(x: float, y: float, score: int, *, hot: bool) -> SafeString:
    dot = format_html('<circle cx="{}" cy="{}" r="{}" class="dot"/>', n(x), n(y), 4 if hot else 2)
    return dot + parts.text(x, y - 6, str(score), "t-strong t-over", "middle") if hot else dot


def _last_value(lane: SymptomLane, heights: list[float], x: float) -> SafeString:
    """The last answer in words, with the lane's name: on a small screen the names at the left are out of sight."""
    score = lane.scores[max(lane.scores)]
    words = f"{lane.name} {score}: {lane.words.get(score, '')}".strip()
    rows = wrap(words, int((WIDTH - x - 5) / LETTER)) or [words]
    lift = LINE * (len(rows) - 1) if score * 2 < lane.highest else LINE * (len(rows) - 1) / 2
    return parts.lines(x + 5, heights[score] + 4 - lift, rows, "t-strong t-over")
