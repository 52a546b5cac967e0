"""A clinician looks a medicine up, reads why a rule speaks and what a release changed, on any screen."""

import re

import pytest
from playwright.sync_api import expect

from interactions.knowledge.loader import current_release
from monitoring.people.models import User
from tests.browser.conftest import NewPage
from tests.browser.test_people_and_audit import SIZES, look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VERSION = current_release().version


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_page_of_the_catalogue_is_sound(new_page: NewPage, clinician: User, width: int, scheme: str) -> None:
    page = new_page(user=clinician, width=width, scheme=scheme, javascript=True)
    pages = {
        "knowledge": "/knowledge/",
        "knowledge-ami": "/knowledge/?q=ami",
        "knowledge-unknown": "/knowledge/?q=xyzzy",
        "medicine": "/knowledge/medicines/baclofen/",
        "medicine-bare": "/knowledge/medicines/terbinafine/",
        "rule": "/knowledge/rules/R01/",
        "rule-older": "/knowledge/rules/N01/?release=2026.11",
        "releases": "/knowledge/releases/",
        "release": f"/knowledge/releases/{VERSION}/",
        "release-first": "/knowledge/releases/2026.11/",
    }
    look_at(page, pages, f"{width}-{scheme}")


def test_what_is_not_there_says_so(new_page: NewPage, clinician: User) -> None:
    page = new_page(user=clinician)
    look_at(page, {"missing-rule": "/knowledge/rules/R99/"}, "390", noise=True)


def test_from_a_name_to_what_a_release_changed(new_page: NewPage, admin: User) -> None:
    """Given an admin without JavaScript, when they look a brand up, then each page leads to the next."""
    page = new_page(user=admin, javascript=False)
    page.goto("/")
    page.get_by_role("link", name="Knowledge", exact=True).click()

    page.get_by_label("Medicine", exact=True).fill("lioresal")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("link", name="baclofen", exact=True).click()
    expect(page.get_by_role("heading", name="baclofen", level=1)).to_be_visible()

    page.get_by_role("link", name=re.compile("^R17")).click()
    row = page.get_by_text("Under 12 hours", exact=True)
    expect(row).to_be_hidden()
    page.get_by_text("Missed oral baclofen", exact=True).click()
    expect(row).to_be_visible()

    source = page.locator("#S35")
    expect(source).to_be_hidden()
    page.get_by_role("link", name="S35", exact=True).first.click()
    expect(source).to_be_visible()

    page.get_by_role("link", name=VERSION, exact=True).click()
    expect(page.get_by_role("heading", name=f"{VERSION} against 2026.11")).to_be_visible()
    changed = page.locator("#rules").get_by_role("listitem").filter(has=page.get_by_role("link", name="R17"))
    changed.get_by_text("changed").click()
    expect(changed.locator("ins").first).to_be_visible()
