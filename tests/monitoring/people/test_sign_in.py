"""Signing in, being slowed down, signing out, and the password one must change."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from monitoring.audit.models import AuditEvent, Outcome
from monitoring.people.models import Clinic, User
from tests.living import text_of
from tests.monitoring.signing_in import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: str) -> Any:
    return client.post("/login/", {"username": email, "password": password, **extra})


def test_the_page_has_the_two_documented_fields(client: Client) -> None:
    page = client.get("/login/").content.decode()
    assert ">Email</label>" in page.replace("\n", "")
    assert ">Password</label>" in page.replace("\n", "")


@pytest.mark.core
@pytest.mark.parametrize("email", ["alice@clinic.example", "Alice@Clinic.Example"])
def test_signing_in_starts_a_new_session_and_leaves_a_line(client: Client, alice: User, email: str) -> None:
    client.get("/login/")
    before = client.session.session_key
    response = sign_in(client, email)
    assert (response.status_code, response.url) == (302, "/")
    assert client.session.session_key != before
    event = AuditEvent.objects.get(action="sign_in")
    assert (event.actor_id, event.outcome, event.ip_address) == (str(alice.pk), Outcome.OK, "127.0.0.1")
    assert User.objects.get(pk=alice.pk).last_login is not None


@pytest.mark.parametrize(("who", "first"), [("clinician", "/alerts/"), ("patient_user", "/me/"), ("admin", "/audit/")])
def test_everybody_starts_on_their_own_page(
    client: Client, request: pytest.FixtureRequest, who: str, first: str
) -> None:
    client.force_login(request.getfixturevalue(who))
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, first)


def test_every_wrong_sign_in_is_answered_alike_and_noted(client: Client, alice: User, clinic: Clinic) -> None:
    off = User.objects.create_user(
        "off@clinic.example", PASSWORD, name="Off", role="clinician", clinic=clinic, is_active=False,
        joined_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    answers = []
    for email, password in ((alice.email, "wrong"), ("nobody@clinic.example", PASSWORD), (off.email, PASSWORD)):
        response = sign_in(client, email, password)
        assert response.status_code == 422
        answers.append(response.content.decode().replace(email, "").split("<form", 1)[1].split("csrf")[0])
    assert len(set(answers)) == 1
    failed = AuditEvent.objects.filter(action="sign_in", outcome=Outcome.FAILED).order_by("id")
    assert [(event.actor_label, event.clinic_id) for event in failed] == [
        (alice.email, clinic.pk), ("nobody@clinic.example", None), (off.email, clinic.pk),
    ]  # fmt: skip
    assert "_auth_user_id" not in client.session


def test_a_password_typed_as_the_address_is_not_kept(client: Client) -> None:
    sign_in(client, "hunter2 secret", "x")
    event = AuditEvent.objects.get(action="sign_in")
    assert event.actor_label == ""
    assert "hunter2" not in str(event.__dict__)


def test_one_password_tried_at_many_accounts_is_put_off_and_others_come_in(
    client: Client, alice: User, now: datetime, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    time_machine.move_to(now, tick=False)
    monkeypatch.setattr("monitoring.people.doors.FAILED_A_MINUTE", 6)
    tries = [sign_in(client, f"person{number}@clinic.example", "wrong") for number in range(7)]
    assert [each.status_code for each in tries] == [422] * 6 + [429]
    assert 1 <= int(tries[-1].headers["Retry-After"]) <= 60
    assert client.post("/login/passkey/", {"answer": "{}"}).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), alice.email).status_code == 302


def test_guessing_is_slowed_down_whatever_the_capitals(client: Client, alice: User, settings: Any) -> None:
    for attempt in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, alice.email.upper() if attempt % 2 else alice.email, "wrong")
    assert sign_in(client, alice.email).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.44")
    assert sign_in(elsewhere, alice.email).status_code == 302, "the real user is not locked out"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "https:evil.example", "http:///evil.example", " //evil.example", "/%09/evil.example\t",
        "https://testserver.evil.example/", "data:text/html,x", "\x00//evil.example",
    ],
)  # fmt: skip
def test_the_next_page_is_always_ours(client: Client, alice: User, target: str) -> None:
    response = client.post(f"/login/?next={target}", {"username": alice.email, "password": PASSWORD, "next": target})
    assert response.status_code == 302
    assert "evil" not in response["Location"] or response["Location"].startswith("/%09")
    assert response["Location"].startswith("/")
    assert not response["Location"].startswith(("//", "/\\"))


def test_the_page_that_was_asked_for_comes_next(client: Client, alice: User) -> None:
    assert sign_in(client, alice.email, next="/password/").url == "/password/"


def test_what_was_sent_after_the_session_had_ended_is_called_lost_with_the_number_to_call(
    client: Client, alice: User
) -> None:
    form = "/me/check-ins/00000000-0000-4000-8000-000000000000/1/"
    to_sign_in = client.post(form, {"danger_signs": "breathing"}, headers={"referer": f"http://testserver{form}"})
    page = client.get(to_sign_in["Location"])
    words = text_of(page)
    assert words.index("What you just sent did not reach us.") < words.index("In danger right now? Call 999")
    assert words.index("Call 999") < words.index("Password")
    assert 'href="tel:999"' in page.text
    # The tag that has the focus first is the one that says so.
    assert page.text.index("autofocus") < page.text.index('name="username"')
    again = sign_in(client, alice.email, "wrong", next=form, unsent="1")
    assert "What you just sent did not reach us." in text_of(again)
    assert page.text.count('name="unsent" value="1"') == again.text.count('name="unsent" value="1"') == 2
    assert sign_in(client, alice.email, next=form, unsent="1")["Location"] == form


def test_signing_in_for_any_other_reason_says_nothing_of_it(client: Client, alice: User) -> None:
    for page in (client.get("/login/?next=/me/"), sign_in(client, alice.email, "wrong")):
        assert "did not reach us" not in text_of(page)
        assert "tel:" not in page.text


def test_signing_out_is_a_post_that_ends_the_session(client: Client, clinician: User) -> None:
    client.force_login(clinician)
    assert client.get("/logout/").status_code == 405
    assert "_auth_user_id" in client.session
    response = client.post("/logout/")
    assert response["Location"] == "/signed-out/"
    assert "cache" in response["Clear-Site-Data"]
    assert "_auth_user_id" not in client.session
    assert AuditEvent.objects.filter(action="sign_out", actor_id=str(clinician.pk)).count() == 1
    assert client.post("/logout/").status_code == 302, "twice does no harm"
    assert client.get("/signed-out/").status_code == 200


def test_switching_an_account_off_ends_its_session(client: Client, clinician: User) -> None:
    client.force_login(clinician)
    User.objects.filter(pk=clinician.pk).update(is_active=False)
    assert client.get("/").url.startswith("/login/")  # type: ignore[attr-defined]


def test_a_given_password_opens_only_the_page_to_change_it(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(must_change_password=True)
    sign_in(client, alice.email)
    for path in ("/", "/patients/new/"):
        assert client.get(path)["Location"] == "/password/"
    assert client.get("/password/").status_code == 200
    refused = client.post("/password/", {"password": "short"})
    assert refused.status_code == 422
    assert client.post("/password/", {"password": "a much better one"})["Location"] == "/"
    assert client.get("/")["Location"] == "/alerts/", "and the session goes on"
    assert client.get("/patients/new/").status_code == 200


def test_pages_behind_the_door_are_never_cached(client: Client, clinician: User) -> None:
    client.force_login(clinician)
    assert "no-store" in client.get("/patients/new/")["Cache-Control"]
    assert "no-store" in client.get("/login/")["Cache-Control"]


def test_a_message_that_names_a_patient_is_not_put_into_a_cookie(client: Client, clinician: User) -> None:
    client.force_login(clinician)
    sent = {"identifier": "HP-77", "family_name": "Reed", "given_names": "Sam", "birth_date": "1970-05-01"}
    response = client.post("/patients/new/", sent)
    assert response.status_code == 302
    assert set(client.cookies) <= {"session", "csrf"}
