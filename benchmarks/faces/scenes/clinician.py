"""What a clinician does: prescribes, plans, works the list, looks somebody up, invites."""

import re
from collections.abc import Iterator

from playwright.sync_api import Page, expect

from benchmarks.faces.asking import Look
from benchmarks.faces.clinic import Place
from benchmarks.faces.people import person_named, signed_in
from benchmarks.faces.scenes.acting import MOST_PAGES, follow, press
from benchmarks.faces.scenes.patient import danger


def records(page: Page, place: Place) -> list[str]:
    """The addresses of the patients on the list."""
    page.goto(place.url + "/patients/")
    links = page.locator("main table a[href*='/patients/']").evaluate_all("all => all.map((link) => link.href)")
    return list(dict.fromkeys(link for link in links if re.search(r"/patients/[0-9a-f-]{36}/$", link)))


def prescribing(page: Page, place: Place, number: int) -> Iterator[str]:
    """A medicine that interacts: searched, dosed, refused without a reason, overridden."""
    everybody = records(page, place)
    page.goto(everybody[-1 - number % len(everybody)] + "medications/new/")
    for words in ("zzzz", "cyclobenzaprine"):
        page.get_by_role("textbox", name="Medicine").or_(page.get_by_role("searchbox", name="Medicine")).fill(words)
        press(page, "Search", whole=True)
        yield f"search for {words}"
    page.get_by_role("button", name=re.compile("^Choose")).first.click()
    press(page, "Check interactions")
    yield "no dose"
    page.get_by_label("Amount each time").fill("5")
    page.get_by_label("How often").select_option("1-night")
    press(page, "Check interactions")
    yield "the card"
    add = page.get_by_role("button", name=re.compile("^Add cyclobenzaprine"))
    if page.locator("main input[type=radio]").count():
        add.click()
        yield "no reason"
        for question in page.locator("main fieldset").filter(has=page.locator("input[type=radio]")).all():
            question.locator("input[type=radio]").first.check()
        page.locator("main textarea").first.fill("Low dose at night; stop if drowsy by day.")
    add.click()
    page.wait_for_load_state()
    yield "added"
    page.locator("main a[href*='/flags/']").first.click()
    yield "the flag"
    if page.locator("main a[href*='/overrides/']").count():
        page.locator("main a[href*='/overrides/']").first.click()
        yield "the override"


def planning(page: Page, place: Place, number: int) -> Iterator[str]:
    """A plan drawn, broken, redrawn, refused without a reason, signed."""
    everybody = records(page, place)
    increase = page.get_by_role("link", name=re.compile("^Increase baclofen"))
    for record in everybody[number % len(everybody) :] + everybody:
        page.goto(record + "plans/")
        if increase.count():
            follow(page, increase.first)
            # Whoever takes the most of a schedule already cannot be led up it.
            if not page.get_by_text("Nothing of it lies ahead.").count():
                break
    yield "new"
    page.get_by_role("radio", name=re.compile("My own numbers")).check()
    press(page, "Draw up the steps")
    yield "no numbers"
    page.get_by_role("radio", name=re.compile("US label")).check()
    press(page, "Draw up the steps")
    yield "drawn"
    page.get_by_role("link", name="Change the draft").click()
    drawn = page.locator(".looked")
    expect(drawn).to_contain_text("as typed, not saved.")
    yield "being changed"
    page.get_by_label("Doses of the day, mg").first.fill("nonsense")
    page.get_by_label("Doses of the day, mg").first.blur()
    expect(drawn).to_contain_text("Not drawn:")
    yield "not drawn"
    press(page, "Save the draft")
    yield "not saved"
    page.get_by_role("link", name="Keep it as it was").click()
    press(page, "Sign the plan")
    yield "no reason, or signed"
    for box in page.get_by_label(re.compile("^Why")).all():
        box.fill("Small steps, watched by daily check-ins.")
    if page.get_by_role("button", name="Sign the plan").count():
        press(page, "Sign the plan")
        yield "signed"


def answered(page: Page, place: Place, who: str) -> None:
    """Close what is open about somebody, so that the next thing is news."""
    for _ in range(MOST_PAGES):
        page.goto(place.url + "/alerts/")
        untaken = page.get_by_role("button", name=re.compile(f"^Take {who}"))
        if untaken.count():
            follow(page, untaken.first)
        open_ones = page.get_by_role("link", name=re.compile(f"^Close {who}"))
        if not open_ones.count():
            return
        page.goto(place.url + str(open_ones.first.get_attribute("href")))
        page.get_by_label("Called the patient").check()
        page.get_by_label("What was done?").fill("Rang her: awake and well.")
        press(page, "Close alert")


def _send_an_emergency(page: Page, place: Place, number: int) -> None:
    """The patient's, from a phone beside this page."""
    if page.context.browser is None:
        raise SystemExit("there is no browser for a second window")
    with signed_in(page.context.browser, place, person_named("patient"), Look(390, "light")) as phone:
        for _state in danger("I had a fit (seizure)")(phone, place, number):
            pass


def worklist(page: Page, place: Place, number: int) -> Iterator[str]:
    """News that moves nothing, the keys, the sheets over the list, an alert taken, refused, closed."""
    answered(page, place, "HARPER")
    page.goto(place.url + "/alerts/")
    _send_an_emergency(page, place, number)
    page.locator("#news").dispatch_event("look")
    expect(page.get_by_role("link", name=re.compile("new, show"))).to_be_visible()
    yield "news"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "keys"
    page.keyboard.press("Escape")
    page.goto(place.url + "/alerts/")
    page.get_by_role("button", name=re.compile("^Take")).first.click()
    page.wait_for_load_state()
    yield "taken"
    page.get_by_role("link", name=re.compile("^Close ")).first.click()
    expect(page.get_by_role("button", name="Close alert")).to_be_visible()
    yield "the sheet"
    press(page, "Close alert")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    yield "no outcome"
    page.get_by_label("Called the patient").check()
    page.get_by_label("What was done?").fill("Rang her: awake and well.")
    press(page, "Close alert")
    yield "closed"


def palette(page: Page, place: Place, _number: int) -> Iterator[str]:
    """Found from anywhere: opened, something found, nothing found."""
    page.goto(place.url + "/patients/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "opened"
    page.keyboard.type("adey")
    expect(page.locator(".hit").first).to_contain_text("ADEYEMI")
    yield "found"
    page.keyboard.type("zzzz")
    expect(page.locator(".hit", has_text="ADEYEMI")).to_have_count(0)
    yield "nothing found"


def inviting(page: Page, place: Place, number: int) -> Iterator[str]:
    """The sheet with the code, and the page behind it for somebody who is not signed in."""
    everybody = records(page, place)
    page.goto(everybody[-1 - number % len(everybody)] + "invite/")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    yield "the sheet"
    link = re.search(r"https?://[^\s\"<]+/welcome/[\w-]+/", page.content())
    if link:
        page.context.clear_cookies()
        page.goto(place.url + link[0][link[0].index("/welcome/") :])
        yield "welcome"
        press(page, "", whole=False)
        yield "nothing filled in"
