"""Every address of the site, and what each kind of person gets there."""

from dataclasses import dataclass
from typing import Any

OK = "answered"  # the page, or for a POST without content its errors or the page after it
LOGIN = "sign in"


@dataclass(frozen=True)
class Row:
    """What one address answers to somebody not signed in, a patient, a clinician who does not care for the patient,
    one who does, and an admin; and a carer who acts for the patient by a consent to see and to answer. Without `carer`
    a carer gets what the patient gets.

    `pk` says which object the address names, `query` what follows it; `is_noted` is off where a refusal is none of a
    record.
    """

    anonymous: Any
    patient: Any
    stranger: Any
    clinician: Any
    admin: Any
    method: str = "GET"
    pk: str = "patient"
    query: str = ""
    is_noted: bool = True
    carer: Any = None

    def gives(self, who: str) -> Any:
        """What the one whom the tests call `who` gets."""
        return self.patient if who == "carer" and self.carer is None else getattr(self, who)

    @property
    def is_about_a_patient(self) -> bool:
        return self.anonymous in {LOGIN, 401} and bool(self.stranger == 404)


def anyone(**more: Any) -> Row:
    return Row(OK, OK, OK, OK, OK, **more)


def signed_in(**more: Any) -> Row:
    return Row(LOGIN, OK, OK, OK, OK, **more)


def staff(**more: Any) -> Row:
    return Row(LOGIN, 403, OK, OK, 403, **more)


def care_team(**more: Any) -> Row:
    return Row(LOGIN, 403, 404, OK, 403, **more)


def own(**more: Any) -> Row:
    return Row(LOGIN, OK, 403, 403, 403, **more)


def own_alone(**more: Any) -> Row:
    """What a patient decides without their carers."""
    return Row(LOGIN, OK, 403, 403, 403, carer=403, **more)


def carers(**more: Any) -> Row:
    return Row(LOGIN, 403, 403, 403, 403, carer=OK, **more)


def admins(**more: Any) -> Row:
    return Row(LOGIN, 403, 403, 403, OK, **more)


def readers(**more: Any) -> Row:
    """Knowledge, which holds no patient: clinicians and admins alike."""
    return Row(LOGIN, 403, OK, OK, OK, **more)


def api(patient: Any, stranger: Any, clinician: Any, admin: Any, **more: Any) -> Row:
    """A program gets 401 where a browser is sent to sign in. Carers have no programs: they may only end a token."""
    return Row(401, patient, stranger, clinician, admin, carer=204 if patient == 204 else 403, **more)


