"""Deciding on check-ins: pure values in, a verdict out. Import these names from here."""

from monitoring.checkins.rules.answers import (
    CHOICES,
    SCALES,
    TOPICS,
    Answers,
    FieldFault,
    InputError,
    read_answers,
    readable,
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
from monitoring.checkins.rules.kept import Kept
from monitoring.checkins.rules.levels import Level
from monitoring.checkins.rules.links import (
    ANSWERED_WITHIN,
    NEW_IN_AN_HOUR,
    LinkFacts,
    LinkStanding,
    expiry_of,
    is_in_hand,
    standing_of_link,
)
from monitoring.checkins.rules.notes import red_words
from monitoring.checkins.rules.occasions import (
    SHORTEST_BETWEEN,
    Occasion,
    QuietHours,
    Slot,
    faults_of_times,
    late_from,
    leaves_no_time,
    occasion_days,
)
from monitoring.checkins.rules.overriding import (
    LONGEST_EVERY_DAYS,
    NO_OVERRIDE,
    Asking,
    Override,
    asked_days,
    faults_of_override,
    guarded_until,
    who_asks,
)
from monitoring.checkins.rules.phone import PhoneCall, faults_of_call
from monitoring.checkins.rules.signs import Sign
from monitoring.checkins.rules.silence import Silence, Standing, standing_of, whose_silence
from monitoring.checkins.rules.thresholds import (
    Thresholds,
    ThresholdsError,
    current_thresholds,
    load_thresholds,
)
from monitoring.checkins.rules.vitals import Pressure, Vitals, read_vitals

__all__ = [
    "ANSWERED_WITHIN",
    "CHOICES",
    "DEFAULT_CADENCE",
    "LONGEST_EVERY_DAYS",
    "NEW_IN_AN_HOUR",
    "NO_OVERRIDE",
    "SCALES",
    "SHORTEST_BETWEEN",
    "TOPICS",
    "Answers",
    "Asking",
    "Cadence",
    "CadenceRule",
    "CheckInContext",
    "Event",
    "FieldFault",
    "InputError",
    "Kept",
    "Level",
    "LinkFacts",
    "LinkStanding",
    "Occasion",
    "Override",
    "PastAnswers",
    "PhoneCall",
    "Pressure",
    "QuietHours",
    "Sign",
    "Silence",
    "Slot",
    "Standing",
    "Thresholds",
    "ThresholdsError",
    "Verdict",
    "Vitals",
    "asked_days",
    "breaches",
    "cadence_from",
    "current_thresholds",
    "day_exists",
    "expiry_of",
    "faults_of_call",
    "faults_of_override",
    "faults_of_times",
    "guarded_until",
    "instant_of",
    "is_in_hand",
    "late_from",
    "leaves_no_time",
    "levels_for",
    "load_thresholds",
    "missed_level",
    "occasion_days",
    "read_answers",
    "read_events",
    "read_vitals",
    "readable",
    "red_words",
    "standing_of",
    "standing_of_link",
    "who_asks",
    "whose_silence",
    "with_gaps",
    "with_note",
]
