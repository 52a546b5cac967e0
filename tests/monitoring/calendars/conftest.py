"""Maya on baclofen, with plans drawn through the product's own actions."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from monitoring.people.access import PROVEN_AT
from monitoring.people.models import Patient
from tests.monitoring.titration.conftest import (
    answer,
    baclofen,
    draw,
    give,
    morning,
    report,
    rising,
    sign,
    taper,
    today,
    well,
)

__all__ = ["answer", "baclofen", "draw", "give", "morning", "report", "rising", "sign", "taper", "today", "well"]


@pytest.fixture
def maya(client: Client, patient: Patient, now: datetime, time_machine: Any) -> Client:
    time_machine.move_to(now, tick=False)
    assert patient.user is not None
    client.force_login(patient.user)
    session = client.session
    session[PROVEN_AT] = now.timestamp()
    session.save()
    return client
