"""The shipped processes on servers of their own: started, killed and started again at will."""

import contextlib
import http.client
import logging
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.faults.gateway import Gateway
from benchmarks.faults.history import Kill, Log, clock
from benchmarks.faults.receiver import Receiver
from benchmarks.faults.servers import DATABASES, Broker, PostgresDatabase
from config.environment import Environment
from config.launch.places import ROOT, Places
from config.launch.processes import Address, Process, app_processes
from tests.servers import die_with_parent, free_port

READY_SECONDS = 90.0
AGAIN_SECONDS = 0.5
NO_BROKER = "redis://127.0.0.1:1/0"


class Stack:
    """Database, broker, web, worker and beat, and a mail server and a text gateway that count.

    Processes must be started and killed from one thread that lives as long as they: they end with it.
    """

    def __init__(self, database: str, *, with_broker: bool = True, **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ek-proof-"))
        self.database = DATABASES[database]()
        self.broker = Broker() if with_broker else None
        self.receiver = Receiver(self.folder / "receiver.jsonl")
        self.gateway = Gateway(self.receiver)
        self.kills = Log(self.folder / "kills.jsonl")
        self.address = Address("127.0.0.1", free_port())
        self.more = environment
        self.keep = False  # whether somebody will want to read what was noted
        self.commands: dict[str, Process] = {}
        self.running: dict[str, psutil.Popen] = {}
        self.started: dict[str, float] = {}

    def begin(self) -> None:
        """Servers up, tables and static files made, and Django ready in this process too; no process yet."""
        self.database.begin()
        if self.broker:
            self.broker.start()
        self.receiver.start()
        self.gateway.start()
        environment = self.environment()
        os.environ.update(environment)
        places = Places(ROOT, self.folder, Environment(dict(os.environ)))
        places.logs.mkdir(exist_ok=True)
        processes = app_processes(places, self.address, environment["REDIS_URL"])
        self.commands = {process.name: process for process in processes}
        import django

        django.setup()
        from django.core.management import call_command

        logging.getLogger("mail.log").setLevel(logging.WARNING)  # the receiver's every line
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)

    def environment(self) -> dict[str, str]:
        """What every process of it is started with, whichever machine it stands for."""
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database.url,
            "REDIS_URL": self.broker.url if self.broker else NO_BROKER,
            "EMAIL_URL": self.receiver.url,
            "PORT": str(self.address.port),
            "SECRET_KEY": "only-for-proofs-" + "0" * 40,
            "AUDIT_KEY": "only-for-proofs-" + "1" * 40,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DEBUG": "0",
            **self.gateway.environment,
            **self.more,
        }

    def add(self, name: str, *arguments: str) -> None:
        """Add a process beside the shipped ones: a management command."""
        web = self.commands["web"]
        self.commands[name] = Process(name, [web.command[0], "manage.py", *arguments], web.environment)

    def start(self, *names: str) -> None:
        """Start these and wait until the web server, when among them, answers."""
        for name in names:
            self._start(name)
        if "web" in names:
            self.until(self.answers, "the web server answers")

    def _start(self, name: str) -> None:
        process, self.started[name] = self.commands[name], time.monotonic()
        with (self.folder / "log" / f"{name}.log").open("ab") as output:
            self.running[name] = psutil.Popen(
                process.command,
                cwd=ROOT,
                env=process.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def kill(self, what: str, chance: random.Random) -> None:
        """SIGKILL to one part of the whole, noted before it happens."""
        if what == "database" and isinstance(self.database, PostgresDatabase):
            at = clock()
            self.kills.add(Kill(at, what, self.database.kill(chance)))
        elif what == "broker" and self.broker:
            self.kills.add(Kill(clock(), what))
            self.broker.kill()
        else:
            self._kill_process(what, chance)

    def _kill_process(self, name: str, chance: random.Random) -> None:
        """The process with all that it started, or only one of those, which the first then replaces."""
        if self.running[name].poll() is not None:
            self._start(name)
        process = self.running[name]
        with contextlib.suppress(psutil.NoSuchProcess):
            children = process.children(recursive=True)
            if children and chance.random() < 0.4:
                self.kills.add(Kill(clock(), name, "one of its processes"))
                chance.choice(children).kill()
                return
            self.kills.add(Kill(clock(), name, "all of it"))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def mend(self) -> None:
        """Start again whatever does not run: the database and the broker first."""
        self.database.again()
        if self.broker and self.broker.process and self.broker.process.poll() is not None:
            self.broker.again()
        for name, process in list(self.running.items()):
            # One that ends at once, again and again, must not take the machine from the others.
            if process.poll() is not None and time.monotonic() > self.started[name] + AGAIN_SECONDS:
                self._start(name)

    def answers(self) -> bool:
        """Whether the web server does."""
        return self._says_yes("/livez")

    def ready(self) -> bool:
        """Whether every vital sweep has run lately."""
        return self._says_yes("/readyz")

    def _says_yes(self, path: str) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.address.port, timeout=5)
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def until(self, look: Callable[[], object], what: str, seconds: float = READY_SECONDS) -> None:
        """Wait for it, mending what dies meanwhile; RuntimeError when it does not come."""
        deadline = time.monotonic() + seconds
        while not look():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what}: not within {seconds:g} s; see {self.folder / 'log'}")
            time.sleep(0.1)
            self.mend()

    def stop(self) -> None:
        """End every process and server."""
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running.clear()
        self.receiver.stop()
        self.gateway.stop()
        self.kills.close()
        if self.broker:
            self.broker.stop()
        from django.db import connections

        connections.close_all()
        self.database.stop()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)
