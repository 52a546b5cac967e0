"""An urgent report asks for its delivery at once; a broker that is away costs a moment and nothing else."""

import json
import logging
import socket
import time
from collections.abc import Iterator

import pytest
import redis
from django.db import transaction

from config.sweeps import lane_of
from monitoring import hints, tasks
from tests.servers import Valkey

QUIET_BROKER_SECONDS = 3  # its two short time-outs and a slow machine; the ordinary time-out is 5 s


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that were asked for."""
    asked: list[str] = []
    monkeypatch.setattr(hints.post, "send_task", lambda name, **_: asked.append(name))
    return asked


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("level", "asked"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (None, 1)])
def test_only_what_cannot_wait_is_asked_for(level: int | None, asked: int, queued: list[str]) -> None:
    hints.hint_delivery(level)
    assert queued == [hints.DELIVERY] * asked


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_for_before_the_commit_nor_after_a_rollback(queued: list[str]) -> None:
    with transaction.atomic():
        hints.hint_delivery(4)
        assert queued == []
    assert len(queued) == 1
    with transaction.atomic():
        hints.hint_delivery(4)
        transaction.set_rollback(True)
    assert len(queued) == 1


def broker(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setitem(hints.post.conf, "broker_write_url", url)


def test_the_task_and_the_lane_it_names_are_those_of_the_clock() -> None:
    assert tasks.deliver_notifications.name == hints.DELIVERY
    assert lane_of("deliver_notifications") == hints.LANE


def test_a_hint_is_a_task_without_arguments_that_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Valkey()
    try:
        broker(monkeypatch, server.start().url.replace("unix://", "redis+socket://"))
        hints._ask()
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            (queue,) = client.scan_iter(_type="list")
            (message,) = client.lrange(queue, 0, -1)
        assert queue.decode() == hints.LANE
        assert json.loads(message)["headers"]["task"] == hints.DELIVERY
        assert json.loads(message)["headers"]["argsrepr"] == "()"
        assert json.loads(message)["headers"]["expires"]
    finally:
        server.stop()


@pytest.fixture
def silent() -> Iterator[str]:
    """A broker that takes the connection and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


@pytest.mark.parametrize("kind", ["nobody listens", "no socket", "silent"])
def test_a_broker_that_is_away_costs_a_moment(
    kind: str, silent: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    urls = {"nobody listens": "redis://127.0.0.1:1/0", "no socket": "redis+socket:///nowhere/x.sock", "silent": silent}
    broker(monkeypatch, urls[kind])
    began = time.monotonic()
    with caplog.at_level(logging.WARNING, "monitoring.hints"):
        hints._ask()
    assert time.monotonic() - began < QUIET_BROKER_SECONDS
    assert [each.message for each in caplog.records] == ["hint_lost"]
