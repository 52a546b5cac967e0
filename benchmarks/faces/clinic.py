"""The demo clinic under a browser: the launcher's own, in a folder that goes when it ends."""

import http.client
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.servers import die_with_parent, free_port

ROOT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the site answers, and the password of its demo people."""

    url: str
    password: str


@contextmanager
def running(address: str | None, password: str) -> Iterator[Place]:
    """The site at `address`, or one started here for as long as it is needed."""
    if address:
        yield Place(address.rstrip("/"), password)
        return
    folder, port, chosen = Path(tempfile.mkdtemp(prefix="ek-faces-")), free_port(), secrets.token_urlsafe(12)
    environment = {**os.environ, "VAR_DIR": str(folder), "PORT": str(port), "DEMO_PASSWORD": chosen}
    with (folder / "run.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.launch", "run"],
            cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads yet
        )  # fmt: skip
    place = Place(f"http://127.0.0.1:{port}", chosen)
    try:
        _wait_until_ready(place, process, folder)
        yield place
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(place: Place, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _is_ready(place):
            return
        time.sleep(0.5)
    raise SystemExit("The demo clinic did not start:\n" + (folder / "run.log").read_text(encoding="utf-8")[-2000:])


def _is_ready(place: Place) -> bool:
    connection = http.client.HTTPConnection(place.url.removeprefix("http://"), timeout=5)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    return False
