"""What the clock does with an occasion: plan it, ask, and note that no answer came."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind
from monitoring.audit.record import record
from monitoring.checkins.actions.judging import judge_draft
from monitoring.checkins.actions.planning import plan_patient
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.checkins.queries import last_level, missed_in_a_row
from monitoring.checkins.rules import Level, current_thresholds, missed_level
from monitoring.notifications.actions import queue_notification
from monitoring.notifications.models import Channel, Template
from monitoring.people.models import Patient


@transaction.atomic
def plan_due_check_ins(*, patient_id: UUID, now: datetime, job: str) -> int:
    """Plan the patient's occasions up to tomorrow (their own days); the count of new ones.

    Run it as often as you like.
    """
    patient = Patient.objects.select_for_update().filter(pk=patient_id).first()
    if patient is None:
        return 0
    made = plan_patient(patient, now=now)
    if made:
        record(action="check_in.plan", now=now, job=job, patient_id=patient.pk, detail={"planned": made})
    return made


@transaction.atomic
def ask_check_in(*, check_in_id: UUID, now: datetime, job: str) -> bool:
    """Open a due occasion and put its one reminder into the outbox; False when it was asked or is closed.

    A patient without a sign-in is asked by phone: the occasion opens all the same, and is missed like any
    other.
    """
    patient = _locked_patient(check_in_id)
    if patient is None or CheckIn.objects.to_remind(now).filter(pk=check_in_id).update(reminded_at=now) != 1:
        return False
    _tell(patient, check_in_id, Template.CHECK_IN_DUE, now)
    _record("check_in.ask", patient, check_in_id, now=now, job=job)
    return True


@transaction.atomic
def mark_check_in_missed(*, check_in_id: UUID, now: datetime, job: str) -> bool:
    """Close an occasion whose window has passed without a report; False when there is nothing left to close.

    Asked and unanswered is missed, and an alert. Never asked is the system's own silence, kept apart and
    never laid at the patient's door. A started and unsent form is judged as far as it goes, so that a danger
    that was ticked before the phone fell from the hand still reaches somebody.
    """
    patient = _locked_patient(check_in_id)
    check_in: CheckIn | None = CheckIn.objects.overdue(now).filter(pk=check_in_id).first()
    if patient is None or check_in is None:
        return False
    state = _closing_state(check_in)
    if CheckIn.objects.overdue(now).filter(pk=check_in_id).update(state=state) != 1:
        return False
    level, why = _closing_alert(check_in, patient, state, now)
    if level > Level.NONE:
        raise_alert(
            patient=patient,
            kind=AlertKind.MISSED_CHECK_IN,
            level=level,
            why=why,
            source_type="check_in",
            source_id=check_in.pk,
            now=now,
            job=job,
        )
    if state == CheckInState.MISSED:
        _tell(patient, check_in.pk, Template.CHECK_IN_MISSED, now)
    _record("check_in.close", patient, check_in.pk, now=now, job=job, detail={"state": str(state), "level": level.word})
    return True


def _closing_state(check_in: CheckIn) -> CheckInState:
    if check_in.schedule_id is None:
        return CheckInState.CANCELLED
    return CheckInState.MISSED if check_in.reminded_at else CheckInState.MISSED_SYSTEM


def _closing_alert(check_in: CheckIn, patient: Patient, state: CheckInState, now: datetime) -> tuple[Level, list[str]]:
    """The alert of a closing occasion; level none raises none. The occasion is closed already."""
    level, why = judge_draft(check_in, patient, now=now)
    if level < Level.WARNING:
        level, why = Level.NONE, []
    if state != CheckInState.MISSED:
        return level, why
    in_a_row = missed_in_a_row(patient)
    thresholds = current_thresholds()
    missed = missed_level(missed_in_a_row=in_a_row, last_level=last_level(patient), thresholds=thresholds)
    count = "Check-in missed" if in_a_row < 2 else f"{in_a_row} check-ins missed in a row"
    line = f"{count}: {check_in.local_date.day} {check_in.local_date:%B %Y}"
    return max(level, missed), [*why, line]


def _locked_patient(check_in_id: UUID) -> Patient | None:
    found = CheckIn.objects.filter(pk=check_in_id).values_list("patient_id", flat=True).first()
    return None if found is None else Patient.objects.select_for_update().get(pk=found)


def _tell(patient: Patient, check_in_id: UUID, template: Template, now: datetime) -> None:
    """One content-free message a channel, to a patient who can sign in."""
    user = patient.user
    if user is None or not user.is_active:
        return
    for channel in (Channel.IN_APP, Channel.EMAIL):
        queue_notification(
            recipient=user,
            channel=channel,
            template=template,
            dedupe_key=f"{template} {check_in_id}",
            ref_type="check_in",
            ref_id=check_in_id,
            now=now,
        )


def _record(
    action: str, patient: Patient, check_in_id: UUID, *, now: datetime, job: str, detail: dict[str, str] | None = None
) -> None:
    record(
        action=action,
        now=now,
        job=job,
        patient_id=patient.pk,
        object_type="check_in",
        object_id=check_in_id,
        detail=detail,
    )
