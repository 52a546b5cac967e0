"""Loaded by pytest before Django reads its settings: starts the servers, and closes the network.

Django's settings are read before any plugin hook runs, so the servers must be up when this module is imported;
started later, the suite would silently run on SQLite. Workers of pytest-xdist inherit what the first process set.
"""

import atexit
import gc
import ipaddress
import os
import shutil
import socket
import tempfile
from typing import Any

import pytest

from tests.servers import Postgres, Valkey

STARTED: list[str] = []


def _start_services() -> None:
    """Give the suite a PostgreSQL and a Valkey of its own, unless TEST_DATABASE_URL or TEST_REDIS_URL name others."""
    folder = tempfile.mkdtemp(prefix="ek-var-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["VAR_DIR"] = folder
    os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or _postgres()
    os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or _valkey()


def _postgres() -> str:
    server = Postgres()
    atexit.register(server.stop)
    STARTED.append(f"PostgreSQL on port {server.start().port}")
    return server.url


def _valkey() -> str:
    server = Valkey()
    atexit.register(server.stop)
    STARTED.append(f"Valkey on {server.start().socket}")
    return server.url


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class NetworkClosedError(AssertionError):
    """A test reached for another machine."""


def _close_network() -> None:
    """Refuse every connection that would leave this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(original: Any) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            if not _is_local(address):
                raise NetworkClosedError(f"The suite has no network: {address!r}")
            return original(self, address)

        return call

    socket.socket.connect = guarded(connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded(connect_ex)  # type: ignore[method-assign]


# All that is imported and collected stays until the end: looking through it again and again finds no garbage.
gc.disable()
if "PYTEST_XDIST_WORKER" not in os.environ:
    _start_services()
_close_network()


def find_chromium() -> str | None:
    """The machine's own Chromium; none is ever downloaded."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser that a test marked `browser` drives."""
    path = find_chromium()
    assert path, "a test that asks for chromium is marked browser"
    return path


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without a browser its tests skip, saying so; where the result decides (CI) they fail."""
    if item.get_closest_marker("browser") and not find_chromium():
        reason = "Chromium is not installed (apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on there is garbage."""
    gc.freeze()
    gc.enable()


def pytest_report_header() -> str:
    """Say which servers the tests run on."""
    return "services: " + (", ".join(STARTED) or "given by the environment")
