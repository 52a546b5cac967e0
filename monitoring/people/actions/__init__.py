"""Every way a clinic, a person's account, a patient's record or a care team can change."""

from monitoring.people.actions.absences import cancel_absence, record_absence
from monitoring.people.actions.accounts import (
    activate_user,
    change_own_password,
    create_clinic,
    create_user,
    deactivate_user,
    end_calendar,
    end_passkeys,
    give_one_time_password,
    new_one_time_password,
)
from monitoring.people.actions.care_team import join_care_team, leave_care_team
from monitoring.people.actions.carers import (
    accept_invitation,
    invite_carer,
    note_carer_refused,
    note_wrong_address,
    open_carer_account,
    revoke_invitation,
    withdraw_consent,
)
from monitoring.people.actions.clinics import change_emergency_contact, change_opening_hours
from monitoring.people.actions.patients import give_patient_sign_in, register_patient, update_patient
from monitoring.people.actions.recent import note_opened
from monitoring.people.actions.sessions import (
    end_sessions,
    forget_all_sessions,
    move_session,
    note_failed_sign_in,
    note_sign_in,
    note_sign_out,
)
from monitoring.people.actions.tokens import issue_token, revoke_token

__all__ = [
    "accept_invitation",
    "activate_user",
    "cancel_absence",
    "change_emergency_contact",
    "change_opening_hours",
    "change_own_password",
    "create_clinic",
    "create_user",
    "deactivate_user",
    "end_calendar",
    "end_passkeys",
    "end_sessions",
    "forget_all_sessions",
    "give_one_time_password",
    "give_patient_sign_in",
    "invite_carer",
    "issue_token",
    "join_care_team",
    "leave_care_team",
    "move_session",
    "new_one_time_password",
    "note_carer_refused",
    "note_failed_sign_in",
    "note_opened",
    "note_sign_in",
    "note_sign_out",
    "note_wrong_address",
    "open_carer_account",
    "record_absence",
    "register_patient",
    "revoke_invitation",
    "revoke_token",
    "update_patient",
    "withdraw_consent",
]
