"""A medicine joins a regimen: screened, prescribed, imported, confirmed or taken back."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import pgettext

from interactions.medicines import Dose
from monitoring.audit.record import record
from monitoring.people.models import Patient, User
from monitoring.regimens.actions.errors import NeedsConfirmation, NeedsManualCheck, RegimenConflict, RegimenError
from monitoring.regimens.actions.recheck import Checked, check_and_flag, lock_patient
from monitoring.regimens.actions.watching import watch_start
from monitoring.regimens.models import (
    CancelReason,
    DosePeriod,
    DosePeriodSource,
    Prescription,
    PrescriptionState,
)
from monitoring.regimens.queries import Understood, holding_flags, understand
from monitoring.regimens.queries.doses import period_fields, strength_fields
from monitoring.regimens.rules import plausible_start


@transaction.atomic
def prescribe(
    *,
    patient: Patient,
    entered: str,
    route: str,
    dose: Dose | None,
    sig: str,
    starts_on: date,
    by: User,
    now: datetime,
    ends_on: date | None = None,
    confirmed_ingredients: Sequence[str] | None = None,
    manual_check_reason: str = "",
    token: UUID | None = None,
) -> Prescription:
    """Add a medicine and screen the whole regimen with it, in one transaction.

    It is `active`, or `awaiting_acknowledgement` while a blocking flag that it takes part in, or opened, is
    unanswered. `token` names the form: the same token again returns the prescription it made. Raises RegimenError
    (NeedsConfirmation for a misspelt name, NeedsManualCheck when medicine or regimen could not be checked).
    """
    patient = lock_patient(patient.pk)
    if token is not None and (made := Prescription.objects.filter(pk=token).first()) is not None:
        return _same_form(made, patient)
    by_hand = manual_check_reason.strip()
    _possible_dates(starts_on, ends_on, patient.local_date(now))
    prescription = _create(
        patient, _told(entered, confirmed_ingredients, by_hand), route=route, starts_on=starts_on, ends_on=ends_on,
        by=by, now=now, state=PrescriptionState.AWAITING, manual_check_reason=by_hand, pk=token,
    )  # fmt: skip
    _first_dose(prescription, dose, sig, DosePeriodSource.PRESCRIBED, by=by, now=now)
    _settle(prescription, _check(patient, by_hand, by=by, now=now))
    if prescription.state == PrescriptionState.ACTIVE:
        watch_start(prescription=prescription, patient=patient, by=by, now=now)
    record(
        action="prescription.create", now=now, by=by, patient_id=patient.pk, object_type="prescription",
        object_id=prescription.pk, detail={"state": prescription.state, "checked_by_hand": bool(by_hand)},
    )  # fmt: skip
    return prescription


def _check(patient: Patient, by_hand: str, *, by: User, now: datetime) -> Checked:
    """Screen the regimen; NeedsManualCheck when that fails and nobody says how they checked it themselves."""
    checked = check_and_flag(patient=patient, now=now, by=by)
    if checked.screening is None and not by_hand:
        raise NeedsManualCheck(
            pgettext("staff", "The interaction check failed. Say how you checked this medicine yourself.")
        )
    return checked


def _same_form(made: Prescription, patient: Patient) -> Prescription:
    if made.patient_id != patient.pk:
        raise RegimenConflict(pgettext("staff", "This form belongs to another patient. Start again."))
    return made


def _dates_in_order(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise RegimenError(pgettext("staff", "The last day is before the first day."), field="ends_on")


def _possible_dates(starts_on: date, ends_on: date | None, today: date) -> None:
    if not plausible_start(starts_on, today):
        raise RegimenError(pgettext("staff", "Check the year of this date."), field="starts_on")
    _dates_in_order(starts_on, ends_on)


def _told(entered: str, confirmed: Sequence[str] | None, by_hand: str) -> Understood:
    """What the medicine is; refused when a person must first confirm the name, or say how they checked it, and
    when several medicines are written, since one dose cannot be that of all."""
    understood = understand(entered)
    if len(understood.resolution.parts) > 1:
        raise RegimenError(
            pgettext("staff", "Several medicines are written in one line. Add them one by one."), field="entered"
        )
    if understood.needs_confirmation and tuple(confirmed or ()) != understood.ingredients:
        raise NeedsConfirmation(understood.ingredients)
    if not understood.checkable and not by_hand:
        raise NeedsManualCheck(
            pgettext("staff", "This medicine could not be checked. Say how you checked it yourself.")
        )
    return understood


def _create(
    patient: Patient,
    understood: Understood,
    *,
    route: str,
    starts_on: date | None,
    ends_on: date | None,
    by: User | None,
    now: datetime,
    state: PrescriptionState,
    manual_check_reason: str = "",
    pk: UUID | None = None,
) -> Prescription:
    return Prescription.objects.create(
        pk=pk or uuid4(), patient=patient, entered=understood.entered, label=understood.label,
        ingredients=list(understood.ingredients), product=understood.product, match=understood.match, route=route,
        strengths=strength_fields(understood.resolution.strengths),
        not_understood=list(understood.resolution.not_understood),
        state=state, starts_on=starts_on, ends_on=ends_on, prescribed_at=now, prescribed_by=by,
        manual_check_reason=manual_check_reason,
    )  # fmt: skip


def _first_dose(
    prescription: Prescription, dose: Dose | None, sig: str, source: DosePeriodSource, *, by: User | None, now: datetime
) -> None:
    DosePeriod.objects.create(
        prescription=prescription, starts_on=prescription.starts_on, ends_on=prescription.ends_on, sig=sig,
        source=source, created_at=now, created_by=by, **period_fields(dose),
    )  # fmt: skip


def _settle(prescription: Prescription, checked: Checked) -> None:
    """Tie what this prescription opened to it, and make it active when nothing holds it."""
    prescription.flags.add(*checked.asked)
    if not holding_flags(prescription):
        prescription.state = PrescriptionState.ACTIVE
        prescription.save(update_fields=["state"])


@transaction.atomic
def import_prescription(  # noqa: PLR0913 - what another record says of one medicine
    *,
    patient: Patient,
    entered: str,
    route: str,
    dose: Dose | None,
    sig: str,
    starts_on: date | None,
    ends_on: date | None,
    now: datetime,
    by: User | None = None,
    job: str | None = None,
    rxcui: str | None = None,
    atc: str | None = None,
    recheck: bool = True,
) -> Prescription:
    """Store a medicine that the patient already takes, as received from another record.

    It is active at once (it is in the body whatever is answered here), its flags need answers all
    the same, and a name that was not understood is kept and shown as not checked. A misspelt name
    counts as the medicine it is nearest to, marked as such. Pass `recheck=False` when importing
    many and call `recheck_regimen` after the last.
    """
    patient = lock_patient(patient.pk)
    _dates_in_order(starts_on, ends_on)
    understood = understand(entered, rxcui=rxcui, atc=atc)
    prescription = _create(
        patient, understood, route=route, starts_on=starts_on, ends_on=ends_on, by=by, now=now,
        state=PrescriptionState.ACTIVE,
    )  # fmt: skip
    _first_dose(prescription, dose, sig, DosePeriodSource.IMPORTED, by=by, now=now)
    if recheck:
        check_and_flag(patient=patient, now=now, by=by, job=job)
    record(
        action="prescription.import", now=now, by=by, job=job, patient_id=patient.pk, object_type="prescription",
        object_id=prescription.pk, detail={"match": prescription.match},
    )  # fmt: skip
    return prescription


@transaction.atomic
def confirm_prescription(*, prescription: Prescription, by: User, now: datetime) -> Prescription:
    """Make a waiting prescription active when nothing is left to answer (the other medicine was stopped, say).

    Raises RegimenConflict when it no longer waits, RegimenError when a flag still holds it.
    """
    patient = lock_patient(prescription.patient_id)
    check_and_flag(patient=patient, now=now, by=by)
    if holding_flags(prescription):
        raise RegimenError(pgettext("staff", "There is still an interaction to answer."))
    claimed = Prescription.objects.filter(pk=prescription.pk, state=PrescriptionState.AWAITING)
    if claimed.update(state=PrescriptionState.ACTIVE) != 1:
        raise RegimenConflict(pgettext("staff", "This prescription is no longer waiting."))
    record(
        action="prescription.activate", now=now, by=by, patient_id=patient.pk, object_type="prescription",
        object_id=prescription.pk,
    )  # fmt: skip
    prescription.refresh_from_db()
    watch_start(prescription=prescription, patient=patient, by=by, now=now)
    return prescription


@transaction.atomic
def cancel_prescription(*, prescription: Prescription, reason: str, note: str, by: User, now: datetime) -> Prescription:
    """Take a prescription back as never taken: entered in error, or not wanted after the check.

    Only a waiting prescription, or one entered in error, can be taken back; one that is being
    taken is stopped. Its flags are re-judged without it.
    """
    patient = lock_patient(prescription.patient_id)
    prescription.refresh_from_db()
    reason = CancelReason(reason)
    if prescription.state not in {PrescriptionState.AWAITING, PrescriptionState.ACTIVE}:
        raise RegimenConflict(pgettext("staff", "This prescription has already ended."))
    if prescription.state == PrescriptionState.ACTIVE and reason != CancelReason.ENTERED_IN_ERROR:
        raise RegimenError(pgettext("staff", "This medicine is being taken. Stop it instead."), field="reason")
    prescription.state, prescription.version = PrescriptionState.CANCELLED, prescription.version + 1
    prescription.stopped_at, prescription.stopped_by = now, by
    prescription.stop_reason, prescription.stop_note = reason, note.strip()
    prescription.save()
    check_and_flag(patient=patient, now=now, by=by)
    record(
        action="prescription.cancel", now=now, by=by, patient_id=patient.pk, object_type="prescription",
        object_id=prescription.pk, reason=reason,
    )  # fmt: skip
    return prescription
