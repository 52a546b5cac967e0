"""Check-ins on the record: in words, with the verdict and the thresholds behind it."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import submit_check_in
from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.checkins.rules import Level
from monitoring.people.models import Patient, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, clinician: User) -> Client:
    client.force_login(clinician)
    return client


def test_a_report_shows_answers_reasons_and_version_and_the_read_is_logged(
    desk: Client, patient: Patient, due: CheckIn, well: dict[str, object], now: datetime
) -> None:
    report = submit_check_in(
        patient=patient, answers={**well, "q5_thinking": 2}, submission_key=uuid4(), by=patient.user, now=now,
        note="<b>dizzy</b>",
    )  # fmt: skip
    page = desk.get(reverse("patient_check_in", args=[patient.pk, report.check_in_id]))
    assert "Muddled or mixed up" in page.text
    assert "Thinking 2 of 3: muddled (raised one level: age 69, eGFR 52)" in page.text
    assert "thresholds 2026.11" in page.text
    assert "&lt;b&gt;dizzy" in page.text
    assert AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk).exists()
    assert "Muddled" not in desk.get(reverse("patient_check_ins", args=[patient.pk])).text


def test_staff_enter_a_check_in_taken_by_phone(desk: Client, patient: Patient, clinician: User) -> None:
    url = reverse("patient_check_in_new", args=[patient.pk])
    answers = {
        "submission_key": str(uuid4()), "danger_signs": ["none"], "q1_sleepiness": "2", "q10_doses_other": ["alcohol"],
        "bp_supine": "142/84", "bp_stand": "118/70", "note": "by phone",
    }  # fmt: skip
    assert desk.get(url).status_code == 200
    for _click in range(2):
        saved = desk.post(url, answers)
    report = SymptomReport.objects.get()
    assert saved.url == reverse("patient_check_in", args=[patient.pk, report.check_in_id])
    assert report.submitted_by == clinician
    assert report.level == Level.URGENT
    assert report.vitals == {"bp_supine": "142/84", "bp_stand": "118/70"}
    assert "entered for the patient by Dr Alice Okafor" in desk.get(saved.url).text


@pytest.mark.parametrize(
    ("entered", "message"),
    [
        ({"temp_c": "101"}, "from 25 to 45"),
        ({"temp_c": "38,5"}, "from 25 to 45"),
        ({"bp": "84/142"}, "not a plausible blood pressure"),
        ({"spo2": "nan"}, "from 30 to 100"),
        ({"q8_body": ["none", "blurred"]}, "Untick one"),
        ({}, "Give at least one answer"),
    ],
)
def test_a_faulty_entry_is_a_422_that_keeps_what_was_entered(
    desk: Client, patient: Patient, entered: dict[str, object], message: str
) -> None:
    page = desk.post(reverse("patient_check_in_new", args=[patient.pk]), {**entered, "submission_key": str(uuid4())})
    assert page.status_code == 422
    assert message in page.text
    assert not SymptomReport.objects.exists()


def test_a_stranger_sees_no_check_in(client: Client, stranger: User, patient: Patient, due: CheckIn) -> None:
    client.force_login(stranger)
    for url in (
        reverse("patient_check_ins", args=[patient.pk]),
        reverse("patient_check_in_new", args=[patient.pk]),
        reverse("patient_check_in", args=[patient.pk, due.pk]),
    ):
        assert client.get(url).status_code == 404
