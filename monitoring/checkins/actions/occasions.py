"""What the clock does with an occasion: plan it, ask, and note that no answer came."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind
from monitoring.audit.record import record
from monitoring.checkins.actions.judging import judge_draft
from monitoring.checkins.actions.planning import plan_patient
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.checkins.queries import last_level, missed_in_a_row, preference_of, quiet_of
from monitoring.checkins.rules import (
    Level,
    QuietHours,
    Silence,
    current_thresholds,
    late_from,
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
def ask_check_in(*, check_in_id: UUID, now: datetime, job: str) -> bool:
    """Open a due occasion and put its one reminder into the outbox; False when it was asked, is closed or must wait.

    No reminder leaves within the patient's quiet hours: a sweep that comes late into them waits for their end, and
    a message that has not left when they begin, or when the window closes, is not sent any more. A patient without
    a sign-in is asked by phone: the occasion opens all the same, and is missed like any other.
    """
    patient = _locked_patient(check_in_id)
    check_in = CheckIn.objects.to_remind(now).filter(pk=check_in_id).first()
    if patient is None or check_in is None:
        return False
    quiet, here = quiet_of(preference_of(patient)), CheckIn.objects.to_remind(now).filter(pk=check_in_id)
    ready = quiet.ready(now, patient.zone) if quiet else now
    if ready > now:
        here.update(remind_at=ready)
        return False
    late_at = late_from(now, check_in.closes_at, patient.zone, quiet)
    if here.update(reminded_at=now, late_at=late_at) != 1:
        return False
    _remind(patient, check_in, Template.CHECK_IN_DUE, quiet, now)
    _record("check_in.ask", patient, check_in_id, now=now, job=job)
    return True


@transaction.atomic
def note_late_check_in(*, check_in_id: UUID, now: datetime, job: str) -> bool:
    """Note that an occasion that was asked for is late, and remind the patient once more; False when it is not.

    The second reminder is the last, and stays away within quiet hours. Clinicians see “late” either way.
    """
    patient = _locked_patient(check_in_id)
    check_in = CheckIn.objects.turned_late(now).filter(pk=check_in_id).first()
    if patient is None or check_in is None:
        return False
    if CheckIn.objects.turned_late(now).filter(pk=check_in_id).update(late_noted_at=now) != 1:
        return False
    quiet = quiet_of(preference_of(patient))
    reminded = quiet is None or quiet.ready(now, patient.zone) == now
    if reminded:
        _remind(patient, check_in, Template.CHECK_IN_LATE, quiet, now)
    _record("check_in.late", patient, check_in_id, now=now, job=job, detail={"reminded": reminded})
    return True


@transaction.atomic
def mark_check_in_missed(*, check_in_id: UUID, now: datetime, job: str) -> bool:
    """Close an occasion whose window has passed without a report; False when there is nothing left to close.

    Asked, able to answer and silent is missed by the patient, and an alert. Never asked, asked too late, or asked
    while the system was away for most of the window is the system's own silence: kept apart, told to operations,
    and never laid at the patient's door. A started and unsent form is judged as far as it goes, so that a danger
    that was ticked before the phone fell from the hand still reaches somebody.
    """
    patient = _locked_patient(check_in_id)
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
    _record("check_in.close", patient, check_in.pk, now=now, job=job, detail={"state": str(state), "level": level.word})
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


def _locked_patient(check_in_id: UUID) -> Patient | None:
    found = CheckIn.objects.filter(pk=check_in_id).values_list("patient_id", flat=True).first()
    return None if found is None else Patient.objects.select_for_update().get(pk=found)


def _remind(patient: Patient, check_in: CheckIn, template: Template, quiet: QuietHours | None, now: datetime) -> None:
    """One content-free reminder; not sent any more once quiet hours have begun or the window has closed."""
    until = check_in.closes_at if quiet is None else min(check_in.closes_at, quiet.begins_after(now, patient.zone))
    _tell(patient, check_in.pk, template, now, expires_at=until)


def _say_missed(patient: Patient, check_in: CheckIn, now: datetime) -> None:
    """That nothing has arrived: in quiet hours only in the app, which wakes nobody."""
    quiet = quiet_of(preference_of(patient))
    is_quiet = quiet is not None and quiet.ready(now, patient.zone) > now
    _tell(patient, check_in.pk, Template.CHECK_IN_MISSED, now, channels=[Channel.IN_APP] if is_quiet else None)


def _tell(
    patient: Patient,
    check_in_id: UUID,
    template: Template,
    now: datetime,
    *,
    channels: list[Channel] | None = None,
    expires_at: datetime | None = None,
) -> None:
    """One content-free message a channel, to a patient who can sign in."""
    user = patient.user
    if user is None or not user.is_active:
        return
    queue_for_many(
        recipients=[user],
        channels=channels,
        template=template,
        dedupe_key=f"{template} {check_in_id}",
        ref_type="check_in",
        ref_id=check_in_id,
        now=now,
        expires_at=expires_at,
    )


def _record(
    action: str, patient: Patient, check_in_id: UUID, *, now: datetime, job: str, detail: dict[str, Any] | None = None
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