# By the route's name; a second row for another method is told apart by a word after the name.
ROUTES = {
    # operations
    "livez": anyone(),
    "readyz": anyone(),
    # outages
    "monitoring": admins(),
    # people
    "home": signed_in(),
    "login": anyone(),
    "logout": anyone(method="POST"),
    "signed_out": anyone(),
    "change_password": signed_in(),
    "users": admins(),
    "invite": admins(),
    "deactivate_user": admins(method="POST", pk="colleague"),
    "activate_user": admins(method="POST", pk="colleague"),
    "new_password": admins(method="POST", pk="colleague"),
    "clinic": admins(),
    "absences": readers(),
    "absence_new": readers(),
    "absence_cancel": Row(LOGIN, 403, 404, OK, OK, method="POST", pk="absence", is_noted=False),
    "register_patient": staff(),
    "care_team": care_team(),
    "leave_care_team": care_team(method="POST"),
    "patient_sign_in": care_team(method="POST"),
    "my_access": own_alone(),
    "patient_access": care_team(),
    "sessions": signed_in(),
    "sessions_end": signed_in(method="POST"),
    # carers
    "my_carers": own_alone(),
    "my_carer_new": own_alone(),
    "my_carer_end": own_alone(method="POST", pk="consent"),
    "my_carer_revoke": own_alone(method="POST", pk="carer invitation"),
    "care": carers(),
    "care_choose": carers(method="POST", pk="carer’s consent"),
    "care_stop": carers(method="POST", pk="other consent"),
    # a link that is none
    "carer_welcome": Row(404, 404, 404, 404, 404),
    "patient_carers": care_team(),
    "patient_carer_end": care_team(method="POST"),
    "patient_carer_revoke": care_team(method="POST"),
    # passkeys
    "passkey_sign_in": anyone(method="POST"),
    "passkey_sign_in_options": anyone(method="POST"),
    "passkeys": signed_in(),
    "passkey_new": signed_in(),
    # only after the password was typed
    "passkey_options": Row(LOGIN, 403, 403, 403, 403, method="POST"),
    # one's own alone
    "passkey_rename": Row(LOGIN, OK, 404, 404, 404, method="POST", pk="passkey", carer=404, is_noted=False),
    "passkey_remove": Row(LOGIN, OK, 404, 404, 404, method="POST", pk="passkey", carer=404, is_noted=False),
    # the first steps, invitations and made-up patients
    "start": readers(),
    "start_put_away": readers(method="POST"),
    "start_take_out": readers(method="POST"),
    "demo": admins(),
    "demo_load": admins(method="POST"),
    "demo_remove": admins(method="POST"),
    "patient_invite": care_team(),
    "welcome": Row(404, 404, 404, 404, 404),
    # audit
    "audit": admins(),
    "audit_export": admins(),
    "audit_verify": admins(method="POST"),
    "audit_event": admins(),
    # preferences
    "my_settings": own(),
    "staff_settings": readers(),
    "choose_reading": anyone(method="POST"),
    # wording
    "wording": staff(),
    "translation": staff(),
    # help
    "help_emergency": anyone(),
    "help_crisis": anyone(),
    "help_urgent": anyone(),
    # offline
    "worker": anyone(),
    "push_worker": anyone(),
    "manifest": anyone(),
    "offline": anyone(),
    "offline_check_in": anyone(),
    "offline_session": anyone(),
    "offline_send": own(method="POST"),
    "offline_device": signed_in(),
    "offline_sign_out": anyone(),
    # the gallery of components is switched off on a live site
    "gallery": Row(404, 404, 404, 404, 404),
    "patient_gallery": Row(404, 404, 404, 404, 404),
    # alerts
    "worklist_news": staff(),
    "escalation": readers(),
    "escalation_policy": admins(),
    # the admin is the one who proposed it, and so cannot approve it
    "escalation_approve": Row(LOGIN, 403, OK, OK, 403, method="POST", pk="policy proposal", is_noted=False),
    "escalation_withdraw": readers(method="POST", pk="policy proposal", is_noted=False),
    "alert": care_team(pk="alert"),
    "alert_take": care_team(method="POST", pk="alert"),
    "alert_snooze": care_team(method="POST", pk="alert"),
    "alert_close": care_team(method="POST", pk="alert"),
    "alert_release": care_team(method="POST", pk="alert"),
    # open only to those whom the escalation has reached
    "alert_step_in": Row(LOGIN, 403, 404, 404, 403, pk="alert", is_noted=False),
    # notifications
    "messages": signed_in(),
    "messages_read": signed_in(method="POST"),
    "failed_messages": Row(LOGIN, 403, OK, OK, OK),
    "outbox_health": admins(),
    "contact": signed_in(),
    "contact_number": signed_in(method="POST"),
    "contact_confirm": signed_in(method="POST"),
    "contact_browser": signed_in(method="POST"),
    "contact_order": signed_in(method="POST"),
    "contact_remove": Row(LOGIN, 404, 404, OK, 404, method="POST", pk="contact point", is_noted=False),
    "message_retry": Row(LOGIN, 403, 404, OK, OK, method="POST", pk="notification", is_noted=False),
    "message_dismiss": Row(LOGIN, 403, 404, OK, OK, method="POST", pk="other notification", is_noted=False),
    # what patients read and agree to
    "learn": own(),
    "learn_card": own(),
    "learn_question": own_alone(),
    "learn_sign": own_alone(),
    "learn_print": own(),
    "education": staff(),
    "education_texts": readers(),
    "patient_education": care_team(),
    "education_remind": care_team(method="POST"),
    "education_read_out": care_team(),
    "education_sheet": care_team(),
    # what the team writes down
    "patient_notes": care_team(),
    "note_correct": care_team(),
    # check-ins
    "my_check_ins": own(),
    "my_check_in_start": own(method="POST"),
    "my_check_in_times": own_alone(),
    "my_check_in_danger": own(),
    "my_check_in_page": own(),
    "my_check_in_review": own(),
    "my_check_in_done": own(),
    # by the link of a message: whoever is signed in counts for nothing, and a token that opens nothing is answered alike
    "linked_new": anyone(),
    "linked_asked": anyone(),
    "linked": Row(404, 404, 404, 404, 404),
    "linked_danger": Row(404, 404, 404, 404, 404),
    "linked_page": Row(404, 404, 404, 404, 404),
    "linked_review": Row(404, 404, 404, 404, 404),
    "linked_done": Row(404, 404, 404, 404, 404),
    "patient_check_ins": care_team(),
    "patient_check_in_new": care_team(),
    "patient_check_in": care_team(),
    "patient_check_in_times": care_team(),
    "patient_check_in_cadence": care_team(),
    # regimens
    "medications": care_team(),
    "medications_recheck": care_team(method="POST"),
    "medication_new": care_team(),
    "medication_new_choose": care_team(method="POST"),
    # the later pages of a form that nobody has begun
    "medication_new_dose": Row(LOGIN, 403, 404, 404, 403),
    "medication_new_check": Row(LOGIN, 403, 404, 404, 403),
    "medication_new_lower": Row(LOGIN, 403, 404, 404, 403, method="POST"),
    "medication_new_compare": Row(LOGIN, 403, 404, 404, 403, method="POST"),
    "medications_compare": care_team(),
    "medications_compare_instead": Row(LOGIN, 403, 404, 404, 403, method="POST"),
    "medications_compare_remove": Row(LOGIN, 403, 404, 404, 403, method="POST"),
    "medications_compare_take": Row(LOGIN, 403, 404, 404, 403, method="POST"),
    "medication_dose": care_team(pk="prescription"),
    "medication_stop": care_team(pk="prescription"),
    "medication_cancel": care_team(pk="prescription"),
    "medication_confirm": care_team(method="POST", pk="prescription"),
    "flag": care_team(pk="flag"),
    "override": care_team(pk="override"),
    "handover_report": staff(),
    "override_report": readers(),
    "override_report_export": readers(),
    "protocols": readers(),
    "protocol_new": staff(),
    "protocol_proposal": readers(pk="proposal"),
    "protocol_replay": staff(method="POST", pk="proposal"),
    "protocol_replay_cancel": staff(method="POST", pk="proposal"),
    "protocol_approve": staff(pk="proposal"),
    "protocol_withdraw": staff(pk="proposal"),
    "protocol_export": readers(pk="proposal"),
    "patient_context": care_team(),
    # titration
    "plan_list": care_team(),
    "plan_new": care_team(query="?prescription={prescription}"),
    "plan_detail": care_team(),
    "plan_edit": care_team(),
    "plan_sign": care_team(method="POST"),
    "plan_cancel": care_team(method="POST"),
    "plan_pause": care_team(method="POST"),
    "plan_resume": care_team(method="POST"),
    "plan_roll_back": care_team(method="POST"),
    "plan_replan": care_team(method="POST"),
    "step_release": care_team(method="POST"),
    # what is left at home
    "supplies": care_team(),
    "my_supplies": own(),
    # what is said of doses
    "my_dose_report": own(),
    "my_dose_advice": own(pk="dose report"),
    "dose_reports": care_team(),
    # the calendar of doses; a program reads it by a secret address, and an unknown one is not there
    "my_calendar": own(),
    "my_sheet": own(),
    "my_feed": own_alone(),
    "patient_sheet": care_team(),
    "calendar_feed": Row(404, 404, 404, 404, 404),
    # releases as they reach patients, and a clinic's own severities
    "release_affected": readers(),
    "release_affected POST": readers(method="POST"),
    "rollout": readers(pk="rollout"),
    "rollout_cancel": readers(method="POST", pk="rollout"),
    "adjustments": readers(),
    "adjustment_new": admins(),
    "adjustment_withdraw": admins(pk="adjustment"),
    # the hook service: who is signed in does not count, and without a client it is closed
    "cds_services": Row(401, 401, 401, 401, 401),
    "cds_service": Row(401, 401, 401, 401, 401, method="POST"),
    "cds_feedback": Row(401, 401, 401, 401, 401, method="POST"),
    # the hospital systems that may ask it
    "cds_clients": admins(),
    "cds_client_new": admins(),
    "cds_client": admins(pk="cds client"),
    "cds_client_change": admins(pk="cds client"),
    "cds_client_switch_on": admins(method="POST", pk="cds client"),
    "cds_client_switch_off": admins(method="POST", pk="cds client"),
    # search
    "worklist": staff(),
    "worklist POST": staff(method="POST"),
    "patient_list": staff(),
    "patient_list POST": staff(method="POST"),
    "search": readers(),
    "search POST": readers(method="POST"),
    "keys": readers(),
    "saved_filters": staff(),
    "saved_filter_new": staff(method="POST"),
    "saved_filter_rename": Row(LOGIN, 403, 404, OK, 403, pk="kept filter", is_noted=False),
    "saved_filter_delete": Row(LOGIN, 403, 404, OK, 403, method="POST", pk="kept filter", is_noted=False),
    # dashboard
    "patient": care_team(),
    "my_plan": own(),
    "my_history": own(),
    # knowledge
    "knowledge": readers(),
    "knowledge_medicine": readers(),
    "knowledge_rule": readers(),
    "knowledge_releases": readers(),
    "knowledge_release": readers(),
    # API
    "api_schema": anyone(),
    "api_token": anyone(method="POST"),
    "api_token DELETE": api(204, 204, 204, 204, method="DELETE"),
    "api_patients": api(OK, OK, OK, 403),
    "api_patients POST": api(403, OK, OK, 403, method="POST"),
    "api_patient": api(OK, 404, OK, 403),
    "api_prescriptions": api(OK, 404, OK, 403),
    "api_prescriptions POST": api(403, 404, OK, 403, method="POST"),
    "api_flags": api(403, 404, OK, 403),
    "api_flag_acknowledge": api(403, 404, OK, 403, method="POST", pk="flag"),
    "api_plans": api(OK, 404, OK, 403),
    "api_plans POST": api(403, 404, OK, 403, method="POST"),
    "api_plan": api(403, 404, OK, 403),
    "api_plan_sign": api(403, 404, OK, 403, method="POST"),
    "api_plan_pause": api(403, 404, OK, 403, method="POST"),
    "api_plan_resume": api(403, 404, OK, 403, method="POST"),
    "api_plan_roll_back": api(403, 404, OK, 403, method="POST"),
    "api_plan_cancel": api(403, 404, OK, 403, method="POST"),
    "api_step_release": api(403, 404, OK, 403, method="POST"),
    "api_check_ins": api(OK, 404, OK, 403),
    "api_report": api(OK, 404, OK, 403, method="POST"),
    "api_alerts": api(403, OK, OK, 403),
    "api_alert_take": api(403, 404, OK, 403, method="POST", pk="alert"),
    "api_alert_snooze": api(403, 404, OK, 403, method="POST", pk="alert"),
    "api_alert_close": api(403, 404, OK, 403, method="POST", pk="alert"),
    "api_escalation_policies": api(403, OK, OK, OK),
    "api_screenings": api(403, OK, OK, 403, method="POST"),
    "api_comparisons": api(403, OK, OK, 403, method="POST"),
    "api_patient_comparisons": api(403, 404, OK, 403, method="POST"),
    "api_override_report": api(403, OK, OK, OK),
    "api_audit_events": api(403, 403, 403, OK),
    "api_nothing_here": Row(404, 404, 404, 404, 404),
}
