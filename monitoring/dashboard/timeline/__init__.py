"""The dose–symptom timeline: its values, and the same in words. Import these names from here."""

from monitoring.dashboard.timeline.telling import Reading, TableRow, readings, summary, table
from monitoring.dashboard.timeline.values import (
    UNKNOWN,
    WATCH_DAYS,
    DoseLane,
    DoseSpan,
    Event,
    RuleSpan,
    SymptomLane,
    Timeline,
    consecutive_runs,
    folded,
    say,
    window,
    window_from,
)

__all__ = [
    "UNKNOWN",
    "WATCH_DAYS",
    "DoseLane",
    "DoseSpan",
    "Event",
    "Reading",
    "RuleSpan",
    "SymptomLane",
    "TableRow",
    "Timeline",
    "consecutive_runs",
    "folded",
    "readings",
    "say",
    "summary",
    "table",
    "window",
    "window_from",
]
