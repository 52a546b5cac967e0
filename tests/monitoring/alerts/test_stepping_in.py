"""A clinician answers for a team that did not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from monitoring.alerts.actions import escalate_alert, take_alert
from monitoring.alerts.models import Alert
from monitoring.people.models import Patient, User
from tests.living import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(now: datetime) -> Any:
    with time_machine.travel(now + timedelta(minutes=22), tick=False):
        yield


def test_a_clinician_whom_the_escalation_reached_can_step_in(
    client: Client, emergency: Alert, stranger: User, now: datetime
) -> None:
    client.force_login(stranger)
    assert client.get(f"/alerts/{emergency.pk}/").status_code == 404
    assert client.get(f"/alerts/{emergency.pk}/step-in/").status_code == 404

    escalate_alert(alert_id=emergency.pk, now=now + timedelta(minutes=10), job="sweep")

    assert "Another team has not answered" in text_of(client.get("/alerts/"))
    page = client.get(f"/alerts/{emergency.pk}/", follow=True)
    assert "Step in for another team" in text_of(page)
    assert "HARPER" not in text_of(page)
    answered = client.post(f"/alerts/{emergency.pk}/step-in/", follow=True)
    assert "HARPER, Maya" in text_of(answered)
    emergency.refresh_from_db()
    assert emergency.taken_by == stranger


def test_nobody_steps_in_once_it_is_answered(
    client: Client, emergency: Alert, stranger: User, clinician: User, now: datetime
) -> None:
    escalate_alert(alert_id=emergency.pk, now=now + timedelta(minutes=10), job="sweep")
    take_alert(alert=emergency, by=clinician, now=now)
    client.force_login(stranger)
    assert client.post(f"/alerts/{emergency.pk}/step-in/").status_code == 404
    assert not Patient.objects.visible_to(stranger).exists()
