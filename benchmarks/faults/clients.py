"""Phones and browsers over real sockets. Each keeps its own history and asks again until it was answered."""

import html
import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.faults.cohort import PASSWORD, plain
from benchmarks.faults.history import Log, Said, Story, clock

PATIENCE_SECONDS = 600.0
TIMEOUT_SECONDS = 30.0
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|submission_key)"[^>]*?value="([^"]+)"')


class NotAnsweredError(Exception):
    """No answer that a client could believe: the connection broke, or the server said that it could not."""


class RefusedError(Exception):
    """The server understood and said no."""


@dataclass
class Client:
    """One machine at one address, which tells its stories one after the other at their times."""

    number: int
    port: int
    folder: Path
    seed: int
    give_up: threading.Event = field(default_factory=threading.Event)
    beside: tuple[int, ...] = ()  # further web servers: after a failure the next one is asked, as a proxy does
    enough: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.log = Log(self.folder / f"client-{self.number}.jsonl")
        self.chance = random.Random(self.seed * 1_000 + self.number)
        self.turn = self.number

    def tell(self, stories: Sequence[Story], began: float, apart: float) -> None:
        """Tell these stories, the n-th not before n × `apart` seconds after `began`."""
        for place, story in enumerate(stories):
            if self.give_up.wait(max(0.0, began + place * apart - clock())) or self.enough.is_set():
                break
            self._until_answered(story)
        self.log.close()

    def _until_answered(self, story: Story) -> None:
        """Send, and again after every failure; some hang up on the first answer, some send once more."""
        send = self._by_api if story.way == "api" else self._by_pages
        if story.habit == "drop":
            self._try(story, lambda: self._hang_up(story))
        deadline, wait = clock() + PATIENCE_SECONDS, 0.2
        while not self._try(story, lambda: send(story)):
            if clock() > deadline or self.give_up.wait(wait * self.chance.uniform(0.5, 1.5)):
                return
            wait = min(wait * 2, 3.0)
        if story.habit == "twice":
            self._try(story, lambda: send(story))
        elif story.habit == "at_once":
            both = [threading.Thread(target=self._try, args=(story, lambda: send(story))) for _ in range(2)]
            for thread in both:
                thread.start()
            for thread in both:
                thread.join()

    def _try(self, story: Story, send: Callable[[], tuple[int, str]]) -> bool:
        """One sending with its outcome in the history; whether the client need not ask again."""
        self.log.add(Said(clock(), story.number, "sent"))
        try:
            status, report = send()
        except RefusedError as refused:
            self.log.add(Said(clock(), story.number, "refused", problem=str(refused)))
            return True
        except (NotAnsweredError, OSError, http.client.HTTPException) as problem:
            told = str(problem) if isinstance(problem, NotAnsweredError) else type(problem).__name__
            self.log.add(Said(clock(), story.number, "failed", problem=told))
            self.turn += 1
            return False
        self.log.add(Said(clock(), story.number, "answered", status, report))
        return True

    def _connect(self) -> http.client.HTTPConnection:
        # An address of its own for each machine: they are counted by it.
        source = (f"127.0.{1 + self.number // 250}.{1 + self.number % 250}", 0)
        ports = (self.port, *self.beside)
        port = ports[self.turn % len(ports)]
        return http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS, source_address=source)

    def _by_api(self, story: Story) -> tuple[int, str]:
        connection = self._connect()
        try:
            self._post(connection, story)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status in {200, 201}:
            return answer.status, str(json.loads(body)["id"])
        raise _complaint(answer.status)

    def _post(self, connection: http.client.HTTPConnection, story: Story) -> None:
        headers = {
            "Authorization": f"Token {story.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": story.key,
        }
        connection.request("POST", f"/api/v1/check-ins/{story.check_in}/report/", json.dumps(plain(story)), headers)

    def _hang_up(self, story: Story) -> tuple[int, str]:
        """Send, and be gone before the answer, as in a tunnel."""
        connection = self._connect()
        try:
            if story.way == "api":
                self._post(connection, story)
                time.sleep(self.chance.uniform(0, 0.08))
        finally:
            connection.close()
        raise NotAnsweredError("hung up")

    def _by_pages(self, story: Story) -> tuple[int, str]:
        """Sign in, open the form that waits to be sent, and send it."""
        browser = Browser(self._connect())
        try:
            browser.sign_in(story.login)
            path = f"/me/check-ins/{story.check_in}/review/"
            status, location, fields = browser.ask("GET", path)
            if status == 200:
                status, location, _ = browser.ask("POST", path, fields)
            if status == 302 and location.endswith(f"{story.check_in}/done/"):
                return status, ""
            raise _complaint(status, location)
        finally:
            browser.connection.close()


class Browser:
    """Cookies and hidden fields, as a browser without scripts keeps them."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, dict[str, str]]:
        """Status, where it leads, and the hidden fields of the page."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self.connection.getresponse()
        page = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        fields = {name: html.unescape(value) for name, value in HIDDEN.findall(page)}
        return answer.status, answer.headers.get("Location", ""), fields

    def sign_in(self, login: str) -> None:
        """Through the sign-in page; NotAnsweredError when it did not let the patient in."""
        _, _, fields = self.ask("GET", "/login/")
        status, _, _ = self.ask("POST", "/login/", {**fields, "username": login, "password": PASSWORD})
        if status != 302:
            raise _complaint(status, "signing in")


def _complaint(status: int, where: str = "") -> Exception:
    """A 4xx is a refusal, except for “too many”; anything else may be asked again."""
    words = f"{status} {where}".strip()
    return RefusedError(words) if 400 <= status < 500 and status != 429 else NotAnsweredError(words)


class Crowd:
    """Many clients at once."""

    def __init__(
        self,
        stories: Sequence[Story],
        *,
        clients: int,
        port: int,
        folder: Path,
        seed: int,
        beside: tuple[int, ...] = (),
    ) -> None:
        self.clients = [Client(number, port, folder, seed, beside=beside) for number in range(clients)]
        self.shares = [list(stories[number::clients]) for number in range(clients)]
        self.threads: list[threading.Thread] = []

    def begin(self, seconds: float) -> None:
        """Spread all stories over about this time."""
        began = clock()
        for client, share in zip(self.clients, self.shares, strict=True):
            apart = seconds / max(1, len(share))
            offset = began + apart * client.number / len(self.clients)
            self.threads.append(threading.Thread(target=client.tell, args=(share, offset, apart), daemon=True))
        for thread in self.threads:
            thread.start()

    @property
    def busy(self) -> bool:
        """Whether somebody still has something to tell."""
        return any(thread.is_alive() for thread in self.threads)

    def told_enough(self) -> None:
        """Nobody begins another story; those that were begun are told to their end."""
        for client in self.clients:
            client.enough.set()

    def end(self) -> None:
        """Send everybody home."""
        for client in self.clients:
            client.give_up.set()
        for thread in self.threads:
            thread.join(TIMEOUT_SECONDS * 2)
