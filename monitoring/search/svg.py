"""The last 14 days of one patient in a line of marks, for a list."""

from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitoring.marks import join, line, rect

SLOT: Final = 7
BAR: Final = 5
HEIGHT: Final = 26
FOOT: Final = HEIGHT - 1
HOT: Final = 3


def _bar(x: float, level: int | None) -> SafeString:
    if level is None:
        return rect(x + 0.5, 2, BAR - 1, FOOT - 2, "spark-unknown")
    height = 4 + 5 * level
    return rect(x, FOOT - height, BAR, height, "spark-hot" if level >= HOT else "spark-bar")


def sparkline(levels: list[int | str | None], words: str) -> SafeString:
    """One mark a day: as high as the day’s worst report, hollow when it could not be judged, dashed when missed.

    `levels` holds for each day a level, None for one not judged, "missed", or "" where nobody asked. `words` says it.
    """
    parts = [line(0, FOOT, SLOT * len(levels), FOOT, "spark-foot")]
    for number, level in enumerate(levels):
        x = number * SLOT + (SLOT - BAR) / 2
        if level == "missed":
            parts.append(line(x + BAR / 2, 2, x + BAR / 2, FOOT, "spark-missed"))
        elif not isinstance(level, str):
            parts.append(_bar(x, level))
    return format_html(
        '<svg class="spark" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">{3}</svg>',
        SLOT * len(levels), HEIGHT, words, join(parts),
    )  # fmt: skip
