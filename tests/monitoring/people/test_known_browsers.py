"""Guessing from many addresses is put off; the person comes in where they came in before."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from monitoring.people.models import User
from tests.living import text_of
from tests.monitoring.signing_in import PASSWORD

pytestmark = pytest.mark.django_db
MOST = 6


@pytest.fixture(autouse=True)
def _soon_enough(monkeypatch: pytest.MonkeyPatch, now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)
    monkeypatch.setattr("monitoring.people.known_browsers.WRONG_AN_HOUR", MOST)
    monkeypatch.setattr("monitoring.people.known_browsers.WRONG_AN_HOUR_HERE", 3)


@pytest.fixture
def her_phone(alice: User) -> Client:
    """Where she signed in before, and out again."""
    phone = Client(REMOTE_ADDR="192.0.2.1")
    assert try_at(phone, alice.email).status_code == 302
    phone.post("/logout/")
    return phone


def try_at(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"username": email, "password": password, **more})


def guess(email: str, times: int = MOST) -> list[int]:
    """Wrong passwords, each from another address."""
    return [
        try_at(Client(REMOTE_ADDR=f"203.0.113.{number}"), email, "wrong").status_code for number in range(1, times + 1)
    ]


@pytest.mark.parametrize("email", ["alice@clinic.example", "nobody@clinic.example"])
def test_guessing_from_many_addresses_is_put_off_whether_there_is_such_an_account(alice: User, email: str) -> None:
    assert guess(email, MOST + 1) == [422] * MOST + [429]
    put_off = try_at(Client(REMOTE_ADDR="198.51.100.7"), f" {email.upper()} ")
    assert put_off.status_code == 429
    assert put_off.headers["Retry-After"] == "3600"
    assert "where you signed in before, you still can" in text_of(put_off)


def test_the_person_comes_in_where_they_came_in_before(alice: User, her_phone: Client) -> None:
    guess(alice.email)
    her_phone.defaults["REMOTE_ADDR"] = "198.51.100.8"
    assert try_at(her_phone, alice.email).status_code == 302


def test_everybody_else_comes_in(alice: User, colleague: User) -> None:
    colleague.set_password(PASSWORD)
    colleague.save()
    guess(alice.email)
    assert try_at(Client(), colleague.email).status_code == 302


def test_after_an_hour_tries_count_anew(alice: User, now: datetime, time_machine: Any) -> None:
    guess(alice.email)
    time_machine.move_to(now + timedelta(hours=1), tick=False)
    assert try_at(Client(), alice.email).status_code == 302


def test_a_program_is_put_off_with_the_browsers(alice: User) -> None:
    sent = {"email": alice.email, "password": "wrong"}
    tries = [
        Client(REMOTE_ADDR=f"203.0.113.{number}").post("/api/v1/token/", sent, "application/json").status_code
        for number in range(1, MOST + 2)
    ]
    assert tries == [401] * MOST + [429]
    assert try_at(Client(), alice.email).status_code == 429


def test_a_known_browser_has_its_own_tries_and_no_more(alice: User, her_phone: Client) -> None:
    found = []
    for number in range(4):
        her_phone.defaults["REMOTE_ADDR"] = f"203.0.113.{number}"
        found.append(try_at(her_phone, alice.email, "wrong").status_code)
    assert found == [422, 422, 422, 429]
    assert try_at(Client(), alice.email).status_code == 302, "and they are not counted for the others"


def test_what_a_browser_keeps_is_worth_nothing_for_another_account(alice: User, her_phone: Client) -> None:
    guess("bob@clinic.example")
    assert try_at(her_phone, "bob@clinic.example").status_code == 429


@pytest.mark.parametrize("made_up", ["", ".", "a.b", "x." + "0" * 32, "\u00e9.\u00e9", "." * 3000])
def test_what_was_made_up_is_worth_nothing(alice: User, made_up: str) -> None:
    guess(alice.email)
    browser = Client()
    browser.cookies[settings.KNOWN_BROWSER_COOKIE_NAME] = made_up
    assert try_at(browser, alice.email).status_code == 429


def test_it_says_nothing_of_the_person_and_no_script_reads_it(alice: User, her_phone: Client) -> None:
    kept = her_phone.cookies[settings.KNOWN_BROWSER_COOKIE_NAME]
    assert kept["httponly"]
    assert kept["samesite"] == "Strict"
    assert "alice" not in kept.value
    other = Client()
    try_at(other, alice.email)
    mine, theirs = (set(each.split(".")) for each in (kept.value, other.cookies["known"].value))
    assert mine.isdisjoint(theirs), "two browsers of one person have nothing in common"


def test_on_a_ward_screen_several_people_are_known_and_the_latest_stay(clinic: Any, now: datetime) -> None:
    people = [
        User.objects.create_user(
            f"p{number}@clinic.example", PASSWORD, name="P", role="clinician", clinic=clinic, joined_at=now
        )
        for number in range(9)
    ]
    screen = Client()
    for person in people:
        assert try_at(screen, person.email).status_code == 302
        screen.post("/logout/")
    guess(people[0].email)
    guess(people[1].email)
    assert try_at(screen, people[1].email).status_code == 302
    screen.post("/logout/")
    assert try_at(screen, people[0].email).status_code == 429


def test_a_phone_of_somebody_else_keeps_nothing(alice: User) -> None:
    borrowed = Client()
    assert try_at(borrowed, alice.email, not_mine="on").status_code == 302
    assert settings.KNOWN_BROWSER_COOKIE_NAME not in borrowed.cookies
