"""A hospital's record in a real browser, on an origin of its own, asks about orders and tells what came of cards."""

import json
import re
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from interactions.cds_hooks.models import CallOutcome, CardFeedback, CdsClient, HookCall
from monitoring.cds_clients.actions import add_client
from monitoring.people.models import Clinic, User
from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok
from tests.interactions.cds_hooks.door.hospital import key_pair, public

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FOLDER = Path(__file__).parent


class Quiet(SimpleHTTPRequestHandler):
    """Serves the hospital's page."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, directory=str(FOLDER), **named)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hospital() -> Iterator[str]:
    """The origin of the hospital's page: another port is another origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(hospital: str, clinic: Clinic) -> CdsClient:
    cache.clear()
    return add_client(
        clinic=clinic, name="St Elsewhere", issuer=hospital, jwks=public(key_pair()), must_sign=True,
        origins=[hospital], job="tests", now=timezone.now(),
    )  # fmt: skip


def open_record(new_page: NewPage, hospital: str, live_server: Any, private: Any = None) -> Page:
    page = new_page()
    key = (private or key_pair()).as_dict(private=True)
    page.add_init_script(f"window.ehrKey = {json.dumps(key)}; window.ehrIssuer = {json.dumps(hospital)};")
    page.goto(f"{hospital}/ehr.html?root={live_server.url}/cds-services")
    page.get_by_role("button", name="Sign orders").click()
    return page


def test_a_record_on_another_origin_signs_asks_and_tells(
    new_page: NewPage, hospital: str, client: CdsClient, live_server: Any, admin: User
) -> None:
    page = open_record(new_page, hospital, live_server)
    expect(page.locator("#said")).to_have_text(re.compile(r"^[1-9]\d* cards$"))
    pair = page.locator("section").filter(has=page.get_by_role("heading", name=re.compile("baclofen . amitriptyline")))
    expect(pair.first).to_be_visible()

    reason = pair.first.get_by_role("button", name=re.compile("^Dismiss: ")).first
    reason.click()
    expect(page.locator("#said")).to_have_text(re.compile("^Told: Dismiss"))
    # a second, later word on the same card, and it has been heard before the third
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/feedback")):
        reason.click()
    pair.first.get_by_role("button").first.click()
    expect(page.locator("#said")).to_have_text(re.compile("^Told: (?!Dismiss)"))

    kept = CardFeedback.objects.filter(client=client)
    assert set(kept.values_list("outcome", flat=True)) == {"overridden", "accepted"}
    assert kept.filter(outcome="overridden").exclude(reason_code="").exists()
    assert kept.filter(card__code="PAIR_CNS").count() == kept.count()
    assert HookCall.objects.exclude(outcome=CallOutcome.ANSWERED).count() == 0

    admins = new_page(user=admin)
    admins.goto(f"/cds-clients/{client.pk}/")
    expect(admins.get_by_role("row").filter(has_text="Hook call").first).to_contain_text("Answered")
    assert_page_ok(admins)


def test_a_record_with_another_key_is_told_no_and_can_read_it(
    new_page: NewPage, hospital: str, client: CdsClient, live_server: Any
) -> None:
    page = open_record(new_page, hospital, live_server, private=key_pair("EC", "P-384", "stolen"))
    expect(page.locator("#said")).to_contain_text("not trusted here")
    assert HookCall.objects.get().outcome == CallOutcome.REFUSED


def test_a_page_of_an_origin_that_nobody_entered_gets_nothing(
    new_page: NewPage, hospital: str, client: CdsClient, live_server: Any
) -> None:
    CdsClient.objects.update(origins=["https://ehr.hospital.example"])
    page = open_record(new_page, hospital, live_server)
    expect(page.locator("#said")).to_have_text(re.compile("^Failed: Failed to fetch"))
    assert not HookCall.objects.exists()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_an_admin_adds_a_record_and_shuts_it_out(new_page: NewPage, admin: User, width: int, scheme: str) -> None:
    page = new_page(user=admin, width=width, scheme=scheme)
    page.goto("/cds-clients/")
    assert_page_ok(page)
    page.get_by_role("link", name="Add a client").click()
    page.get_by_label("Name").fill("St Elsewhere")
    page.get_by_label("Issuer").fill("https://ehr.hospital.example")
    page.get_by_label("Public keys").fill(json.dumps(key_pair().as_dict(private=True)))
    page.get_by_role("button", name="Add the client").click()
    expect(page.get_by_role("alert", name="There is a problem")).to_contain_text("disclosed")
    expect(page.get_by_label("Public keys")).to_have_value("")
    assert_page_ok(page, expected_status_noise=True)

    page.get_by_label("Public keys").fill(json.dumps(public(key_pair())))
    page.get_by_role("button", name="Add the client").click()
    expect(page.get_by_text("may call from now on")).to_be_visible()
    assert_page_ok(page, expected_status_noise=True)
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("can no longer call")).to_be_visible()
    assert not CdsClient.objects.get().is_enabled
