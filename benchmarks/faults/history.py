"""What everybody saw, each in a file of their own that is only ever added to: clients, the receiver, and who killed.

These files are all that the judge believes. None of them is written by the product.
"""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

PRESSING: Final = ("urgent", "emergency")


@dataclass(frozen=True, slots=True)
class Story:
    """One check-in that one patient means to send, and what must follow from it.

    `recipient` is the mailbox of the one clinician on duty for this patient, who has no other patient.
    """

    number: int
    level: str
    check_in: str
    key: str
    patient: str
    recipient: str
    login: str
    token: str
    duty_token: str = ""
    way: str = "api"
    habit: str = "plain"

    @property
    def must_alert(self) -> bool:
        """Whether an alert must stand on the worklist of whoever is on duty."""
        return self.level != "none"

    @property
    def must_mail(self) -> bool:
        """Whether a message of its own must leave; what is calm leaves with the next digest."""
        return self.level in PRESSING


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a client: what was sent, answered, refused, or failed, when and with what."""

    at: float
    story: int
    what: str
    status: int = 0
    report: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as a receiver took it: `name` is its Message-ID or idempotency key, `about` the page it leads to."""

    at: float
    to: str
    name: str
    about: str = ""
    by: str = "mail"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the worklist of one story's clinician showed: alerts, their levels, and which report raised each."""

    at: float
    story: int
    alerts: list[str]
    levels: list[str]
    sources: list[str]


@dataclass(frozen=True, slots=True)
class Kill:
    """A SIGKILL: of what, which part of it, and when."""

    at: float
    what: str
    part: str = ""


class Log:
    """A file to which one writer adds lines. A line is on its way to the disk before what follows it happens."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._output = file.open("a", encoding="utf-8")

    def add(self, line: Any) -> None:
        """Add one of the records above."""
        text = json.dumps(asdict(line))
        with self._lock:
            self._output.write(text + "\n")
            self._output.flush()

    def close(self) -> None:
        """No more lines come."""
        self._output.close()


def read(file: Path, kind: type[Any]) -> Iterator[Any]:
    """The lines of a file, in order; none when it was never written."""
    if not file.exists():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        yield kind(**json.loads(line))


def read_clients(folder: Path) -> list[Said]:
    """What all clients noted, by time."""
    return sorted((said for file in folder.glob("client-*.jsonl") for said in read(file, Said)), key=lambda s: s.at)


def clock() -> float:
    """Seconds on the clock that every process of this machine shares."""
    return time.time()
