"""What the worklist says of itself while it stands open: counted, never moved, and nobody kept signed in by it."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from monitoring.alerts.actions import close_alert, escalate_alert, raise_alert, snooze_alert, take_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.operations.actions import beat
from monitoring.operations.rules import VITAL_SWEEPS
from monitoring.people.models import Patient, User
from tests.monitoring.alerts.conftest import Raise

pytestmark = pytest.mark.django_db
AS_PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _at(now: datetime) -> Any:
    with time_machine.travel(now + timedelta(minutes=22), tick=False):
        yield


@pytest.fixture
def desk(client: Client, clinician: User) -> Client:
    client.force_login(clinician)
    return client


def ask(desk: Client, since: datetime, query: str = "") -> str:
    page = desk.get(f"/alerts/news/?since={quote(since.isoformat())}{query}", headers=AS_PART)
    assert page.status_code == 200
    return " ".join(page.text.split())


def test_nothing_new_says_nothing(desk: Client, raised: Raise, now: datetime) -> None:
    raised(AlertLevel.URGENT)
    assert ask(desk, now + timedelta(minutes=1)) == ""


def test_what_came_up_is_counted_once_for_each_alert(desk: Client, raised: Raise, now: datetime) -> None:
    alert = raised(AlertLevel.URGENT)
    raised(AlertLevel.WARNING, kind=AlertKind.STEP_HELD)
    raise_alert(
        patient=alert.patient, kind=alert.kind, level=AlertLevel.EMERGENCY, why=["Hard to wake"], source_type="test",
        job="tests", now=now + timedelta(minutes=2),
    )  # fmt: skip
    words = ask(desk, now - timedelta(seconds=1), "&state=open&page=2")
    assert "2 new, show" in words
    assert 'href="/alerts/?state=open&amp;page=2"' in words
    assert "1 new, show" in ask(desk, now - timedelta(seconds=1), "&kind=step_held")


def test_ones_own_deeds_are_no_news_and_those_of_others_are(
    desk: Client, raised: Raise, clinician: User, colleague: User, now: datetime
) -> None:
    own, theirs, closed = (raised(AlertLevel.URGENT, kind=kind) for kind in (
        AlertKind.SYMPTOMS, AlertKind.STEP_HELD, AlertKind.SUPPLY))  # fmt: skip
    later = now + timedelta(minutes=5)
    take_alert(alert=own, by=clinician, now=later)
    take_alert(alert=theirs, by=colleague, now=later)
    close_alert(alert=closed, outcome="called", note="Rang her, all well.", by=colleague, now=later)
    assert "2 answered by others, show" in ask(desk, now + timedelta(minutes=1))


def test_an_alert_that_wakes_is_new_again(desk: Client, urgent: Alert, clinician: User, now: datetime) -> None:
    snooze_alert(alert=urgent, until=now + timedelta(minutes=10), by=clinician, now=now, note="Later")
    urgent.refresh_from_db()
    assert urgent.next_escalation_at is not None
    escalate_alert(alert_id=urgent.pk, now=now + timedelta(minutes=11), job="sweep")
    assert "1 new, show" in ask(desk, now + timedelta(minutes=5))


def test_nothing_of_another_team_is_news(client: Client, urgent: Alert, stranger: User, now: datetime) -> None:
    client.force_login(stranger)
    assert ask(client, now - timedelta(minutes=1)) == ""


@pytest.mark.parametrize(
    "since", ["", "x", "2026-06-15", "2026-06-15T09:00:00", "2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z"]
)
def test_a_list_of_another_time_is_told_to_be_old(since: str, desk: Client) -> None:
    page = desk.get("/alerts/news/", {"since": since}, headers=AS_PART)
    assert page.status_code == 200
    assert "This list is old" in page.text


def test_a_sweep_that_stops_is_told_on_a_list_that_stands_open(
    desk: Client, sweeps_running: None, now: datetime
) -> None:
    assert "Monitoring has stopped" in ask(desk, now, "&was=well")
    assert "Monitoring has stopped" not in ask(desk, now, "&was=")
    for name in VITAL_SWEEPS:
        beat(name=name, now=now + timedelta(minutes=22))
    assert ask(desk, now, "&was=well") == ""


def test_asking_is_no_reading_and_keeps_nobody_signed_in(desk: Client, urgent: Alert, now: datetime) -> None:
    desk.get("/alerts/")
    ends, reads = Session.objects.get().expire_date, AuditEvent.objects.count()
    with time_machine.travel(now + timedelta(minutes=40), tick=False):
        ask(desk, now - timedelta(minutes=1))
        assert Session.objects.get().expire_date == ends
        assert AuditEvent.objects.count() == reads
        desk.get("/alerts/")
        assert Session.objects.get().expire_date > ends


def test_as_a_page_it_is_the_worklist(desk: Client) -> None:
    assert desk.get("/alerts/news/")["Location"] == "/alerts/"


# Answering from a row


def test_an_answer_begun_on_the_list_comes_back_to_its_row(desk: Client, urgent: Alert, patient: Patient) -> None:
    back = f"/alerts/?level=urgent#alert-{urgent.pk}"
    answer = desk.post(f"/alerts/{urgent.pk}/take/", {"next": "/alerts/?level=urgent"})
    assert answer["Location"] == back
    page = desk.get(f"/alerts/{urgent.pk}/close/?next=/alerts/%3Flevel%3Durgent").text
    assert 'name="next" value="/alerts/?level=urgent"' in page
    sent = {"outcome": "called", "note": "Rang her, all well.", "next": "/alerts/?level=urgent"}
    again = desk.post(f"/alerts/{urgent.pk}/close/", {**sent, "note": ""})
    assert again.status_code == 422
    assert 'name="next" value="/alerts/?level=urgent"' in again.text
    assert desk.post(f"/alerts/{urgent.pk}/close/", sent)["Location"] == back


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/alerts/",
        "https://evil.example/alerts/",
        "/patients/",
        "javascript:x",
        "/alerts/../users/",
        "\\\\evil",
    ],
)
def test_it_leads_nowhere_else(wanted: str, desk: Client, urgent: Alert) -> None:
    answer = desk.post(f"/alerts/{urgent.pk}/take/", {"next": wanted})
    assert answer["Location"] == f"/alerts/{urgent.pk}/"


@pytest.mark.parametrize("what", ["snooze", "close"])
def test_a_form_is_given_alone_to_stand_over_the_list(what: str, desk: Client, urgent: Alert) -> None:
    page = desk.get(f"/alerts/{urgent.pk}/{what}/?next=/alerts/", headers=AS_PART)
    assert "<html" not in page.text
    assert f'action="/alerts/{urgent.pk}/{what}/"' in page.text
    assert "HARPER, Maya" in page.text
