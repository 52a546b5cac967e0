"""The lanes of a chart: doses as steps, symptoms as dots over the levels of the rule of each day."""

from datetime import date, timedelta
from decimal import Decimal
from textwrap import wrap
from typing import Final

from django.utils.safestring import SafeString

from monitoring.dashboard.svg import parts
from monitoring.dashboard.svg.parts import (
    DOSE_HEIGHT,
    LEFT,
    LINE,
    PAD,
    RIGHT,
    SPARK_HEIGHT,
    SYMPTOM_HEIGHT,
    WIDTH,
    Scale,
    n,
)
from monitoring.dashboard.timeline import DoseLane, DoseSpan, RuleSpan, SymptomLane, Timeline, consecutive_runs, say

LETTER: Final = 7  # the width that a bold letter of the chart takes, generously
# A number closer to the last one than this would run into it.
ROOM_FOR_NUMBER: Final = 22
# An answer older than this is told with its day (judgement): a stale one must not read as today's.
STALE_AFTER: Final = timedelta(days=2)


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
    numbered = float(-WIDTH)
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
        drawn += _step(lane.style, span, (left, right, y, base), base if previous is None else previous[1])
        if (previous is None or previous[0] != span.daily) and left - numbered >= ROOM_FOR_NUMBER:
            unit = " mg" if numbered < 0 else ""
            drawn.append(parts.text(left + 3, y - 4, f"{say(span.daily)}{unit}", f"t-{lane.style} t-over"))
            numbered = left
        drawn += _not_taken(lane, shown, scale, y)
        previous = (span.daily, y)
    return parts.group(drawn)


def _step(style: str, span: DoseSpan, box: tuple[float, float, float, float], from_y: float) -> list[SafeString]:
    left, right, y, base = box
    fill = [] if span.planned else [parts.rect(left, y, right - left, base - y, f"{style}-fill")]
    dashed = " planned" if span.planned else ""
    return [*fill, parts.path(f"M{n(left)} {n(from_y)}V{n(y)}H{n(right)}", f"{style}{dashed}")]


def _not_taken(lane: DoseLane, shown: tuple[date, date], scale: Scale, y: float) -> list[SafeString]:
    """A hollow notch in the line for a day with missed doses, a plus over it for one with an extra dose."""
    width = max(4.0, min(9.0, scale.slot - 1))
    first, last = shown
    notches = [
        parts.rect(scale.middle(day) - width / 2, y - 1.5, width, 9, "missed-dose")
        for day in sorted(lane.missed)
        if first <= day <= last
    ]
    return notches + [
        parts.text(scale.middle(day), y - 4, "+", "t-strong t-over", "middle")
        for day in sorted(lane.extra)
        if first <= day <= last
    ]


def _visible(span: DoseSpan, timeline: Timeline) -> tuple[date, date] | None:
    first = max(span.starts_on, timeline.first)
    last = min(span.ends_on or timeline.last, timeline.last)
    return (first, last) if first <= last else None


def symptom_lane(lane: SymptomLane, timeline: Timeline, scale: Scale, top: int) -> SafeString:
    """A dot for every answer, a line only between days that follow each other, a texture where none came."""
    low, room = top + SYMPTOM_HEIGHT - PAD + 4, SYMPTOM_HEIGHT - PAD - 8
    today_edge = scale.edge(timeline.today + timedelta(days=1))
    heights = [low - room * score / max(1, lane.highest) for score in range(lane.highest + 1)]
    drawn = [
        *_rules(lane, timeline, scale, heights),
        parts.line(LEFT, low, RIGHT, low, "week"),
        parts.text(0, top + 24, lane.name, "t-strong"),
        parts.text(0, top + 24 + LINE, lane.meaning, "t-muted"),
        parts.text(LEFT - 6, heights[-1] + 4, str(lane.highest), "t-muted", "end"),
        parts.text(LEFT - 6, low + 4, "0", "t-muted", "end"),
        *_gaps(lane, timeline, scale, (top + 2, SYMPTOM_HEIGHT - 8)),
        *_answers(lane, timeline, scale, heights),
    ]
    if lane.scores:
        drawn.append(_last_value(lane, timeline, heights, today_edge))
    return parts.group(drawn)


