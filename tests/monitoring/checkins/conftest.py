"""A patient with an open check-in, and answers that report nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from monitoring.checkins.actions import ask_check_in, start_schedule
from monitoring.checkins.models import CheckIn, ScheduleSource
from monitoring.notifications.senders.sealing import unseal
from monitoring.people.models import Patient, User
from tests.monitoring.checkins.by_link import reminder


@pytest.fixture
def clock(now: datetime) -> Iterator[Any]:
    """The machine's clock stands at `now`, and can be moved."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone(client: Client, patient: Patient) -> Client:
    """The patient's phone, signed in."""
    assert patient.user is not None
    client.force_login(patient.user)
    return client


@pytest.fixture
def well() -> dict[str, object]:
    """Every question answered with “as usual”."""
    return {
        "danger_signs": ["none"],
        "q1_sleepiness": 0,
        "q2_breathing": 0,
        "q3_standing": 0,
        "q4_fall": 0,
        "q5_thinking": 0,
        "q6_strength": 0,
        "q7_heart": 0,
        "q8_body": ["none"],
        "q9_mood": 0,
        "q10_doses_other": ["missed_0", "none"],
    }


@pytest.fixture
def due(patient: Patient, clinician: User, now: datetime) -> CheckIn:
    """Today's occasion of a schedule that starts today; it is open."""
    start_schedule(
        patient=patient, source=ScheduleSource.CLINICIAN, source_id=None,
        starts_on=patient.local_date(now), by=clinician, now=now,
    )  # fmt: skip
    check_in: CheckIn = CheckIn.objects.open_at(now).get(patient=patient)
    return check_in


@pytest.fixture
def asked(due: CheckIn, now: datetime) -> CheckIn:
    """The patient was reminded, by a message that carries a link."""
    assert ask_check_in(check_in_id=due.pk, now=now, job="tests")
    due.refresh_from_db()
    return due


@pytest.fixture
def link(asked: CheckIn) -> str:
    """The path that the reminder brings."""
    return unseal(reminder())
