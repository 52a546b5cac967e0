"""Pages that no link leads to: those of a form that is being filled in."""

from collections.abc import Callable, Mapping
from typing import Final

from playwright.sync_api import Page

from benchmarks.faces.clinic import Place
from monitoring.education.rules import current_edition

EDITION: Final = current_edition()


def nowhere(_page: Page, _place: Place) -> list[str]:
    """For those who fill in nothing that spans pages."""
    return []


def patients_way(page: Page, place: Place) -> list[str]:
    """Every question of a check-in by its one-tap answer, and the review of it, which is not sent; the cards and
    questions up to the signature, which is not given; a dose reported.
    """
    return [*_check_in(page, place), *_cards(page, place), *_dose(page, place)]


def _check_in(page: Page, place: Place) -> list[str]:
    page.goto(place.url + "/me/check-ins/")
    page.locator("form[action*='check-ins/start'] button").first.click()
    return _onward(page, "button[value=none], button.answer")


def _cards(page: Page, place: Place) -> list[str]:
    passed = []
    for card in EDITION.cards:
        page.goto(f"{place.url}/me/learn/{card.slug}/")
        unread = page.get_by_role("button", name="I have read this")
        if unread.count():
            unread.click()
            page.wait_for_load_state()
    for number, question in enumerate(EDITION.questions, start=1):
        page.goto(f"{place.url}/me/learn/questions/{number}/")
        passed.append(page.url)
        right = page.locator(f"button[name=answer][value='{question.right}']")
        if right.count():
            right.click()
            page.wait_for_load_state()
            passed.append(page.url)
    return passed


def _dose(page: Page, place: Place) -> list[str]:
    page.goto(place.url + "/me/")
    ways = page.locator("main a[href*='/me/doses/']")
    if not ways.count():
        return []
    ways.first.click()
    page.wait_for_load_state()
    if not page.locator("button[value=took]").count():
        page.locator("main a.answer").first.click()
        page.wait_for_load_state()
    for box in page.locator("main input[name=doses]").all():
        box.check()
    return _onward(page, "button[value=took]")


def _onward(page: Page, buttons: str) -> list[str]:
    """The pages passed by pressing the first of these buttons on each."""
    passed: list[str] = []
    while page.url not in passed:
        page.wait_for_load_state()
        passed.append(page.url)
        onward = page.locator("main").locator(buttons)
        if not onward.count():
            break
        onward.first.click()
        page.wait_for_load_state()
    return passed


def clinicians_way(page: Page, place: Place) -> list[str]:
    """A second medicine of the pair, up to its check, which is not saved; a filter kept; a note that can be mended."""
    return [*_prescribing(page, place), *_filter(page, place), *_note(page, place)]


def _first_record(page: Page, place: Place) -> str:
    page.goto(place.url + "/patients/")
    return str(page.locator("main table a[href*='/patients/']").first.evaluate("link => link.href"))


def _prescribing(page: Page, place: Place) -> list[str]:
    page.goto(_first_record(page, place) + "medications/new/")
    passed = [page.url]
    page.locator("main input[type=search], main input[type=text]").first.fill("cyclobenzaprine")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    passed.append(page.url)
    page.locator("main form[action*=choose] button").first.click()
    page.wait_for_load_state()
    passed.append(page.url)
    page.get_by_label("Amount each time").fill("5")
    page.get_by_label("How often").select_option("1-night")
    page.get_by_role("button", name="Check interactions").click()
    page.wait_for_load_state()
    return [*passed, page.url]


def _filter(page: Page, place: Place) -> list[str]:
    page.goto(place.url + "/alerts/?kind=symptoms")
    if page.locator("details.keep").count():
        page.locator("details.keep summary").click()
        page.get_by_label("Name of this filter").fill("Symptoms")
        page.locator("details.keep button").click()
        page.wait_for_load_state()
    return [place.url + "/filters/"]


def _note(page: Page, place: Place) -> list[str]:
    page.goto(_first_record(page, place) + "notes/")
    if page.locator("main textarea").count():
        page.locator("main textarea").first.fill("Prefers to be rung after noon.")
        page.locator("main form button").first.click()
        page.wait_for_load_state()
    return [page.url]


JOURNEYS: Final[Mapping[str, Callable[[Page, Place], list[str]]]] = {
    "patient": patients_way,
    "clinician": clinicians_way,
}
