"""How a scene presses what it finds."""

from collections.abc import Callable, Iterator
from typing import Final

from playwright.sync_api import Locator, Page

from benchmarks.faces.clinic import Place

# A scene plays on a page and names each state worth a look; the number tells one playing of it from the next.
Scene = Callable[[Page, Place, int], Iterator[str]]

SENDS: Final = "(button) => Boolean(button.form) && !button.closest('dialog')"
MOST_PAGES: Final = 20


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
