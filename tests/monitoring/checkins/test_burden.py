"""What check-ins ask of a patient: measured where it is known, estimated where not."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.record import record
from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import CheckIn, ScheduleSource, SymptomReport
from monitoring.checkins.queries.burden import times_taken
from monitoring.checkins.rules.burden import burden
from monitoring.people.models import Patient, User
from tests.living import words_of


def seconds(*taken: int) -> list[timedelta]:
    return [timedelta(seconds=each) for each in taken]


@pytest.mark.parametrize(
    ("taken", "each", "known"),
    [
        ((), 40, 0),
        ((20, 30), 40, 0),  # too few
        ((20, 30, 50), 30, 3),
        ((20, 30, 50, 51), 40, 4),
        ((20, 30, 50, 601, 90_000, 0, -5), 30, 3),  # put away, and by a clock that was set
        ((600, 600, 600), 600, 3),
    ],
)
def test_the_middle_of_what_is_known(taken: tuple[int, ...], each: int, known: int) -> None:
    found = burden(seconds(*taken), questions=7, a_week=7)
    assert (found.seconds, found.known, found.seconds_a_week) == (each, known, each * 7)


@pytest.mark.parametrize(
    ("taken", "questions", "long", "much"),
    [(60, 7, False, False), (61, 7, True, False), (20, 8, False, False), (20, 9, False, True), (90, 12, True, True)],
)
def test_when_it_is_too_much(taken: int, questions: int, long: bool, much: bool) -> None:
    found = burden(seconds(taken, taken, taken), questions=questions, a_week=1)
    assert (found.is_long, found.is_much) == (long, much)


def test_an_estimate_counts_the_page_on_which_it_is_sent() -> None:
    assert burden([], questions=11, a_week=1).seconds == 60
    assert not burden([], questions=11, a_week=1).is_long


@pytest.fixture
def sent(patient: Patient, patient_user: User, now: datetime) -> Any:
    """A check-in that took so many seconds, begun in the app or not."""

    def send(taken: int, *, begun: bool = True, entered: bool = False) -> None:
        check_in = CheckIn.objects.create(patient=patient, local_date=now.date(), opens_at=now, closes_at=now)
        for late in (0, 10) if begun else ():  # begun, and gone on with
            record(
                action="check_in.start", now=now + timedelta(seconds=late), by=patient_user, patient_id=patient.pk,
                object_type="check_in", object_id=check_in.pk,
            )  # fmt: skip
        at = now + timedelta(seconds=taken)
        SymptomReport.objects.create(
            check_in=check_in, patient=patient, submission_key=uuid4(), answers={}, submitted_at=at,
            submitted_by=patient_user, channel="phone" if entered else "app", entered_at=at if entered else None,
        )  # fmt: skip

    return send


@pytest.mark.django_db
def test_only_what_was_begun_and_sent_in_the_app_is_measured(patient: Patient, sent: Any) -> None:
    sent(42)
    sent(50, begun=False)
    sent(55, entered=True)
    assert times_taken(patient) == seconds(42)


@pytest.mark.django_db
def test_the_pages_of_times_and_rhythm_say_it(
    client: Client, patient: Patient, clinician: User, sent: Any, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    client.force_login(clinician)
    for taken in (70, 80, 90):
        sent(taken)
    start_schedule(
        patient=patient, source=ScheduleSource.CLINICIAN, source_id=None, starts_on=now.date(), by=clinician, now=now
    )
    for name in ("patient_check_in_times", "patient_check_in_cadence"):
        page = words_of(client.get(reverse(name, args=[patient.pk])))
        assert "80 seconds</b> a check-in" in page
        assert "7 check-ins in the next 7 days: <b>560 seconds a week" in page
        assert "more than a minute" in page
    look = {"go": "look", "every_days": "2", "reason": "Tired of it."}
    page = words_of(client.post(reverse("patient_check_in_cadence", args=[patient.pk]), look))
    assert "As you would set it: 4 check-ins" in page
