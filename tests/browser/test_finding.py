"""A clinician works the list by keyboard, hears of news without anything moving, and finds patients from anywhere."""

import gzip
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Response, Route, expect

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertState
from monitoring.people.actions import register_patient
from monitoring.people.models import Clinic, Patient, User
from monitoring.preferences.actions import change_preference
from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok, seen

# Kilobytes that a clinician's page may weigh in all, compressed.
BUDGET = 120


def raised(patient: Patient, minutes_ago: int, level: int = AlertLevel.URGENT) -> Alert:
    return raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=level, why=["Sleepy"], source_type="symptom_report",
        job="tests", now=timezone.now() - timedelta(minutes=minutes_ago),
    )  # fmt: skip


@pytest.fixture
def others(clinic: Clinic, clinician: User) -> list[Patient]:
    return [
        register_patient(
            clinic=clinic, identifier=f"HP-1{number}", family_name=family, given_names="Åse",
            birth_date=date(1950, 1, 2), by=clinician, now=timezone.now(),
        )
        for number, family in enumerate(("Lindqvist", "Ångström"))
    ]  # fmt: skip


@pytest.fixture
def worklist(new_page: NewPage, others: list[Patient], clinician: User) -> Page:
    """A list of one alert."""
    raised(others[0], 30)
    page = new_page(user=clinician)
    page.goto("/alerts/")
    return page


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def test_the_list_is_worked_by_keyboard_and_says_what_came_up_without_moving(
    new_page: NewPage, patient: Patient, others: list[Patient], clinician: User
) -> None:
    first, second = raised(others[0], 30), raised(patient, 20)
    page = new_page(user=clinician)
    page.goto("/alerts/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(focused(page)).to_contain_text("HARPER")
    before = page.locator("[data-row]").evaluate_all("rows => rows.map((row) => row.getBoundingClientRect().y)")

    raised(others[1], 0, AlertLevel.EMERGENCY)
    page.locator("#news").dispatch_event("look")
    expect(page.get_by_role("link", name="1 new, show")).to_be_visible()
    after = page.locator("[data-row]").evaluate_all("rows => rows.map((row) => row.getBoundingClientRect().y)")
    assert after == before
    expect(focused(page)).to_contain_text("HARPER")
    seen(page, "worklist-news")

    page.keyboard.press("z")
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("HARPER, Maya")).to_be_visible()
    page.keyboard.type("jt?")
    assert_page_ok(page)
    page.keyboard.press("Escape")
    expect(focused(page)).to_contain_text("HARPER")
    page.keyboard.press("t")
    expect(page.get_by_text("You have taken this alert: HARPER, Maya")).to_be_visible()
    expect(page.locator("[data-row].is-current")).to_contain_text("HARPER")
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.state, first.state) == (AlertState.TAKEN, AlertState.NEW)

    page.keyboard.press("c")
    sheet.get_by_label("Called the patient").check()
    sheet.get_by_label("What was done?").fill("Rang her: awake and well.")
    sheet.get_by_role("button", name="Close alert").click()
    expect(page.get_by_text("HARPER, Maya: closed.")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys of the keyboard")).to_be_visible()
    seen(page, "worklist-keys")

    change_preference(by=clinician, now=timezone.now(), shortcuts=False)
    page.goto("/alerts/")
    page.keyboard.press("j")
    assert (page.locator("[data-row]").count(), page.locator("[data-row].is-current").count()) == (2, 0)


def test_a_patient_is_found_from_anywhere_and_no_address_names_them(
    new_page: NewPage, patient: Patient, others: list[Patient], clinician: User
) -> None:
    page = new_page(user=clinician, width=390, scheme="dark")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/patients/{patient.pk}/medications/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("link", name="Add a medicine")).to_be_visible()
    seen(page, "palette-open")
    page.keyboard.type("angst")
    expect(page.locator(".hit").first).to_contain_text("ÅNGSTRÖM")
    seen(page, "palette-found")
    page.keyboard.press("ArrowDown")
    expect(focused(page)).to_contain_text("ÅNGSTRÖM")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{others[1].pk}/")

    page.goto("/patients/")
    page.keyboard.press("/")
    page.keyboard.type("lindq")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Name: lindq")).to_be_visible()
    assert page.locator("[data-row]").count() == 1
    seen(page, "patients-named")
    assert not [url for url in asked if "angst" in url.lower() or "lindq" in url.lower()]


