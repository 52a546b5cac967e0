"""One patient's own times and cadence: what follows is laid out anew in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from django.db import transaction

from monitoring.audit.record import record
from monitoring.checkins.actions.planning import plan_patient
from monitoring.checkins.actions.schedules import OPENS_AT, start_schedule
from monitoring.checkins.models import CheckInPreference, ScheduleSource
from monitoring.checkins.queries import Timing, timing_of
from monitoring.checkins.rules import InputError, Override, QuietHours, faults_of_override, faults_of_times
from monitoring.people.actions import update_patient
from monitoring.people.models import Patient, User


@dataclass(frozen=True, slots=True)
class Times:
    """When a patient is asked, in wall times of `time_zone`. None: as the rule says, or no quiet hours."""

    time_zone: str
    asks_at: time | None = None
    quiet: QuietHours | None = None


@transaction.atomic
def set_check_in_times(*, patient: Patient, times: Times, by: User, now: datetime) -> tuple[str, ...]:
    """Set when this patient is asked, and the zone they live in; the names of what changed.

    Occasions that have not opened follow at once; two of them still lie 12 hours apart. What is open stays as it
    was asked. InputError names a zone that does not exist, and quiet hours that leave no time to ask.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    if faults := faults_of_times(times.time_zone, times.asks_at or OPENS_AT, times.quiet):
        raise InputError(faults)
    before = CheckInPreference.objects.filter(patient=patient).first()
    wanted = {
        "asks_at": times.asks_at,
        "quiet_from": times.quiet.start if times.quiet else None,
        "quiet_until": times.quiet.until if times.quiet else None,
    }
    changed = sorted(name for name, value in wanted.items() if value != getattr(before, name, None))
    if times.time_zone != patient.time_zone:
        changed.append("time_zone")
    if not changed:
        return ()

    def change() -> None:
        _set(patient, wanted, by=by, now=now)
        update_patient(patient=patient, changes={"time_zone": times.time_zone}, by=by, now=now)

    _change_and_plan(patient, change, now=now)
    _record("check_in.times", patient, by=by, now=now, detail={"fields": changed})
    return tuple(changed)


@transaction.atomic
def replan_check_ins(*, patient: Patient, now: datetime) -> int:
    """Lay the coming occasions out anew after the patient's zone was corrected. Part of an action."""
    return plan_patient(patient, now=now)


@transaction.atomic
def override_cadence(*, patient: Patient, override: Override, reason: str, by: User, now: datetime) -> None:
    """Ask this patient more or less often than the rule, or up to a last day, for a reason a clinician gives.

    Starts check-ins when none are running. InputError names what cannot be: a day that is past, an end before its
    start, a reason too short, and fewer check-ins within the daily days of a plan or after a stop, whose gate and
    watch need them.
    """
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    reason, timing = reason.strip(), timing_of(patient)
    preview = timing_with(timing, override, now)
    if faults := faults_of_override(override, reason, today=patient.local_date(now), running=preview.asking):
        raise InputError(faults)
    changes = {
        "every_days": override.every_days,
        "override_from": override.since if override.every_days else None,
        "override_until": override.until if override.every_days else None,
        "ends_on": override.ends_on,
        "reason": reason,
        "overridden_at": now,
        "overridden_by": by,
    }
    _change_and_plan(patient, lambda: _set(patient, changes, by=by, now=now), now=now)
    if not timing.schedules and override.every_days and override.since:
        start_schedule(
            patient=patient, source=ScheduleSource.CLINICIAN, source_id=None, starts_on=override.since, by=by, now=now
        )
    detail = {"every_days": override.every_days, "since": _iso(override.since), "until": _iso(override.until)}
    _record(
        "check_in.override", patient, by=by, now=now, reason=reason, detail=detail | {"ends_on": _iso(override.ends_on)}
    )


@transaction.atomic
def return_to_rule(*, patient: Patient, by: User, now: datetime) -> bool:
    """Ask this patient as the rule says again; False when that is how it is already."""
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    if not CheckInPreference.objects.filter(patient=patient, overridden_at__isnull=False).exists():
        return False
    nothing: dict[str, Any] = dict.fromkeys(
        ("every_days", "override_from", "override_until", "ends_on", "overridden_at", "overridden_by")
    )
    _change_and_plan(patient, lambda: _set(patient, nothing | {"reason": ""}, by=by, now=now), now=now)
    _record("check_in.back_to_rule", patient, by=by, now=now)
    return True


def timing_with(timing: Timing, override: Override, now: datetime) -> Timing:
    """The timing as it would be with this override, set now. Writes nothing."""
    return replace(timing, override=override, overridden_at=now)


def _change_and_plan(patient: Patient, change: Callable[[], None], *, now: datetime) -> None:
    """What was due until now is laid out as it was promised; what is to come, as it is from now on."""
    plan_patient(patient, now=now)
    change()
    patient.refresh_from_db()
    plan_patient(patient, now=now)


def _set(patient: Patient, changes: dict[str, Any], *, by: User, now: datetime) -> None:
    values = changes | {"set_at": now, "set_by": by}
    CheckInPreference.objects.update_or_create(patient=patient, defaults=values)


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())


def _record(
    action: str, patient: Patient, *, by: User, now: datetime, reason: str = "", detail: dict[str, Any] | None = None
) -> None:
    record(
        action=action, now=now, by=by, patient_id=patient.pk, object_type="patient", object_id=patient.pk,
        reason=reason, detail=detail,
    )  # fmt: skip
