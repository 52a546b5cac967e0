"""The minute of a check-in as it happens: counted taps, a phone that dies, two taps, two tabs, a line that breaks."""

import gzip
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from monitoring.checkins.models import CheckIn, SymptomReport
from monitoring.people.models import Patient
from tests.browser.conftest import NewPage
from tests.browser.test_check_in import WELL, tap

pytestmark = pytest.mark.django_db(transaction=True)

COUNTING = """
for (const kind of ["click", "keydown"]) {
  addEventListener(kind, (event) => {
    if (!event.isTrusted) return;
    const done = JSON.parse(sessionStorage.getItem("done") || "{}");
    sessionStorage.setItem("done", JSON.stringify({...done, [kind]: (done[kind] || 0) + 1}));
  }, true);
}
"""
HEAVIEST = 20 * 1024  # bytes of everything a page of a patient asks for, packed
MOST_REQUESTS = 8


def begin(page: Page, taps: int = 0) -> None:
    """Start a check-in and answer its first `taps` pages: all is well."""
    page.goto("/me/check-ins/")
    tap(page, "Tell us how you feel now")
    for name in WELL[:taps]:
        tap(page, name)


def test_all_is_well_with_script_in_ten_taps_and_not_one_key(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=390, has_touch=True)
    page.add_init_script(COUNTING)
    page.goto("/me/")
    page.get_by_role("button", name=re.compile("Tell us how you feel now|Start your check-in")).tap()
    for name in WELL:
        page.get_by_role("button", name=name, exact=True).tap()
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    done = page.evaluate("JSON.parse(sessionStorage.getItem('done'))")
    assert done == {"click": len(WELL) + 1}
    assert done["click"] <= 10


@pytest.mark.parametrize("answered", [1, 4, 7], ids=["at the first question", "in the middle", "before sending"])
def test_a_phone_that_dies_goes_on_where_it_was(new_page: NewPage, patient: Patient, answered: int) -> None:
    page = new_page(user=patient.user, width=390)
    begin(page, answered)
    question = page.get_by_role("heading", level=1).text_content() or ""
    page.context.close()
    again = new_page(user=patient.user, width=390)
    again.goto("/me/")
    tap(again, "Go on with your check-in")
    expect(again.get_by_role("heading", level=1)).to_have_text(question)
    for name in WELL[answered:]:
        tap(again, name)
    expect(again.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    report = SymptomReport.objects.get()
    assert (report.level, report.answers["q1_sleepiness"]) == (0, 0)


def test_two_taps_and_two_tabs_are_one_report(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=390)
    begin(page, 7)
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_role("button", name="Send to my clinic").dblclick()
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    other.get_by_role("button", name="Send to my clinic").click()
    expect(other.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    assert SymptomReport.objects.count() == 1
    assert CheckIn.objects.filter(report__isnull=False).count() == 1


@pytest.mark.parametrize("arrived", [False, True], ids=["it never arrived", "only the answer was lost"])
def test_a_line_that_breaks_in_mid_send_is_never_called_sent_and_nothing_is_doubled(
    new_page: NewPage, patient: Patient, arrived: bool
) -> None:
    page = new_page(user=patient.user, width=390)
    begin(page, 7)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    address = page.url
    page.context.route("**/review/", lambda route: lose(route, arrived=arrived))
    with page.context.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.get_by_role("button", name="Send to my clinic").click()
    expect(page.get_by_role("heading", name="Your clinic has this")).to_have_count(0)
    assert SymptomReport.objects.count() == arrived
    page.context.unroute_all()
    page.goto(address)
    if not arrived:
        tap(page, "Send to my clinic")
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    assert SymptomReport.objects.get().level == 0


def lose(route: Any, *, arrived: bool) -> None:
    """A request that is lost, or whose answer is."""
    if route.request.method != "POST":
        route.continue_()
        return
    if arrived:
        route.fetch(max_redirects=0)
    route.abort("connectionreset")


def test_a_phone_without_a_network_says_that_nothing_was_sent(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=390)
    begin(page, 7)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    address = page.url
    page.context.set_offline(True)
    page.get_by_role("button", name="Send to my clinic").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have no network")
    expect(page.get_by_text("Take it as not sent.")).to_be_visible()
    page.context.set_offline(False)
    page.goto(address)
    tap(page, "Send to my clinic")
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    assert SymptomReport.objects.count() == 1


def test_a_page_of_a_patient_is_light(new_page: NewPage, patient: Patient) -> None:
    weighed = new_page(user=patient.user, width=390)
    begin(weighed, len(WELL))
    result = weighed.url
    begin(weighed)  # another one is open, so that its pages are asked and not what became of it
    danger = weighed.url
    tap(weighed, WELL[0])
    question = weighed.url
    weights = {
        address: weight(new_page, patient, address)
        for address in (danger, question, result, "/me/", "/help/emergency/")
    }
    assert {address: each for address, each in weights.items() if each[0] > HEAVIEST or each[1] > MOST_REQUESTS} == {}


def weight(new_page: NewPage, patient: Patient, address: str) -> tuple[int, int]:
    """Bytes and requests of the first visit to a page: all it asks for, packed. What is kept for later comes after."""
    page = new_page(user=patient.user, width=390, service_workers="block")
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return sum(len(gzip.compress(answer.body(), 6)) for answer in answers), len(answers)


def test_on_a_shared_phone_nothing_is_left(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=390)
    page.goto("/offline/device/")
    page.get_by_label("This is not my phone").check()
    tap(page, "Save")
    page.goto("/me/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    begin(page, 3)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("caches.has('evenkeel-private')") is False
    assert page.evaluate("caches.match('/me/').then(Boolean)") is False
    assert page.evaluate("window.evenkeel.store.all()") == []
    for key in ("owner", "draft"):
        assert not page.evaluate("(key) => window.evenkeel.store.get(key)", key)
    held = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname)))).flat()"
    )
    assert [address for address in held if address.startswith(("/me/", "/messages/", "/k/"))] == []
