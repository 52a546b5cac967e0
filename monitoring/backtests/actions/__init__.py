"""What can be done about a clinic's own thresholds and cadence. Import these names from here."""

from monitoring.backtests.actions.approving import approve_proposal
from monitoring.backtests.actions.asking import ask_replay, cancel_replay
from monitoring.backtests.actions.errors import FaultsError, RefusedError, StaleError
from monitoring.backtests.actions.proposing import propose, withdraw_proposal
from monitoring.backtests.actions.working import advance_replay, give_up_replay

__all__ = [
    "FaultsError",
    "RefusedError",
    "StaleError",
    "advance_replay",
    "approve_proposal",
    "ask_replay",
    "cancel_replay",
    "give_up_replay",
    "propose",
    "withdraw_proposal",
]