def spark_lane(lane: SymptomLane, timeline: Timeline, scale: Scale, top: int) -> SafeString:
    """The same dots and gaps in a row as low as a line of text; the table has every word of it."""
    low, room = top + SPARK_HEIGHT - 6, SPARK_HEIGHT - 12
    heights = [low - room * score / max(1, lane.highest) for score in range(lane.highest + 1)]
    today_edge = scale.edge(timeline.today + timedelta(days=1))
    drawn = [
        parts.line(LEFT, low, today_edge, low, "week"),
        parts.text(0, low, lane.name, "t-muted"),
        *_gaps(lane, timeline, scale, (top + 2, SPARK_HEIGHT - 6)),
        *_answers(lane, timeline, scale, heights),
    ]
    if lane.scores:
        drawn.append(_last_value(lane, timeline, heights, today_edge, rows=1))
    return parts.group(drawn)


def _answers(lane: SymptomLane, timeline: Timeline, scale: Scale, heights: list[float]) -> list[SafeString]:
    found = []
    for run in consecutive_runs(lane.scores, timeline.first, timeline.today):
        points = "L".join(f"{n(scale.middle(day))} {n(heights[score])}" for day, score in run)
        found.append(parts.path(f"M{points}", "sym"))
        found += [_dot(scale.middle(day), heights[score], score, loud=lane.is_loud(day)) for day, score in run]
    return found


def _rules(lane: SymptomLane, timeline: Timeline, scale: Scale, heights: list[float]) -> list[SafeString]:
    """The scores that raised an alert, by the rule of each day, over a dotted line where they begin."""
    found: list[SafeString] = []
    before: float | None = None
    for rule in lane.rules:
        first, last = max(rule.first, timeline.first), min(rule.last, timeline.today)
        if first > last:
            continue
        left, right = scale.edge(first), scale.edge(last + timedelta(days=1))
        found += _bands(rule, heights, left, right)
        limit = heights[rule.alert_from] if rule.alert_from < len(heights) else None
        if limit is not None:
            rise = f"M{n(left)} {n(before)}V{n(limit)}" if before not in {None, limit} else f"M{n(left)} {n(limit)}"
            found.append(parts.path(f"{rise}H{n(right)}", "limit"))
        before = limit
    return found


def _bands(rule: RuleSpan, heights: list[float], left: float, right: float) -> list[SafeString]:
    return [
        parts.rect(left, above, right - left, here - above, f"band-{kind}")
        for kind, here, above in zip(rule.levels, heights, [*heights[1:], heights[-1] - 4], strict=False)
        if kind
    ]


def _gaps(lane: SymptomLane, timeline: Timeline, scale: Scale, box: tuple[float, float]) -> list[SafeString]:
    top, height = box
    return [
        parts.texture(scale.edge(day), top, scale.slot, height, pattern)
        for days, pattern in ((timeline.missed, "hatch"), (timeline.not_asked, "hatch-system"))
        for day in sorted(days)
        if timeline.first <= day <= timeline.today and day not in lane.scores
    ]


def _dot(x: float, y: float, score: int, *, loud: bool) -> SafeString:
    dot = parts.circle(x, y, 4 if loud else 2, "dot")
    return dot + parts.text(x, y - 6, str(score), "t-strong t-over", "middle") if loud else dot


def _last_value(
    lane: SymptomLane, timeline: Timeline, heights: list[float], x: float, rows: int | None = None
) -> SafeString:
    """The last answer in words, with the lane's name: on a small screen the names at the left are out of sight."""
    day = max(lane.scores)
    score = lane.scores[day]
    when = f" ({day.day} {day:%b})" if timeline.today - day >= STALE_AFTER else ""
    words = f"{lane.name} {score}: {lane.answer_on(day)}".strip() + when
    wrapped = wrap(words, int((WIDTH - x - 5) / LETTER), max_lines=rows, placeholder=" …") or [words]
    lift = LINE * (len(wrapped) - 1) if score * 2 < lane.highest else LINE * (len(wrapped) - 1) / 2
    return parts.lines(x + 5, heights[score] + 4 - lift, wrapped, "t-strong t-over")
