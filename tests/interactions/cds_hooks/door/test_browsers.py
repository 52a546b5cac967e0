"""Pages of other origins may call when an enabled client names their origin, and no others; no cookie ever counts."""

from typing import Any

import pytest

from interactions.cds_hooks.models import CdsClient
from tests.interactions.cds_hooks.door.asking import FEEDBACK, ORDER_SIGN, PAIR, ROOT, Asker, order_sign
from tests.interactions.cds_hooks.door.conftest import NewClient

pytestmark = pytest.mark.django_db

SANDBOX = "https://sandbox.example"
ANSWERS = ("Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers")


def preflight(path: str, origin: str, method: str = "POST", **more: str) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": method, **more}
    return Asker().client.options(path, headers=headers)


@pytest.mark.core
@pytest.mark.parametrize(
    ("path", "methods"), [(ROOT, "GET, HEAD"), (f"{ROOT}/", "GET, HEAD"), (ORDER_SIGN, "POST"), (FEEDBACK, "POST")]
)
def test_a_browser_that_asks_first_is_told_yes(open_client: CdsClient, path: str, methods: str) -> None:
    response = preflight(path, SANDBOX, **{"Access-Control-Request-Headers": "authorization,content-type"})
    assert (response.status_code, response.content) == (204, b"")
    assert [response[name] for name in ANSWERS] == [SANDBOX, methods, "Authorization, Content-Type"]
    assert "Access-Control-Allow-Credentials" not in response
    assert "Origin" in response["Vary"]


STRANGE = [
    "https://evil.example", "null", "https://sandbox.example.evil.example", "http://sandbox.example",
    "https://sandbox.example:8443", "https://SANDBOX.example", "https://sandbox.example/", "http://localhost:x",
    "http://localhost:80@evil.example", "http://localhost.evil.example:80", "http://localhost:", "*",
]  # fmt: skip


@pytest.mark.parametrize("origin", STRANGE)
def test_another_origin_is_told_no(open_client: CdsClient, origin: str) -> None:
    for response in (preflight(ORDER_SIGN, origin), Asker(Origin=origin).post(order_sign(*PAIR))):
        assert response.status_code in {401, 403}
        assert not [name for name in ANSWERS if name in response]
        assert "Origin" in response["Vary"]


@pytest.mark.parametrize("origin", [SANDBOX, "http://localhost:8080", "http://localhost"])
def test_answers_and_refusals_can_be_read_by_an_allowed_page(open_client: CdsClient, origin: str) -> None:
    asker = Asker(Origin=origin)
    found = [
        asker.get(),
        asker.post(order_sign(*PAIR)),
        asker.post(b"{"),
        asker.post({}, FEEDBACK),
        asker.get(ORDER_SIGN),
    ]
    assert [response.status_code for response in found] == [200, 200, 400, 400, 405]
    assert {response["Access-Control-Allow-Origin"] for response in found} == {origin}


def test_a_client_that_is_switched_off_has_no_pages(open_client: CdsClient) -> None:
    CdsClient.objects.update(is_enabled=False)
    assert preflight(ORDER_SIGN, SANDBOX).status_code == 403


def test_a_page_of_a_client_that_must_sign_can_read_why_it_was_refused(new_client: NewClient) -> None:
    new_client(origins=[SANDBOX])
    response = Asker(Origin=SANDBOX).post(order_sign(*PAIR))
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (401, SANDBOX)


def test_a_machine_in_the_hospitals_own_network_is_let_through(open_client: CdsClient) -> None:
    asked = {"Access-Control-Request-Private-Network": "true"}
    assert preflight(ROOT, SANDBOX, "GET", **asked)["Access-Control-Allow-Private-Network"] == "true"
    assert "Access-Control-Allow-Private-Network" not in preflight(ROOT, SANDBOX, "GET")


def test_options_without_a_question_is_just_another_method(open_client: CdsClient) -> None:
    assert Asker().client.options(ORDER_SIGN).status_code == 405


def test_signed_in_people_have_no_better_standing(signer: CdsClient, clinician: Any) -> None:
    asker = Asker()
    asker.client.force_login(clinician)
    assert asker.post(order_sign(*PAIR)).status_code == 401
