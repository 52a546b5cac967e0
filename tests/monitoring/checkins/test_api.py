"""Check-ins through the API: once, however often it is sent."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitoring.alerts.models import Alert
from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.people.models import Patient, User
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem

Well = dict[str, object]


def url(check_in: CheckIn) -> str:
    return f"/api/v1/check-ins/{check_in.pk}/report/"


def listed(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/check-ins/"


@pytest.mark.parametrize("who", ["patient_user", "clinician"])
def test_a_report_is_judged_and_received(
    api: Call, due: CheckIn, well: Well, request: pytest.FixtureRequest, who: str
) -> None:
    user = request.getfixturevalue(who)

    response = api(user).post(url(due), {"answers": well, "vitals": {"temp_c": 38.4, "bp": "120/80"}, "note": "fine"})

    body = response.json()
    assert response.status_code == 201, body
    assert (body["check_in"], body["submitted_by"]) == (str(due.pk), user.name)
    assert body["vitals"] == {"temp_c": "38.4", "bp": "120/80"}
    assert SymptomReport.objects.get().answers == well
    assert AuditEvent.objects.filter(action="check_in.submit", actor_id=str(user.pk)).count() == 1


def test_an_emergency_says_where_help_is(
    api: Call, patient_user: User, clinician: User, patient: Patient, due: CheckIn, well: Well
) -> None:
    sent = {"answers": well | {"danger_signs": ["hard_to_wake"]}}
    body = api(patient_user).post(url(due), sent).json()

    assert (body["level"], body["help"]) == ("emergency", "/help/emergency/")
    assert body["clinic_looks_by"]
    assert "reasons" not in body
    assert Alert.objects.get(patient=patient).level == 4
    assert api(clinician).get(listed(patient)).json()["results"][-1]["report"]["reasons"]


def test_the_same_key_and_answers_are_one_report(
    api: Call, patient_user: User, due: CheckIn, well: Well, now: datetime, time_machine: Any
) -> None:
    client = api(patient_user)
    first = client.post(url(due), {"answers": well}, headers={"Idempotency-Key": "tap-1"})
    time_machine.move_to(now + timedelta(minutes=1), tick=False)
    again = client.post(url(due), {"answers": dict(reversed(well.items()))}, headers={"Idempotency-Key": '"tap-1"'})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert SymptomReport.objects.count() == 1


def test_the_same_key_with_other_answers_is_refused(api: Call, patient_user: User, due: CheckIn, well: Well) -> None:
    client, key = api(patient_user), {"Idempotency-Key": str(uuid.uuid4())}
    client.post(url(due), {"answers": well}, headers=key)

    response = client.post(url(due), {"answers": well | {"q1_sleepiness": 3}}, headers=key)

    assert paths(response) == ["Idempotency-Key"]
    assert SymptomReport.objects.get().answers == well


def test_without_a_key_the_same_answers_are_still_one_report(
    api: Call, patient_user: User, due: CheckIn, well: Well, now: datetime, time_machine: Any
) -> None:
    client = api(patient_user)
    client.post(url(due), {"answers": well})
    time_machine.move_to(now + timedelta(minutes=1), tick=False)

    assert client.post(url(due), {"answers": well}).status_code == 200
    assert SymptomReport.objects.count() == 1


def test_a_key_counts_for_one_occasion(api: Call, patient_user: User, due: CheckIn, well: Well, now: datetime) -> None:
    other = CheckIn.objects.create(
        patient=due.patient, local_date=due.local_date, opens_at=now, closes_at=now + timedelta(hours=1)
    )
    client, key = api(patient_user), {"Idempotency-Key": "daily"}

    assert client.post(url(due), {"answers": well}, headers=key).json()["check_in"] == str(due.pk)
    assert client.post(url(other), {"answers": well}, headers=key).json()["check_in"] == str(other.pk)


@pytest.mark.parametrize("key", ["", " ", '""', "x" * 256, "tap\u00e9"])
def test_a_key_that_is_none_is_refused(api: Call, patient_user: User, due: CheckIn, well: Well, key: str) -> None:
    response = api(patient_user).post(url(due), {"answers": well}, headers={"Idempotency-Key": key})

    assert paths(response) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "answers"),
        ({"answers": None}, "answers"),
        ({"answers": []}, "answers"),
        ({"answers": {"q1_sleepiness": 5}}, "answers.q1_sleepiness"),
        ({"answers": {"q1_sleepiness": True}}, "answers.q1_sleepiness"),
        ({"answers": {"q1_sleepiness": 1.5}}, "answers.q1_sleepiness"),
        ({"answers": {"q1_sleepiness": {"a": []}}}, "answers.q1_sleepiness"),
        ({"answers": {"q99": 1}}, "answers.q99"),
        ({"answers": {"q8_body": ["none", "blurred"]}}, "answers.q8_body"),
        ({"answers": {"q8_body": ["nix"]}}, "answers.q8_body[0]"),
        ({"answers": {}, "vitals": {"rr": 900}}, "vitals.rr"),
        ({"answers": {}, "vitals": {"bp": [120, 80]}}, "vitals.bp"),
        ({"answers": {}, "vitals": 7}, "vitals"),
        ({"answers": {}, "note": "x" * 1001}, "note"),
        ({"answers": {}, "note": "a\u0000"}, "note"),
        ({"answers": {}, "level": 0}, "level"),
        ({"answers": {}, "submitted_at": "2020-01-01T00:00:00Z"}, "submitted_at"),
        ({"answers": {}, "patient": "x"}, "patient"),
    ],
)
def test_a_fault_is_named_by_its_path(
    api: Call, patient_user: User, due: CheckIn, body: dict[str, Any], path: str
) -> None:
    assert path in paths(api(patient_user).post(url(due), body))
    assert not SymptomReport.objects.exists()


def test_an_occasion_to_come_takes_no_report(api: Call, patient_user: User, due: CheckIn, well: Well) -> None:
    tomorrow = CheckIn.objects.filter(patient=due.patient, opens_at__gt=due.closes_at).order_by("opens_at").first()
    assert tomorrow is not None

    assert problem(api(patient_user).post(url(tomorrow), {"answers": well}), 409)["opens_at"].startswith("2026-06-16")
    assert not SymptomReport.objects.exists()


def test_the_list_shows_a_patient_their_own_without_the_thresholds(
    api: Call, patient_user: User, clinician: User, patient: Patient, due: CheckIn, well: Well
) -> None:
    api(patient_user).post(url(due), {"answers": well})

    own = api(patient_user).get(listed(patient), {"state": "submitted"}).json()["results"]
    staff = api(clinician).get(listed(patient), {"state": "submitted"}).json()["results"]

    assert [each["id"] for each in own] == [str(due.pk)]
    assert own[0]["report"]["level"] == "none"
    assert "threshold_version" not in own[0]["report"]
    assert staff[0]["report"]["threshold_version"]
    assert api(clinician).get(listed(patient), {"state": "due"}).json()["results"][0]["report"] is None
    reads = AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk)
    assert {each.actor_id for each in reads} == {str(patient_user.pk), str(clinician.pk)}


def test_nobody_else_reads_or_reports(
    api: Call, stranger: User, outsider: User, admin: User, patient: Patient, due: CheckIn, well: Well
) -> None:
    for user, status in ((stranger, 404), (outsider, 404), (admin, 403), (None, 401)):
        problem(api(user).get(listed(patient)), status)
        problem(api(user).post(url(due), {"answers": well}), status)
    assert not SymptomReport.objects.exists()
