"""The supervisor for real: whatever is killed comes back, and nothing outlives it."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from tests.architecture.house import ROOT
from tests.servers import Postgres, Valkey, free_port
from tests.sweeping import SECONDS, until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

BARE_PYTHON = getattr(sys, "_base_executable", sys.executable)
# A word of each child's command line.
CHILDREN = {
    "broker": "unixsocket",
    "web": "gunicorn",
    "worker": "worker@%h",
    "urgent": "urgent@%h",
    "beat": "--pidfile",
}


class Running:
    """One supervisor with a folder and a port of its own."""

    def __init__(self, folder: Path, **values: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.said = folder / "said"
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = {**kept, "VAR_DIR": str(folder / "var"), "PORT": str(self.port), "DEMO": "0", **values}
        with self.said.open("wb") as output:
            self.process = psutil.Popen(
                [BARE_PYTHON, "-m", "config.launch", "run"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.seen: set[psutil.Process] = set()

    def wait_until_ready(self) -> None:
        until(lambda: "Evenkeel is ready" in self.output() or self.process.poll() is not None, "ready")
        assert self.process.poll() is None, self.output()
        assert f"Evenkeel is ready: http://127.0.0.1:{self.port}/" in self.output().splitlines()

    def output(self) -> str:
        return self.said.read_text(errors="replace")

    def child(self, name: str) -> psutil.Process | None:
        for process in self.process.children():
            with suppress(psutil.NoSuchProcess):
                if CHILDREN[name] in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                    return process
        return None

    def kill(self, name: str) -> psutil.Process:
        """SIGKILL to the child of this name."""
        until(lambda: self.child(name) is not None, name)
        found = self.child(name)
        assert found is not None
        found.kill()
        return found

    def remember(self) -> None:
        """Note every process below the supervisor, to ask later whether it is gone."""
        self.seen |= set(self.process.children(recursive=True))

    def left_over(self) -> list[psutil.Process]:
        left = []
        for process in self.seen:
            with suppress(psutil.NoSuchProcess):  # ended between the two questions
                if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                    left.append(process)
        return left

    def answers(self, path: str = "/livez") -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def begin(**values: str) -> Running:
        started.append(Running(tmp_path, **values))
        started[-1].wait_until_ready()
        started[-1].remember()
        return started[-1]

    yield begin
    for running in started:
        if running.process.is_running():
            running.remember()
            running.process.kill()
            running.process.wait()
        for process in running.left_over():
            with suppress(psutil.NoSuchProcess):
                process.kill()


def test_what_is_killed_comes_back_and_sigterm_ends_everything(start: Callable[..., Running]) -> None:
    running = start()
    for name in CHILDREN:
        killed = running.kill(name)
        until(lambda name=name, killed=killed: running.child(name) not in {None, killed}, f"{name} came back")  # type: ignore[misc]
    until(running.answers, "the web server answers again")
    running.remember()

    running.process.send_signal(signal.SIGTERM)

    assert running.process.wait(SECONDS) == 0, running.output()
    until(lambda: not running.left_over(), "nothing is left")
    assert "Traceback" not in running.output()
    assert not (running.folder / "var" / "broker.sock").exists()


def test_nothing_outlives_a_supervisor_that_is_killed_and_the_next_start_works(start: Callable[..., Running]) -> None:
    running = start()

    running.process.kill()
    running.process.wait()

    until(lambda: not running.left_over(), "every child ended")
    again = start()
    assert until(again.answers, "the second start answers")
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(SECONDS) == 0, again.output()


def test_two_addresses_alone_move_it_to_postgresql_and_redis(start: Callable[..., Running]) -> None:
    database, queue = Postgres(), Valkey()
    try:
        running = start(DATABASE_URL=database.start().url, REDIS_URL=queue.start().url)

        until(lambda: running.answers("/readyz"), "worker and beat have swept once")
        assert running.child("broker") is None
        assert not list((running.folder / "var").glob("*.sqlite3"))
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(SECONDS) == 0, running.output()
    finally:
        database.stop()
        queue.stop()


def test_grandchildren_end_too_when_supervisor_and_child_are_killed_at_once(start: Callable[..., Running]) -> None:
    running = start()
    until(lambda: len(running.process.children(recursive=True)) > len(CHILDREN) + 3, "the workers' own processes")
    running.remember()
    worker = running.child("worker")
    assert worker is not None

    running.process.suspend()
    worker.kill()
    running.process.kill()

    until(lambda: not running.left_over(), "every process ended")
