"""A cut of baclofen is seen by the checker: it is given the doses before the present one."""

from datetime import date, datetime, timedelta

import pytest

from interactions.checking import EarlierDose
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_dose
from monitoring.regimens.models import InteractionFlag, Prescription
from monitoring.regimens.queries.screening import exposures_for
from tests.monitoring.regimens.conftest import flag_of, mg

pytestmark = pytest.mark.django_db


def cut(row: Prescription, *amounts: int, on: date, by: User, now: datetime) -> None:
    row.refresh_from_db()
    change_dose(
        prescription=row, dose=mg(*amounts), sig="", from_day=on, by=by, now=now,
        expected_version=row.version, without_taper_reason="Oversedated; seen in clinic.",
    )  # fmt: skip


def test_the_dose_before_goes_with_the_present_one(
    baclofen: Prescription, clinician: User, patient: Patient, now: datetime, today: date
) -> None:
    cut(baclofen, 5, 5, 5, on=today, by=clinician, now=now)
    (line,) = exposures_for(patient, today).exposures
    assert line.dose == mg(5, 5, 5)
    start = baclofen.starts_on
    assert line.earlier == (EarlierDose(mg(10, 10, 10), today - timedelta(days=1), start),)
    assert (line.start, line.dose_since) == (start, today)


def test_a_dose_cut_by_half_without_a_taper_is_flagged(
    baclofen: Prescription, clinician: User, patient: Patient, now: datetime, today: date
) -> None:
    cut(baclofen, 5, 5, 5, on=today, by=clinician, now=now)
    flag = flag_of(patient, "WITHDRAWAL")
    assert flag.severity == "major"
    assert "Cut from 30 mg to 15 mg a day" in str(flag.finding["factors"])


def test_a_step_of_a_sixth_is_no_cut(
    baclofen: Prescription, clinician: User, patient: Patient, now: datetime, today: date
) -> None:
    cut(baclofen, 10, 10, 5, on=today, by=clinician, now=now)
    assert not InteractionFlag.objects.present().filter(patient=patient, code="WITHDRAWAL").exists()
