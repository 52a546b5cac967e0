"""Questions a browser test asks of any page."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, Request

SHOTS = os.environ.get("SCREENSHOTS")
# WCAG 2.0 to 2.2 at A and AA, and axe's own good practice.
AXE_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

# Inline links in running text are exempt; a link alone in its cell, list item or paragraph is not.
SMALL_TARGETS = """
(least) => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((element) => element.checkVisibility({visibilityProperty: true}) && !element.closest(".skip"))
  .filter((element) => {
    const alone = element.parentElement.textContent.trim() === element.textContent.trim();
    return !(element.tagName === "A" && getComputedStyle(element).display === "inline" && !alone);
  })
  .map((element) => [element, (element.closest("label") || element).getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < least || box.height < least - 0.5))
  .map(([element, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${element.outerHTML.slice(0, 90)}`)
"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class PageLog:
    """What a page said and asked for since it was opened."""

    origin: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


LOGS: WeakKeyDictionary[Page, PageLog] = WeakKeyDictionary()


def watch(page: Page, origin: str) -> None:
    """Note every console error, failed answer and request to another origin from now on."""
    log = LOGS[page] = PageLog(origin)

    def on_request(url: str) -> None:
        if not url.startswith((origin, "about:", "blob:")):
            log.foreign.append(url)

    def on_console(kind: str, text: str) -> None:
        # A request for a part of the page that was given up, because a newer one replaced it or the page was left, is
        # told by the library as two errors: that it ended, and that it was given up.
        if text.startswith("htmx:sendAbort"):
            log.complaints.pop()
        elif kind in {"error", "warning"}:
            log.complaints.append(text)

    page.on("console", lambda said: on_console(said.type, said.text))
    page.on("pageerror", lambda error: log.complaints.append(str(error)))
    page.on("request", lambda request: on_request(request.url))

    def on_failure(request: Request) -> None:
        # What a page was still fetching for later when it was left, its icon too, is nobody's fault.
        if not (request.resource_type in {"fetch", "xhr", "other"} and request.failure == "net::ERR_ABORTED"):
            log.complaints.append(f"failed: {request.url}: {request.failure}")

    page.on("requestfailed", on_failure)


def drawn(page: Page) -> Page:
    """The page, once its styles are there: a page that a click has led to can be asked before they are."""
    page.wait_for_load_state()
    return page


def axe_violations(page: Page) -> list[str]:
    """Each accessibility rule the page breaks, with the first element that breaks it."""
    found = Axe().run(drawn(page), options=AXE_RULES).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]} ({len(rule['nodes'])})" for rule in found]


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(drawn(page).evaluate(OVERFLOW))


def small_targets(page: Page) -> list[str]:
    """Controls under 44 px on a patient's page, or under 24 px elsewhere."""
    patient = drawn(page).locator("body.patient").count() > 0
    return list(page.evaluate(SMALL_TARGETS, 44 if patient else 24))


def assert_page_ok(page: Page, *, expected_status_noise: bool = False) -> None:
    """Accessible, inside the window, big enough to tap, silent, and nothing asked of anybody else.

    `expected_status_noise` forgives the console line Chromium writes for a page that answers 4xx on purpose.
    """
    log = LOGS[page]
    complaints = [
        line for line in log.complaints if not (expected_status_noise and "the server responded with a status" in line)
    ]
    assert axe_violations(page) == []
    assert overflow(page) <= 0, f"{page.url} is {overflow(page)} px wider than its window"
    assert small_targets(page) == []
    assert page.locator("h1:visible").count() == 1
    assert page.locator("main").count() == 1
    assert complaints == []
    assert log.foreign == []


def seen(page: Page, name: str, *, javascript: bool = True) -> None:
    """A page of a story is in order; SCREENSHOTS names a folder that keeps a picture of it."""
    if javascript:  # the questions are asked in the page's own language
        assert_page_ok(page, expected_status_noise=True)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
