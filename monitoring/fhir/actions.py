"""Takes what was read from FHIR onto records: all of a bundle, or nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from interactions.fhir import (
    FaultError,
    Measurement,
    Note,
    ReadBundle,
    ReadMedicine,
    ReadPatient,
    condition_codes,
    doses_of,
    newest,
)
from interactions.medicines import Dose
from monitoring.audit.record import record
from monitoring.people.actions import join_care_team, register_patient, update_patient
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.actions import import_prescription, recheck_regimen
from monitoring.regimens.models import FlagStatus, InteractionFlag, Prescription

JOB = "import_fhir"
LONGEST_NAME = 300


@dataclass(slots=True)
class TakenPatient:
    """What came of one patient of a bundle."""

    patient_id: UUID
    identifier: str
    is_new: bool
    medicines: int = 0
    already_there: int = 0
    overall: str = "unknown"
    flags: list[dict[str, str]] = field(default_factory=list)
    not_understood: list[Note] = field(default_factory=list)


@transaction.atomic
def import_bundle(*, bundle: ReadBundle, clinic: Clinic, team: Sequence[User], now: datetime) -> list[TakenPatient]:
    """Put every patient of the bundle on record, with medicines, context and care team, and screen each regimen.

    An order already imported for the patient is not taken twice. Raises FaultError, naming the place, when any of it
    is refused: then none of the bundle is kept.
    """
    taken = [_take_patient(read, clinic, team, now=now) for read in bundle.patients]
    record(
        action="fhir.import", now=now, job=JOB, object_type="bundle",
        detail={"patients": len(taken), "medicines": sum(one.medicines for one in taken)},
    )  # fmt: skip
    return taken


def _take_patient(read: ReadPatient, clinic: Clinic, team: Sequence[User], *, now: datetime) -> TakenPatient:
    codes, strange = condition_codes(read.conditions)
    context: dict[str, Any] = {}
    if read.conditions_stated:
        not_understood = list(dict.fromkeys(condition.said for condition in strange))
        context |= {"conditions": sorted(codes), "conditions_not_understood": not_understood}
    if read.allergies:
        context["allergies"] = ", ".join(dict.fromkeys(read.allergies))[:200]
    egfr = newest(read.measured, "egfr")
    context |= _measured(egfr, newest(read.measured, "weight_kg"), newest(read.measured, "qtc_ms"))
    try:
        patient, is_new = _on_record(read, clinic, context, egfr, now=now)
        for clinician in team:
            join_care_team(patient=patient, clinician=clinician, now=now, job=JOB)
    except ValidationError as refused:
        raise FaultError(read.place, " ".join(refused.messages)) from None
    taken = TakenPatient(patient.pk, read.identifier, is_new)
    taken.not_understood += [
        Note(read.place, f"condition “{condition.said}” is not one the checker knows.") for condition in strange
    ]
    for medicine in read.medicines:
        _take_medicine(medicine, patient, taken, now=now)
    _screen(patient, taken, now=now)
    return taken


def _measured(egfr: Measurement | None, weight: Measurement | None, qtc: Measurement | None) -> dict[str, Any]:
    """What was measured, as fields of the record; a day that nobody wrote stays empty."""
    found: dict[str, Any] = {}
    if egfr is not None:
        found |= {"egfr": egfr.value, "egfr_on": egfr.on}
    if weight is not None and weight.value is not None:
        found["weight_kg"] = round(weight.value, 1)
    if qtc is not None and qtc.value is not None:
        found["qtc_ms"] = int(qtc.value)
    return found


def _on_record(
    read: ReadPatient, clinic: Clinic, context: dict[str, Any], egfr: Measurement | None, *, now: datetime
) -> tuple[Patient, bool]:
    """The patient with this identifier in the clinic: found and brought up to date, or registered."""
    known = Patient.objects.filter(clinic=clinic, identifier=read.identifier).first()
    if known is None:
        fields = {
            name: getattr(read, name)
            for name in ("identifier", "family_name", "given_names", "birth_date", "sex", "phone", "email")
        }
        return register_patient(clinic=clinic, job=JOB, now=now, is_demo=read.is_test, **fields, **context), True
    if known.birth_date != read.birth_date:
        raise FaultError(
            f"{read.place}.birthDate", "the identifier belongs to a patient with another birth date. Nothing was taken."
        )
    if egfr is not None and known.egfr_on and (egfr.on is None or known.egfr_on > egfr.on):
        context = {key: value for key, value in context.items() if key not in {"egfr", "egfr_on"}}
    if read.conditions_stated and known.conditions:
        context["conditions"] = sorted({*known.conditions, *context["conditions"]})
    if context:
        update_patient(patient=known, changes=context, job=JOB, now=now)
    return known, False


def _take_medicine(read: ReadMedicine, patient: Patient, taken: TakenPatient, *, now: datetime) -> None:
    if len(read.text) > LONGEST_NAME:
        raise FaultError(f"{read.place}.medication", f"names the medicine in more than {LONGEST_NAME} characters.")
    key = hashlib.sha256(f"{read.key}|{read.text}|{read.rxcui}|{read.starts_on}|{read.dose}".encode()).hexdigest()
    if Prescription.objects.filter(patient=patient, imported_key=key).exists():
        taken.already_there += 1
        return
    ends_on: date | None = read.ends_on
    if read.end_unknown:
        ends_on = max(patient.local_date(now), read.starts_on or date.min)
        taken.not_understood.append(
            Note(read.place, "it was stopped, but not said when; it counts as taken until today, to be safe.")
        )
    dose, problems = dose_of(read)
    prescription = import_prescription(
        patient=patient, entered=read.text or read.named.said, rxcui=read.rxcui, atc=read.atc,
        route=read.route or "unknown", dose=dose, sig=read.dose.text[:LONGEST_NAME], starts_on=read.starts_on,
        ends_on=ends_on, now=now, job=JOB, recheck=False,
    )  # fmt: skip
    Prescription.objects.filter(pk=prescription.pk).update(imported_key=key)
    taken.medicines += 1
    taken.not_understood += [Note(read.place, f"{problem}.") for problem in (*read.problems, *problems)]
    if not prescription.ingredients:
        taken.not_understood.append(
            Note(read.place, f"“{read.named.said}” is not a medicine the checker knows; it could not be checked.")
        )
    elif prescription.match == "spelling":
        taken.not_understood.append(
            Note(read.place, f"“{read.text}” was read as {prescription.label}; please confirm.")
        )


def dose_of(read: ReadMedicine) -> tuple[Dose | None, tuple[str, ...]]:
    """The dose of an order; None, with what was unclear, when its fields and words do not tell or tell of several."""
    resolution = read.named.resolve()
    doses, problems = doses_of(read.dosages, resolution)
    if len(resolution.ingredients) != 1:
        return None, problems
    return doses.get(resolution.ingredients[0]), problems


def _screen(patient: Patient, taken: TakenPatient, *, now: datetime) -> None:
    screening = recheck_regimen(patient=patient, now=now, job=JOB)
    if screening is not None:
        taken.overall = str(screening.overall)
    flags = InteractionFlag.objects.filter(patient=patient).exclude(status=FlagStatus.RESOLVED)
    taken.flags = [{"code": flag.code, "severity": flag.severity, "state": flag.state} for flag in flags]
