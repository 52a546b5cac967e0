"""Patients through the API, and the tokens of programs."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from monitoring.audit.models import AuditEvent
from monitoring.people.actions import deactivate_user
from monitoring.people.models import Patient, User
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem

PATIENTS, TOKEN = "/api/v1/patients/", "/api/v1/token/"
PASSWORD = "a long enough password"
NEW = {"identifier": "HP-0100", "family_name": "Adler", "given_names": "Irene", "birth_date": "1958-05-06"}


def test_the_list_holds_ones_own_patients_alone(
    api: Call, clinician: User, colleague: User, stranger: User, patient_user: User, patient: Patient,
    other_patient: Patient,
) -> None:  # fmt: skip
    for user in (clinician, colleague, patient_user):
        body = api(user).get(PATIENTS).json()
        assert [each["id"] for each in body["results"]] == [str(patient.pk)]
        assert body["count"] == 1
    assert api(stranger).get(PATIENTS).json()["results"] == []


def test_an_admin_sees_no_patients_and_the_refusal_is_noted(api: Call, admin: User, patient: Patient) -> None:
    problem(api(admin).get(PATIENTS), 403)
    problem(api(admin).get(f"{PATIENTS}{patient.pk}/"), 403)

    assert AuditEvent.objects.filter(outcome="denied", actor_id=str(admin.pk)).count() == 2


@pytest.mark.parametrize(("q", "found"), [("harp", 1), ("maya HARPER", 1), ("HP-0042", 1), ("1957-03-14", 1),
                                          ("nobody", 0), ("%", 0), ("maya nobody", 0)])  # fmt: skip
def test_patients_are_found_by_words(api: Call, clinician: User, patient: Patient, q: str, found: int) -> None:
    assert api(clinician).get(PATIENTS, {"q": q}).json()["count"] == found


def test_every_record_shown_is_a_read_in_the_log(api: Call, clinician: User, patient: Patient) -> None:
    api(clinician).get(PATIENTS)
    api(clinician).get(f"{PATIENTS}{patient.pk}/")

    reads = AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk, actor_id=str(clinician.pk))
    assert set(reads.values_list("object_type", flat=True)) == {"patient list", "record"}


def test_pages_lead_to_each_other(api: Call, clinician: User, patient: Patient) -> None:
    client = api(clinician)
    assert client.post(PATIENTS, NEW).status_code == 201

    first = client.get(PATIENTS, {"page_size": 1}).json()
    second = client.get(first["next"]).json()

    assert [each["family_name"] for each in (*first["results"], *second["results"])] == ["Adler", "Harper"]
    assert first["previous"] is None
    assert second["next"] is None
    assert client.get(second["previous"]).json() == first


def test_registering_reads_conditions_and_leaves_the_unknown_unknown(api: Call, clinician: User) -> None:
    response = api(clinician).post(PATIENTS, NEW | {"conditions": ["COPD", "purple toes"]})

    body = response.json()
    assert response.status_code == 201
    assert response["Location"] == f"{PATIENTS}{body['id']}/"
    assert body["conditions"] == ["copd"]
    assert body["conditions_not_understood"] == ["purple toes"]
    assert (body["egfr"], body["qtc_ms"], body["weight_kg"]) == (None, None, None)
    made = Patient.objects.get(pk=body["id"])
    assert made.clinic == clinician.clinic
    assert Patient.objects.visible_to(clinician).filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"identifier": ""}, "identifier"),
        ({"identifier": 7}, "identifier"),
        ({"family_name": None}, "family_name"),
        ({"family_name": "a\u0000b"}, "family_name"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": "0001-01-01"}, "birth_date"),
        ({"birth_date": "14/03/1957"}, "birth_date"),
        ({"birth_date": "2030-01-01"}, "birth_date"),
        ({"sex": "Q"}, "sex"),
        ({"egfr": 52}, "egfr_on"),
        ({"egfr": "1e9", "egfr_on": "2026-01-01"}, "egfr"),
        ({"egfr": 900, "egfr_on": "2026-01-01"}, "egfr"),
        ({"qtc_ms": 100_000}, "qtc_ms"),
        ({"qtc_ms": True}, "qtc_ms"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"conditions": "COPD"}, "conditions"),
        ({"conditions": ["COPD", 7]}, "conditions[1]"),
        ({"email": "no address"}, "email"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_by_its_path(api: Call, clinician: User, change: dict[str, Any], path: str) -> None:
    assert path in paths(api(clinician).post(PATIENTS, NEW | change))
    assert not Patient.objects.exists()


@pytest.mark.parametrize("field", ["clinic", "id", "user", "is_demo", "registered_at", "care_team", "by", "nix"])
def test_nobody_assigns_what_is_not_theirs_to_assign(api: Call, clinician: User, field: str) -> None:
    assert paths(api(clinician).post(PATIENTS, NEW | {field: "x"})) == [field]


def test_a_number_is_given_once(api: Call, clinician: User, patient: Patient) -> None:
    assert paths(api(clinician).post(PATIENTS, NEW | {"identifier": patient.identifier})) == ["identifier"]


def test_a_patient_registers_nobody(api: Call, patient_user: User) -> None:
    problem(api(patient_user).post(PATIENTS, NEW), 403)


@pytest.fixture
def password(clinician: User) -> str:
    clinician.set_password(PASSWORD)
    clinician.save(update_fields=["password"])
    return PASSWORD


def with_token(text: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {text}")
    return client


def sign_in(api: Call, user: User, password: str = PASSWORD) -> str:
    response = api().post(TOKEN, {"email": user.email.upper(), "password": password})
    assert response.status_code == 200, response.content
    text: str = response.json()["token"]
    return text


def test_a_token_signs_a_program_in(api: Call, clinician: User, patient: Patient, password: str, now: datetime) -> None:
    response = api().post(TOKEN, {"email": clinician.email, "password": password})
    text = response.json()["token"]

    assert response.json()["expires_at"] == "2026-06-15T21:00:00Z"
    assert with_token(text).get(PATIENTS).json()["count"] == 1
    assert AuditEvent.objects.filter(action="sign_in", outcome="ok", object_type="token").count() == 1
    assert text not in str(Token.objects.values())
    assert with_token(text).post(PATIENTS, NEW).status_code == 201  # without a session there is no CSRF to fear


def test_a_token_ends(
    api: Call, clinician: User, admin: User, password: str, now: datetime, time_machine: Any
) -> None:  # fmt: skip
    first = sign_in(api, clinician)
    second = sign_in(api, clinician)
    problem(with_token(first).get(PATIENTS), 401)
    assert with_token(second).get(PATIENTS).status_code == 200

    time_machine.move_to(now + timedelta(hours=12), tick=False)
    problem(with_token(second).get(PATIENTS), 401)

    third = sign_in(api, clinician)
    assert with_token(third).delete(TOKEN).status_code == 204
    problem(with_token(third).get(PATIENTS), 401)
    assert AuditEvent.objects.filter(action="sign_out").count() == 1

    fourth = sign_in(api, clinician)
    clinician.set_password("another long password")
    clinician.save(update_fields=["password"])
    problem(with_token(fourth).get(PATIENTS), 401)


def test_a_closed_account_closes_its_token(
    api: Call, clinician: User, admin: User, password: str, now: datetime
) -> None:
    text = sign_in(api, clinician)
    deactivate_user(user=clinician, by=admin, now=now)

    problem(with_token(text).get(PATIENTS), 401)
    problem(api().post(TOKEN, {"email": clinician.email, "password": PASSWORD}), 401)


@pytest.mark.parametrize("text", ["", "x", "ä", "a b", "0" * 32 + ".x", "." * 400])
def test_a_wrong_token_is_a_401(api: Call, text: str) -> None:
    problem(with_token(text).get(PATIENTS), 401)


def test_a_wrong_password_and_an_unknown_address_get_one_answer(api: Call, clinician: User, password: str) -> None:
    wrong = api().post(TOKEN, {"email": clinician.email, "password": "not it at all"})
    unknown = api().post(TOKEN, {"email": "nobody@clinic.example", "password": "not it at all"})

    problem(wrong, 401)
    assert wrong.content == unknown.content
    assert AuditEvent.objects.filter(action="sign_in", outcome="failed").count() == 2


def test_guessing_is_stopped_and_says_so_as_a_problem(api: Call, clinician: User, password: str) -> None:
    for _ in range(5):
        answer = api().post(TOKEN, {"email": clinician.email, "password": "not it at all"})
    problem(answer, 429)

    response = api().post(TOKEN, {"email": clinician.email, "password": PASSWORD})

    problem(response, 429)
    assert int(response["Retry-After"]) > 0
    assert not Token.objects.exists()


def test_tries_are_counted_by_address_too(api: Call) -> None:
    answers = [
        api().post(TOKEN, {"email": f"{n}@x.example", "password": "not it at all"}).status_code for n in range(21)
    ]
    assert answers[-1] == 429


@pytest.mark.parametrize("body", [{}, {"email": "x", "password": "y"}, {"email": "x@y.zz", "password": 5}, [], "x",
                                  {"email": "x@y.zz", "password": "y", "role": "admin"}])  # fmt: skip
def test_a_malformed_sign_in_is_a_422(api: Call, body: Any) -> None:
    problem(api().post(TOKEN, body), 422)
