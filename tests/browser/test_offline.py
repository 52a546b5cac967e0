"""A phone without a network: help is there, a check-in is judged and kept, and sent once when the network is back."""

from datetime import datetime
from itertools import combinations
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import ReportChannel, SymptomReport
from monitoring.checkins.rules import CHOICES, SCALES, breaches, current_thresholds, read_answers
from monitoring.checkins.rules.completing import with_gaps
from monitoring.offline.rules import UNKNOWN
from monitoring.people.models import Patient
from tests.browser.conftest import NewPage
from tests.browser.pages import LOGS, drawn, seen
from tests.browser.test_check_in import WELL

pytestmark = pytest.mark.django_db(transaction=True)

INSTALLED = """async (addresses) => {
  let left = 1200; // a minute: a busy machine is slow, not wrong
  const pause = () =>
    new Promise((resolve, reject) => (left-- ? setTimeout(resolve, 50) : reject(new Error("too slow"))));
  while (!navigator.serviceWorker.controller) await pause();
  for (const address of addresses) while (!(await caches.match(address))) await pause();
}"""


def tap(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).locator("visible=true").click()


def installed(page: Page, *addresses: str) -> None:
    """Wait until the worker serves the page and has kept these addresses."""
    drawn(page).evaluate(INSTALLED, list(addresses))


def kept(page: Page) -> list[dict[str, Any]]:
    return list(drawn(page).evaluate("window.evenkeel.store.all()"))


def shown(page: Page, name: str) -> None:
    """In order, though what was asked for without a network failed."""
    LOGS[page].complaints.clear()
    seen(page, name)


def cut_off(page: Page, *, off: bool = True) -> None:
    page.context.set_offline(off)


def offline(new_page: NewPage, patient: Patient) -> Page:
    """The patient's phone, which has the check-in open and no network."""
    page = new_page(user=patient.user, width=390)
    page.goto("/me/check-ins/")
    installed(page, "/offline/check-in/")
    cut_off(page)
    page.goto("/offline/check-in/")
    return page


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
    expect(page.get_by_text("Wide awake").locator("visible=true")).to_be_visible()
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


def test_a_copy_of_the_plan_reads_nothing_anew_and_uses_up_nothing_that_is_said_once(
    new_page: NewPage, patient: Patient
) -> None:
    page = new_page(user=patient.user, width=390)
    page.goto("/me/settings/")
    installed(page, "/offline/check-in/", "/help/urgent/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert not AuditEvent.objects.filter(action="patient.read").exists()
    page.goto("/me/")
    installed(page, "/me/")
    assert AuditEvent.objects.filter(action="patient.read").count() == 1
    assert "data-keeps-page" in page.evaluate("caches.match('/me/').then((copy) => copy.text())")


def every_answer() -> list[dict[str, object]]:
    """Every single answer, every two of them together, and nothing at all; none that contradicts itself."""
    single: list[dict[str, object]] = [
        *({question: score} for question, top in SCALES.items() for score in range(top + 1)),
        *({question: [option]} for question, options in CHOICES.items() for option in options),
    ]
    pairs = [{**one, **other} for one, other in combinations(single, 2) if not one.keys() & other.keys()]
    return [{}, *single, *pairs]


def test_the_phone_judges_every_answer_as_the_rules_do(page: Page) -> None:
    page.goto("/offline/check-in/")
    asked, thresholds = every_answer(), current_thresholds()
    for is_whole in (False, True):
        on_the_phone = drawn(page).evaluate(
            "([all, whole]) => all.map((one) => window.evenkeelJudge(one, whole))", [asked, is_whole]
        )
        verdicts = [breaches(read_answers(each), thresholds, (), UNKNOWN) for each in asked]
        by_the_rules = [int((with_gaps(each, thresholds) if is_whole else each).level) for each in verdicts]
        assert [each for each in zip(asked, on_the_phone, by_the_rules, strict=True) if each[1] != each[2]] == []


def test_a_danger_sign_calls_for_help_at_once_and_is_never_called_sent(new_page: NewPage, patient: Patient) -> None:
    page = offline(new_page, patient)
    shown(page, "offline-start")
    tap(page, "Start")
    shown(page, "offline-danger")
    tap(page, "I have these")
    expect(page.get_by_text("Tick what fits you.").locator("visible=true")).to_be_focused()
    page.get_by_label("I had a fit (seizure)").check()
    tap(page, "I have these")
    call = page.get_by_role("link", name="Call 999", exact=True)
    expect(call).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("Kept on this phone. Not sent yet.").locator("visible=true")).to_be_visible()
    shown(page, "offline-emergency")
    page.reload()
    assert [item["answers"] for item in kept(page)] == [{"danger_signs": ["fit"]}]
    # Signing out would lose it: that is asked first.
    page.route("**/offline/check-ins/", lambda route: route.abort())
    cut_off(page, off=False)
    page.goto("/me/check-ins/")
    expect(page.locator("[data-unsent]")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Something on this phone was not sent")
    # The page has tried by itself first; while it tries, a tap waits for nothing.
    expect(page.locator("[data-says=failed]").locator("visible=true")).to_be_visible()
    page.unroute("**/offline/check-ins/")
    page.get_by_role("button", name="Send it first").click()
    expect(page.get_by_text("Sent. Your clinic has it.").locator("visible=true")).to_be_visible()
    assert SymptomReport.objects.get().level == 4
    page.get_by_role("link", name="Stay signed in").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    assert drawn(page).evaluate(WIPED)
    assert page.evaluate("caches.match('/help/emergency/').then(Boolean)") is True


# Until nothing of the one who signed out is on the phone.
WIPED = """async () => {
  for (let left = 1200; left; left -= 1) {
    if (!(await caches.has("evenkeel-private")) && !(await window.evenkeel.store.get("owner"))) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}"""
# Until what is kept for the one signed in holds the clinic's number, or nothing.
OWN_COPIES = """async (wanted) => {
  for (let left = 1200; left; left -= 1) {
    const own = await caches.open("evenkeel-private");
    const copy = await own.match("/offline/check-in/"); // the last that is fetched
    const held = copy ? (await copy.text()).includes("tel:02079460100") : (await own.keys()).length > 0 ? null : false;
    if (held === wanted) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}"""


def test_what_names_the_clinic_is_gone_at_the_next_contact_after_a_sign_out_from_afar(
    new_page: NewPage, patient: Patient
) -> None:
    page = new_page(user=patient.user, width=390)
    page.goto("/me/")
    installed(page, "/me/", "/offline/check-in/")
    assert page.evaluate(OWN_COPIES, True)
    Session.objects.all().delete()
    page.goto("/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert drawn(page).evaluate(OWN_COPIES, False)
    general = page.evaluate("caches.match('/help/emergency/').then((copy) => copy.text())")
    assert "tel:999" in general
    assert "tel:02079460100" not in general
    # Whose phone it was says nothing of who that is, and what they had begun is theirs.
    assert page.evaluate("window.evenkeel.store.get('owner')")
