"""`run`: one supervisor, the broker, the web server, the worker and beat, until Ctrl-C."""

import fcntl
import http.client
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from config.launch import broker, checks, keys
from config.launch.places import Places
from config.launch.problem import LaunchError
from config.launch.processes import Address, app_processes, broker_process, read_address
from config.launch.setup import prepare
from config.launch.supervisor import Supervisor, say

READY_SECONDS = 60


def run(places: Places) -> None:
    """Set up, start everything, say when it is ready, and stay until told to stop."""
    address = read_address(places)
    checks.check_machine(places)
    keys.make_keys(places)
    with only_one(places):
        checks.check_port(address.host, address.port)
        welcome = prepare(places)
        supervisor = Supervisor(places.root, places.logs)
        supervisor.listen()
        _serve(places, address, supervisor, welcome)


def _serve(places: Places, address: Address, supervisor: Supervisor, welcome: list[str]) -> None:
    with broker_at(places, supervisor) as redis_url:
        try:
            supervisor.add(app_processes(places, address, redis_url))
            if supervisor.wait_until(lambda: is_live(places, address), "The web server", READY_SECONDS):
                print(f"Evenkeel is ready: {address.url}", *welcome, sep="\n", flush=True)
            supervisor.run()
        finally:
            say("Stopping.")
            supervisor.stop()


@contextmanager
def broker_at(places: Places, supervisor: Supervisor) -> Iterator[str]:
    """Give the broker's URL: the one that REDIS_URL names, else that of one started here."""
    if given := places.env.text("REDIS_URL"):
        yield given
        return
    socket = broker.socket_path(places.var)
    try:
        supervisor.add([broker_process(places, socket)])
        supervisor.wait_until(lambda: broker.answers(socket), "The broker", READY_SECONDS)
        yield broker.url(socket)
    finally:
        supervisor.stop()
        if socket.parent != places.var:
            shutil.rmtree(socket.parent, ignore_errors=True)


@contextmanager
def only_one(places: Places) -> Iterator[None]:
    """Hold the folder's lock; it goes with the process, however that ends."""
    handle = os.open(places.var / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pid = Path(places.var / "running.lock").read_text(encoding="utf-8").strip() or "unknown"
        raise LaunchError(
            f"Evenkeel is already running with the folder {places.var} (process {pid}): stop it first, "
            "or set VAR_DIR to another folder."
        ) from None
    try:
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def is_live(places: Places, address: Address) -> bool:
    """Whether the web server answers /livez."""
    name = places.env.listed("ALLOWED_HOSTS", "localhost")[0].lstrip(".")
    connection = http.client.HTTPConnection(address.reachable, address.port, timeout=5)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/livez", headers={"Host": name})
        return connection.getresponse().status == http.HTTPStatus.OK
    return False
