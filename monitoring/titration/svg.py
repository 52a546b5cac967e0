"""Draws a plan after what came before it: the same marks as the record's timeline, doses above, check-ins below."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from monitoring import marks
from monitoring.formatting import plain_number
from monitoring.marks import n
from monitoring.titration.timeline import DAY, LEVEL_WORDS, DoseSpan, Lane, Preview

LEFT: Final = 130
RIGHT: Final = 900
WIDTH: Final = 960
TOP: Final = 48
DOSE_HEIGHT: Final = 72
LEVEL_HEIGHT: Final = 84
# A number closer to the last one than this would run into it; a date closer to today's line into its label.
ROOM_FOR_NUMBER: Final = 24
ROOM_FOR_TODAY: Final = 48
MOST_DATES: Final = 9
_BANDS: Final = ((2, "band-check"), (3, "band-urgent"), (4, "band-emergency"))
_PATTERN: Final = mark_safe(
    '<defs><pattern id="hatch-missed" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="5" class="hatch"/></pattern></defs>'
)


def height(preview: Preview) -> int:
    return TOP + DOSE_HEIGHT * len(preview.lanes) + LEVEL_HEIGHT + 8


def draw(preview: Preview) -> SafeString:
    """The inside of the `<svg>` element, and nothing that is not in the preview."""
    bottom = height(preview) - 8
    drawn = [_PATTERN, *_backdrop(preview, bottom)]
    for place, lane in enumerate(preview.lanes):
        drawn.append(_dose_lane(lane, preview, TOP + DOSE_HEIGHT * place))
    drawn += [_level_lane(preview, TOP + DOSE_HEIGHT * len(preview.lanes)), _today(preview, bottom)]
    return marks.join(drawn)


def _slot(preview: Preview) -> float:
    return (RIGHT - LEFT) / preview.days


def _edge(preview: Preview, offset: int) -> float:
    return LEFT + offset * _slot(preview)


def _backdrop(preview: Preview, bottom: int) -> list[SafeString]:
    """The shade of what is to come, and a dated line every so many weeks."""
    tomorrow = _edge(preview, (preview.today - preview.first).days + 1)
    drawn = [marks.rect(tomorrow, TOP, RIGHT - tomorrow, bottom - TOP, "future")]
    for offset in range(0, preview.days, 7 * max(1, round(preview.days / 7 / MOST_DATES))):
        day, x = preview.first + timedelta(days=offset), _edge(preview, offset)
        drawn.append(marks.line(x, TOP, x, bottom, "week"))
        if abs(x - tomorrow) >= ROOM_FOR_TODAY:
            drawn.append(marks.text(x, TOP - 8, f"{day.day} {day:%b}", "t-muted", "middle" if offset else "start"))
    return drawn


def _today(preview: Preview, bottom: int) -> SafeString:
    x = _edge(preview, (preview.today - preview.first).days + 1)
    return marks.join(
        [
            marks.line(x, TOP - 4, x, bottom, "today"),
            marks.text(x, TOP - 10, pgettext("staff", "Today"), "t-strong", "middle"),
            marks.text(RIGHT, TOP - 26, pgettext("staff", "as drawn"), "t-muted", "end"),
        ]
    )


def _dose_lane(lane: Lane, preview: Preview, top: int) -> SafeString:
    """A step line over a fill from zero, never a slope; what is planned is dashed and has no fill."""
    base, room = top + DOSE_HEIGHT - 10, DOSE_HEIGHT - 32
    highest = max((span.daily for span in lane.spans if span.daily), default=Decimal(1))
    drawn = [
        marks.text(0, top + 26, lane.name, f"t-strong t-{lane.style}"),
        marks.text(0, top + 26 + marks.LINE, pgettext("staff", "mg a day"), "t-muted"),
        marks.line(LEFT, base, RIGHT, base, "axis"),
    ]
    before: tuple[Decimal, float] | None = None
    numbered = 0.0
    for span in lane.spans:
        left, right = _edge(preview, (span.first - preview.first).days), _edge(preview, _after(span, preview))
        if span.daily is None:
            drawn.append(marks.text(left + 3, base - 4, pgettext("staff", "dose unknown"), "t-muted"))
            before = None
            continue
        y = base - room * float(span.daily / highest)
        drawn += _span(lane.style, span, (left, right, y, base), base if before is None else before[1])
        if (before is None or before[0] != span.daily) and left - numbered >= ROOM_FOR_NUMBER:
            drawn.append(marks.text(left + 3, y - 4, plain_number(span.daily), f"t-{lane.style} t-over"))
            numbered = left
        before = (span.daily, y)
    return marks.group(drawn)


def _after(span: DoseSpan, preview: Preview) -> int:
    return (span.last + DAY - preview.first).days


def _span(style: str, span: DoseSpan, box: tuple[float, float, float, float], from_y: float) -> list[SafeString]:
    left, right, y, base = box
    fill = [] if span.planned else [marks.rect(left, y, right - left, base - y, f"{style}-fill")]
    dashed = " planned" if span.planned else ""
    return [*fill, marks.path(f"M{n(left)} {n(from_y)}V{n(y)}H{n(right)}", f"{style}{dashed}")]


def _level_lane(preview: Preview, top: int) -> SafeString:
    """A dot for every check-in at the height of its level, a texture where none came."""
    low, step = top + LEVEL_HEIGHT - 12, (LEVEL_HEIGHT - 30) / 4
    today = _edge(preview, (preview.today - preview.first).days + 1)
    drawn = [
        marks.text(0, top + 20, "Check-ins", "t-strong"),
        marks.text(0, top + 20 + marks.LINE, pgettext("staff", "worst of the day"), "t-muted"),
        *(marks.rect(LEFT, low - step * (level + 0.5), today - LEFT, step, band) for level, band in _BANDS),
        *(
            marks.text(today + 6, low - step * level + 4, LEVEL_WORDS[level], "t-muted t-over")
            for level in (0, 2, 3, 4)
        ),
        marks.line(LEFT, low, today, low, "week"),
    ]
    for day in sorted(preview.missed - preview.levels.keys()):
        x = _edge(preview, (day - preview.first).days)
        drawn.append(marks.texture(x, top + 14, _slot(preview), LEVEL_HEIGHT - 22, "hatch-missed"))
    for day, level in sorted(preview.levels.items()):
        x = _edge(preview, (day - preview.first).days) + _slot(preview) / 2
        drawn.append(_dot(x, low, step, level))
    return marks.group(drawn)


def _dot(x: float, low: float, step: float, level: int | None) -> SafeString:
    if level is None:
        return marks.text(x, low - step * 2, "?", "t-strong t-over", "middle")
    return marks.circle(x, low - step * level, 4 if level > 1 else 2.5, "dot")
