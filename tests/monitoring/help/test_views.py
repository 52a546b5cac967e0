"""The help pages open for everybody, whatever else is broken."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import DatabaseError
from django.http import HttpRequest
from django.test import Client
from pytest_django.fixtures import Settings

from monitoring.help import views
from monitoring.help.numbers import site_numbers
from monitoring.people.models import Clinic, User
from monitoring.wording.actions import sign_wording
from monitoring.wording.queries import digest_in_force
from tests.living import text_of

PAGES = ["/help/emergency/", "/help/crisis/", "/help/urgent/"]


@pytest.mark.parametrize("address", PAGES)
def test_anyone_may_read_them_without_the_database(client: Client, address: str) -> None:
    # No database mark: any query would fail the test.
    page = client.get(address)
    assert page.status_code == 200
    assert 'href="tel:999"' in page.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_they_change_nothing(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_their_only_script_is_the_one_that_keeps_them_for_the_day_without_a_network(
    client: Client, address: str
) -> None:
    page = client.get(address).content.decode()
    assert page.count("<script") == 1
    assert 'js/offline.js" defer></script>' in page


def test_the_site_names_its_region(client: Client, settings: Settings) -> None:
    settings.HELP_NUMBERS = site_numbers("US")
    emergency, crisis, urgent = (client.get(address).content.decode() for address in PAGES)
    assert 'href="tel:911"' in emergency
    assert 'href="tel:1-800-222-1222"' in emergency
    assert 'href="tel:988"' in crisis
    assert all("tel:999" not in page.split("<details", 1)[0] for page in (emergency, crisis, urgent))


def test_whoever_travels_finds_the_numbers_of_other_places(client: Client) -> None:
    page = client.get("/help/emergency/").content.decode()
    assert 'href="tel:911">United States: call 911' in page
    assert "United Kingdom: call" not in page


def test_the_urgent_page_tells_what_makes_it_an_emergency(client: Client) -> None:
    page = client.get("/help/urgent/").content.decode()
    assert "Call your clinic today" in page.split("</h1>")[0]
    assert "Call 999 if it gets worse" in page


@pytest.mark.django_db
def test_a_signed_in_patient_sees_the_clinics_numbers(client: Client, patient_user: User, clinic: Clinic) -> None:
    client.force_login(patient_user)
    page = client.get("/help/emergency/").content.decode()
    assert 'href="tel:02079460100"' in page
    assert 'href="tel:02079460111"' in page
    assert clinic.name in page


@pytest.mark.django_db
def test_whoever_holds_the_phone_may_read_them_in_another_language_and_nothing_is_kept_of_it(
    client: Client, clinician: User, now: datetime
) -> None:
    sign_wording(language="es", digest=digest_in_force("es"), by=clinician, now=now)
    assert 'href="?language=es"' in client.get("/help/emergency/").text
    asked = client.get("/help/emergency/?language=es")
    assert '<html lang="es"' in asked.text
    assert "Llame al 999" in asked.text
    for onward in ("/help/crisis/?language=es", "/help/urgent/?language=es", 'href="?language=en"'):
        assert onward in asked.text
    assert not asked.cookies
    assert '<html lang="en"' in client.get("/help/emergency/").text
    assert '<html lang="en"' in client.get("/help/emergency/?language=xx").text


@pytest.mark.django_db
def test_a_copy_that_names_the_clinic_says_so_that_a_shared_phone_does_not_keep_it(
    client: Client, patient_user: User
) -> None:
    pages = [*PAGES, "/offline/", "/offline/check-in/"]
    assert [client.get(page).get("X-Copy") for page in pages] == [None] * 5
    client.force_login(patient_user)
    assert [client.get(page).get("X-Copy") for page in pages] == ["own"] * 5


class _UnreadableUser:
    @property
    def is_authenticated(self) -> bool:
        raise DatabaseError("the database is gone")


def test_with_the_database_gone_the_sites_numbers_are_shown(
    rf: Callable[..., HttpRequest], caplog: pytest.LogCaptureFixture
) -> None:
    request = rf.get("/help/emergency/")  # type: ignore[attr-defined]
    request.user = _UnreadableUser()
    page = views.emergency(request)
    assert page.status_code == 200
    assert b'href="tel:999"' in page.content
    assert "the database did not answer" in caplog.text


@pytest.mark.parametrize(
    "sign",
    [
        "wake up", "blue lips", "faint", "Chest pain", "fit (seizure)", "knock on the head", "not there",
        "baclofen was missed or stopped",
        "More medicine than planned", "Shaking", "eye pain", "pump alarm", "swollen face",
    ],
)  # fmt: skip
def test_every_red_flag_is_on_the_emergency_page(client: Client, sign: str) -> None:
    assert sign in client.get("/help/emergency/").content.decode()


def test_thoughts_of_self_harm_lead_to_the_crisis_page(client: Client) -> None:
    assert 'href="/help/crisis/"' in client.get("/help/emergency/").content.decode()


def test_the_crisis_page_gives_no_advice_on_breathing_or_medicines_to_take(client: Client) -> None:
    page = text_of(client.get("/help/crisis/"))
    assert "CPR" not in page
    assert "on their side" not in page


@pytest.mark.parametrize("address", PAGES)
def test_nobody_is_told_to_wait_for_an_answer_in_the_app(client: Client, address: str) -> None:
    assert "No one watches this app all the time" in client.get(address).content.decode()
