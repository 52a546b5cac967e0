"""After a change of dose the patient is asked every day again, where check-ins run at all."""

from datetime import date, datetime, timedelta

import pytest

from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import CheckInSchedule, ScheduleSource
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_dose
from monitoring.regimens.models import Prescription
from tests.monitoring.regimens.conftest import mg

pytestmark = pytest.mark.django_db


def raise_dose(prescription: Prescription, by: User, now: datetime, from_day: date) -> None:
    prescription.refresh_from_db()
    change_dose(
        prescription=prescription, dose=mg(10, 10, 15), sig="", from_day=from_day, by=by, now=now,
        expected_version=prescription.version,
    )  # fmt: skip


def test_a_change_of_a_flagged_medicine_is_watched_daily_for_two_weeks(
    patient: Patient, clinician: User, amitriptyline: Prescription, baclofen: Prescription, now: datetime, today: date
) -> None:
    start_schedule(
        patient=patient, source=ScheduleSource.CLINICIAN, source_id=None, starts_on=today - timedelta(days=40),
        by=clinician, now=now,
    )  # fmt: skip
    for day in (2, 4):
        raise_dose(baclofen, clinician, now, today + timedelta(days=day))
    watch = CheckInSchedule.objects.running().get(source=ScheduleSource.CHANGE, source_id=baclofen.pk)
    assert (watch.starts_on, watch.daily_until) == (today + timedelta(days=4), today + timedelta(days=17))
    assert watch.later_weeks is None


def test_where_no_check_ins_run_a_change_starts_none(
    clinician: User, amitriptyline: Prescription, baclofen: Prescription, now: datetime, today: date
) -> None:
    CheckInSchedule.objects.running().update(ended_at=now, ended_reason="over")
    raise_dose(baclofen, clinician, now, today)
    assert not CheckInSchedule.objects.running().exists()
