"""What a phone kept says what became of it, of which day it is, and never passes for something else."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient
from tests.browser.conftest import NewPage
from tests.browser.test_check_in import WELL
from tests.browser.test_offline import INSTALLED, OWN_COPIES, cut_off, installed, kept, offline, tap

pytestmark = pytest.mark.django_db(transaction=True)

SENT, WAITS, LOST = "Sent. Your clinic has it.", "Kept on this phone. Not sent yet.", "Not kept and not sent."
TOO_OLD = "Your answers of before were too old. Please start again."
NOON = datetime(2026, 6, 15, 12)  # noqa: DTZ001 - as the phone's own clock shows it


def at_the_end(page: Page) -> None:
    tap(page, "Start")
    for name in WELL[:-1]:
        tap(page, name)
    expect(page.get_by_role("heading", level=1).locator("visible=true")).to_have_text("Check your answers")


def another_tab(page: Page) -> Page:
    """On the same check-in, which it found as far as it was answered."""
    twin = page.context.new_page()
    twin.goto("/offline/check-in/")
    return twin


def says(page: Page, words: str) -> None:
    """This of the three, and none of the others."""
    for each in (SENT, WAITS, LOST):
        shown = page.locator("[data-fate]").get_by_text(each).locator("visible=true")
        expect(shown).to_have_count(1 if each == words else 0)


def test_what_the_phone_could_not_keep_is_never_called_sent(new_page: NewPage, patient: Patient) -> None:
    page = offline(new_page, patient)
    at_the_end(page)
    page.evaluate("void (window.evenkeel.store.keep = () => Promise.reject(new Error('the disk is full')))")
    tap(page, "Keep it and send it later")
    says(page, LOST)
    cut_off(page, off=False)
    page.evaluate("window.evenkeel.showCount()")
    says(page, LOST)
    page.evaluate("window.evenkeel.send().then(() => window.evenkeel.showCount())")
    says(page, LOST)
    assert not SymptomReport.objects.exists()


def test_what_was_deleted_in_another_tab_is_called_lost(new_page: NewPage, patient: Patient) -> None:
    page = offline(new_page, patient)
    at_the_end(page)
    tap(page, "Keep it and send it later")
    says(page, WAITS)
    page.context.route("**/offline/session/", lambda route: route.abort())
    cut_off(page, off=False)
    twin = page.context.new_page()
    twin.goto("/offline/sign-out/")
    twin.get_by_role("button", name="Delete it and sign out").click()
    expect(twin.get_by_role("heading", level=1)).to_have_text("You are signed out")
    says(page, LOST)
    page.evaluate("window.evenkeel.showCount()")
    says(page, LOST)
    assert not SymptomReport.objects.exists()


def test_an_alarm_in_one_tab_is_not_written_over_by_all_is_well_in_another(new_page: NewPage, patient: Patient) -> None:
    page = offline(new_page, patient)
    at_the_end(page)
    twin = another_tab(page)
    expect(twin.get_by_role("heading", level=1).locator("visible=true")).to_have_text("Check your answers")
    page.get_by_role("button", name="Change: Danger signs").click()
    page.get_by_label("I had a fit (seizure)").check()
    tap(page, "I have these")
    says(page, WAITS)
    tap(twin, "Keep it and send it later")
    says(twin, WAITS)
    assert sorted(item["answers"]["danger_signs"] for item in kept(page)) == [["fit"], ["none"]]
    cut_off(page, off=False)
    page.evaluate("window.evenkeel.send()")
    says(page, SENT)
    says(twin, SENT)
    assert [report.level for report in SymptomReport.objects.order_by("level")] == [0, 4]


def test_the_same_answers_in_two_tabs_are_one_report(new_page: NewPage, patient: Patient) -> None:
    page = offline(new_page, patient)
    at_the_end(page)
    twin = another_tab(page)
    for tab in (page, twin):
        tap(tab, "Keep it and send it later")
        says(tab, WAITS)
    assert len(kept(page)) == 1
    cut_off(page, off=False)
    page.evaluate("window.evenkeel.send()")
    says(page, SENT)
    says(twin, SENT)
    assert SymptomReport.objects.count() == 1


@pytest.mark.parametrize(
    ("later", "is_dropped"),
    [
        (timedelta(hours=11, minutes=59), False),
        (timedelta(hours=12), True),
        (timedelta(days=6), True),
        (timedelta(minutes=-1), True),
    ],
)
def test_answers_of_another_time_are_not_gone_on_with(
    new_page: NewPage, patient: Patient, later: timedelta, is_dropped: bool
) -> None:
    page = offline(new_page, patient)
    page.clock.set_fixed_time(NOON)
    tap(page, "Start")
    tap(page, "None of these")
    expect(page.get_by_role("button", name="Wide awake")).to_be_visible()
    page.clock.set_fixed_time(NOON + later)
    page.reload()
    if not is_dropped:
        expect(page.get_by_role("button", name="Wide awake")).to_be_visible()
        expect(page.get_by_text(TOO_OLD)).to_be_hidden()
        return
    expect(page.get_by_text(TOO_OLD)).to_be_visible()
    tap(page, "Start")
    expect(page.get_by_role("button", name="I have these")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    expect(page.get_by_text(TOO_OLD)).to_be_hidden()


def test_a_page_left_open_sends_no_answers_of_last_week_but_still_hears_an_alarm(
    new_page: NewPage, patient: Patient
) -> None:
    page = offline(new_page, patient)
    page.clock.set_fixed_time(NOON)
    at_the_end(page)
    page.clock.set_fixed_time(NOON + timedelta(days=6))
    tap(page, "Keep it and send it later")
    expect(page.get_by_text(TOO_OLD)).to_be_visible()
    assert kept(page) == []
    tap(page, "Start")
    tap(page, "None of these")
    expect(page.get_by_role("button", name="Wide awake")).to_be_visible()
    page.clock.set_fixed_time(NOON + timedelta(days=12))
    tap(page, "Wide awake")
    expect(page.get_by_text(TOO_OLD)).to_be_visible()
    tap(page, "Start")
    tap(page, "None of these")
    expect(page.get_by_role("button", name="Wide awake")).to_be_visible()
    page.clock.set_fixed_time(NOON + timedelta(days=18))
    page.go_back()
    page.get_by_label("I had a fit (seizure)").check()
    tap(page, "I have these")
    expect(page.get_by_role("link", name="Call 999", exact=True)).to_be_in_viewport(ratio=1)
    says(page, WAITS)
    assert [item["answers"] for item in kept(page)] == [{"danger_signs": ["fit"]}]


def test_a_kept_plan_of_yesterday_is_not_called_today(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=390, timezone_id="Europe/London")
    page.goto("/me/")
    installed(page, "/me/", "/offline/check-in/")
    cut_off(page)
    page.goto("/me/")
    expect(page.get_by_text("This is your plan as this phone saved it")).to_be_visible()
    day = page.locator("[data-plan-day] time")
    words, saved_for = day.text_content() or "", datetime.fromisoformat(day.get_attribute("datetime") or "")
    warning, heading = page.locator("[data-old]"), page.locator(".callout:has([data-plan-day]) h2")
    page.clock.set_fixed_time(saved_for + timedelta(hours=23, minutes=50))
    page.reload()
    expect(heading).to_have_text("Today")
    expect(warning).to_be_hidden()
    # It is read again in bed, not opened anew.
    page.clock.set_fixed_time(saved_for + timedelta(days=1, minutes=10))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    expect(warning).to_contain_text(f"This plan is not for today. It is for: {words}.")
    page.reload()
    expect(warning).to_be_visible()
    expect(heading).to_have_text(words)


def test_a_page_kept_by_an_older_version_finds_its_script_without_a_network(page: Page) -> None:
    page.goto("/help/emergency/")
    installed(page, "/offline/check-in/")
    cut_off(page)
    script = "address => fetch(address).then((answer) => answer.text())"
    wanted = page.evaluate(script, "/static/monitoring/js/offline.js")
    assert "evenkeel-private" in wanted
    assert page.evaluate(script, "/static/monitoring/js/offline.0123456789ab.js") == wanted


STALE_COPY = """async () => {
  const own = await caches.open("evenkeel-private");
  await own.put("/offline/check-in/", new Response("of the last version"));
  navigator.serviceWorker.dispatchEvent(new Event("controllerchange"));
}"""


def test_when_another_version_comes_the_patients_own_copies_are_fetched_anew(
    new_page: NewPage, patient: Patient
) -> None:
    page = new_page(user=patient.user, width=390)
    page.goto("/me/check-ins/")
    page.evaluate(INSTALLED, ["/offline/check-in/"])
    page.reload()
    assert page.evaluate(OWN_COPIES, True)
    page.evaluate(STALE_COPY)
    assert page.evaluate(OWN_COPIES, True)
