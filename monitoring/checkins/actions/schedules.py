"""Begin and end a patient's check-ins."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from monitoring.audit.record import record
from monitoring.checkins.actions.planning import plan_patient
from monitoring.checkins.models import CheckIn, CheckInSchedule, CheckInState, ScheduleSource
from monitoring.checkins.queries.protocols import cadence_in_force
from monitoring.checkins.rules import Cadence, cadence_from
from monitoring.people.models import Patient, User

OPENS_AT = time(8, 0)


@transaction.atomic
def start_schedule(
    *,
    patient: Patient,
    source: ScheduleSource,
    source_id: UUID | None,
    starts_on: date,
    now: datetime,
    by: User | None = None,
    job: str | None = None,
    daily_days: int | None = None,
    weekly_until: date | None = None,
) -> CheckInSchedule:
    """Ask the patient by the clinic's rule from `starts_on` on (the patient's own days), the built-in one by default.

    `daily_days` and `weekly_until` override the rule; with the latter nothing follows. Schedules of several sources
    run side by side and still ask once a day. Starting again for the same source carries its daily days on: none
    that was promised is lost; one from before there was a four-weekly stage gets it then, and until then goes on
    weekly without end. The occasions of today and tomorrow are planned in the same transaction.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    before = _running_of(patient, source, source_id)
    wanted = cadence_from(
        starts_on, rule=cadence_in_force(patient.clinic_id, now), after_stop=source == ScheduleSource.STOP,
        daily_days=daily_days, weekly_until=weekly_until,
    )  # fmt: skip
    if before is not None:
        if before.cadence == wanted:
            return before
        wanted = wanted.keeping(before.cadence)
        CheckInSchedule.objects.filter(pk=before.pk).update(ended_at=now, ended_reason="started again")
    schedule = _open(patient, source, source_id, wanted, by=by, now=now)
    if before is not None:
        CheckIn.objects.filter(schedule=before, state=CheckInState.DUE).update(schedule=schedule)
    planned = plan_patient(patient, now=now)
    detail = {"source": str(source), "daily_until": wanted.daily_until.isoformat(), "planned": planned}
    _record("check_in.schedule", schedule, by=by, job=job, now=now, detail=detail)
    return schedule


@transaction.atomic
def watch_change(
    *, patient: Patient, source_id: UUID, from_day: date, by: User, now: datetime, even_if_none_run: bool = False
) -> CheckInSchedule | None:
    """Ask every day again, then weekly, from the day a medicine is begun or its dose changes; `source_id` names it.

    Daily for as long as after a start: the longer of the two (a week at least after a change, judgement). None where
    no check-ins are running, unless `even_if_none_run`, and none beside an answer that has just begun the same.
    The four-weekly ones follow too, unless a schedule that runs already has later ones of its own.
    """
    starts_on = max(from_day, patient.local_date(now))
    wanted = cadence_from(starts_on, rule=cadence_in_force(patient.clinic_id, now), after_stop=False)
    running = [
        each for each in CheckInSchedule.objects.running().filter(patient=patient) if each.source_id != source_id
    ]
    if not (running or even_if_none_run or _running_of(patient, ScheduleSource.CHANGE, source_id)):
        return None
    if any(each.created_at == now and _does_all_of(wanted, each.cadence) for each in running):
        return None
    goes_on = any(each.weekly_until is None or each.later_weeks for each in running)
    return start_schedule(
        patient=patient, source=ScheduleSource.CHANGE, source_id=source_id, starts_on=starts_on, by=by, now=now,
        weekly_until=wanted.weekly_until if goes_on else None,
    )  # fmt: skip


def _does_all_of(wanted: Cadence, other: Cadence) -> bool:
    is_daily = other.is_daily_on(wanted.starts_on) and other.is_daily_on(wanted.daily_until)
    return is_daily and other.later_weeks == wanted.later_weeks


def _running_of(patient: Patient, source: ScheduleSource, source_id: UUID | None) -> CheckInSchedule | None:
    same = CheckInSchedule.objects.running().filter(patient=patient, source=source, source_id=source_id)
    found: CheckInSchedule | None = same.first()
    return found


def _open(
    patient: Patient,
    source: ScheduleSource,
    source_id: UUID | None,
    cadence: Cadence,
    *,
    by: User | None,
    now: datetime,
) -> CheckInSchedule:
    schedule: CheckInSchedule = CheckInSchedule.objects.create(
        patient=patient,
        source=source,
        source_id=source_id,
        starts_on=cadence.starts_on,
        daily_until=cadence.daily_until,
        weekly_until=cadence.weekly_until,
        later_weeks=cadence.later_weeks,
        opens_at=OPENS_AT,
        plan_next_at=now,
        created_at=now,
        created_by=by,
    )
    return schedule


def _record(
    action: str,
    schedule: CheckInSchedule,
    *,
    by: User | None,
    job: str | None,
    now: datetime,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    record(
        action=action,
        now=now,
        by=by,
        job=job,
        patient_id=schedule.patient_id,
        object_type="check_in_schedule",
        object_id=schedule.pk,
        reason=reason,
        detail=detail,
    )


@transaction.atomic
def end_schedule(
    *, schedule: CheckInSchedule, reason: str, now: datetime, by: User | None = None, job: str | None = None
) -> bool:
    """End a schedule; False when it has ended already.

    What it has asked stays due. Occasions that have not opened yet go, unless another running schedule asks
    on that day.
    """
    patient = Patient.objects.select_for_update().get(pk=schedule.patient_id)
    ended = CheckInSchedule.objects.running().filter(pk=schedule.pk).update(ended_at=now, ended_reason=reason)
    if ended != 1:
        return False
    CheckIn.objects.filter(schedule=schedule, state=CheckInState.DUE, opens_at__gt=now).update(
        state=CheckInState.CANCELLED
    )
    plan_patient(patient, now=now)
    _record("check_in.schedule_end", schedule, by=by, job=job, now=now, reason=reason)
    return True
