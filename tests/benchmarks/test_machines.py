"""The proof with two machines: what it adds to the judge, and clients that ask the other machine."""

import threading
from http.server import HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import machines
from benchmarks.faults.clients import Client
from benchmarks.faults.history import Log, Said, Story, read_clients
from tests.benchmarks.test_faults import Moody
from tests.servers import free_port


def judged(folder: Path, *, said: Said, silence: float = 13.0, forced: tuple[str, ...] = ()) -> dict[str, Any]:
    log = Log(folder / "client-0.jsonl")
    log.add(said)
    log.close()
    watch = SimpleNamespace(silence={"deliver_notifications": silence}, connections=20)
    stack = SimpleNamespace(folder=folder)
    kept = {"broken": {"alerts lost": 0}, "passed": True}
    return machines._with_bounds(stack, kept, {"calm": [0, 9]}, watch, list(forced))  # type: ignore[arg-type]


def test_a_connection_that_breaks_is_asked_again_and_an_error_is_not_forgiven(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert judged(tmp_path / "a", said=Said(1, 0, "failed", problem="ConnectionResetError"))["passed"]
    assert not judged(tmp_path / "b", said=Said(1, 0, "failed", problem="503"))["passed"]


@pytest.mark.parametrize("plant", [{"silence": 121.0}, {"forced": ("worker-1@two",)}])
def test_a_silent_sweep_or_a_process_that_does_not_end_is_found(tmp_path: Path, plant: dict[str, Any]) -> None:
    assert not judged(tmp_path, said=Said(1, 0, "answered", 201, "a"), **plant)["passed"]


def test_a_client_asks_the_other_machine_when_one_is_away(tmp_path: Path) -> None:
    Moody.keys[:] = ["", ""]  # from the third time on it answers
    server = HTTPServer(("127.0.0.1", 0), Moody)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    story = Story(1, "emergency", "check-in", "the-key", "patient", "duty1", "p", "token")
    try:
        Client(0, free_port(), tmp_path, seed=1, beside=(server.server_port,)).tell([story], 0, 0)
    finally:
        server.shutdown()
        server.server_close()
        Moody.keys.clear()
    assert [line.what for line in read_clients(tmp_path)] == ["sent", "failed", "sent", "answered"]
