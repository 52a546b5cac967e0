"""Every page of both faces in a real browser: found by following links, asked by machine, photographed on demand.

A demo clinic is started as a newcomer would start it. Each kind of person begins at their home and follows every link;
of each address pattern the first examples are kept. Each page is then opened in light and dark, narrow and wide, with
all that folds opened, and its forms are sent empty.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from benchmarks.faces import clinic, forms, paper, scenes, speed, walking
from benchmarks.faces.asking import Finding, Look, ask, first_line, gathered
from benchmarks.faces.people import PEOPLE, Person, signed_in
from tests.browser.launching import launch
from tests.browser.pages import watch

LOOKS: Final = tuple(Look(width, scheme) for scheme in ("light", "dark") for width in (320, 1280))
PARTS: Final = ("pages", "scenes", "paper", "forms", "speed")
PICTURES: Final = tuple(Look(width, scheme) for scheme in ("light", "dark") for width in (390, 1280))


def options(parser: argparse.ArgumentParser) -> None:
    """What to look at, and where to put what was seen."""
    parser.add_argument("--site", help="address of a running demo, instead of one started for this")
    parser.add_argument("--password", default="", help="of the demo's people, with --site")
    parser.add_argument("--only", default="", help="pages whose pattern holds this")
    parser.add_argument("--who", default="", help="one kind of person")
    parser.add_argument("--screenshots", type=Path, help="folder for a picture of every page, and no questions")
    parser.add_argument(
        "--parts", default="pages,scenes,paper,forms,speed", help="of pages, scenes, paper, forms, speed"
    )


def run(
    _rounds: int,
    _seed: int,
    *,
    site: str | None,
    password: str,
    only: str,
    who: str,
    screenshots: Path | None,
    parts: str,
) -> dict[str, object]:
    """What was found wrong, page by page; nothing when all is in order."""
    people = [person for person in PEOPLE if who in {"", person.name}]
    found: list[Finding] = []
    figures: dict[str, object] = {}
    reached: set[str] = set()
    with clinic.running(site, password) as place, sync_playwright() as playwright:
        browser = launch(playwright)
        for person in people:
            pages = walking.pages_of(browser, place, person)
            reached |= {page.pattern for page in pages}
            chosen = [page for page in pages if only in page.pattern]
            if screenshots:
                photograph(browser, place, person, chosen, screenshots)
            else:
                wrong, seen = asked_of(browser, place, person, chosen, parts)
                found, reached = found + wrong, reached | seen
        if "speed" in parts and not screenshots:
            figures["slow phone"], too_slow = speed.measure(browser, place, only=only)
            found += too_slow
        unseen = set() if who else walking.all_patterns() - reached
        unseen -= walking.deeds(browser, place, people, unseen)
        browser.close()
    return {
        "patterns reached": len(reached),
        "never linked to": sorted(unseen),
        **figures,
        "wrong": gathered(found),
        "passed": not found,
    }


def asked_of(
    browser: Browser, place: clinic.Place, person: Person, pages: list[walking.Found], parts: str
) -> tuple[list[Finding], set[str]]:
    """What is wrong with this person's pages, and the patterns that only a scene comes to."""
    found, seen = [], set[str]()
    if "pages" in parts:
        found += look_at(browser, place, person, pages)
    if "scenes" in parts:
        wrong, seen = scenes.play(browser, place, person, LOOKS)
        found += wrong
    if "paper" in parts:
        found += paper.measure(browser, place, person)
    if "forms" in parts:
        found += forms.send_empty(browser, place, person, pages)
    return found, seen


def look_at(
    browser: Browser, place: clinic.Place, person: Person, pages: list[walking.Found], looks: Sequence[Look] = LOOKS
) -> list[Finding]:
    """Every page in every look; what is wrong is told at once as well, since there are many pages."""
    found: list[Finding] = []
    for look in looks:
        before = len(found)
        with signed_in(browser, place, person, look) as page:
            for each in pages:
                watch(page, place.url)
                try:
                    page.goto(place.url + each.path)
                    found += ask(page, each, look, person.name)
                except PlaywrightError as error:
                    found.append(Finding(person.name, each.pattern, look, f"did not open: {first_line(error)}"))
        for finding in found[before:]:
            sys.stderr.write(f"{finding}: {finding.what}\n")
    return found


def photograph(browser: Browser, place: clinic.Place, person: Person, pages: list[walking.Found], folder: Path) -> None:
    """A picture of every page, named after who looks, the pattern, the width and the scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    for look in PICTURES:
        with signed_in(browser, place, person, look) as page:
            for each in pages:
                page.goto(place.url + each.path)
                name = f"{person.name}_{each.name}_{look.width}_{look.scheme}.png"
                page.screenshot(path=folder / name, full_page=True)
