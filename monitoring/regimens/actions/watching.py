"""Check-ins that follow by rule when a medicine is begun, changed or stopped, whatever its flags were answered with.

The rule: where the regimen holds baclofen beside a tricyclic (the pair's flag is present), every medicine that a
present flag names is watched after its start and after each change, and check-ins begin if none run. Elsewhere the
same follows only for a patient who is asked already. What another record says has been taken all along is no start.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind, AlertLevel
from monitoring.checkins.actions import end_schedule, start_schedule, watch_change
from monitoring.checkins.models import CheckInSchedule, ScheduleSource
from monitoring.checkins.queries.protocols import cadence_in_force
from monitoring.people.models import Patient, User
from monitoring.regimens.models import FlagStatus, InteractionFlag, Prescription

# Baclofen beside amitriptyline, and beside any other tricyclic: muscle hypotonia is said of the class.
PAIR_CODES: Final = frozenset({"PAIR_CNS", "TCA_CLASS"})
AMITRIPTYLINE: Final = "amitriptyline"
GONE: Final = "the interaction is no longer present"


def watch_dose(*, prescription: Prescription, patient: Patient, from_day: date, by: User, now: datetime) -> None:
    """Daily check-ins from the day a dose changes, 14 by the built-in rule. Part of an action, after its check."""
    codes = _codes_naming(prescription, patient)
    if codes:
        watch_change(
            patient=patient, source_id=prescription.pk, from_day=from_day, by=by, now=now,
            even_if_none_run=bool(codes & PAIR_CODES),
        )  # fmt: skip


def watch_start(*, prescription: Prescription, patient: Patient, by: User, now: datetime) -> None:
    """The same once a medicine has become active, from its first day on.

    Nothing for one that was begun so long ago that its daily days are over; a first day that is not known counts as
    today. Part of an action, after its check.
    """
    today = patient.local_date(now)
    begun = prescription.starts_on or today
    if begun > today - timedelta(days=cadence_in_force(patient.clinic_id, now).daily_days):
        watch_dose(prescription=prescription, patient=patient, from_day=begun, by=by, now=now)


def watch_tricyclic_stop(
    *, prescription: Prescription, patient: Patient, last_day: date, by: User, now: datetime
) -> None:
    """A check-in on the first day without amitriptyline and then weekly for four weeks: its withdrawal is slow (S39).

    Where a flag names it or check-ins run. Part of an action, before its check: that may resolve the flag.
    """
    if AMITRIPTYLINE not in prescription.ingredients or prescription.route == "topical":
        return
    asked = CheckInSchedule.objects.running().filter(patient=patient).exists()
    if asked or _codes_naming(prescription, patient):
        first = max(last_day + timedelta(days=1), patient.local_date(now))
        start_schedule(
            patient=patient, source=ScheduleSource.STOP, source_id=prescription.pk, starts_on=first, daily_days=1,
            weekly_until=first + timedelta(weeks=4), by=by, now=now,
        )  # fmt: skip


def watch_withdrawal(
    *,
    prescription: Prescription,
    patient: Patient,
    since: date,
    abrupt: str,
    now: datetime,
    by: User | None = None,
    job: str | None = None,
) -> None:
    """A week of daily check-ins from `since`; an alert too when baclofen was `abrupt`-ly stopped or cut down."""
    start_schedule(
        patient=patient, source=ScheduleSource.STOP, source_id=prescription.pk,
        starts_on=max(since, patient.local_date(now)), by=by, job=job, now=now,
    )  # fmt: skip
    if not abrupt:
        return
    level = AlertLevel.EMERGENCY if prescription.route == "intrathecal" else AlertLevel.URGENT
    raise_alert(
        patient=patient, kind=AlertKind.WITHDRAWAL, level=level,
        why=[f"Baclofen was {abrupt} without a taper. Watch for withdrawal."],
        source_type="prescription", source_id=prescription.pk, now=now, by=by, job=job,
    )  # fmt: skip


def end_schedules_of(
    *, resolved: Iterable[InteractionFlag], patient: Patient, now: datetime, by: User | None, job: str | None
) -> None:
    """What was promised for a hazard that is gone, or follows a change no flag speaks of, is not asked any longer."""
    ids = [flag.pk for flag in resolved]
    if not ids:
        return
    running = CheckInSchedule.objects.running().filter(patient=patient)
    for schedule in running.filter(source=ScheduleSource.OVERRIDE, source_id__in=ids):
        end_schedule(schedule=schedule, reason=GONE, now=now, by=by, job=job)
    for schedule in running.filter(source=ScheduleSource.CHANGE):
        medicine = Prescription.objects.filter(pk=schedule.source_id).first()
        if medicine is not None and not _codes_naming(medicine, patient):
            end_schedule(schedule=schedule, reason=GONE, now=now, by=by, job=job)


def _codes_naming(prescription: Prescription, patient: Patient) -> set[str]:
    """The codes of the flags that are present and name an ingredient of this medicine."""
    flags = InteractionFlag.objects.filter(patient=patient).exclude(status=FlagStatus.RESOLVED)
    taken = set(prescription.ingredients)
    return {code for code, participants in flags.values_list("code", "participants") if taken & set(participants)}