def test_a_slow_line_says_so_and_a_lost_one_offers_another_try(worklist: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    worklist.route("**/search/**", hold)
    worklist.keyboard.press("Control+k")
    dialog = worklist.get_by_role("dialog")
    expect(dialog.get_by_text("Loading…")).to_be_visible()
    expect(dialog).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(dialog.locator("#find")).to_be_focused()
    expect(dialog.get_by_text("Loading…")).to_have_count(0)

    worklist.unroute("**/search/**")
    worklist.route("**/search/**", lambda route: route.abort())
    worklist.keyboard.type("lindq")
    expect(dialog.get_by_text("This part could not be loaded.")).to_be_visible()
    worklist.unroute("**/search/**")
    dialog.get_by_role("link", name="Try again").click()
    expect(dialog.locator(".hit")).to_have_count(1)
    expect(dialog.get_by_text("This part could not be loaded.")).to_have_count(0)
    dialog.locator("#find").focus()
    worklist.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    worklist.route("**/snooze/**", lambda route: route.abort())
    worklist.keyboard.press("j")
    worklist.keyboard.press("z")
    expect(dialog.get_by_role("link", name="Try again")).to_be_visible()
    dialog.get_by_role("button", name="Not now").click()
    expect(worklist.locator("[data-row].is-current")).to_contain_text("LINDQVIST")


def test_the_palette_opens_over_the_list_while_the_list_looks_for_news(worklist: Page) -> None:
    held: list[Route] = []
    worklist.route("**/news/**", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks the function
    with worklist.expect_request("**/news/**"):
        worklist.locator("#news").dispatch_event("look")
    worklist.keyboard.press("Control+k")
    worklist.keyboard.press("Control+k")
    expect(worklist.get_by_role("dialog").locator("#find")).to_be_focused()
    expect(worklist.locator("dialog")).to_have_count(1)
    expect(worklist).to_have_url(re.compile("/alerts/$"))
    held[0].continue_()


def test_on_a_phone_the_links_and_the_filters_fold_away_and_open_by_keyboard_alone(
    new_page: NewPage, others: list[Patient], clinician: User
) -> None:
    raised(others[0], 30)
    page = new_page(user=clinician, width=390, javascript=False)
    page.goto("/alerts/")
    expect(page.get_by_role("button", name="Take")).to_be_in_viewport(ratio=1)
    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    expect(links).to_have_count(0)
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    expect(links).to_have_count(6)
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("Alerts")
    page.get_by_text("Find or filter").click()
    expect(page.get_by_label("Name, identifier or birth date")).to_be_visible()

    wide = new_page(user=clinician, javascript=False)
    wide.goto("/alerts/")
    expect(wide.get_by_role("navigation", name="Main").get_by_role("link")).to_have_count(6)
    expect(wide.get_by_label("Name, identifier or birth date")).to_be_visible()
    expect(wide.get_by_text("Menu", exact=True)).to_be_hidden()


def test_the_list_fits_its_budget_and_the_handover_its_sheet(
    new_page: NewPage, clinic: Clinic, clinician: User
) -> None:
    for number in range(50):
        other = register_patient(
            clinic=clinic, identifier=f"HP-2{number}", family_name=f"Lind{number}", given_names="Eva Maria",
            birth_date=date(1950, 1, 2), by=clinician, now=timezone.now(),
        )  # fmt: skip
        raised(other, number, 1 + number % 4)
    page = new_page(user=clinician)
    parts: list[Response] = []

    def keep(part: Response) -> None:
        parts.append(part)

    page.on("response", keep)
    page.goto("/alerts/")
    assert page.locator("[data-row]").count() == 50
    bodies = [part.body() for part in parts if part.ok]
    assert 0 < sum(len(gzip.compress(body)) for body in bodies) / 1024 <= BUDGET

    page.goto("/reports/handover/")
    sheets = page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n")
    assert 1 <= sheets <= 2


def test_a_key_pressed_while_the_palette_is_still_going_is_not_lost(worklist: Page) -> None:
    worklist.keyboard.press("Control+k")
    expect(worklist.locator("#find")).to_be_focused()
    # Both in one turn: the browser has not yet taken the focus out of the field.
    worklist.evaluate(
        """() => ["Escape", "j"].forEach((key) =>
          document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })))"""
    )
    expect(worklist.locator("dialog")).to_have_count(0)
    expect(worklist.locator("[data-row].is-current")).to_contain_text("LINDQVIST")
    expect(focused(worklist)).to_contain_text("LINDQVIST")
