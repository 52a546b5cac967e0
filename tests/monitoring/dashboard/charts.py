"""A timeline that tests draw: eight weeks, one rise, a bad day after it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from monitoring.dashboard.svg import draw as draw_both
from monitoring.dashboard.timeline import DoseLane, DoseSpan, Event, RuleSpan, SymptomLane, Timeline, window

TODAY = date(2026, 6, 15)
FIRST, LAST = window(TODAY, 8)
LEVELS = ("", "", "", "urgent", "emergency")
WORDS = {0: "none", 1: "mild", 2: "some", 3: "a lot", 4: "worst"}


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


RULES = (RuleSpan(FIRST, TODAY, LEVELS, "2026.11"),)
GOLDEN = Path(__file__).parent / "timeline.svg"


def draw(timeline: Timeline) -> str:
    """All of the drawing, in both layers."""
    drawn = draw_both(timeline)
    return drawn.picture + drawn.links


def lane(scores: dict[date, int], rules: tuple[RuleSpan, ...] = RULES, name: str = "Sleepy") -> SymptomLane:
    return SymptomLane("q1_sleepiness", name, "side effect", rules, WORDS, scores)


RISE = DoseLane(
    "Baclofen",
    "mg a day",
    "bac",
    (DoseSpan(FIRST, day(5), Decimal(15)), DoseSpan(day(4), TODAY, Decimal(30)),
     DoseSpan(day(-3), None, Decimal(45), planned=True)),
)  # fmt: skip
TIMELINE = Timeline(
    FIRST, TODAY, LAST, (RISE,), (lane({day(6): 1, day(5): 1, day(3): 3}),),
    events=(Event(day(3), "urgent", "Sleepy 3"),), missed=frozenset({day(4)}),
)  # fmt: skip


GOLDEN_TIMELINE = replace(
    TIMELINE,
    doses=(replace(RISE, missed={day(6): "missed one or two doses"}),),
    symptoms=(
        lane({day(20): 0, day(19): 2, day(6): 1, day(5): 1, day(3): 3, day(2): 4},
             (RuleSpan(FIRST, day(11), ("", "", "check", "urgent", "emergency")), RuleSpan(day(10), TODAY, LEVELS))),
    ),
    folded=(lane({day(3): 1}, name="Mood"),),
    events=(Event(day(5), "info", "a & b", label="Taken up"), Event(day(4), "check", "Missed"),
            Event(day(3), "urgent", "Sleepy 3")),
    unwatched=((datetime(2026, 5, 20, 6, tzinfo=UTC), datetime(2026, 5, 21, 9, tzinfo=UTC)),),
)  # fmt: skip
