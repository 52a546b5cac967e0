"""The pages on which a clinician draws up, signs and steers a plan."""

from monitoring.titration.views.deciding import plan_cancel, plan_replan, plan_sign, step_release
from monitoring.titration.views.drawing import plan_edit, plan_new
from monitoring.titration.views.showing import plan_detail, plan_list
from monitoring.titration.views.steering import plan_pause, plan_resume, plan_roll_back

__all__ = [
    "plan_cancel",
    "plan_detail",
    "plan_edit",
    "plan_list",
    "plan_new",
    "plan_pause",
    "plan_replan",
    "plan_resume",
    "plan_roll_back",
    "plan_sign",
    "step_release",
]
