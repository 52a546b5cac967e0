"""A clinician's browser."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from monitoring.people.actions import register_patient
from monitoring.people.models import Clinic, Patient, User

Registered = Callable[..., Patient]


@pytest.fixture(autouse=True)
def _at(now: datetime) -> Any:
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        yield


@pytest.fixture
def desk(client: Client, clinician: User) -> Client:
    client.force_login(clinician)
    return client


@pytest.fixture
def registered(clinic: Clinic, clinician: User, now: datetime) -> Registered:
    """Register a patient of the clinician's: `registered("Ångström", "Åse")`."""
    numbers = iter(range(1000))

    def register(family: str, given: str = "X", born: date = date(1980, 1, 1)) -> Patient:
        return register_patient(
            clinic=clinic, identifier=f"N-{next(numbers):03}", family_name=family, given_names=given, birth_date=born,
            by=clinician, now=now,
        )  # fmt: skip

    return register
