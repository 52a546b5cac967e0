"""The minute of a check-in by a robot: how long its pages take, and how soon a danger sign brings whom to call."""

import time
from typing import Final

from playwright.sync_api import Browser, Page, expect

from benchmarks.faces.asking import Look
from benchmarks.faces.clinic import Place
from benchmarks.faces.people import person_named, signed_in
from benchmarks.faces.scenes.acting import MOST_PAGES
from benchmarks.faces.scenes.patient import HOLDS_ANSWER, begin_check_in

ROBOT_SECONDS, HELP_SECONDS = 12.0, 1.0
PHONE: Final = Look(390, "light")
# From the tap until the first byte of the page after it: what the server, and the way to it, took.
ANSWERED_AFTER: Final = "performance.getEntriesByType('navigation')[0].responseStart / 1000"


def measure(browser: Browser, place: Place) -> list[tuple[str, float, float]]:
    """Each figure with its name and the most it may be, in seconds."""
    with signed_in(browser, place, person_named("patient"), PHONE) as page:
        robot = _robot(page, place)
    with signed_in(browser, place, person_named("patient"), PHONE) as page:
        help_after = _danger(page, place)
    return [
        ("check-in by a robot, seconds", robot, ROBOT_SECONDS),
        ("danger sign to the number to call, seconds of the server", help_after, HELP_SECONDS),
    ]


def _robot(page: Page, place: Place) -> float:
    begin_check_in(page, place)
    began = time.perf_counter()
    for _ in range(MOST_PAGES):
        if page.url.endswith("/review/"):
            break
        page.locator(HOLDS_ANSWER).first.click()
        page.wait_for_load_state("domcontentloaded")
    page.get_by_role("button", name="Send to my clinic").click()
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    return round(time.perf_counter() - began, 1)


def _danger(page: Page, place: Place) -> float:
    begin_check_in(page, place)
    page.locator("main input[type=checkbox]").first.check()
    page.locator("button[value=some]").click()
    expect(page.locator("a.btn--call").first).to_be_visible()
    return round(float(page.evaluate(ANSWERED_AFTER)), 2)
