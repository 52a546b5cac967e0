"""Which pages a person can reach: links followed from their home, the first examples of each address pattern kept."""

import os
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

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
    r"^/$|^/(logout|api|cds-services|livez|readyz|static|cal|_ui|offline/session|alerts/news)(/|$)"
    r"|\.(ics|csv|js|json|webmanifest)$|/export/"
)
# So many more addresses of a pattern are opened for what they lead to.
FURTHER: Final = 14
MADE_UP: Final = re.compile(r"<(\w+):\w+>")


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


class _Walk:
    """Who has been where: the examples of each pattern, and the addresses of it that were passed by."""

    def __init__(self, page: Page, place: Place, most: int) -> None:
        self.page, self.place, self.most = page, place, most
        self.found: list[Found] = []
        self.seen: dict[str, list[str]] = {}
        self.passed_by: dict[str, deque[str]] = {}
        self.asked: set[str] = set()

    def follow(self, paths: Iterable[str]) -> None:
        """Open these and whatever they lead to, breadth first."""
        waiting = deque(self._fresh(paths))
        while waiting:
            path = waiting.popleft()
            pattern = pattern_of(path)
            examples = self.seen.setdefault(pattern, [])
            if len(examples) >= self.most:
                self.passed_by.setdefault(pattern, deque()).append(path)
                continue
            if (links := self._open(path)) is not None:
                examples.append(path)
                self.found.append(Found(pattern, path, len(examples)))
                waiting.extend(self._fresh(links))

    def look_further(self) -> None:
        """More examples, for their links alone: one patient has no plan, the next has one."""
        for _ in range(FURTHER):
            for pattern in list(self.passed_by):
                passed_by = self.passed_by[pattern]
                links = self._open(passed_by.popleft()) if passed_by else None
                new = [link for link in links or () if len(self.seen.get(pattern_of(link), ())) < self.most]
                self.follow(new)

    def _fresh(self, paths: Iterable[str]) -> list[str]:
        fresh = [path for path in dict.fromkeys(paths) if path not in self.asked and pattern_of(path)]
        self.asked.update(fresh)
        return fresh

    def _open(self, path: str) -> list[str] | None:
        """The addresses a page leads to; None when the address leads elsewhere."""
        answer = self.page.request.get(self.place.url + path)
        if answer.status != 200 or pattern_of(_path(answer.url)) != pattern_of(path):
            return None
        if "text/html" not in answer.headers.get("content-type", ""):
            return None
        links = _Links()
        links.feed(answer.text())
        whole = [urljoin(answer.url, link) for link in links.found]
        return [_path(link) for link in whole if link.startswith(self.place.url) and not _is_no_page(link)]


class _Links(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and values.get("href") and "download" not in values:
            self.found.append(values["href"] or "")


def pages_of(browser: Browser, place: Place, person: Person, *, most: int = EXAMPLES) -> list[Found]:
    """Every page this person reaches by links and by filling in forms; at most `most` of one pattern."""
    with signed_in(browser, place, person, Look(1280, "light")) as page:
        walk = _Walk(page, place, most)
        journey = JOURNEYS.get(person.name, nowhere)
        walk.follow([*person.starts, *map(_path, journey(page, place))])
        walk.look_further()
    return walk.found


def deeds(browser: Browser, place: Place, people: Iterable[Person], patterns: set[str]) -> set[str]:
    """Which of these routes are no pages: they refuse one who only looks (405), or send them to another page."""
    found: set[str] = set()
    for person in people:
        with signed_in(browser, place, person, Look(1280, "light")) as page:
            for pattern in patterns - found:
                answer = page.request.get(place.url + "/" + MADE_UP.sub(_made_up, pattern), max_redirects=0)
                elsewhere = answer.status == HTTPStatus.FOUND and "/login/" not in answer.headers["location"]
                found |= {pattern} if elsewhere or answer.status == HTTPStatus.METHOD_NOT_ALLOWED else set()
    return found


def _made_up(part: re.Match[str]) -> str:
    return {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1"}.get(part[1], "none")


def _is_no_page(url: str) -> bool:
    return NO_PAGES.search(urlsplit(url).path) is not None


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
