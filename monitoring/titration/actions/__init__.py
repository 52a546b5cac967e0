"""Every way a titration plan can change."""

from monitoring.titration.actions.ending import cancel_plan, end_overtaken_plan
from monitoring.titration.actions.errors import PlanConflictError, PlanRefusedError
from monitoring.titration.actions.pausing import pause_plan, resume_plan, roll_back_plan
from monitoring.titration.actions.planning import (
    check_guard_rails,
    draft_plan,
    planned_steps,
    redraw_plan,
    sign_plan,
)
from monitoring.titration.actions.reminding import remind_of_plan
from monitoring.titration.actions.stepping import release_step, settle_step

__all__ = [
    "PlanConflictError",
    "PlanRefusedError",
    "cancel_plan",
    "check_guard_rails",
    "draft_plan",
    "end_overtaken_plan",
    "pause_plan",
    "planned_steps",
    "redraw_plan",
    "release_step",
    "remind_of_plan",
    "resume_plan",
    "roll_back_plan",
    "settle_step",
    "sign_plan",
]
