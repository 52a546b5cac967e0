"""Maya on baclofen three times a day, on her phone."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from monitoring.people.models import Patient
from tests.monitoring.regimens.conftest import answer, baclofen, give, today

__all__ = ["answer", "baclofen", "give", "today"]


@pytest.fixture
def maya(client: Client, patient: Patient, now: datetime, time_machine: Any) -> Client:
    time_machine.move_to(now, tick=False)
    assert patient.user is not None
    client.force_login(patient.user)
    return client
