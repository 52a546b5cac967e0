"""What decides about a plan: the gate its steps go through, and the rails it must keep. Pure: no Django."""

from monitoring.titration.rules.breach import Breach
from monitoring.titration.rules.evidence import EXTRA_DOSE, MISSED_SOME, RAN_OUT, Evidence, Report, record_of
from monitoring.titration.rules.gate import (
    CLEAR_LEVEL,
    FRESH_DAYS,
    GATE_VERSION,
    HOLDING_ALERT_LEVEL,
    MOST_DAYS_WITH_MISSED_DOSES,
    MOST_MISSED,
    URGENT_ALERT_LEVEL,
    Advance,
    Hold,
    HoldReason,
    Policy,
    Reason,
    decide,
    never_released,
    not_yet_released,
)
from monitoring.titration.rules.pausing import (
    LONGEST_PAUSE_DAYS,
    TOLERANCE_LOOK_BACK,
    DoseSpan,
    days_to_move,
    last_tolerated,
    why_not_resumed,
)
from monitoring.titration.rules.rails import Present, guard_rails, ruling_schedule

__all__ = [
    "CLEAR_LEVEL",
    "EXTRA_DOSE",
    "FRESH_DAYS",
    "GATE_VERSION",
    "HOLDING_ALERT_LEVEL",
    "LONGEST_PAUSE_DAYS",
    "MISSED_SOME",
    "MOST_DAYS_WITH_MISSED_DOSES",
    "MOST_MISSED",
    "RAN_OUT",
    "TOLERANCE_LOOK_BACK",
    "URGENT_ALERT_LEVEL",
    "Advance",
    "Breach",
    "DoseSpan",
    "Evidence",
    "Hold",
    "HoldReason",
    "Policy",
    "Present",
    "Reason",
    "Report",
    "days_to_move",
    "decide",
    "guard_rails",
    "last_tolerated",
    "never_released",
    "not_yet_released",
    "record_of",
    "ruling_schedule",
    "why_not_resumed",
]
