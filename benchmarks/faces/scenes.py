"""What a page looks like in the middle of something: after a refusal, a swap, an answer; each state is asked of."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

from benchmarks.faces.asking import Finding, Look, ask, first_line
from benchmarks.faces.clinic import Place
from benchmarks.faces.people import Person, person_named, signed_in
from benchmarks.faces.walking import Found, pattern_of
from tests.browser.pages import watch

# A scene plays on a page and names each state worth a look; the number tells one playing of it from the next.
Scene = Callable[[Page, Place, int], Iterator[str]]

SENDS: Final = "(button) => Boolean(button.form) && !button.closest('dialog')"
HOLDS_ANSWER: Final = "button.answer, button[value=none]"
MOST_PAGES: Final = 20
MOST_WAITED: Final = 20_000  # milliseconds


def play(browser: Browser, place: Place, person: Person, looks: Sequence[Look]) -> tuple[list[Finding], set[str]]:
    """What is wrong in any state of this person's scenes, and the patterns of the pages that were seen."""
    expect.set_options(timeout=MOST_WAITED)
    found: list[Finding] = []
    seen: set[str] = set()
    for number, look in enumerate(looks):
        for name, scene in SCENES.get(person.name, {}).items():
            state = "start"
            with signed_in(browser, place, person, look) as page:
                watch(page, place.url)
                try:
                    for state in scene(page, place, number):
                        seen.add(pattern_of(page.url))
                        each = Found(f"{pattern_of(page.url)}, {name}: {state}", page.url, 1)
                        found += ask(page, each, look, person.name, refused=True)
                        watch(page, place.url)
                except (PlaywrightError, AssertionError) as error:
                    what = f"does not go on after “{state}”: {first_line(error)}"
                    found.append(Finding(person.name, name, look, what))
    return found, seen


def follow(page: Page, button: Locator) -> None:
    """Press it; where it sends a form, the page after it is open."""
    if button.evaluate(SENDS):
        with page.expect_navigation():
            button.click()
    else:
        button.click()
    page.wait_for_load_state()


def press(page: Page, name: str, *, whole: bool = True) -> None:
    follow(page, page.get_by_role("button", name=name, exact=whole).first)


def begin_check_in(page: Page, place: Place) -> None:
    page.goto(place.url + "/me/check-ins/")
    page.locator("form[action*='check-ins/start'] button").first.click()
    page.wait_for_load_state()
    page.goto(re.sub(r"[^/]+/$", "1/", page.url))  # one that was begun before goes on where it was


def sleepy(score: int) -> Scene:
    """A whole check-in with one answer that is not well."""

    def scene(page: Page, place: Place, _number: int) -> Iterator[str]:
        begin_check_in(page, place)
        for _ in range(MOST_PAGES):
            if page.url.endswith(("/review/", "/done/")):
                break
            worse = page.locator(f"button[name=q1_sleepiness][value='{score}']")
            follow(page, (worse if worse.count() else page.locator(HOLDS_ANSWER)).first)
        if page.url.endswith("/review/"):
            yield "review"
            press(page, "Send to my clinic")
        yield "told"

    return scene


def danger(words: str) -> Scene:
    """A danger sign: refused when nothing is ticked, then what to do at once."""

    def scene(page: Page, place: Place, _number: int) -> Iterator[str]:
        begin_check_in(page, place)
        press(page, "Send these")
        yield "nothing ticked"
        page.get_by_label(words).check()
        press(page, "Send these")
        yield words

    return scene


def dose(page: Page, place: Place, _number: int) -> Iterator[str]:
    """A dose is reported missed, then as more than was told."""
    for words in ("I missed it", "I took more than I was told to"):
        page.goto(place.url + "/me/")
        page.get_by_role("link", name="Tell us about a dose").first.click()
        yield "which"
        if page.locator("main a.answer").count():
            page.locator("main a.answer").first.click()
            page.wait_for_load_state()
        if page.locator("main input[name=doses]").count():
            press(page, "I missed it")
            yield "no dose ticked"
            page.locator("main input[name=doses]").first.check()
        press(page, words)
        yield words


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
            break
    increase.first.click()
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


def no_link(page: Page, place: Place, _number: int) -> Iterator[str]:
    """Links that are none, what is shown in the place of a page, and a new link asked for."""
    for path in ("k/none", "welcome/none", "care/welcome/none", "signed-out", "offline", "offline/sign-out"):
        page.goto(f"{place.url}/{path}/")
        yield path
    page.goto(place.url + "/k/new/")
    yield "asked for"
    page.locator("main input[type=email], main input[type=text]").first.fill("nobody@demo.example")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    yield "sent"


CHECK_INS: Final[Mapping[str, Scene]] = {
    **{f"sleepiness {score}": sleepy(score) for score in range(5)},
    "danger": danger("I had a fit (seizure)"),
    "crisis": danger("I think about hurting myself"),
}
SCENES: Final[Mapping[str, Mapping[str, Scene]]] = {
    "anonymous": {"no link": no_link},
    "patient": {**CHECK_INS, "a dose": dose},
    "carer": {"danger": danger("I had a fit (seizure)")},
    "clinician": {
        "prescribing": prescribing,
        "planning": planning,
        "worklist": worklist,
        "palette": palette,
        "inviting": inviting,
    },
}
