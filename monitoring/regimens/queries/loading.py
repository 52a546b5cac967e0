"""What a screening reads of the tables, for one patient or for many with the same few questions. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from interactions.checking import Adjustments
from monitoring.adjustments.queries import adjustments_of
from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription

# A check-in speaks of the patient's present state for three days (judgement).
_SPAN: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A patient's prescriptions with their doses, the last check-in that still speaks, and the clinic's severities."""

    rows: Sequence[Prescription]
    report: SymptomReport | None
    adjustments: Adjustments


def load_regimen(patient: Patient, on: date) -> Loaded:
    """What a screening of this patient on a day of their own reads."""
    return load_regimens({patient: on})[patient.pk]


def load_regimens(days: Mapping[Patient, date]) -> dict[UUID, Loaded]:
    """The same for many patients, each on their own day; by patient."""
    rows: dict[UUID, list[Prescription]] = {patient.pk: [] for patient in days}
    current = Prescription.objects.filter(patient__in=list(days)).current()
    for row in current.prefetch_related("dose_periods"):
        rows[row.patient_id].append(row)
    reports = _reports(days)
    clinics = {clinic_id: adjustments_of(clinic_id) for clinic_id in {patient.clinic_id for patient in days}}
    return {
        patient.pk: Loaded(rows[patient.pk], reports.get(patient.pk), clinics[patient.clinic_id]) for patient in days
    }


def last_report(patient: Patient, on: date) -> SymptomReport | None:
    """The last judged report that speaks of the patient's state on a day of their own; None when it is too old."""
    return _reports({patient: on}).get(patient.pk)


def _reports(days: Mapping[Patient, date]) -> dict[UUID, SymptomReport]:
    """Of each patient the latest report that was judged and is of these days."""
    if not days:
        return {}
    own = {patient.pk: on for patient, on in days.items()}
    first, last = min(own.values()), max(own.values())
    found: dict[UUID, SymptomReport] = {}
    judged = SymptomReport.objects.filter(patient__in=own, level__isnull=False).select_related("check_in")
    for report in judged.filter(check_in__local_date__gt=first - _SPAN, check_in__local_date__lte=last):
        day = report.check_in.local_date
        if own[report.patient_id] - _SPAN < day <= own[report.patient_id]:
            found.setdefault(report.patient_id, report)
    return found
