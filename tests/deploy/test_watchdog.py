"""The program that watches from another machine, against a server that is well, ill, silent or gone."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.house import ROOT
from tests.servers import free_port
from tests.sweeping import until

WATCHDOG = ROOT / "deploy" / "watchdog.py"
QUICK = ("--every", "0.05", "--timeout", "10")


class Site:
    """A site whose state a test sets; it keeps what is posted to it."""

    def __init__(self) -> None:
        self.state, self.looks, self.posted = "ready", 0, list[Any]()
        self.over = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.looks += 1
                site.answer(self)

            def do_POST(self) -> None:
                site.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if self.state == "hangs":
            self.over.wait(30)
            return
        status, body = {
            "ready": (200, b'{"ready": true, "reasons": []}'),
            "stalled": (503, b'{"ready": false, "reasons": ["A sweep has not finished."]}'),
            "another site": (200, b"<h1>Welcome to nginx</h1>"),
        }[self.state]
        request.send_response(status)
        request.end_headers()
        request.wfile.write(body)

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


def watch(url: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(WATCHDOG), url, *QUICK, *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_a_site_that_is_ready_needs_nobody(site: Site) -> None:
    done = watch(site.url, "--once")
    assert (done.returncode, done.stdout, site.looks) == (0, "", 1)


@pytest.mark.parametrize(
    ("state", "said"),
    [("stalled", "A sweep has not finished."), ("hangs", "no proper answer"), ("another site", "no proper answer")],
)
def test_a_site_that_is_not_ready_calls_a_person(site: Site, tmp_path: Path, state: str, said: str) -> None:
    site.state = state
    called = tmp_path / "called"
    ways = ("--webhook", f"{site.url}/hook", "--run", f'echo "$WATCHDOG" > {called}')
    patience = ("--timeout", "0.3") if state == "hangs" else ()
    done = watch(site.url, "--once", "--after", "3", *ways, *patience)
    assert done.returncode == 1, done.stderr
    assert said in done.stdout
    assert site.looks == 3, "not for a single failed look"
    assert said in called.read_text()
    assert [said in each["text"] for each in site.posted] == [True]


def test_a_site_that_is_gone_calls_a_person_and_a_way_that_fails_does_not_stop_the_other(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    called = tmp_path / "called"
    done = watch(url, "--once", "--webhook", f"{url}/hook", "--run", f'echo "$WATCHDOG" > {called}; exit 3')
    assert done.returncode == 1
    assert "is not ready" in called.read_text()
    assert "The webhook failed" in done.stdout
    assert "The command failed" in done.stdout


def test_it_says_once_that_the_site_failed_and_once_that_it_is_back(site: Site) -> None:
    site.state = "stalled"
    command = [sys.executable, "-I", str(WATCHDOG), site.url, *QUICK, "--webhook", f"{site.url}/hook"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
        try:
            until(lambda: site.looks > 8, "it was asked again and again")
            site.state = "ready"
            until(lambda: len(site.posted) > 1, "the watchdog told somebody")
        finally:
            running.kill()
    assert [("not ready" in each["text"], "ready again" in each["text"]) for each in site.posted] == [
        (True, False),
        (False, True),
    ]


def test_a_wrong_call_is_none_of_both() -> None:
    done = subprocess.run([sys.executable, str(WATCHDOG)], capture_output=True, check=False)
    assert done.returncode == 2
