"""What comes out of a printer: how many sheets, the taper's lying, and nothing on them that only a screen can press."""

import re
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, Page

from benchmarks.faces.asking import Finding, Look
from benchmarks.faces.clinic import Place
from benchmarks.faces.people import Person, signed_in
from benchmarks.faces.scenes.clinician import records

DESK: Final = Look(1280, "light")
PRESSED: Final = "header.top:visible, nav:visible, main button:visible, footer.foot:visible"
SHEET: Final = re.compile(rb"/Type\s*/Page\b")
BOX: Final = re.compile(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)")


@dataclass(frozen=True, slots=True)
class Paper:
    """A page meant for paper; `of_patient` is an address below a patient's record, `pressed` a button on the way."""

    who: str
    path: str
    most: int
    lies: bool = False
    of_patient: bool = False
    pressed: bool = False


PAPERS: Final = (
    Paper("patient", "/me/plan/print/", 1, lies=True),
    Paper("patient", "/me/learn/print/", 1),
    Paper("clinician", "/reports/handover/", 2),
    Paper("clinician", "calendar/print/", 1, lies=True, of_patient=True),
    Paper("clinician", "education/sheet/", 1, of_patient=True),
    Paper("clinician", "invite/", 1, of_patient=True, pressed=True),
)


def measure(browser: Browser, place: Place, person: Person) -> list[Finding]:
    """What is wrong with the sheets of this person."""
    found: list[Finding] = []
    for paper in PAPERS:
        if paper.who == person.name:
            with signed_in(browser, place, person, DESK) as page:
                found += [Finding(person.name, paper.path, DESK, each) for each in _printed(page, place, paper)]
    return found


def _printed(page: Page, place: Place, paper: Paper) -> list[str]:
    page.goto(records(page, place)[0] + paper.path if paper.of_patient else place.url + paper.path)
    if paper.pressed:
        page.locator("main form button").first.click()
        page.wait_for_load_state()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    sheets = len(SHEET.findall(printed))
    wrong = [] if 1 <= sheets <= paper.most else [f"{sheets} sheets, at most {paper.most}"]
    width, height = max((float(w), float(h)) for w, h in BOX.findall(printed))
    if (width > height) is not paper.lies:
        wrong.append("lies on its side" if width > height else "stands upright")
    page.emulate_media(media="print")
    pressed = page.locator(PRESSED).count()
    return [*wrong, f"{pressed} things to press on paper"] if pressed else wrong
