"""Who is sent to sign in comes back to a page that can be opened, and is told when what they sent did not arrive."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from monitoring.people.models import Patient, User
from tests.living import text_of
from tests.monitoring.everything import Ids, address
from tests.monitoring.routes import LOGIN, OK, ROUTES

pytestmark = pytest.mark.django_db
STOP = "/patients/00000000-0000-4000-8000-000000000000/medications/"


def returns_to(response: object) -> str:
    return parse_qs(urlsplit(response["Location"]).query)["next"][0]  # type: ignore[index]


def test_a_page_is_returned_to_as_it_was_asked_for(client: Client) -> None:
    assert returns_to(client.get("/alerts/?state=open")) == "/alerts/?state=open"


def test_a_form_whose_session_ran_out_returns_to_the_page_it_stood_on(client: Client) -> None:
    response = client.post(f"{STOP}new/", headers={"referer": f"http://testserver{STOP}"})
    assert returns_to(response) == STOP


@pytest.mark.parametrize("referer", ["https://elsewhere.example/x", "javascript:alert(1)", "//elsewhere.example"])
def test_a_form_from_nowhere_we_know_returns_to_the_start(referer: str, client: Client) -> None:
    assert returns_to(client.post(f"{STOP}new/", headers={"referer": referer})) == "/"


def test_a_browser_that_tells_no_page_returns_to_the_address_of_the_form(client: Client) -> None:
    assert returns_to(client.post(f"{STOP}new/")) == f"{STOP}new/"


@pytest.mark.usefixtures("sweeps_running")
def test_nobody_returns_to_an_address_that_only_takes_what_is_sent(
    client: Client, ids: Ids, patient_user: User, clinician: User, admin: User, carer: User
) -> None:
    people = {"patient": patient_user, "clinician": clinician, "admin": admin, "carer": carer}
    lost, refused = [], []
    for name, row in ROUTES.items():
        if row.anonymous != LOGIN:
            continue
        path = urlsplit(address(name, ids)).path
        client.logout()
        onward = returns_to(client.post("/password/", headers={"referer": f"http://testserver{path}"}))
        if row.method == "GET" and onward != path:
            lost.append(name)
        if row.method == "POST" and onward != "/":
            client.force_login(next(user for who, user in people.items() if row.gives(who) == OK))
            if client.get(onward).status_code == 405:
                refused.append(name)
    assert (lost, refused) == ([], [])


@pytest.mark.parametrize("method", ["get", "head"])
def test_whoever_only_asked_for_a_page_is_not_told_that_something_was_lost(method: str, client: Client) -> None:
    asked = getattr(client, method)(STOP)["Location"]
    assert asked == f"/login/?next={STOP}"
    assert "did not reach us" not in text_of(client.get(asked))


def test_the_address_tells_nothing_of_what_was_sent(client: Client, patient: Patient) -> None:
    typed = {"go": "some", "danger_signs": "breathing", "note": "harper"}
    sent = client.post(f"{STOP}?part=secret", typed, headers={"referer": f"http://testserver{STOP}?q=harper"})
    assert sent["Location"] == f"/login/?unsent=1&next={STOP}"
