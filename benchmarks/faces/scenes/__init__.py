"""What a page looks like in the middle of something: after a refusal, a swap, an answer; each state is asked of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as PlaywrightError

from benchmarks.faces.asking import Finding, Look, ask, first_line
from benchmarks.faces.clinic import Place
from benchmarks.faces.people import Person, signed_in
from benchmarks.faces.scenes import clinician, patient
from benchmarks.faces.scenes.acting import Scene
from benchmarks.faces.walking import Found, pattern_of
from tests.browser.pages import watch

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
    **{f"sleepiness {score}": patient.sleepy(score) for score in range(5)},
    "danger": patient.danger("I had a fit (seizure)"),
    "crisis": patient.danger("I think about hurting myself"),
}
SCENES: Final[Mapping[str, Mapping[str, Scene]]] = {
    "anonymous": {"no link": no_link},
    "patient": {**CHECK_INS, "a dose": patient.dose},
    "carer": {"danger": patient.danger("I had a fit (seizure)")},
    "clinician": {
        "prescribing": clinician.prescribing,
        "planning": clinician.planning,
        "worklist": clinician.worklist,
        "palette": clinician.palette,
        "inviting": clinician.inviting,
    },
}
