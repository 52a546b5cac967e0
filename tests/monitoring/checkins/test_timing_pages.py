"""The pages on which a patient's times and cadence are set: a look first, faults at their fields, nothing lost."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import CheckIn, CheckInPreference, CheckInState, ScheduleSource
from monitoring.people.models import Patient, User
from monitoring.preferences.actions import change_preference

pytestmark = pytest.mark.django_db

WHY = "Stable for a year, agreed with the patient."


@pytest.fixture(autouse=True)
def _at_ten(time_machine: Any, now: datetime) -> None:
    time_machine.move_to(now, tick=False)


@pytest.fixture
def desk(client: Client, clinician: User) -> Client:
    client.force_login(clinician)
    return client


def cadence_of(patient: Patient) -> str:
    return reverse("patient_check_in_cadence", args=[patient.pk])


def test_a_patient_sets_quiet_hours_and_the_zone(client: Client, patient_user: User, due: CheckIn) -> None:
    client.force_login(patient_user)
    entered = {"asks_at": "18:00", "quiet_from": "22:00", "quiet_until": "07:00", "time_zone": "Europe/Paris"}
    page = client.post(reverse("my_check_in_times"), entered, follow=True)
    assert "We will ask you then" in page.text
    due.patient.refresh_from_db()
    assert due.patient.time_zone == "Europe/Paris"
    assert 'value="22:00"' in client.get(reverse("my_check_in_times")).text


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"time_zone": "Moon/Base"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"quiet_from": "22:00"}, "quiet_until"),
        ({"quiet_until": "22:00"}, "quiet_from"),
        ({"quiet_from": "07:00", "quiet_until": "21:00"}, "quiet_until"),
        ({"quiet_from": "07:00", "quiet_until": "07:00"}, "quiet_until"),
        ({"asks_at": "25:00"}, "asks_at"),
    ],
)
@pytest.mark.parametrize("who", ["patient", "staff"])
def test_times_that_cannot_be_are_a_422_at_their_field(
    client: Client, patient: Patient, clinician: User, patient_user: User, entered: dict[str, str], field: str, who: str
) -> None:
    client.force_login(patient_user if who == "patient" else clinician)
    own = reverse("my_check_in_times") if who == "patient" else reverse("patient_check_in_times", args=[patient.pk])
    page = client.post(own, {"time_zone": "Europe/London", **entered})
    assert page.status_code == 422
    assert f'href="#id_{field}"' in page.text
    assert not CheckInPreference.objects.exists()


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        ({"time_zone": "Luna/Base"}, "No conocemos la zona horaria “Luna/Base”. Pruebe con Europe/London."),
        ({"quiet_from": "07:00", "quiet_until": "07:00"}, "deben empezar y terminar a horas distintas"),
        ({"quiet_from": "07:00", "quiet_until": "21:00"}, "El formulario está abierto de 08:00 a 20:00."),
    ],
)
def test_a_patient_reads_what_is_wrong_in_their_own_language(
    client: Client, patient: Patient, patient_user: User, now: datetime, entered: dict[str, str], told: str
) -> None:
    change_preference(by=patient_user, now=now, language="es")
    client.force_login(patient_user)
    page = client.post(reverse("my_check_in_times"), {"time_zone": "Europe/London", **entered})
    assert page.status_code == 422
    assert told in page.text


def test_a_look_at_the_next_days_saves_nothing(desk: Client, patient: Patient, due: CheckIn) -> None:
    page = desk.post(cadence_of(patient), {"go": "look", "every_days": "7", "since": "2026-06-16", "reason": WHY})
    assert page.status_code == 200
    assert "Nothing is saved yet" in page.text
    assert 'datetime="2026-06-23"' in page.text
    assert not CheckInPreference.objects.exists()


def test_it_is_saved_shown_and_taken_back(desk: Client, patient: Patient, due: CheckIn, clinician: User) -> None:
    saved = desk.post(cadence_of(patient), {"go": "save", "every_days": "7", "reason": WHY}, follow=True)
    assert "Every 7 days" in saved.text
    assert WHY in saved.text
    assert "Back to the rule" in desk.get(cadence_of(patient)).text
    again = desk.post(cadence_of(patient), {"go": "rule"}, follow=True)
    assert "As the rule says" in again.text


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({}, "every_days"),
        ({"every_days": "7", "since": "2026-06-01"}, "since"),
        ({"every_days": "7", "until": "2026-06-14"}, "until"),
        ({"ends_on": "2026-06-14"}, "ends_on"),
        ({"every_days": "7", "reason": "short"}, "reason"),
        ({"every_days": "9999"}, "every_days"),
        ({"every_days": "7", "since": "soon"}, "since"),
    ],
)
@pytest.mark.parametrize("go", ["look", "save"])
def test_a_cadence_that_cannot_be_is_a_422_that_keeps_what_was_typed(
    desk: Client, patient: Patient, due: CheckIn, entered: dict[str, str], field: str, go: str
) -> None:
    page = desk.post(cadence_of(patient), {"go": go, "reason": WHY, **entered})
    assert page.status_code == 422
    assert f'href="#id_{field}"' in page.text
    assert entered.get("reason", WHY) in page.text
    assert not CheckInPreference.objects.exists()


def test_less_often_beside_a_plan_says_why_not(
    desk: Client, patient: Patient, due: CheckIn, clinician: User, now: datetime
) -> None:
    start_schedule(
        patient=patient, source=ScheduleSource.PLAN, source_id=patient.pk, starts_on=patient.local_date(now),
        by=clinician, now=now,
    )  # fmt: skip
    assert "Watched every day" in desk.get(cadence_of(patient)).text
    page = desk.post(cadence_of(patient), {"go": "save", "every_days": "7", "reason": WHY})
    assert page.status_code == 422
    assert "until 28 June 2026" in page.text


def test_each_standing_has_its_word_on_the_record_and_for_the_patient(
    client: Client, patient: Patient, clinician: User, patient_user: User, due: CheckIn, now: datetime
) -> None:
    for offset, state in enumerate([CheckInState.MISSED, CheckInState.MISSED_SYSTEM], start=1):
        day = due.opens_at.replace(day=15 - offset)
        CheckIn.objects.create(
            patient=patient, schedule=due.schedule, local_date=day.date(), opens_at=day, closes_at=day, state=state
        )
    CheckIn.objects.filter(pk=due.pk).update(reminded_at=due.opens_at, late_at=now)
    client.force_login(clinician)
    page = client.get(reverse("patient_check_ins", args=[patient.pk])).text
    for word in ("Late", "Missed by the patient", "Missed by our system", "0 of 1"):
        assert word in page
    detail = client.get(reverse("patient_check_in", args=[patient.pk, due.pk])).text
    assert "Late" in detail
    client.force_login(patient_user)
    own = client.get(reverse("my_check_ins")).text
    for words in ("Your check-in is late", "did not reach us", "Our fault"):
        assert words in own
