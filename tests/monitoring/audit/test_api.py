"""The audit log through the API."""

from datetime import datetime
from typing import Any

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.audit.record import record
from monitoring.people.models import Patient, User
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem

EVENTS = "/api/v1/audit-events/"


def test_an_admin_reads_the_log_and_the_reading_is_in_it(
    api: Call, admin: User, patient: Patient, clinician: User, now: datetime
) -> None:
    record(action="prescription.create", now=now, by=clinician, patient_id=patient.pk, detail={"match": "exact"})

    body = api(admin).get(EVENTS, {"patient": str(patient.pk), "action": "prescription"}).json()

    (event,) = body["results"]
    assert (event["action"], event["actor"], event["at"]) == (
        "prescription.create", clinician.email, "2026-06-15T09:00:00Z",
    )  # fmt: skip
    assert event["detail"] == {"match": "exact"}
    noted = AuditEvent.objects.get(action="audit.search")
    assert (noted.actor_id, noted.patient_id) == (str(admin.pk), patient.pk)


def test_pages_lead_back_in_time(api: Call, admin: User, now: datetime) -> None:
    for number in range(3):
        record(action=f"thing.{number}", now=now, by=admin)

    first = api(admin).get(EVENTS, {"page_size": 2, "action": "thing"}).json()
    second = api(admin).get(first["next"]).json()

    assert [each["action"] for each in (*first["results"], *second["results"])] == ["thing.2", "thing.1", "thing.0"]
    assert second["next"] is None


def test_another_clinics_deeds_stay_there(
    api: Call, other_admin: User, patient: Patient, clinician: User, now: datetime
) -> None:
    record(action="prescription.create", now=now, by=clinician, patient_id=patient.pk)

    assert api(other_admin).get(EVENTS, {"action": "prescription"}).json()["results"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"from": "x"},
        {"until": "2026-13-01"},
        {"patient": "7"},
        {"before": "0"},
        {"before": str(2**63)},
        {"page_size": "101"},
        {"nix": "1"},
        {"actor": "\x00"},
    ],
)
def test_a_question_that_makes_no_sense_is_named(api: Call, admin: User, query: dict[str, Any]) -> None:
    assert paths(api(admin).get(EVENTS, query)) == list(query)


def test_the_last_day_is_not_before_the_first(api: Call, admin: User) -> None:
    assert paths(api(admin).get(EVENTS, {"from": "2026-06-02", "until": "2026-06-01"})) == ["until"]


def test_the_log_is_for_admins(api: Call, clinician: User, patient_user: User, stranger: User) -> None:
    for user in (clinician, patient_user, stranger):
        problem(api(user).get(EVENTS), 403)
    problem(api().get(EVENTS), 401)
    problem(api(clinician).post(EVENTS, {}), 405)
