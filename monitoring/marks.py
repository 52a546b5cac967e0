"""The marks an SVG chart is made of: geometry in attributes, looks in classes."""

from collections.abc import Iterable
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

LINE: Final = 13  # from one line of small text to the next


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


def circle(x: float, y: float, radius: float, cls: str) -> SafeString:
    return format_html('<circle cx="{}" cy="{}" r="{}" class="{}"/>', n(x), n(y), n(radius), cls)


def group(parts: Iterable[SafeString]) -> SafeString:
    return format_html("<g>{}</g>", join(parts))


def n(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
