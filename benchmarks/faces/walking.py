"""Which pages a person can reach: links followed from their home, the first examples of each address pattern kept."""

import os
import re
from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import django
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, Page

from benchmarks.faces.asking import Look
from benchmarks.faces.clinic import Place
from benchmarks.faces.journeys import JOURNEYS, nowhere
from benchmarks.faces.people import Person, signed_in

# The same page with other facts in it: what is open, what is held, what is past.
EXAMPLES: Final = 2
# Answered with a file, by a machine for machines, or the end of the session.
NO_PAGES: Final = re.compile(
    r"^/(logout|api|cds-services|livez|readyz|static|cal)/|\.(ics|csv|js|json|webmanifest)$|/export/"
)
LINKS: Final = "[...document.querySelectorAll('a[href]:not([download])')].map((link) => link.href)"


@dataclass(frozen=True, slots=True)
class Found:
    """A page: the pattern of its address, and one address of it."""

    pattern: str
    path: str
    number: int

    @property
    def name(self) -> str:
        words = re.sub(r"<[^>]*>", "-", self.pattern)
        return (re.sub(r"[^a-z0-9-]+", "_", words).strip("_") or "root") + (
            f"_{self.number}" if self.number > 1 else ""
        )


def pages_of(browser: Browser, place: Place, person: Person, *, most: int = EXAMPLES) -> list[Found]:
    """Every page this person reaches by links, breadth first; at most `most` of one pattern."""
    seen: dict[str, list[str]] = {}
    found: list[Found] = []
    with signed_in(browser, place, person, Look(1280, "light")) as page:
        journey = JOURNEYS.get(person.name, nowhere)
        waiting = deque([*person.starts, *map(_path, journey(page, place))])
        asked = set(waiting)
        while waiting:
            path = waiting.popleft()
            pattern = pattern_of(path)
            examples = seen.setdefault(pattern, [])
            if not pattern or len(examples) >= most:
                continue
            links = _open(page, place, path)
            if links is None:
                continue
            examples.append(path)
            found.append(Found(pattern, path, len(examples)))
            fresh = [link for link in links if link not in asked]
            asked.update(fresh)
            waiting.extend(fresh)
    return found


def _open(page: Page, place: Place, path: str) -> list[str] | None:
    """The links of a page; None when the address leads elsewhere."""
    answer = page.goto(place.url + path)
    if answer is None or answer.status != 200 or pattern_of(_path(page.url)) != pattern_of(path):
        return None
    links = [str(link) for link in page.evaluate(LINKS)]
    return [_path(link) for link in links if link.startswith(place.url) and not NO_PAGES.search(urlsplit(link).path)]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def pattern_of(path: str) -> str:
    """The route that answers this path, as it is written in the code; empty when none does."""
    _django()
    try:
        return str(resolve(urlsplit(path).path).route) or "/"
    except Resolver404:
        return ""


def all_patterns() -> set[str]:
    """Every route a person could open in a browser."""
    _django()
    return {route or "/" for route in _routes(get_resolver(), "") if not NO_PAGES.search("/" + route)}


def _routes(resolver: URLResolver, prefix: str) -> set[str]:
    found: set[str] = set()
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        found |= _routes(entry, route) if isinstance(entry, URLResolver) else ({route} if _is_page(entry) else set())
    return found


def _is_page(entry: URLPattern) -> bool:
    return entry.name is not None


@cache
def _django() -> None:
    """The routes are read from the code that is being looked at."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
