"""What decides about a plan: the gate its steps go through, and the rails it must keep. Pure: no Django."""

from monitoring.titration.rules.gate import (
    FRESH_DAYS,
    GATE_VERSION,
    MOST_MISSED,
    Advance,
    Evidence,
    Hold,
    HoldReason,
    Policy,
    Reason,
    Report,
    decide,
    never_released,
    record_of,
)
from monitoring.titration.rules.rails import Breach, Present, guard_rails, ruling_schedule

__all__ = [
    "FRESH_DAYS",
    "GATE_VERSION",
    "MOST_MISSED",
    "Advance",
    "Breach",
    "Evidence",
    "Hold",
    "HoldReason",
    "Policy",
    "Present",
    "Reason",
    "Report",
    "decide",
    "guard_rails",
    "never_released",
    "record_of",
    "ruling_schedule",
]
