"""Deciding on check-ins: pure values in, a verdict out. Import these names from here."""

from monitoring.checkins.rules.answers import (
    CHOICES,
    SCALES,
    TOPICS,
    Answers,
    FieldFault,
    InputError,
    read_answers,
)
from monitoring.checkins.rules.calendar import (
    DEFAULT_CADENCE,
    Cadence,
    CadenceRule,
    cadence_from,
    day_exists,
    instant_of,
)
from monitoring.checkins.rules.completing import missed_level, with_gaps, with_note
from monitoring.checkins.rules.judging import (
    CheckInContext,
    Event,
    PastAnswers,
    Verdict,
    breaches,
    levels_for,
    read_events,
)
from monitoring.checkins.rules.levels import Level
from monitoring.checkins.rules.notes import red_words
from monitoring.checkins.rules.signs import Sign
from monitoring.checkins.rules.thresholds import (
    Thresholds,
    ThresholdsError,
    current_thresholds,
    load_thresholds,
)
from monitoring.checkins.rules.vitals import Pressure, Vitals, read_vitals

__all__ = [
    "CHOICES",
    "DEFAULT_CADENCE",
    "SCALES",
    "TOPICS",
    "Answers",
    "Cadence",
    "CadenceRule",
    "CheckInContext",
    "Event",
    "FieldFault",
    "InputError",
    "Level",
    "PastAnswers",
    "Pressure",
    "Sign",
    "Thresholds",
    "ThresholdsError",
    "Verdict",
    "Vitals",
    "breaches",
    "cadence_from",
    "current_thresholds",
    "day_exists",
    "instant_of",
    "levels_for",
    "load_thresholds",
    "missed_level",
    "read_answers",
    "read_events",
    "read_vitals",
    "red_words",
    "with_gaps",
    "with_note",
]
