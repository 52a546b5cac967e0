"""Somebody says what happened to a dose."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind
from monitoring.audit.record import record
from monitoring.formatting import day_text, dose_text
from monitoring.intakes.models import DoseReport
from monitoring.intakes.queries import MedicineDay, Slot, judged_as, medicine_on, missed_doses
from monitoring.intakes.rules import WITHIN_DAYS, Answer, Kind, answer_to, can_be_reported, loudness_of, most_missed
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import lock_patient
from monitoring.regimens.models import Prescription

NO_DOSE_IN_PARTICULAR: Final = (0,)


class DoseNotReportable(Exception):  # noqa: N818 - named for what happened
    """There is no such dose to report: the medicine is not taken on that day, or the day is out of reach."""


@transaction.atomic
def report_doses(
    *,
    prescription: Prescription,
    local_date: date,
    doses: Sequence[int],
    kind: Kind,
    submission_key: UUID,
    by: User,
    now: datetime,
) -> list[DoseReport]:
    """Keep what happened to doses of one medicine on one of the patient's days; the rows, one for each dose.

    `doses` are their numbers in the day from 1, or nothing where they cannot be named; for more than was planned, and
    for a medicine that is taken no more, they are not asked. Rows are only added: a later report of a dose stands in
    place of an earlier one. The same `submission_key` again gives back the first rows. Three missed doses within three
    days, a whole day without baclofen, a medicine that was stopped and any dose too many raise an alert in the same
    transaction. Raises DoseNotReportable.
    """
    patient = lock_patient(prescription.patient_id)
    earlier = list(DoseReport.objects.filter(patient=patient, submission_key=submission_key).order_by("dose"))
    if earlier:
        return earlier
    medicine = _medicine(patient, prescription, local_date, kind, now)
    numbers = _numbers(medicine, doses, kind)
    answer = _answer(patient, medicine, local_date, numbers, kind)
    rows = [
        DoseReport.objects.create(
            patient=patient, prescription=medicine.prescription, local_date=local_date, dose=number, kind=kind,
            advice=answer, submission_key=submission_key, reported_at=now, reported_by=by, **_planned(medicine, number),
        )
        for number in numbers
    ]  # fmt: skip
    _alert(patient, medicine, rows, answer, by=by, now=now)
    record(
        action="dose.report", now=now, by=by, patient_id=patient.pk, object_type="dose_report", object_id=rows[0].pk,
        detail={"kind": str(kind), "doses": len(rows), "answer": str(answer), "day": local_date},
    )  # fmt: skip
    return rows


def _medicine(patient: Patient, prescription: Prescription, day: date, kind: Kind, now: datetime) -> MedicineDay:
    found = medicine_on(patient, prescription.pk, day)
    if found is None or not can_be_reported(day, patient.local_date(now)):
        raise DoseNotReportable
    if kind is not Kind.EXTRA and not found.can_be_missed:
        raise DoseNotReportable
    return found


def _numbers(medicine: MedicineDay, doses: Iterable[int], kind: Kind) -> tuple[int, ...]:
    there = {slot.number for slot in medicine.taking.slots}
    if kind in {Kind.EXTRA, Kind.STOPPED} or not there:
        return NO_DOSE_IN_PARTICULAR
    asked = tuple(sorted(set(doses)))
    if not asked or not set(asked) <= there:
        raise DoseNotReportable
    return asked


def _answer(patient: Patient, medicine: MedicineDay, day: date, numbers: Iterable[int], kind: Kind) -> Answer:
    around = timedelta(days=WITHIN_DAYS)
    missed = missed_doses(patient, medicine.prescription.pk, day - around, day + around)
    if kind is Kind.SKIPPED:
        missed |= {(day, number) for number in numbers}
    return answer_to(kind, judged_as(medicine), day, missed)


def _planned(medicine: MedicineDay, number: int) -> dict[str, str]:
    slot: Slot | None = next((each for each in medicine.taking.slots if each.number == number), None)
    return {} if slot is None else {"time_of_day": slot.at, "planned": dose_text(slot.amount, slot.unit)}


def _alert(
    patient: Patient, medicine: MedicineDay, rows: Sequence[DoseReport], answer: Answer, *, by: User, now: datetime
) -> None:
    level = loudness_of(answer)
    if not level:
        return
    day, label = rows[0].local_date, medicine.prescription.label
    if answer is Answer.TOO_MUCH:
        why = f"Says that more {label} was taken than planned on {day_text(day)}."
    elif answer is Answer.STOPPED:
        why = f"Says that {label} is taken no more, on {day_text(day)}."
    else:
        around = timedelta(days=WITHIN_DAYS)
        missed = missed_doses(patient, medicine.prescription.pk, day - around, day + around)
        count = most_missed(day, missed)
        said = "1 dose" if count == 1 else f"{count} doses"
        why = f"Says that {said} of {label} were missed within {WITHIN_DAYS} days, around {day_text(day)}."
    withdrawn = answer is Answer.WITHDRAWAL or (answer is Answer.STOPPED and judged_as(medicine).is_baclofen)
    raise_alert(
        patient=patient, kind=AlertKind.WITHDRAWAL if withdrawn else AlertKind.DOSES, level=level,
        why=[why], source_type="dose_report", source_id=rows[0].pk, now=now, by=by,
    )  # fmt: skip
