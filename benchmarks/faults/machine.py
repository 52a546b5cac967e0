"""A machine of several: the processes of the shipped units, with a folder, a port and names of its own."""

import contextlib
import http.client
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from typing import Final

import psutil

from benchmarks.faults.history import Kill, clock
from benchmarks.faults.stack import READY_SECONDS, Stack
from benchmarks.faults.units import Unit, units, values_of
from config.launch.processes import Process
from tests.servers import free_port

STATIC: Final = "static"


class Machine:
    """The units of one machine on the servers of a stack, started and ended as systemd would."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.stack = stack
        self.name = name
        self.port = free_port()
        self.folder = stack.folder / name
        self.units = {f"{unit.name}@{name}": unit for unit in units()}
        self.forced: list[str] = []  # what did not end in the time its unit gives
        for process, unit in self.units.items():
            stack.commands[process] = self._command(process, unit)

    def _command(self, process: str, unit: Unit) -> Process:
        """As the unit says, with this checkout for the installed one and this machine's folder, port and name."""
        values = {**values_of(unit), **self.stack.environment(), "VAR_DIR": str(self.folder)}
        values["BIND"] = f"127.0.0.1:{self.port}"
        program, *words = unit.words(values)
        if program != f"{unit.folder}/.venv/bin/python":
            raise RuntimeError(f"{unit.name} starts {program}, not the installed Python")
        command = [sys.executable, *(word.replace("%H", self.name) for word in words)]
        return Process(process, command, {**os.environ, **values}, unit.stop_seconds)

    def prepare(self) -> None:
        """Its folder, with the static files that the stack has collected."""
        shutil.copytree(self.stack.folder / STATIC, self.folder / STATIC)

    def start(self) -> None:
        """Everything, as `systemctl start evenkeel.target` does."""
        self.stack.start(*self.units)

    def wait(self) -> None:
        """Until its web server answers."""
        self.stack.until(self.answers, f"the web server of machine {self.name}")

    def answers(self) -> bool:
        """Whether its web server does."""
        return self.ask("/livez") == http.HTTPStatus.OK

    def ask(self, path: str) -> int:
        """The status of an answer; 0 when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", path)
            return connection.getresponse().status
        return 0

    def kill(self) -> None:
        """SIGKILL to everything at once, as a machine that loses its power; it stays away until it is started."""
        running = [self.stack.running.pop(process) for process in self.units]
        for unit in self.units.values():
            what = unit.name.partition("-")[0]
            self.stack.kills.add(Kill(clock(), what, f"{unit.name} of machine {self.name}"))
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in running:
            process.wait()

    def reload(self) -> None:
        """What `systemctl reload` sends to the web server, until every process of it is a new one."""
        web = self.stack.running[f"web@{self.name}"]
        before = set(web.children())
        web.send_signal(signal.SIGHUP)
        self._until(lambda: before.isdisjoint(web.children()) and self.answers(), "new web processes")

    def restart(self) -> None:
        """`systemctl restart` of each service: SIGTERM, the time its unit gives, then what is left is killed."""
        for process, unit in self.units.items():
            self._end(process, unit)
            self.stack.start(process)
            if unit.name == "web":
                self._until(self.answers, "the web server")

    def _end(self, name: str, unit: Unit) -> None:
        process = self.stack.running.pop(name)
        process.terminate()
        try:
            process.wait(unit.stop_seconds)
        except psutil.TimeoutExpired:
            self.forced.append(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _until(self, look: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not look():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} of machine {self.name}: not within {READY_SECONDS:g} s")
            time.sleep(0.1)
