"""Screenings of what is sent: the answers of the command, and nothing kept."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.people.models import User
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem

SCREENINGS = "/api/v1/screenings/"
CASE: dict[str, Any] = {
    "id": "case-1",
    "as_of": "2026-06-15",
    "patient": {"age": 72, "sex": "F", "egfr": 48, "conditions": ["COPD"], "qtc_ms": 440},
    "regimen": [
        {"entered": "baclofen 10 mg tid", "route": "oral", "start": "2026-03-01", "end": None},
        {"entered": "Elavil 25 mg qhs", "route": "oral", "start": "2026-03-01"},
    ],
    "check_in": {
        "answers": {"q1_sleepiness": 2, "q10_doses_other": ["missed_1"]},
        "vitals": {"bp_supine": "142/84", "bp_stand": "118/70"},
    },
}


def test_the_answer_is_that_of_the_command(api: Call, clinician: User, tmp_path: Any) -> None:
    file, written = tmp_path / "case.json", StringIO()
    file.write_text(json.dumps(CASE))
    call_command("screen_regimen", str(file), stdout=written)

    response = api(clinician).post(SCREENINGS, CASE)

    assert response.status_code == 200
    assert response.json() == json.loads(written.getvalue())
    assert "PAIR_CNS" in {each["code"] for each in response.json()["findings"]}


def test_an_array_is_answered_in_its_order(api: Call, clinician: User) -> None:
    sent = [CASE | {"id": number} for number in (3, 1, 2)]

    assert [each["id"] for each in api(clinician).post(SCREENINGS, sent).json()] == [3, 1, 2]
    assert api(clinician).post(SCREENINGS, []).json() == []


def test_nothing_is_stored(api: Call, clinician: User) -> None:
    client = api(clinician)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.post(SCREENINGS, CASE)

    written = [each["sql"] for each in queries if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all("django_session" in sql for sql in written)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "regimen"),
        ("text", "the document"),
        (7, "the document"),
        (CASE | {"regimen": [{}]}, "regimen[0].entered"),
        (CASE | {"regimen": "baclofen"}, "regimen"),
        (CASE | {"regimen": [{"entered": "baclofen", "start": "2026-02-30"}]}, "regimen[0].start"),
        (CASE | {"patient": {"age": -1}}, "patient.age"),
        (CASE | {"patient": {"egfr": "48"}}, "patient.egfr"),
        (CASE | {"check_in": {"answers": {"q1_sleepiness": 9}}}, "check_in.answers.q1_sleepiness"),
        (CASE | {"regimen": [{"entered": "baclofen"}] * 101}, "regimen"),
        ([CASE, {}, CASE | {"as_of": 5}], "[2].as_of"),
        ([CASE, {"regimen": []}, CASE | {"check_in": {"vitals": {"rr": "x"}}}], "[2].check_in.vitals.rr"),
        ([{"regimen": []}] * 101, ""),
    ],
)
def test_a_malformed_document_is_named_by_its_path(api: Call, clinician: User, body: Any, path: str) -> None:
    assert path in paths(api(clinician).post(SCREENINGS, body))


def test_a_hundred_documents_are_taken(api: Call, clinician: User) -> None:
    sent = [{"regimen": [{"entered": "baclofen 10 mg tid"}]}] * 100

    assert len(api(clinician).post(SCREENINGS, sent).json()) == 100


def test_only_clinicians_screen(api: Call, patient_user: User, admin: User) -> None:
    for user, status in ((patient_user, 403), (admin, 403), (None, 401)):
        problem(api(user).post(SCREENINGS, CASE), status)
