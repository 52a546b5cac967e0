"""Where a day lies on the timeline, and how high its lanes are."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from monitoring.marks import LINE, circle, group, join, line, lines, n, path, rect, text, texture

__all__ = [
    "DOSE_HEIGHT",
    "LEFT",
    "LINE",
    "MARK_WIDTH",
    "PAD",
    "RIGHT",
    "SPARK_HEIGHT",
    "SYMPTOM_HEIGHT",
    "TOP",
    "WIDTH",
    "Scale",
    "circle",
    "group",
    "join",
    "line",
    "lines",
    "n",
    "path",
    "rect",
    "text",
    "texture",
]

LEFT: Final = 130
RIGHT: Final = 872
WIDTH: Final = 960
TOP: Final = 48
DOSE_HEIGHT: Final = 64
MARK_WIDTH: Final = 30
SYMPTOM_HEIGHT: Final = 54
SPARK_HEIGHT: Final = 26
PAD: Final = 14


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
