"""A phone without a network: help is there, a check-in is judged and kept, and sent once when the network is back."""

from datetime import date, datetime
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from monitoring.alerts.models import Alert, AlertLevel
from monitoring.checkins.models import CheckIn, ReportChannel, SymptomReport
from monitoring.checkins.rules import (
    CHOICES,
    SCALES,
    CheckInContext,
    Level,
    breaches,
    current_thresholds,
    read_answers,
    with_gaps,
)
from monitoring.people.models import Patient
from tests.browser.conftest import NewPage
from tests.browser.pages import LOGS, assert_page_ok, seen
from tests.browser.test_check_in import WELL

pytestmark = pytest.mark.django_db(transaction=True)

INSTALLED = """async (addresses) => {
  let left = 200;
  const pause = () => new Promise((resolve, reject) => (left-- ? setTimeout(resolve, 50) : reject(new Error("too slow"))));
  while (!navigator.serviceWorker.controller) await pause();
  for (const address of addresses) while (!(await caches.match(address))) await pause();
}"""


def tap(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).locator("visible=true").click()


def installed(page: Page, *addresses: str) -> None:
    """Wait until the worker serves the page and has kept these addresses."""
    page.evaluate(INSTALLED, list(addresses))


def kept(page: Page) -> list[dict[str, Any]]:
    return list(page.evaluate("window.evenkeel.store.all()"))


def cut_off(page: Page, *, off: bool = True) -> None:
    page.context.set_offline(off)


def test_help_is_there_without_a_network_once_it_was_visited(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/help/emergency/")
    installed(page, "/help/crisis/", "/help/urgent/", "/offline/check-in/")
    cut_off(page)
    for address in ("/help/emergency/", "/help/crisis/", "/help/urgent/"):
        page.goto(address)
        expect(page.locator(".btn--call[href='tel:999']").first).to_be_visible()
    page.goto("/help/emergency/")
    expect(page.get_by_role("link", name="Call 999", exact=True)).to_be_in_viewport(ratio=1)
    page.goto("/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have no network")


def test_a_check_in_without_a_network_is_kept_and_sent_once_when_it_is_back(
    new_page: NewPage, patient: Patient, now: datetime
) -> None:
    page = new_page(user=patient.user, width=390)
    page.goto("/me/")
    installed(page, "/me/", "/offline/check-in/")
    cut_off(page)
    page.goto("/me/")
    expect(page.get_by_text("This is your plan as this phone saved it")).to_be_visible()
    page.goto("/offline/check-in/")
    tap(page, "Start")
    for name in WELL[:-1]:
        tap(page, name)
    # The phone dies: another window finds the same answers.
    page.close()
    page = page.context.new_page()
    page.goto("/offline/check-in/")
    expect(page.get_by_text("Wide awake").locator("visible=true")).to_be_visible()
    tap(page, "Keep it and send it later")
    expect(page.get_by_text("Kept on this phone. Not sent yet.").locator("visible=true").first).to_be_visible()
    assert [item["answers"]["q1_sleepiness"] for item in kept(page)] == [0]
    expect(page.get_by_text("Sent. Your clinic has it.").locator("visible=true")).to_have_count(0)
    assert SymptomReport.objects.count() == 0

    twin = page.context.new_page()
    twin.goto("/offline/")
    expect(twin.locator("[data-unsent-count]").first).to_have_text("1")
    cut_off(page, off=False)
    twin.evaluate("window.evenkeel.send()")
    expect(page.get_by_text("Sent. Your clinic has it.").locator("visible=true")).to_be_visible()
    assert kept(page) == []
    report = SymptomReport.objects.get()
    assert (report.channel, report.level, report.answers["q8_body"]) == (ReportChannel.KEPT, 0, ["none"])
