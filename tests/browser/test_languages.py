"""Longer words, another direction, larger text and wider spacing: nothing of the patient's face breaks."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from interactions.medicines import Dose
from monitoring.people.models import Patient, User
from monitoring.preferences.actions import change_preference
from monitoring.regimens.actions import import_prescription
from monitoring.wording.actions import sign_wording
from monitoring.wording.queries import digest_in_force
from tests.browser.conftest import NewPage
from tests.browser.pages import overflow, seen, small_targets
from tests.pseudo import LONGER, RIGHT_TO_LEFT, use_pseudo_languages
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PAGES = (
    "/me/", "/me/settings/", "/me/check-ins/", "/me/check-ins/times/", "/me/supplies/", "/me/history/", "/me/plan/",
    "/me/plan/calendar/", "/me/learn/", "/me/carers/", "/me/access/", "/passkeys/", "/messages/", "/contact/",
    "/help/emergency/", "/help/urgent/", "/help/crisis/",
)  # fmt: skip
# WCAG 1.4.12: what a reader may set on any page without losing a word.
SPACING = """
() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important }"
    + " * { word-spacing: .16em !important } p { margin-block-end: 2em !important }");
  document.adoptedStyleSheets = [sheet];
}
"""
CLIPPED = """
() => [...document.querySelectorAll("body *")]
  .filter((element) => element.checkVisibility() && !element.closest(".visually-hidden, .skip, svg, progress"))
  .filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowX)
    && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1))
  .map((element) => element.outerHTML.slice(0, 120))
"""
SMALLEST = """
() => Math.min(...[...document.querySelectorAll("body *")]
  .filter((element) => element.checkVisibility() && !element.closest(".visually-hidden, svg, .ribbon")
    && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .map((element) => parseFloat(getComputedStyle(element).fontSize)))
"""


@pytest.fixture
def taking(patient: Patient, now: datetime) -> Patient:
    """Maya has taken baclofen for months."""
    import_prescription(
        patient=patient, entered="baclofen", route="oral", dose=Dose((Decimal(10),) * 3, "mg"), sig="",
        starts_on=now.date() - timedelta(days=100), ends_on=None, job="tests", now=now,
    )  # fmt: skip
    return patient


def there(page: Page) -> list[str]:
    """Which of the patient's pages exist."""
    return [path for path in PAGES if page.request.get(page.url.split("/me/")[0] + path).status == 200]


@pytest.mark.parametrize("language", [LONGER, RIGHT_TO_LEFT])
def test_longer_words_and_the_other_direction_fit_a_small_phone(
    new_page: NewPage, taking: Patient, clinician: User, now: datetime, settings: Any, tmp_path: Path, language: str
) -> None:
    use_pseudo_languages(tmp_path, settings)
    sign_wording(language=language, digest=digest_in_force(language), by=clinician, now=now)
    user = taking.user
    assert user is not None
    change_preference(by=user, now=now, language=language)
    page = new_page(user=user, width=320)
    page.goto("/me/")
    direction = "rtl" if language == RIGHT_TO_LEFT else "ltr"
    expect(page.locator("html")).to_have_attribute("dir", direction)
    wide = {}
    for path in there(page):
        page.goto(path)
        wide[path] = overflow(page)
    assert len(wide) >= 10
    assert {path: pixels for path, pixels in wide.items() if pixels > 0} == {}
    page.goto("/me/")
    page.locator("form[action$='/start/'] button").first.click()
    assert overflow(page) <= 0
    assert small_targets(page) == []


def test_text_of_twice_the_size_with_wide_spacing_loses_no_word(
    new_page: NewPage, taking: Patient, now: datetime
) -> None:
    user = taking.user
    assert user is not None
    change_preference(by=user, now=now, language="en")
    page = new_page(user=user, width=640)
    page.goto("/me/")
    for path in there(page):
        page.goto(path)
        assert page.evaluate(SMALLEST) >= 16, path
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        page.evaluate(SPACING)
        assert page.evaluate(CLIPPED) == [], path
        assert overflow(page) <= 0, path


def test_a_reader_of_spanish_chooses_larger_darker_and_stronger(
    new_page: NewPage, taking: Patient, clinician: User, now: datetime
) -> None:
    sign_wording(language="es", digest=digest_in_force("es"), by=clinician, now=now)
    page = new_page(user=taking.user, width=320)
    page.goto("/me/settings/")
    page.get_by_label("Español").check()
    page.get_by_label("Very large").check()
    page.get_by_label("Strong").check()
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("html")).to_have_attribute("data-text", "largest")
    seen(page, "settings_es")
    page.goto("/help/emergency/")
    expect(page.get_by_role("link", name="Llame al 999")).to_be_visible()
    seen(page, "emergency_es")
    page.goto("/me/")
    seen(page, "home_es")
