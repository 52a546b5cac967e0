"""Draws a timeline as SVG: geometry in attributes, looks in classes, so that it prints and turns dark."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from monitoring.dashboard.svg import parts
from monitoring.dashboard.svg.events import Mark, event_height, event_labels, event_links, marks_of
from monitoring.dashboard.svg.lanes import dose_lane, spark_lane, symptom_lane
from monitoring.dashboard.svg.parts import (
    DOSE_HEIGHT,
    LEFT,
    RIGHT,
    SPARK_HEIGHT,
    SYMPTOM_HEIGHT,
    TOP,
    WIDTH,
    Scale,
)
from monitoring.dashboard.timeline import WATCH_DAYS, Timeline

__all__ = ["WIDTH", "Drawing", "Mark", "chart_height", "draw", "marks_of", "middles"]

# Beyond so many days the dates under the axis need their year.
DAYS_WITHOUT_A_YEAR: Final = 300

# A date closer to today's line than this would run into its label.
ROOM_FOR_TODAY: Final = 48
# The words over a band need this much; a band beside another keeps its texture and leaves the words to that one.
ROOM_FOR_WORDS: Final = 90
WORDS_AT: Final = 11
THINNEST_BAND: Final = 3.0
# Textures, so that a missed check-in, a day on which nobody was asked and a time in which monitoring did not run
# differ in black and white too.
PATTERNS: Final = mark_safe(
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<line x1="0" y1="0" x2="0" y2="5" class="hatch"/></pattern>'
    '<pattern id="hatch-system" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<circle cx="3" cy="3" r="1.2" class="hatch-dot"/></pattern>'
    '<pattern id="hatch-gap" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<line x1="0" y1="0" x2="0" y2="8" class="hatch"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The inside of the `<svg>` element in two layers: what is one picture, and the marks that lead to the list."""

    picture: SafeString
    links: SafeString
    width: int
    height: int


def draw(timeline: Timeline) -> Drawing:
    """The timeline drawn, and nothing that is not in it."""
    scale = Scale(timeline.first, len(timeline.days))
    height = chart_height(timeline)
    bottom = height - 8
    past = [day for day in timeline.changes if day <= timeline.today]
    # A change to come stands behind the last answers, which are written to the right of today.
    to_come = [day for day in timeline.changes if day > timeline.today]
    drawn = [PATTERNS, _backdrop(timeline, scale, bottom), _changes(to_come, scale, bottom)]
    y = TOP
    for lane in timeline.doses:
        drawn.append(dose_lane(lane, timeline, scale, y))
        y += DOSE_HEIGHT
    events_at = y
    drawn.append(event_labels(y))
    y += event_height()
    for symptom in timeline.symptoms:
        drawn.append(symptom_lane(symptom, timeline, scale, y))
        y += SYMPTOM_HEIGHT
    for symptom in timeline.folded:
        drawn.append(spark_lane(symptom, timeline, scale, y))
        y += SPARK_HEIGHT
    drawn += [_changes(past, scale, bottom), _unwatched(timeline, scale, bottom), _today(timeline, scale, bottom)]
    return Drawing(parts.join(drawn), event_links(marks_of(timeline), events_at), WIDTH, height)


def chart_height(timeline: Timeline) -> int:
    lanes = SYMPTOM_HEIGHT * len(timeline.symptoms) + SPARK_HEIGHT * len(timeline.folded)
    return TOP + DOSE_HEIGHT * len(timeline.doses) + event_height() + lanes + 8


def middles(timeline: Timeline) -> list[float]:
    """The x of every day shown, for the cursor."""
    scale = Scale(timeline.first, len(timeline.days))
    return [round(scale.middle(day), 1) for day in timeline.days]


def _backdrop(timeline: Timeline, scale: Scale, bottom: int) -> SafeString:
    """The plan's shade, the watch bands after changes, and week lines with dates."""
    after_today = scale.edge(timeline.today + timedelta(days=1))
    drawn = [parts.rect(after_today, TOP, RIGHT - after_today, bottom - TOP, "future")]
    for day in timeline.changes:
        end = min(scale.edge(day + timedelta(days=WATCH_DAYS)), RIGHT)
        drawn.append(parts.rect(scale.edge(day), TOP, end - scale.edge(day), bottom - TOP, "watch"))
    step = max(7, 7 * round(scale.days / 63))
    for offset in range(0, scale.days, step):
        day = timeline.first + timedelta(days=offset)
        x = scale.edge(day)
        drawn.append(parts.line(x, TOP, x, bottom, "week"))
        if abs(x - after_today) >= ROOM_FOR_TODAY:
            anchor = "start" if offset == 0 else "middle"
            drawn.append(parts.text(x, TOP - 8, _date(day, scale), "t-muted", anchor))
    return parts.join(drawn)


def _changes(days: Iterable[date], scale: Scale, bottom: int) -> SafeString:
    """A line through every lane at each change; those of the past over the bands of the lanes."""
    edges = [scale.edge(day) for day in days]
    return parts.group(parts.line(x, TOP, x, bottom, "change") for x in edges)


def _date(day: date, scale: Scale) -> str:
    return f"{day:%b %Y}" if scale.days > DAYS_WITHOUT_A_YEAR else f"{day.day} {day:%b}"


def _unwatched(timeline: Timeline, scale: Scale, bottom: int) -> SafeString:
    """A band with its words above the dates, from the moment monitoring stopped to the one it ran again.

    It leaves out the numbered events, which must stay readable.
    """
    drawn, written_to, events = [], float(LEFT), TOP + DOSE_HEIGHT * len(timeline.doses)
    for start, end in timeline.unwatched:
        left = max(_moment(scale, start), float(LEFT))
        right = min(max(_moment(scale, end), left + THINNEST_BAND), float(RIGHT))
        if right <= LEFT or left >= RIGHT:
            continue
        for top, foot in ((WORDS_AT + 4, events), (events + event_height(), bottom)):
            drawn += [
                parts.texture(left, max(top, TOP), right - left, foot - max(top, TOP), "hatch-gap"),
                parts.line(left, top, left, foot, "gap-edge"),
                parts.line(right, top, right, foot, "gap-edge"),
            ]
        middle = min(max((left + right) / 2, LEFT + ROOM_FOR_WORDS / 2), RIGHT - ROOM_FOR_WORDS / 2)
        if middle - ROOM_FOR_WORDS / 2 >= written_to:
            drawn.append(parts.text(middle, WORDS_AT, "not monitored", "t-strong t-over", "middle"))
            written_to = middle + ROOM_FOR_WORDS / 2
    return parts.group(drawn)


def _moment(scale: Scale, moment: datetime) -> float:
    """Where a moment lies in its day's slot."""
    passed = moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return scale.edge(moment.date()) + scale.slot * (passed / timedelta(days=1))


def _today(timeline: Timeline, scale: Scale, bottom: int) -> SafeString:
    x = scale.edge(timeline.today + timedelta(days=1))
    return parts.join(
        [
            parts.line(x, TOP - 4, x, bottom, "today"),
            parts.text(x, TOP - 24, "Today", "t-strong", "middle"),
            parts.text(x, TOP - 10, f"{timeline.today.day} {timeline.today:%b}", "t-strong", "middle"),
            parts.text(RIGHT, TOP - 24, "planned", "t-muted", "end"),
            # Moved by the slider under the chart; without script it is not seen.
            parts.line(LEFT, TOP, LEFT, bottom, "cursor"),
        ]
    )
