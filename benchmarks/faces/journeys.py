"""Pages that no link leads to: those of a form that is being filled in."""

from collections.abc import Callable, Mapping
from typing import Final

from playwright.sync_api import Page

from benchmarks.faces.clinic import Place


def nowhere(_page: Page, _place: Place) -> list[str]:
    """For those who fill in nothing that spans pages."""
    return []


def check_in(page: Page, place: Place) -> list[str]:
    """Every question of a check-in, by its one-tap answer, then the review; it is not sent."""
    page.goto(place.url + "/me/")
    start = page.locator("form[action*='check-ins/start'] button")
    if not start.count():
        return []
    start.first.click()
    passed: list[str] = []
    while "/check-ins/" in page.url and page.url not in passed and not page.url.endswith("/done/"):
        page.wait_for_load_state()
        passed.append(page.url)
        onward = page.locator("button[value=none], button[name=all_well], button[name=answer]")
        if not onward.count():
            break
        onward.first.click()
        page.wait_for_load_state()
    return passed


def prescribing(page: Page, place: Place) -> list[str]:
    """A second medicine of the pair, up to its check; it is not saved."""
    page.goto(place.url + "/patients/")
    page.locator("main table a[href*='/patients/']").first.click()
    page.goto(page.url + "medications/new/")
    passed = [page.url]
    page.locator("main input[type=search], main input[type=text]").first.fill("cyclobenzaprine")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    passed.append(page.url)
    return passed


JOURNEYS: Final[Mapping[str, Callable[[Page, Place], list[str]]]] = {"patient": check_in, "clinician": prescribing}
