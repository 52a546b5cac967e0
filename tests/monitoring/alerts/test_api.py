"""The worklist and the answers to an alert, through the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitoring.alerts.actions import close_alert, take_alert
from monitoring.alerts.models import Alert, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from tests.monitoring.alerts.conftest import Raise
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem

ALERTS = "/api/v1/alerts/"
NOTE = "Called her: awake, no dizziness."


def url(alert: Alert, verb: str) -> str:
    return f"{ALERTS}{alert.pk}/{verb}/"


def test_the_worklist_is_ones_own_and_most_pressing_first(
    api: Call, clinician: User, stranger: User, raised: Raise, urgent: Alert, patient: Patient
) -> None:
    emergency = raised(AlertLevel.EMERGENCY, kind="withdrawal")

    body = api(clinician).get(ALERTS).json()

    assert [each["id"] for each in body["results"]] == [str(emergency.pk), str(urgent.pk)]
    assert [each["level"] for each in body["results"]] == ["emergency", "urgent"]
    assert body["results"][0]["patient"] == {
        "id": str(patient.pk), "identifier": "HP-0042", "name": "HARPER, Maya",
    }  # fmt: skip
    assert api(stranger).get(ALERTS).json()["results"] == []
    reads = AuditEvent.objects.filter(action="patient.read", object_type="worklist")
    assert [each.actor_id for each in reads] == [str(clinician.pk)]


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 1), ({"level": "urgent"}, 1), ({"level": "info"}, 0), ({"state": "new"}, 1), ({"state": "closed"}, 0),
     ({"owner": "none"}, 1), ({"owner": "me"}, 0), ({"q": "harper"}, 1), ({"q": "nobody"}, 0)],
)  # fmt: skip
def test_the_worklist_is_narrowed(api: Call, clinician: User, urgent: Alert, query: dict[str, str], count: int) -> None:
    assert api(clinician).get(ALERTS, query).json()["count"] == count


@pytest.mark.parametrize("query", [{"level": "bad"}, {"state": "gone"}, {"owner": "you"}, {"sort": "x"}])
def test_a_filter_that_makes_no_sense_is_named(api: Call, clinician: User, query: dict[str, str]) -> None:
    assert paths(api(clinician).get(ALERTS, query)) == list(query)


def test_taking_is_once_and_twice_the_same(api: Call, clinician: User, urgent: Alert) -> None:
    client = api(clinician)

    first, again = client.post(url(urgent, "take")), client.post(url(urgent, "take"), {"note": "on it"})

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["taken_by"] == "Dr Alice Okafor"
    assert first.json()["taken_at"] == "2026-06-15T09:00:00Z"
    assert AuditEvent.objects.filter(action="alert.take").count() == 1


@pytest.mark.parametrize(
    ("verb", "body"),
    [("take", {}), ("close", {"outcome": "called", "note": NOTE}),
     ("snooze", {"until": "2026-06-15T10:00:00Z", "note": "She is at the dentist."})],
)  # fmt: skip
def test_whoever_was_first_is_named(
    api: Call, clinician: User, colleague: User, urgent: Alert, now: datetime, verb: str, body: dict[str, str]
) -> None:
    take_alert(alert=urgent, by=colleague, now=now)

    found = problem(api(clinician).post(url(urgent, verb), body), 409)

    assert "Nurse Bob Bell" in found["detail"]
    assert (found["holder"], found["state"], found["since"]) == ("Nurse Bob Bell", "taken", "2026-06-15T09:00:00Z")


def test_a_closed_alert_stays_closed(api: Call, clinician: User, urgent: Alert, now: datetime) -> None:
    close_alert(alert=urgent, outcome="called", note=NOTE, by=clinician, now=now)

    assert problem(api(clinician).post(url(urgent, "take")), 409)["state"] == "closed"


def test_snoozing_and_closing(api: Call, clinician: User, urgent: Alert, now: datetime) -> None:
    client = api(clinician)

    snoozed = client.post(url(urgent, "snooze"), {"until": "2026-06-15T11:00:00+01:00", "note": "At the dentist."})
    closed = client.post(url(urgent, "close"), {"outcome": "advice", "note": NOTE})

    assert (snoozed.status_code, snoozed.json()["state"]) == (200, "snoozed")
    assert snoozed.json()["snoozed_until"] == "2026-06-15T10:00:00Z"
    assert (closed.status_code, closed.json()["state"], closed.json()["outcome"]) == (200, "closed", "advice")


@pytest.mark.parametrize(
    ("verb", "body", "path"),
    [
        ("snooze", {}, "until"),
        ("snooze", {"until": "2026-06-15T10:00:00", "note": "At the dentist."}, "until"),
        ("snooze", {"until": "2026-06-15T08:00:00Z", "note": "At the dentist."}, "until"),
        ("snooze", {"until": "2036-06-15T08:00:00Z", "note": "At the dentist."}, "until"),
        ("snooze", {"until": "0001-01-01T00:00:00+14:00", "note": "At the dentist."}, "until"),
        ("snooze", {"until": 7, "note": "At the dentist."}, "until"),
        ("snooze", {"until": "2026-06-15T10:00:00Z", "note": "  "}, "note"),
        ("close", {"outcome": "called", "note": "short"}, "note"),
        ("close", {"outcome": "gone", "note": NOTE}, "outcome"),
        ("close", {"outcome": "called", "note": NOTE, "closed_by": "x"}, "closed_by"),
        ("close", {"outcome": ["called"], "note": NOTE}, "outcome"),
        ("take", {"taken_by": "x"}, "taken_by"),
        ("take", {"note": "x" * 501}, "note"),
    ],
)
def test_what_breaks_a_rule_is_named(
    api: Call, clinician: User, urgent: Alert, verb: str, body: dict[str, Any], path: str
) -> None:
    assert path in paths(api(clinician).post(url(urgent, verb), body))
    urgent.refresh_from_db()
    assert urgent.state == "new"


def test_an_emergency_never_sleeps_and_is_taken_before_it_is_closed(
    api: Call, clinician: User, emergency: Alert, now: datetime
) -> None:
    client, until = api(clinician), (now + timedelta(hours=1)).isoformat()

    assert paths(client.post(url(emergency, "snooze"), {"until": until, "note": "It can wait."})) == ["until"]
    assert paths(client.post(url(emergency, "close"), {"outcome": "called", "note": NOTE})) == [""]


def test_nobody_else_answers(
    api: Call, stranger: User, outsider: User, patient_user: User, admin: User, urgent: Alert
) -> None:
    for verb in ("take", "snooze", "close"):
        problem(api(stranger).post(url(urgent, verb), {}), 404)
        problem(api(outsider).post(url(urgent, verb), {}), 404)
        problem(api(patient_user).post(url(urgent, verb), {}), 403)
        problem(api(admin).post(url(urgent, verb), {}), 403)
        problem(api().post(url(urgent, verb), {}), 401)
    problem(api(patient_user).get(ALERTS), 403)
    urgent.refresh_from_db()
    assert urgent.state == "new"
