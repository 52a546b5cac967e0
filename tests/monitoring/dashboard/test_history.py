"""What a patient can look back on."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from monitoring.alerts.actions import close_alert, take_alert
from monitoring.alerts.models import Alert
from monitoring.checkins.actions import submit_check_in
from monitoring.dashboard.svg.small import draw_lane
from monitoring.intakes.actions import report_doses
from monitoring.intakes.rules import Kind
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from tests.monitoring.regimens.conftest import answer, baclofen, give, today

__all__ = ["answer", "baclofen", "give", "today"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(client: Client, patient: Patient, now: datetime, time_machine: Any) -> Client:
    time_machine.move_to(now, tick=False)
    assert patient.user is not None
    client.force_login(patient.user)
    return client


def test_without_anything_it_says_so(maya: Client) -> None:
    assert "Nothing here yet" in maya.get("/me/history/").text


def test_days_tell_of_check_ins_doses_and_what_the_clinic_answered(
    maya: Client, patient: Patient, patient_user: User, clinician: User, baclofen: Prescription, now: datetime,
    today: date,
) -> None:  # fmt: skip
    for back, score in ((1, 1), (0, 3)):
        submit_check_in(
            patient=patient, answers={"q1_sleepiness": score}, submission_key=uuid4(), by=patient_user,
            now=now - timedelta(days=back),
        )  # fmt: skip
    report_doses(
        prescription=baclofen, local_date=today, doses=(2,), kind=Kind.SKIPPED, submission_key=uuid4(),
        by=patient_user, now=now,
    )  # fmt: skip
    alert = take_alert(alert=Alert.objects.get(), by=clinician, now=now)
    page = " ".join(maya.get("/me/history/").text.replace("\u00a0", " ").split())
    assert "Someone at your clinic is on it." in page
    close_alert(alert=alert, outcome="called", note="Secret words of the staff.", by=clinician, now=now)
    page = " ".join(maya.get("/me/history/").text.replace("\u00a0", " ").split())
    assert "Your clinic called you" in page
    assert "Secret words" not in page
    assert "10 mg at midday: missed" in page
    assert "A dose of baclofen began on this day." in page
    assert page.index("<h2>") < page.index('<svg class="small-chart"')
    assert page.count("small-dot") == 2


def test_two_weeks_stand_on_a_page(maya: Client, patient: Patient, patient_user: User, now: datetime) -> None:
    for back in range(16):
        submit_check_in(
            patient=patient, answers={"q1_sleepiness": 0}, submission_key=uuid4(), by=patient_user,
            now=now - timedelta(days=back),
        )  # fmt: skip
    assert maya.get("/me/history/").text.count("<h2>") == 14
    assert maya.get("/me/history/?page=2").text.count("<h2>") == 2


def test_a_line_joins_only_days_that_follow_each_other() -> None:
    day = date(2026, 6, 15)
    drawn = draw_lane({day: 1, day + timedelta(days=1): 2, day + timedelta(days=3): 0}, day, day + timedelta(days=9), 4)
    assert (drawn.count("small-line"), drawn.count("small-dot")) == (1, 3)
