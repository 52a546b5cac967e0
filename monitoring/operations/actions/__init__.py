"""What the clock notes of itself. These are facts of operation, not deeds on a patient."""

from monitoring.operations.actions.gaps import note_restore, note_tick, settle_gap
from monitoring.operations.actions.items import Claim, Due, Run, each, in_batches
from monitoring.operations.actions.sweeps import beat, forget_failures, note_failure, take_turn

__all__ = [
    "Claim",
    "Due",
    "Run",
    "beat",
    "each",
    "forget_failures",
    "in_batches",
    "note_failure",
    "note_restore",
    "note_tick",
    "settle_gap",
    "take_turn",
]
