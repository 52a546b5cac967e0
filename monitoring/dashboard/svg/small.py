"""One symptom on a phone: four weeks in the width of a hand."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from django.utils.safestring import SafeString

from monitoring import marks

WIDTH: Final = 320
HEIGHT: Final = 64
PAD: Final = 8
DOT: Final = 4


def draw_lane(scores: Mapping[date, int], first: date, last: date, highest: int) -> SafeString:
    """A dot for every answer, a line only between days that follow each other; a day without one stays empty."""
    days = (last - first).days + 1
    slot = (WIDTH - 2 * PAD) / days

    def at(day: date) -> tuple[float, float]:
        x = PAD + slot * ((day - first).days + 0.5)
        return x, HEIGHT - PAD - (HEIGHT - 2 * PAD) * scores[day] / max(highest, 1)

    drawn = [
        marks.line(PAD, HEIGHT - PAD, WIDTH - PAD, HEIGHT - PAD, "small-axis"),
        marks.line(PAD, PAD, WIDTH - PAD, PAD, "small-top"),
    ]
    ordered = sorted(day for day in scores if first <= day <= last)
    for one, following in pairwise(ordered):
        if (following - one).days == 1:
            drawn.append(marks.line(*at(one), *at(following), "small-line"))
    drawn += [marks.circle(*at(day), DOT, "small-dot") for day in ordered]
    return marks.group(drawn)
