"""Whatever is wrong with a request, the answer is a problem document and never a page or a stack trace."""

import json
from typing import Any

import pytest
from django.test import Client

from monitoring.people.models import Patient, User
from monitoring.rest import views
from tests.monitoring.conftest import Call
from tests.monitoring.problem import paths, problem

PATIENTS = "/api/v1/patients/"


def post(client: Any, body: str | bytes, content_type: str = "application/json") -> Any:
    return client.generic("POST", PATIENTS, body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    ["{", "[1,]", '{"a": NaN}', '{"a": Infinity}', '{"a": 1} x', "nix", b"\xff\xfe", '{"a": "\\ud800"}',
     '{"n": 123456789012345678901234567890}', "[" * 5_000],
)  # fmt: skip
def test_a_body_that_is_no_strict_json_is_a_400(api: Call, clinician: User, body: str | bytes) -> None:
    problem(post(api(clinician), body), 400)


def test_a_key_written_twice_is_refused_by_its_path(api: Call, clinician: User) -> None:
    assert paths(post(api(clinician), '{"a": {"dose": 10, "dose": 100}}'), 400) == ["a.dose"]


def test_twenty_levels_are_read_and_twenty_one_are_not(api: Call, clinician: User) -> None:
    def nested(levels: int) -> str:
        return '{"a":' * levels + "1" + "}" * levels

    assert paths(post(api(clinician), nested(20)))
    problem(post(api(clinician), nested(21)), 400)


def test_a_body_of_more_than_256_kb_is_a_413(api: Call, clinician: User) -> None:
    limit = 256 * 1024
    fits = json.dumps({"a": "x" * (limit - 9)})
    assert len(fits) == limit

    assert paths(post(api(clinician), fits))
    problem(post(api(clinician), fits + " "), 413)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "x"])
def test_another_type_of_body_is_a_415(api: Call, clinician: User, content_type: str) -> None:
    problem(post(api(clinician), "{}", content_type), 415)


def test_a_method_that_is_not_there_is_a_405(api: Call, clinician: User) -> None:
    response = api(clinician).put(PATIENTS, {})

    problem(response, 405)
    assert set(response["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    problem(api(clinician).options(PATIENTS), 405)


def test_an_address_that_is_not_there_is_a_404(api: Call, clinician: User) -> None:
    for path in ("", "nix/", "patients/not-a-uuid/", "patients/1/flags/", "alerts/take/"):
        problem(api(clinician).get(f"/api/v1/{path}"), 404)


def test_a_forgotten_slash_leads_to_the_address(api: Call, clinician: User) -> None:
    response = api(clinician).get("/api/v1/patients?q=x")

    assert (response.status_code, response["Location"]) == (301, "/api/v1/patients/?q=x")
    problem(api(clinician).post("/api/v1/patients", {}), 404)


def test_what_is_not_yours_reads_like_what_is_missing(api: Call, stranger: User, patient: Patient, now: Any) -> None:
    theirs = api(stranger).get(f"{PATIENTS}{patient.pk}/")
    missing = api(stranger).get(f"{PATIENTS}{'0' * 8}-0000-4000-8000-{'0' * 12}/")

    problem(theirs, 404)
    assert theirs.content == missing.content
    assert set(theirs.headers) == set(missing.headers)


def test_the_anonymous_are_told_how_to_sign_in(api: Call) -> None:
    response = api().get(PATIENTS)

    problem(response, 401)
    assert response["WWW-Authenticate"] == "Token"


def test_a_session_needs_the_csrf_token(api: Call, clinician: User) -> None:
    problem(api(clinician, enforce_csrf_checks=True).post(PATIENTS, {}), 403)


def test_a_large_form_does_not_break_the_csrf_check(api: Call, clinician: User) -> None:
    client = api(clinician, enforce_csrf_checks=True)
    client.cookies["csrf"] = "a" * 32

    problem(post(client, "a=" + "x" * 300_000, "application/x-www-form-urlencoded"), 415)


def test_too_many_requests_are_a_429_with_the_time_to_wait(
    api: Call, clinician: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rest_framework.throttling.UserRateThrottle.THROTTLE_RATES", {"anon": "1/min", "user": "2/min"})
    client = api(clinician)
    assert [client.get(PATIENTS).status_code for _ in range(2)] == [200, 200]

    response = client.get(PATIENTS)

    problem(response, 429)
    assert 1 <= int(response["Retry-After"]) <= 60


def test_a_fault_of_ours_is_a_500_that_tells_nothing(
    api: Call, clinician: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any, **_named: Any) -> None:
        raise RuntimeError("Harper takes baclofen")

    monkeypatch.setattr("monitoring.people.api.page_of", broken)

    body = problem(api(clinician).get(PATIENTS), 500)

    assert "Harper" not in json.dumps(body)
    assert any(each.msg == "api_failed" for each in caplog.records)


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=1.5", "page_size=0", "page_size=101", "page=1&page=2",
                                   "nix=1", f"page={'9' * 5000}", "q=%00", f"q={'x' * 81}"])  # fmt: skip
def test_a_query_that_cannot_be_meant_is_a_422(api: Call, clinician: User, query: str) -> None:
    assert paths(api(clinician).get(f"{PATIENTS}?{query}")) == [query.partition("=")[0]]


def test_past_the_last_page_there_is_nothing(api: Call, clinician: User, patient: Patient) -> None:
    problem(api(clinician).get(f"{PATIENTS}?page=2"), 404)


def test_no_answer_is_kept_by_a_cache(api: Call, clinician: User) -> None:
    for response in (api(clinician).get(PATIENTS), api().get(PATIENTS), Client().get("/api/v1/nix/")):
        assert "no-store" in response["Cache-Control"]


def test_a_door_that_names_no_role_is_nobodys(api: Call, clinician: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitoring.people.api.Patients.roles", views.ApiView.roles)

    problem(api(clinician).get(PATIENTS), 403)


def test_who_must_choose_a_password_gets_nothing_else(api: Call, clinician: User) -> None:
    User.objects.filter(pk=clinician.pk).update(must_change_password=True)

    assert problem(api(clinician).get(PATIENTS), 403)["type"].endswith(":password-change-required")
