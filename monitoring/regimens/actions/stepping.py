"""The dose of a signed step is taken up, or the last step of a signed taper ends the medicine.

Titration's gate decides; what is refused here can only be a fault above, and is the last word all the same: no rise
beyond what was signed, none before its time, none over an urgent alert, and no dose of nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from interactions.medicines import Dose
from monitoring.alerts.models import Alert, AlertLevel
from monitoring.audit.record import record
from monitoring.people.models import Patient, User
from monitoring.regimens.actions.changing import bump, end_course, is_baclofen, open_period
from monitoring.regimens.actions.errors import RegimenConflict
from monitoring.regimens.actions.recheck import check_and_flag, lock_patient
from monitoring.regimens.actions.watching import watch_withdrawal
from monitoring.regimens.models import DosePeriod, DosePeriodSource, Prescription, PrescriptionState, StopReason
from monitoring.regimens.queries.doses import daily_mg, dose_of, dose_on, ingredient_dose


@transaction.atomic
def take_up_dose(
    *,
    prescription: Prescription,
    amounts: Sequence[Decimal],
    unit: str,
    from_day: date,
    step_id: UUID,
    min_gap_days: int,
    now: datetime,
    times: Sequence[str] = (),
    by: User | None = None,
    job: str | None = None,
) -> DosePeriod:
    """Set the dose that a signed step holds from `from_day` on; once per step, whoever calls again.

    RegimenConflict when the prescription is not active, when an amount is not above 0, and for a rise (an unknown
    present dose counts as one) beyond what a signature covers (`signing.cover_by_plan`), fewer than `min_gap_days`
    after the last change, or while an urgent alert of the patient is open.
    """
    patient = lock_patient(prescription.patient_id)
    done = DosePeriod.objects.filter(source=DosePeriodSource.STEP, source_id=step_id).first()
    if done is not None:
        return done
    _must_be_active(prescription)
    if not amounts or min(amounts) <= 0:
        raise RegimenConflict("No step takes up a dose of nothing.")
    dose = Dose(tuple(amounts), unit, times=tuple(times))
    _refuse_rise(prescription, patient, dose, from_day, min_gap_days)
    period = open_period(
        prescription=prescription, dose=dose, from_day=from_day,
        source=DosePeriodSource.STEP, source_id=step_id, by=by, now=now,
    )  # fmt: skip
    bump(prescription)
    check_and_flag(patient=patient, now=now, by=by, job=job)
    record(
        action="prescription.step_dose", now=now, by=by, job=job, patient_id=patient.pk, object_type="prescription",
        object_id=prescription.pk, detail={"version": prescription.version, "step": str(step_id)},
    )  # fmt: skip
    return period


def _must_be_active(prescription: Prescription) -> None:
    prescription.refresh_from_db()
    if prescription.state != PrescriptionState.ACTIVE:
        raise RegimenConflict("This prescription is not active.")


def _refuse_rise(prescription: Prescription, patient: Patient, dose: Dose, from_day: date, min_gap_days: int) -> None:
    """Raise RegimenConflict for a rise that nobody signed, that comes too soon, or that goes over an urgent alert."""
    period = dose_on(prescription, from_day)
    ingredient = prescription.ingredients[0] if prescription.ingredients else ""
    present = ingredient_dose(dose_of(period), ingredient, prescription.ingredients, prescription.strengths)
    before = None if present is None else daily_mg(present.daily, present.unit)
    after = daily_mg(dose.daily, dose.unit)
    if before is not None and after is not None and after <= before:
        return
    signed = daily_mg(prescription.signed_up_to, prescription.signed_unit)
    if after is None or signed is None or after > signed:
        raise RegimenConflict("This dose is above what was signed.")
    since = None if period is None else period.starts_on
    if since is not None and from_day < since + timedelta(days=min_gap_days):
        raise RegimenConflict("The dose before has not lasted as long as was signed.")
    if Alert.objects.filter(patient=patient, level__gte=AlertLevel.URGENT).open().exists():
        raise RegimenConflict("An urgent alert is open. No dose is raised over it.")


@transaction.atomic
def finish_taper(
    *, prescription: Prescription, last_day: date, now: datetime, by: User | None = None, job: str | None = None
) -> Prescription:
    """End a prescription whose signed taper has come to its last step, and watch for a week."""
    patient = lock_patient(prescription.patient_id)
    _must_be_active(prescription)
    end_course(prescription=prescription, last_day=last_day, reason=StopReason.TAPER_DONE, note="", by=by, now=now)
    if is_baclofen(prescription):
        since = last_day + timedelta(days=1)
        watch_withdrawal(prescription=prescription, patient=patient, since=since, abrupt="", by=by, job=job, now=now)
    check_and_flag(patient=patient, now=now, by=by, job=job)
    record(
        action="prescription.stop", now=now, by=by, job=job, patient_id=patient.pk, object_type="prescription",
        object_id=prescription.pk, reason=StopReason.TAPER_DONE,
        detail={"version": prescription.version, "last_day": last_day.isoformat(), "without_taper": False},
    )  # fmt: skip
    return prescription
