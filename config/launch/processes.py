"""The processes of one machine, in the order in which they start."""

import signal
from dataclasses import dataclass, field
from pathlib import Path

from config.launch import broker
from config.launch.places import Places
from config.launch.problem import LaunchError


@dataclass(frozen=True)
class Process:
    """What is kept running: its command, the seconds it may take to stop, its end when the supervisor is killed."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(repr=False)
    grace: float = 2.0
    death_signal: signal.Signals = signal.SIGTERM


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def bind(self) -> str:
        """As gunicorn takes it."""
        host = self.host.strip("[]")
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    @property
    def reachable(self) -> str:
        """A host by which this machine itself reaches it."""
        host = self.host.strip("[]")
        return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104

    @property
    def url(self) -> str:
        """As a person types it."""
        host = f"[{self.reachable}]" if ":" in self.reachable else self.reachable
        return f"http://{host}:{self.port}/"


def read_address(places: Places) -> Address:
    """HOST and PORT."""
    host = places.env.text("HOST", "127.0.0.1")
    if "/" in host or " " in host:
        raise LaunchError("HOST must be an address of this machine such as 127.0.0.1 or 0.0.0.0.")
    return Address(host, places.env.number("PORT", 8000, low=1, high=65535))


def broker_process(places: Places, socket: Path) -> Process:
    """The embedded broker, with its append-only file under var/."""
    folder = places.var / "broker"
    folder.mkdir(mode=0o700, exist_ok=True)
    program = broker.find_program(places.venv)
    return Process("broker", broker.command(program, socket=socket, folder=folder), places.child_environment())


def app_processes(places: Places, address: Address, redis_url: str) -> list[Process]:
    """Web server, workers and beat; each its own process, because a beat inside a killed worker would go on alone.

    One worker takes whatever comes; the other is kept free for alerts that wait for an answer and their messages, and
    does two things at once: a carrier that hangs can hold a delivery for ten seconds.
    """
    environment = places.child_environment(REDIS_URL=redis_url)
    python = str(places.python)
    celery = [python, "-m", "celery", "--app", "config.celery", "--quiet"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    return [
        Process("web", [python, "-m", "gunicorn", "config.wsgi:application", *_gunicorn(address)], environment, 3.0),
        # A killed supervisor cannot wait for tasks to end, and the database remembers what was not done.
        *(
            Process(name, [*celery, "worker", *own, *quiet], environment, 3.0, death_signal=signal.SIGQUIT)
            for name, own in (
                ("worker", ["--hostname", "worker@%h", "--concurrency", "2"]),
                ("urgent", ["--hostname", "urgent@%h", "--concurrency", "2", "--queues", "urgent"]),
            )
        ),
        Process("beat", [*celery, "beat", "--pidfile", "", "--loglevel", "INFO"], environment),
    ]


def _gunicorn(address: Address) -> list[str]:
    options = {
        "--bind": address.bind,
        "--worker-class": "gthread",
        "--workers": "2",
        "--threads": "4",
        "--timeout": "60",
        "--graceful-timeout": "2",
        "--keep-alive": "5",
        "--max-requests": "5000",
        "--max-requests-jitter": "500",
        "--log-level": "warning",
        "--limit-request-line": "4094",
    }
    return ["--no-control-socket", *(part for pair in options.items() for part in pair)]
