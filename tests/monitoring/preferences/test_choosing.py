"""How people read: own choice before this browser's before what it asks for."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.preferences.actions import change_preference
from monitoring.preferences.models import Preference
from monitoring.preferences.queries import preference_of, written_language

pytestmark = pytest.mark.django_db
SPANISH = {"headers": {"accept-language": "es-MX,es;q=0.9,en;q=0.5"}}
MINE = "/me/settings/"
CHOICE = {"language": "es", "text_size": "large", "contrast": "more", "theme": "dark"}


def html_of(client: Client, path: str, **more: Any) -> str:
    shown = client.get(path, **more).content.decode()
    tag = shown[shown.index("<html") : shown.index(">", shown.index("<html"))]
    return " ".join(tag.split()) + ">"


def test_a_stranger_reads_as_the_browser_asks_and_may_choose_otherwise(client: Client) -> None:
    assert html_of(client, "/login/") == '<html lang="en" dir="ltr">'
    assert html_of(client, "/login/", **SPANISH) == '<html lang="es" dir="ltr">'
    assert html_of(client, "/login/", headers={"accept-language": "xx,*;q=0.1"}) == '<html lang="en" dir="ltr">'
    answer = client.post("/reading/", {"language": "en", "next": "/help/emergency/"}, **SPANISH)
    assert answer["Location"] == "/help/emergency/"
    assert html_of(client, "/login/", **SPANISH) == '<html lang="en" dir="ltr">'
    client.post("/reading/", {"text_size": "largest", "next": "/login/"})
    assert html_of(client, "/login/") == '<html lang="en" dir="ltr" data-text="largest">'
    cookie = client.cookies["text_size"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert not AuditEvent.objects.filter(action="preference.change").exists()


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/", "javascript:go()", "", "/\\evil.example"])
def test_the_way_back_is_always_ours(client: Client, page: str) -> None:
    answer = client.post("/reading/", {"language": "es", "next": page})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"text_size": "huge"}, {"theme": "dark"}, {}])
def test_what_is_not_offered_changes_nothing(client: Client, wrong: dict[str, str]) -> None:
    answer = client.post("/reading/", {**wrong, "next": "/login/"})
    assert answer.status_code == 302
    assert {"language", "text_size"}.isdisjoint(client.cookies)


def test_choosing_is_never_a_get(client: Client) -> None:
    assert client.get("/reading/?language=es").status_code == 405


def test_a_patient_keeps_language_size_contrast_and_colours(
    client: Client, patient: Patient, patient_user: User
) -> None:
    client.force_login(patient_user)
    assert client.post(MINE, CHOICE).status_code == 302
    assert html_of(client, MINE) == (
        '<html lang="es" dir="ltr" data-text="large" data-contrast="more" data-theme="dark">'
    )
    shown = client.get(MINE).content.decode()
    assert '<meta name="color-scheme" content="dark">' in shown
    event = AuditEvent.objects.get(action="preference.change")
    assert event.detail == CHOICE
    client.post("/logout/")
    assert html_of(client, "/login/") == '<html lang="es" dir="ltr" data-text="large">'  # this browser remembers


def test_own_choice_comes_before_the_browsers(client: Client, patient_user: User, now: datetime) -> None:
    change_preference(by=patient_user, now=now, language="en")
    client.force_login(patient_user)
    client.cookies["language"] = "es"
    assert html_of(client, MINE, **SPANISH) == '<html lang="en" dir="ltr">'


def test_a_wrong_choice_says_so_and_keeps_the_rest(client: Client, patient: Patient, patient_user: User) -> None:
    client.force_login(patient_user)
    answer = client.post(MINE, CHOICE | {"language": "xx"})
    assert answer.status_code == 422
    assert answer.context["form"]["theme"].value() == "dark"
    assert not Preference.objects.exists()


def test_staff_pages_stay_english_and_single_keys_can_be_off(client: Client, clinician: User) -> None:
    client.force_login(clinician)
    assert html_of(client, "/settings/", **SPANISH) == '<html lang="en" dir="ltr">'
    sent = {"text_size": "normal", "contrast": "usual", "theme": "light"}
    assert client.post("/settings/", sent).status_code == 302
    assert html_of(client, "/settings/") == '<html lang="en" dir="ltr" data-theme="light" data-shortcuts="off">'
    assert preference_of(clinician).shortcuts is False


def test_staff_read_no_half_translated_page_whatever_they_and_their_browser_ask(
    client: Client, clinician: User, now: datetime
) -> None:
    change_preference(by=clinician, now=now, language="es")
    client.force_login(clinician)
    client.cookies["language"] = "es"
    answer = client.get("/settings/", **SPANISH)
    assert answer["Content-Language"] == "en"
    shown = answer.content.decode()
    # These words stand in the patients' Spanish catalogue; the rest of the page does not.
    assert ">Save<" in shown
    assert "Guardar" not in shown
    assert "Español" not in shown
    assert written_language(clinician) == "en"


def test_staff_choose_a_language_once_their_pages_are_translated_whole(
    client: Client, clinician: User, settings: Any
) -> None:
    settings.STAFF_LANGUAGES = ["es"]
    client.force_login(clinician)
    assert html_of(client, "/settings/") == '<html lang="en" dir="ltr">'
    sent = {"language": "es", "text_size": "normal", "contrast": "usual", "theme": "auto", "shortcuts": "on"}
    assert client.post("/settings/", sent).status_code == 302
    assert html_of(client, "/settings/") == '<html lang="es" dir="ltr">'
    assert written_language(clinician) == "es"


def test_programs_are_answered_in_english(client: Client) -> None:
    assert client.get("/cds-services", **SPANISH)["Content-Language"] == "en"


def test_nothing_is_written_when_nothing_changes(patient_user: User, now: datetime) -> None:
    change_preference(by=patient_user, now=now, theme="dark")
    change_preference(by=patient_user, now=now, theme="dark")
    assert AuditEvent.objects.filter(action="preference.change").count() == 1
    with pytest.raises(ValueError, match="not a preference: size"):
        change_preference(by=patient_user, now=now, size="large")
