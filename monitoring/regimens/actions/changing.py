"""A medicine already in the regimen: its dose changes, or it stops."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext

from interactions.medicines import Dose
from monitoring.audit.record import record
from monitoring.people.models import User
from monitoring.regimens.actions.errors import NeedsTaper, RegimenConflict, RegimenError
from monitoring.regimens.actions.recheck import check_and_flag, lock_patient
from monitoring.regimens.actions.signing import end_cover
from monitoring.regimens.actions.watching import watch_dose, watch_tricyclic_stop, watch_withdrawal
from monitoring.regimens.models import (
    DosePeriod,
    DosePeriodSource,
    Prescription,
    PrescriptionState,
    StopReason,
)
from monitoring.regimens.queries.doses import (
    BACLOFEN,
    baclofen_beside,
    baclofen_use,
    cuts_baclofen_abruptly,
    dose_on,
    falls_abruptly,
    period_fields,
    taken_rows,
)
from monitoring.regimens.rules import stop_needs_taper

# How far back a stop may be dated: longer ago is a slip of the keyboard or another story.
BACKDATE_DAYS = 366


@transaction.atomic
def change_dose(
    *,
    prescription: Prescription,
    dose: Dose,
    sig: str,
    from_day: date,
    by: User,
    now: datetime,
    expected_version: int,
    without_taper_reason: str = "",
) -> DosePeriod:
    """Set the dose from `from_day` on (a day of the patient's), and screen the regimen with it.

    The present dose period ends the day before. A higher dose may open an answered flag again. Raises
    RegimenConflict when the prescription changed since the page was shown or is not active, NeedsTaper
    when baclofen would fall too fast after weeks of use and no reason is given.
    """
    patient = lock_patient(prescription.patient_id)
    prescription = _current(prescription, expected_version, allowed={PrescriptionState.ACTIVE})
    abrupt = cuts_baclofen_abruptly(prescription, dose, from_day)
    why_no_taper = _why_no_taper(without_taper_reason, abrupt=abrupt)
    _not_before_present_dose(prescription, from_day, patient.local_date(now))
    period = open_period(
        prescription=prescription, dose=dose, from_day=from_day, source=DosePeriodSource.CHANGED, sig=sig, by=by,
        now=now,
    )  # fmt: skip
    prescription.without_taper_reason = why_no_taper
    bump(prescription, "without_taper_reason")
    # A dose set by hand is no step of a plan: nobody has weighed it yet.
    end_cover(prescription=prescription, reached=None)
    if abrupt:
        watch_withdrawal(prescription=prescription, patient=patient, since=from_day, abrupt="cut down", by=by, now=now)
    check_and_flag(patient=patient, now=now, by=by)
    watch_dose(prescription=prescription, patient=patient, from_day=from_day, by=by, now=now)
    record(
        action="prescription.change_dose", now=now, by=by, patient_id=patient.pk, object_type="prescription",
        object_id=prescription.pk,
        detail={"version": prescription.version, "from": from_day.isoformat(), "without_taper": abrupt},
    )  # fmt: skip
    return period


@transaction.atomic
def stop_prescription(
    *,
    prescription: Prescription,
    last_day: date,
    reason: str,
    note: str,
    by: User,
    now: datetime,
    expected_version: int,
    without_taper_reason: str = "",
) -> Prescription:
    """Record that `last_day` is the last day on which this medicine is taken, and screen without it.

    Baclofen after weeks of use needs a taper or a reason for going without (NeedsTaper, S08): then an
    urgent withdrawal alert (emergency for a pump, boxed warning S07) and a week of daily check-ins
    follow. Raises RegimenConflict on a stale version, RegimenError for a last day out of range.
    """
    patient = lock_patient(prescription.patient_id)
    prescription = _current(prescription, expected_version, allowed={PrescriptionState.ACTIVE})
    _check_last_day(prescription, last_day, patient.local_date(now))
    taken = StopReason(reason) != StopReason.NEVER_TAKEN
    abrupt = taken and is_baclofen(prescription) and _stops_abruptly(prescription, last_day)
    prescription.without_taper_reason = _why_no_taper(without_taper_reason, abrupt=abrupt)
    end_course(
        prescription=prescription, last_day=last_day, reason=StopReason(reason), note=note.strip(), by=by, now=now
    )
    if taken and is_baclofen(prescription) and prescription.route != "topical":
        since = last_day + timedelta(days=1)
        how = "stopped" if abrupt else ""
        watch_withdrawal(prescription=prescription, patient=patient, since=since, abrupt=how, by=by, now=now)
    if taken:
        watch_tricyclic_stop(prescription=prescription, patient=patient, last_day=last_day, by=by, now=now)
    check_and_flag(patient=patient, now=now, by=by)
    record(
        action="prescription.stop", now=now, by=by, patient_id=patient.pk, object_type="prescription",
        object_id=prescription.pk, reason=reason,
        detail={"version": prescription.version, "last_day": last_day.isoformat(), "without_taper": abrupt},
    )  # fmt: skip
    return prescription


def _current(prescription: Prescription, expected_version: int, *, allowed: set[PrescriptionState]) -> Prescription:
    current = Prescription.objects.get(pk=prescription.pk)
    if current.version != expected_version or current.state not in allowed:
        raise RegimenConflict(
            pgettext("staff", "This prescription changed after you opened the page. Look at it again, then decide.")
        )
    return current


def bump(prescription: Prescription, *fields: str) -> None:
    """Part of an action: the prescription is another one than any page still shows."""
    prescription.version += 1
    prescription.save(update_fields=["version", *fields])


def is_baclofen(prescription: Prescription) -> bool:
    """Whether this medicine holds baclofen."""
    return BACLOFEN in prescription.ingredients


def _why_no_taper(given: str, *, abrupt: bool) -> str:
    """The reason for going without a taper; none where none is called for."""
    if abrupt and not given.strip():
        raise NeedsTaper
    return given.strip() if abrupt else ""


def _not_before_present_dose(prescription: Prescription, from_day: date, today: date) -> None:
    present = dose_on(prescription, today)
    if present is not None and present.starts_on is not None and from_day < min(present.starts_on, today):
        raise RegimenError(pgettext("staff", "Another dose was already being taken on that day."), field="from_day")


def open_period(
    *,
    prescription: Prescription,
    dose: Dose,
    from_day: date,
    source: DosePeriodSource,
    source_id: UUID | None = None,
    sig: str = "",
    by: User | None,
    now: datetime,
) -> DosePeriod:
    """End what is taken the day before `from_day` and open the new dose until the prescription's end."""
    if prescription.starts_on is not None and from_day < prescription.starts_on:
        raise RegimenError(pgettext("staff", "The new dose would begin before the medicine does."), field="from_day")
    if prescription.ends_on is not None and from_day > prescription.ends_on:
        raise RegimenError(pgettext("staff", "The new dose would begin after the medicine ends."), field="from_day")
    # A dose planned for this day or later was never taken: the new one takes its place.
    prescription.dose_periods.filter(starts_on__gte=from_day).delete()
    prescription.dose_periods.filter(ends_on__isnull=True).update(ends_on=from_day - timedelta(days=1))
    prescription.dose_periods.filter(ends_on__gte=from_day).update(ends_on=from_day - timedelta(days=1))
    return DosePeriod.objects.create(
        prescription=prescription, starts_on=from_day, ends_on=prescription.ends_on, sig=sig, source=source,
        source_id=source_id, created_at=now, created_by=by, **period_fields(dose),
    )  # fmt: skip


def _check_last_day(prescription: Prescription, last_day: date, today: date) -> None:
    if prescription.starts_on is not None and last_day < prescription.starts_on:
        raise RegimenError(pgettext("staff", "The last day is before the first day."), field="last_day")
    if last_day < today - timedelta(days=BACKDATE_DAYS):
        raise RegimenError(pgettext("staff", "The last day is more than a year ago. Check the date."), field="last_day")
    if last_day > today + timedelta(days=BACKDATE_DAYS):
        raise RegimenError(
            pgettext("staff", "The last day is more than a year ahead. Check the date."), field="last_day"
        )


def _stops_abruptly(prescription: Prescription, last_day: date) -> bool:
    rows = taken_rows(prescription)
    goes_on, _ = baclofen_beside(prescription, rows, last_day + timedelta(days=1))
    if goes_on:
        return falls_abruptly(prescription, rows, None, last_day + timedelta(days=1))
    return stop_needs_taper(baclofen_use(prescription, rows, last_day), last_day, route=prescription.route)


def end_course(
    *, prescription: Prescription, last_day: date, reason: StopReason, note: str, by: User | None, now: datetime
) -> None:
    """Part of an action: `last_day` is the last day of this prescription and of its doses."""
    prescription.dose_periods.filter(starts_on__gt=last_day).delete()
    prescription.dose_periods.filter(ends_on__isnull=True).update(ends_on=last_day)
    prescription.dose_periods.filter(ends_on__gt=last_day).update(ends_on=last_day)
    prescription.state, prescription.ends_on = PrescriptionState.STOPPED, last_day
    prescription.stopped_at, prescription.stopped_by = now, by
    prescription.stop_reason, prescription.stop_note = reason, note
    prescription.signed_up_to, prescription.signed_unit, prescription.signed_at = None, "", None
    prescription.version += 1
    prescription.save()
