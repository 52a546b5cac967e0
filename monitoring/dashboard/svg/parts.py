"""The marks a chart is made of, and where a day lies on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

LEFT: Final = 130
RIGHT: Final = 872
WIDTH: Final = 960
TOP: Final = 48
DOSE_HEIGHT: Final = 64
MARK_WIDTH: Final = 30
SYMPTOM_HEIGHT: Final = 54
PAD: Final = 14
LINE: Final = 13  # from one line of small text to the next


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


def join(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 - every part was made by format_html


def text(x: float, y: float, words: str, cls: str, anchor: str = "start") -> SafeString:
    return format_html('<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>', n(x), n(y), cls, anchor, words)


def lines(x: float, y: float, rows: Iterable[str], cls: str) -> SafeString:
    """Several rows of text under each other, the first with its foot at `y`."""
    spans = ((n(x), LINE if number else 0, row) for number, row in enumerate(rows))
    inner = format_html_join("", '<tspan x="{}" dy="{}">{}</tspan>', spans)
    return format_html('<text y="{}" class="{}">{}</text>', n(y), cls, inner)


def line(x1: float, y1: float, x2: float, y2: float, cls: str) -> SafeString:
    return format_html('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>', n(x1), n(y1), n(x2), n(y2), cls)


def rect(x: float, y: float, width: float, height: float, cls: str) -> SafeString:
    return format_html('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>', n(x), n(y), n(width), n(height), cls)


def texture(x: float, y: float, width: float, height: float, pattern: str) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="url(#{})"/>', n(x), n(y), n(width), n(height), pattern
    )


def path(points: str, cls: str) -> SafeString:
    return format_html('<path d="{}" class="{}"/>', points, cls)


def group(parts: Iterable[SafeString]) -> SafeString:
    return format_html("<g>{}</g>", join(parts))


def n(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
