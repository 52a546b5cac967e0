"""What can be done about roll-outs and severities. Import these names from here."""

from monitoring.knowledge.actions.adjusting import set_adjustment, withdraw_adjustment
from monitoring.knowledge.actions.errors import RefusedError
from monitoring.knowledge.actions.opening import ask_preview, cancel_preview, open_due_rollouts
from monitoring.knowledge.actions.working import advance_rollout

__all__ = [
    "RefusedError",
    "advance_rollout",
    "ask_preview",
    "cancel_preview",
    "open_due_rollouts",
    "set_adjustment",
    "withdraw_adjustment",
]
