"""Alerts a week as bars, now beside proposed. The look is in the style sheet, the words in the table below it."""

from collections.abc import Sequence
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDTH: Final = 960
HEIGHT: Final = 230
LEFT: Final = 44
FOOT: Final = 190
HEAD: Final = 16
GAP: Final = 12
STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


def week_bars(weeks: Sequence[tuple[str, int, int]], *, title: str) -> SafeString:
    """Two bars a week, from (label, now, proposed); a number on each, and 0 where there is none."""
    highest = max([1, *(max(now, proposed) for _, now, proposed in weeks)])
    slot = (WIDTH - LEFT) / max(1, len(weeks))
    bar = (slot - GAP) / 2
    parts = [_grid(highest)]
    for place, (label, now, proposed) in enumerate(weeks):
        x = LEFT + place * slot + GAP / 2
        parts.append(_bar(x, bar, now, highest, "other other-fill"))
        parts.append(_bar(x + bar, bar, proposed, highest, "bac bac-fill"))
        parts.append(_text(x + bar, FOOT + 18, label, "t-muted t-mid"))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, title, mark_safe("".join(parts)),  # noqa: S308 - every part was made by format_html
    )  # fmt: skip


def _grid(highest: int) -> SafeString:
    step = next((each for each in STEPS if highest / each <= 5), STEPS[-1])
    lines = [(_n(_y(value, highest)), value) for value in range(0, highest + 1, step)]
    return format_html_join(
        "",
        '<line x1="{}" y1="{}" x2="{}" y2="{}" class="lane"/><text x="{}" y="{}" class="t-muted t-end">{}</text>',
        ((LEFT, y, WIDTH, y, LEFT - 8, _n(float(y) + 4), value) for y, value in lines),
    )


def _bar(x: float, width: float, value: int, highest: int, cls: str) -> SafeString:
    y = _y(value, highest)
    box = (_n(x), _n(y), _n(width - 2), _n(FOOT - y), cls)
    number = _text(x + width / 2, y - 4, f"{value}", "t-mid")
    return format_html('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>{}', *box, number)


def _text(x: float, y: float, words: str, cls: str) -> SafeString:
    return format_html('<text x="{}" y="{}" class="{}">{}</text>', _n(x), _n(y), cls, words)


def _y(value: int, highest: int) -> float:
    return FOOT - (FOOT - HEAD) * value / highest


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
