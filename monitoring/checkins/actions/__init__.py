"""Every way check-ins can change."""

from monitoring.checkins.actions.answering import save_page, start_check_in
from monitoring.checkins.actions.occasions import (
    ask_check_in,
    closing_state,
    mark_check_in_missed,
    note_late_check_in,
    plan_due_check_ins,
)
from monitoring.checkins.actions.schedules import end_schedule, start_schedule
from monitoring.checkins.actions.submitting import CheckInNotOpen, SubmissionConflict, submit_check_in

__all__ = [
    "CheckInNotOpen",
    "SubmissionConflict",
    "ask_check_in",
    "closing_state",
    "end_schedule",
    "mark_check_in_missed",
    "note_late_check_in",
    "plan_due_check_ins",
    "save_page",
    "start_check_in",
    "start_schedule",
    "submit_check_in",
]
