"""The help pages as somebody in trouble meets them: a phone, no sign-in, perhaps no script."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.pages import LOGS, assert_page_ok

HELP = ["/help/emergency/", "/help/crisis/", "/help/urgent/"]


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (320, "dark"),
        (390, "light"),
        (1280, "dark"),
        *(
            pytest.param(width, scheme, marks=pytest.mark.thorough)
            for width, scheme in ((320, "light"), (390, "dark"), (1280, "light"))
        ),
    ],
)
def test_help_and_sign_in_pass_at_every_size_and_scheme(new_page: NewPage, width: int, scheme: str) -> None:
    page = new_page(width=width, scheme=scheme)
    for address in [*HELP, "/login/"]:
        page.goto(address)
        assert_page_ok(page)


@pytest.mark.parametrize("address", HELP[:2])
def test_the_call_button_is_on_the_first_screen_of_a_phone_without_script(new_page: NewPage, address: str) -> None:
    page = new_page(width=390, height=700, javascript=False)
    page.goto(address)
    call = page.locator(".btn--call").first
    expect(call).to_be_in_viewport(ratio=1)
    assert (call.get_attribute("href") or "").startswith("tel:")
    box = call.bounding_box()
    assert box is not None
    assert box["height"] >= 56
    assert box["width"] >= 300


def test_the_emergency_page_is_one_tap_from_sign_in(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/login/")
    page.get_by_role("link", name="Get help now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Call 999 now")


@pytest.mark.parametrize("address", HELP)
def test_help_needs_no_script_and_few_files(new_page: NewPage, address: str) -> None:
    page = new_page(width=390, javascript=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))
    page.goto(address, wait_until="networkidle")
    assert "script" not in asked
    assert len(asked) <= 5
    assert LOGS[page].foreign == []


def test_an_address_that_does_not_exist_still_leads_to_help(new_page: NewPage) -> None:
    page = new_page(width=320)
    page.goto("/no-such-page/")
    expect(page.get_by_role("link", name="Get help now")).to_be_visible()
    assert_page_ok(page, expected_status_noise=True)
