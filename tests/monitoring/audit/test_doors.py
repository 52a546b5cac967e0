"""Who is sent to sign in comes back to a page that can be opened."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
STOP = "/patients/00000000-0000-4000-8000-000000000000/medications/"


def returns_to(response: object) -> str:
    return parse_qs(urlsplit(response["Location"]).query)["next"][0]  # type: ignore[index]


def test_a_page_is_returned_to_as_it_was_asked_for(client: Client) -> None:
    assert returns_to(client.get("/alerts/?state=open")) == "/alerts/?state=open"


def test_a_form_whose_session_ran_out_returns_to_the_page_it_stood_on(client: Client) -> None:
    response = client.post(f"{STOP}new/", headers={"referer": f"http://testserver{STOP}"})
    assert returns_to(response) == STOP


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/x", "javascript:alert(1)", "//elsewhere.example"])
def test_a_form_from_nowhere_we_know_returns_to_the_start(referer: str, client: Client) -> None:
    assert returns_to(client.post(f"{STOP}new/", headers={"referer": referer})) == "/"
