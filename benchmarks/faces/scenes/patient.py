"""What a patient does: a check-in at each level, a danger sign, a dose that was not as planned."""

import re
from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Page

from benchmarks.faces.clinic import Place
from benchmarks.faces.scenes.acting import MOST_PAGES, Scene, follow, press

HOLDS_ANSWER: Final = "button.answer, button[value=none]"


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
