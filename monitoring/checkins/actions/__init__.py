"""Every way check-ins can change."""

from monitoring.checkins.actions.answering import keep_readable_answers, save_page, start_check_in
from monitoring.checkins.actions.asking import (
    OvertakenError,
    ask_check_in,
    ask_check_ins,
    claim_to_ask,
    claim_turned_late,
    note_late_check_in,
    note_late_check_ins,
)
from monitoring.checkins.actions.linking import (
    LinkEndedError,
    answer_link_request,
    ask_for_new_link,
    issue_links,
    keep_readable_link_answers,
    note_link_opened,
    note_link_refused,
    revoke_links,
    save_link_page,
    submit_by_link,
)
from monitoring.checkins.actions.occasions import closing_state, mark_check_in_missed, plan_due_check_ins
from monitoring.checkins.actions.preferring import (
    Times,
    override_cadence,
    replan_check_ins,
    return_to_rule,
    set_check_in_times,
    timing_with,
)
from monitoring.checkins.actions.schedules import end_schedule, start_schedule, watch_change
from monitoring.checkins.actions.submitting import CheckInNotOpen, SubmissionConflict, submit_check_in

__all__ = [
    "CheckInNotOpen",
    "LinkEndedError",
    "OvertakenError",
    "SubmissionConflict",
    "Times",
    "answer_link_request",
    "ask_check_in",
    "ask_check_ins",
    "ask_for_new_link",
    "claim_to_ask",
    "claim_turned_late",
    "closing_state",
    "end_schedule",
    "issue_links",
    "keep_readable_answers",
    "keep_readable_link_answers",
    "mark_check_in_missed",
    "note_late_check_in",
    "note_late_check_ins",
    "note_link_opened",
    "note_link_refused",
    "override_cadence",
    "plan_due_check_ins",
    "replan_check_ins",
    "return_to_rule",
    "revoke_links",
    "save_link_page",
    "save_page",
    "set_check_in_times",
    "start_check_in",
    "start_schedule",
    "submit_by_link",
    "submit_check_in",
    "timing_with",
    "watch_change",
]
