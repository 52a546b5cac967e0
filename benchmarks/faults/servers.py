"""The database and the broker of a proof: real servers that can be killed like a machine that loses its power."""

import contextlib
import random
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psutil
import redis

from benchmarks.database import DURABLE
from tests.servers import Postgres, Valkey

FREE_SECONDS = 30.0


class Database(Protocol):
    """What holds the truth."""

    @property
    def url(self) -> str:
        """The value for DATABASE_URL."""

    @property
    def is_a_server(self) -> bool:
        """Whether there is a process of its own to kill."""

    def begin(self) -> None:
        """Make it and have it running."""

    def kill(self, chance: random.Random) -> str:
        """SIGKILL; what was killed, in a word."""

    def again(self) -> None:
        """Start it on what the last one left, and wait until it answers."""

    def stop(self) -> None:
        """End it and remove what it wrote."""


class PostgresDatabase(Postgres):
    """A PostgreSQL as durable as a clinic's: fsync on, every commit waited for."""

    is_a_server = True

    def __init__(self) -> None:
        super().__init__(settings=DURABLE)

    def begin(self) -> None:
        """Make the cluster and start it."""
        self.start()

    def kill(self, chance: random.Random) -> str:
        """Kill the whole server, or one of its processes, upon which it ends all connections and recovers."""
        process = _running(self.process)
        family = psutil.Process(process.pid).children(recursive=True)
        if family and chance.random() < 0.4:
            with contextlib.suppress(psutil.NoSuchProcess):
                chance.choice(family).kill()
            return "one of its processes"
        process.kill()
        for child in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        process.wait()
        psutil.wait_procs(family, timeout=FREE_SECONDS)
        return "all of it"

    def again(self) -> None:
        """Start anew once the port is free and nobody holds the old lock file; nothing when the server lived on."""
        if _running(self.process).poll() is None:
            return
        _wait_for_free(self.port)
        deadline = time.monotonic() + FREE_SECONDS
        while True:
            try:
                self.resume()
            except RuntimeError:  # its shared memory or lock may be held for a moment more
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return


def _running(process: subprocess.Popen[bytes] | None) -> subprocess.Popen[bytes]:
    if process is None:
        raise RuntimeError("it was never started")
    return process


def _wait_for_free(port: int) -> None:
    deadline = time.monotonic() + FREE_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.05)
            else:
                return
    raise RuntimeError(f"port {port} did not become free")


@dataclass
class SqliteDatabase:
    """A file: no process of its own, so that only its writers can be killed."""

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ek-lite-")))
    is_a_server = False

    @property
    def url(self) -> str:
        """The value for DATABASE_URL."""
        return f"sqlite:///{self.home / 'evenkeel.sqlite3'}"

    def begin(self) -> None:
        """The first writer makes the file."""

    def again(self) -> None:
        """There is nothing to start."""

    def stop(self) -> None:
        """Remove the file."""
        shutil.rmtree(self.home, ignore_errors=True)


DATABASES: dict[str, type[PostgresDatabase] | type[SqliteDatabase]] = {
    "postgresql": PostgresDatabase,
    "sqlite": SqliteDatabase,
}


class Broker(Valkey):
    """The Valkey that is shipped, with its append-only file; it can be killed and be made to forget."""

    def kill(self) -> None:
        """SIGKILL: what it had not written to its file is gone."""
        process = _running(self.process)
        process.kill()
        process.wait()

    def again(self) -> None:
        """Start it on its file."""
        self.socket.unlink(missing_ok=True)
        self.start()

    def forget(self) -> None:
        """FLUSHALL: every message is gone."""
        with contextlib.suppress(redis.RedisError), redis.Redis(unix_socket_path=str(self.socket)) as client:
            client.flushall()
