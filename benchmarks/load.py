"""A small closed-loop load: a few connections, each sending its next request when the last was answered.

It shares the cores with the servers it measures, the same for each of them: compare the ratios.
"""

import atexit
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.servers import die_with_parent, free_port

CONNECTIONS = 8
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def serve(application: str, **environment: str) -> int:
    """Start gunicorn on a free port of the loopback address and return the port once it answers."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        application,
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(WORKERS),
        "--threads",
        "4",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads yet
    )
    atexit.register(process.terminate)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/livez")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return port
    raise RuntimeError(f"{application} did not start")


def send_all(port: int, requests: Sequence[Request], expected: Callable[[int], bool]) -> int:
    """Send every request once over CONNECTIONS connections; an unexpected status is a RuntimeError."""
    shares = [requests[number::CONNECTIONS] for number in range(CONNECTIONS)]
    faults: list[str] = []

    def client(share: Sequence[Request]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for one in share:
            connection.request(one.method, one.path, one.body or None, one.headers)
            answer = connection.getresponse()
            answer.read()
            if not expected(answer.status):
                faults.append(f"{one.path}: {answer.status}")
                return

    threads = [threading.Thread(target=client, args=(share,)) for share in shares if share]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(f"the server answered {faults[0]}")
    return len(requests)
