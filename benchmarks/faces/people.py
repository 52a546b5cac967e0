"""Who looks at the pages: each kind of person of the demo, and how they sign in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, Page, StorageState

from benchmarks.faces.asking import Look
from benchmarks.faces.clinic import Place


@dataclass(frozen=True, slots=True)
class Person:
    """`email` empty: nobody signed in. `starts` are the pages from which links are followed."""

    name: str
    email: str
    starts: tuple[str, ...]


PEOPLE: Final = (
    Person("anonymous", "", ("/login/", "/help/emergency/", "/help/crisis/")),
    Person("patient", "patient@demo.example", ("/me/", "/me/settings/")),
    Person("carer", "carer@demo.example", ("/me/", "/care/", "/me/settings/")),
    Person("clinician", "clinician@demo.example", ("/alerts/", "/patients/", "/knowledge/")),
    # Cares for nobody: what an empty page says.
    Person("stranger", "stranger@demo.example", ("/alerts/", "/patients/")),
    Person("admin", "admin@demo.example", ("/audit/", "/users/", "/clinic/")),
)


def person_named(name: str) -> Person:
    """One of them."""
    return next(person for person in PEOPLE if person.name == name)


@contextmanager
def signed_in(browser: Browser, place: Place, person: Person, look: Look) -> Iterator[Page]:
    """A window of this person's, gone afterwards. One session serves all their windows."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 900},
        color_scheme=look.scheme,
        storage_state=_session(browser, place, person),
    )
    try:
        yield context.new_page()
    finally:
        context.close()


_SESSIONS: dict[tuple[str, str], StorageState] = {}


def _session(browser: Browser, place: Place, person: Person) -> StorageState | None:
    if not person.email:
        return None
    key = (place.url, person.name)
    if key not in _SESSIONS:
        context = browser.new_context()
        page = context.new_page()
        page.goto(place.url + "/login/")
        page.get_by_label("Email").fill(person.email)
        page.get_by_label("Password").fill(place.password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_load_state()
        if "/login/" in page.url:
            raise SystemExit(f"{person.email} cannot sign in to the demo")
        _SESSIONS[key] = context.storage_state()
        context.close()
    return _SESSIONS[key]
