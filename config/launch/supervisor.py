"""Keeps processes running: starts them in order, starts again what dies, and stops all of them in order."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from config.launch.guardian import Guardian, tell
from config.launch.problem import LaunchError
from config.launch.processes import Process

PR_SET_PDEATHSIG = 1
LOOK_EVERY = 0.2
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
STEADY_AFTER = 30.0  # a process that lived this long starts again without delay
LARGEST_LOG = 20 * 1024 * 1024
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


class Child:
    """One process that is kept running."""

    def __init__(self, process: Process, root: Path, logs: Path) -> None:
        self.process = process
        self.root = root
        self.log = logs / f"{process.name}.log"
        self.running: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_at = 0.0
        self.delay = FIRST_DELAY / 2

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches only the supervisor."""
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(
                self.process.command,
                cwd=self.root,
                env=self.process.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                preexec_fn=_dies_with(os.getpid(), self.process.death_signal),  # noqa: PLW1509 - one thread here
            )
        self.started_at = time.monotonic()

    def look(self) -> None:
        """Start it again when it has died, later each time it dies young."""
        now = time.monotonic()
        if self.running is None:
            if now >= self.start_at:
                self._start_again(now)
            return
        status = self.running.poll()
        if status is None:
            self._keep_log_small()
            return
        self._kill_group()
        self.running = None
        self._later(now, f"ended ({_reason(status)})")

    def _start_again(self, now: float) -> None:
        try:
            self.start()
        except OSError as problem:
            self._later(now, f"cannot be started ({problem.strerror})")

    def _later(self, now: float, what: str) -> None:
        steady = now - self.started_at > STEADY_AFTER
        self.delay = FIRST_DELAY if steady else min(self.delay * 2, LONGEST_DELAY)
        self.start_at = now + self.delay
        say(f"The {self.process.name} process {what}; starting it again in {self.delay:g} s. See {self.log}")

    def stop(self) -> None:
        """Ask it to end, insist when its grace is over, and leave nothing of its group."""
        if self.running is None:
            return
        self.running.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.running.wait(self.process.grace)
        self._kill_group()
        self.running.wait()
        self.running = None

    def _kill_group(self) -> None:
        """Workers outlive a parent that was killed; they hold its port and its tasks."""
        if self.running is not None:
            tell(self.running.pid, signal.SIGKILL)

    def _keep_log_small(self) -> None:
        if self.log.stat().st_size > LARGEST_LOG:
            self.log.with_suffix(".log.1").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)


def _dies_with(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    """What runs in the child before its program: the kernel signals it when the supervisor is gone (Linux)."""
    if LIBC is None:
        return None

    def ask() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _reason(status: int) -> str:
    if status < 0:
        with suppress(ValueError):
            return f"signal {signal.Signals(-status).name}"
    return f"status {status}"


class Supervisor:
    """Runs processes until it is told to stop."""

    def __init__(self, root: Path, logs: Path) -> None:
        self.root = root
        self.logs = logs
        self.children: list[Child] = []
        self.guardian = Guardian(root)
        self.stopping = threading.Event()

    def listen(self) -> None:
        """SIGTERM and SIGINT ask for a clean stop."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def add(self, processes: Sequence[Process]) -> None:
        """Start these and keep them running."""
        for process in processes:
            child = Child(process, self.root, self.logs)
            child.start()
            self.children.append(child)
            self._tell_guardian()

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> bool:
        """Look after the children until something is ready; false when asked to stop meanwhile."""
        deadline = time.monotonic() + seconds
        while not self.stopping.is_set():
            if ready():
                return True
            if time.monotonic() > deadline:
                raise LaunchError(f"{what} did not become ready in {seconds:g} seconds: see the files in {self.logs}.")
            self._look_after()
        return False

    def run(self) -> None:
        """Look after the children until asked to stop."""
        while not self.stopping.is_set():
            self._look_after()

    def _look_after(self) -> None:
        for child in self.children:
            child.look()
        self._tell_guardian()
        self.stopping.wait(LOOK_EVERY)

    def stop(self) -> None:
        """Stop everything: the web server first, so that no new work comes, and the broker last."""
        order = ("web", "beat", "worker", "urgent", "broker")
        for child in sorted(self.children, key=lambda child: order.index(child.process.name)):
            child.stop()
        self.guardian.dismiss()

    def _tell_guardian(self) -> None:
        self.guardian.watch({child.running.pid for child in self.children if child.running is not None})
