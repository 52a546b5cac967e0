"""A real worker and a real beat for a test: started, killed and started again on the test's own database."""

import email.message
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
import redis
from django.db import connection

from tests.architecture.house import ROOT
from tests.servers import MailServer, Valkey, die_with_parent

SECONDS = 120.0  # until what should come is said not to: a busy machine is slow, not wrong
Found = TypeVar("Found")


def until(look: Callable[[], Found], what: str, seconds: float = SECONDS) -> Found:
    """What is looked for, as soon as it is there; a failure that says what was awaited when it never comes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.01)
    pytest.fail(f"{what}: not within {seconds:g} s")


def database_url() -> str:
    """The address of the database this test is connected to, for a process of its own."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    password = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    return f"postgresql://{given['USER']}{password}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


class Mailbox:
    """A mail server that keeps what it takes. `hold` makes it stop before it answers, `released` lets it go on."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.hold: str = ""
        self.reached, self.released = threading.Event(), threading.Event()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a mail: before that, or after it but before saying so, wait when told to."""
        if self.hold == "before":
            return self._hang()
        self.taken.append(envelope.content)
        return self._hang() if self.hold == "after" else "250 OK"

    def _hang(self) -> str:
        self.reached.set()
        self.released.wait(SECONDS)
        return "451 Try later"

    @property
    def mails(self) -> list[email.message.Message]:
        """What has arrived, in order."""
        return [message_from_bytes(raw) for raw in list(self.taken)]

    def to(self, address: str) -> list[email.message.Message]:
        """What has arrived for one person."""
        return [mail for mail in self.mails if mail["To"] == address]


class Sweepers:
    """One broker, and the workers and beats that a test starts on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = Valkey()
        self.mailbox = Mailbox()
        self.post = MailServer(self.mailbox)
        self.running: list[psutil.Popen] = []

    def _spawn(self, name: str, *arguments: str) -> psutil.Popen:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))},
            "DJANGO_SETTINGS_MODULE": "tests.sweeping_settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.post.port}?from=evenkeel@clinic.example",
        }
        with (self.folder / "said").open("ab") as output:
            process = psutil.Popen(
                [sys.executable, "-m", "celery", "--app", "config.celery", "--quiet", name, *arguments],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        self.running.append(process)
        return process

    def start_worker(self, *lanes: str) -> psutil.Popen:
        """A worker as in service: two processes beneath one that minds them, for these lanes or for all."""
        name = f"w{len(self.running)}@tests"
        flags = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        return self._spawn("worker", "--hostname", name, *flags, *(["--queues", ",".join(lanes)] if lanes else []))

    def start_beat(self) -> psutil.Popen:
        """The clock."""
        return self._spawn("beat", "--pidfile", "", "--loglevel", "WARNING")

    def start(self) -> None:
        """One worker and one beat."""
        self.start_worker()
        self.start_beat()

    def kill(self, process: psutil.Popen) -> None:
        """SIGKILL to a process and all that it started, at once: nothing gets to tidy up."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def lose_every_message(self) -> None:
        """What a broker without its file remembers: nothing."""
        with redis.Redis(unix_socket_path=str(self.broker.socket)) as client:
            client.flushall()

    def waiting(self, lane: str) -> int:
        """How many messages stand in a lane and were taken by nobody."""
        with redis.Redis(unix_socket_path=str(self.broker.socket)) as client:
            return int(client.llen(lane))

    def said(self) -> str:
        """What the processes wrote."""
        file = self.folder / "said"
        return file.read_text(errors="replace") if file.exists() else ""

    def stop(self) -> None:
        """End everything."""
        self.mailbox.released.set()
        for process in list(self.running):
            self.kill(process)
        sys.stderr.write(self.said()[-4000:])  # shown with a test that failed
        self.post.stop()
        self.broker.stop()


@contextmanager
def sweepers(folder: Path) -> Iterator[Sweepers]:
    """A broker and a mail server that are up, with no worker yet."""
    made = Sweepers(folder)
    try:
        made.broker.start()
        made.post.start()
        yield made
    finally:
        made.stop()
