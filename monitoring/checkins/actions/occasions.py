"""What the clock does with an occasion besides asking: plan it, and close it when no answer came."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.audit.record import record
from monitoring.checkins.actions.asking import lock_patient_of
from monitoring.checkins.actions.judging import judge_draft
from monitoring.checkins.actions.planning import plan_patient
from monitoring.checkins.actions.unsent import raise_unsent
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.checkins.queries import last_level, missed_in_a_row, preference_of, quiet_of
from monitoring.checkins.rules import (
    Level,
    Silence,
    current_thresholds,
    missed_level,
    whose_silence,
)
from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Channel, Template
from monitoring.operations.queries import gaps_between
from monitoring.people.models import Patient

logger = logging.getLogger(__name__)


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
def mark_check_in_missed(*, check_in_id: UUID, now: datetime, job: str) -> bool:
    """Close an occasion whose window has passed without a report; False when there is nothing left to close.

    Asked, able to answer and silent is missed by the patient, and an alert. Never asked, asked too late, or asked
    while the system was away for most of the window is the system's own silence: kept apart, told to operations,
    and never laid at the patient's door. A started and unsent form is judged as far as it goes, so that a danger
    that was ticked before the phone fell from the hand still reaches somebody.
    """
    patient = lock_patient_of(check_in_id)
    check_in: CheckIn | None = CheckIn.objects.overdue(now).filter(pk=check_in_id).first()
    if patient is None or check_in is None:
        return False
    state = closing_state(check_in, _away(check_in))
    if CheckIn.objects.overdue(now).filter(pk=check_in_id).update(state=state) != 1:
        return False
    level = _raise_for(check_in, patient, state, now=now, job=job)
    if state == CheckInState.MISSED:
        _say_missed(patient, check_in, now)
    if state == CheckInState.MISSED_SYSTEM:
        logger.warning("check_in_not_asked", extra={"check_in": str(check_in.pk), "asked": bool(check_in.reminded_at)})
    record(
        action="check_in.close",
        now=now,
        job=job,
        patient_id=patient.pk,
        object_type="check_in",
        object_id=check_in.pk,
        detail={"state": str(state), "level": level.word},
    )
    return True


def closing_state(check_in: CheckIn, away: Iterable[tuple[datetime, datetime]]) -> CheckInState:
    """What an unanswered occasion becomes, given the spans in which the system was away. Reads nothing."""
    if check_in.schedule_id is None:
        return CheckInState.CANCELLED
    silence = whose_silence(
        asked_at=check_in.reminded_at,
        ask_from=check_in.remind_at or check_in.opens_at,
        closes_at=check_in.closes_at,
        down=away,
    )
    return CheckInState.MISSED if silence is Silence.PATIENT else CheckInState.MISSED_SYSTEM


def _away(check_in: CheckIn) -> list[tuple[datetime, datetime]]:
    return [(gap.from_at, gap.to_at) for gap in gaps_between(check_in.opens_at, check_in.closes_at)]


def _raise_for(check_in: CheckIn, patient: Patient, state: CheckInState, *, now: datetime, job: str) -> Level:
    """Raise what a closed occasion calls for; the level, none when it is nothing."""
    level, why = _closing_alert(check_in, patient, state, now)
    if level > Level.NONE:
        raise_unsent(check_in, patient, level, why, now, job=job)
    return level


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


def _say_missed(patient: Patient, check_in: CheckIn, now: datetime) -> None:
    """That nothing has arrived: in quiet hours only in the app, which wakes nobody."""
    if patient.user is None or not patient.user.is_active:
        return
    quiet = quiet_of(preference_of(patient))
    is_quiet = quiet is not None and quiet.ready(now, patient.zone) > now
    queue_for_many(
        recipients=[patient.user],
        channels=[Channel.IN_APP] if is_quiet else None,
        template=Template.CHECK_IN_MISSED,
        dedupe_key=f"{Template.CHECK_IN_MISSED} {check_in.pk}",
        ref_type="check_in",
        ref_id=check_in.pk,
        now=now,
    )
