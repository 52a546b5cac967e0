"""Ends what a killed supervisor leaves behind, grandchildren included.

The guardian is a process of its own that reads from the supervisor, line by line, which process groups are running.
When the supervisor is gone, however it went, the kernel closes that pipe, and the guardian ends the groups of the
last line. It works where the kernel has no death signal, and for the workers of a child that died without asking them.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 5.0


class Guardian:
    """The supervisor's end of the pipe."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.told: set[int] = set()
        self.process: subprocess.Popen[str] | None = None

    def watch(self, groups: set[int]) -> None:
        """Tell which groups are running; a guardian that was killed is replaced."""
        if self.process is None or self.process.poll() is not None:
            self.process = self._start()
            self.told = set()
        if groups != self.told and self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.write(" ".join(map(str, sorted(groups))) + "\n")
                self.process.stdin.flush()
                self.told = groups

    def dismiss(self) -> None:
        """Everything has ended cleanly; the guardian ends with nothing to do."""
        if self.process is not None:
            self.watch(set())
            self.process.communicate()
            self.process = None

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "config.launch.guardian"]
        return subprocess.Popen(command, cwd=self.root, stdin=subprocess.PIPE, text=True, start_new_session=True)


def main() -> None:
    """Read groups until the end of the input, then end those of the last line."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    last = ""
    for line in sys.stdin:
        last = line
    end_groups(int(group) for group in last.split())


def end_groups(groups: Iterable[int]) -> None:
    """Ask every group to end, and insist when the grace is over."""
    deadline = time.monotonic() + GRACE_SECONDS
    left = {group for group in groups if tell(group, signal.SIGTERM)}
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if tell(group, 0)}
    for group in left:
        tell(group, signal.SIGKILL)


def tell(group: int, number: int) -> bool:
    """Send a signal to a group; whether there was anybody to receive it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    main()
