"""Every way somebody's beginning here can change: invitations, start lists, made-up patients."""

from monitoring.onboarding.actions.demo.switching import load_demo, remove_demo
from monitoring.onboarding.actions.inviting import (
    InvitationEndedError,
    accept_invitation,
    invite_patient,
    note_invitation_refused,
)
from monitoring.onboarding.actions.losing import end_ways_in
from monitoring.onboarding.actions.starting import put_start_list_away, take_start_list_out

__all__ = [
    "InvitationEndedError",
    "accept_invitation",
    "end_ways_in",
    "invite_patient",
    "load_demo",
    "note_invitation_refused",
    "put_start_list_away",
    "remove_demo",
    "take_start_list_out",
]
