"""What a carrier took is noted before the next message of the channel is handed over: a kill leaves one to repeat."""

import threading
from datetime import datetime
from typing import Any

import pytest

from monitoring.notifications import senders
from monitoring.notifications.actions import completing, delivering
from monitoring.notifications.models import Channel, Notification
from monitoring.notifications.rules import LANE
from monitoring.notifications.senders.kinds import wait_for_the_turn
from tests.monitoring.notifications.conftest import Queue

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happened, in order: a message was taken by the carrier, and it was noted here."""
    happened: list[str] = []
    together = threading.Barrier(LANE)

    def write(_: Notification) -> senders.Letter:
        def post() -> None:
            together.wait(20)  # every line of the lane is open at once
            wait_for_the_turn()
            happened.append("taken")

        return senders.Letter(post)

    note = completing.accept

    def accept(**given: Any) -> bool:
        happened.append("noted")
        return note(**given)

    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, write)
    monkeypatch.setattr(delivering.completing, "accept", lambda message, **given: accept(message=message, **given))
    return happened


def test_lines_are_opened_side_by_side_and_taken_one_by_one(queue: Queue, now: datetime, said: list[str]) -> None:
    for _ in range(LANE):
        queue()
    assert delivering.deliver_due_notifications(now=now, jitter=lambda: 0.0) == LANE
    assert said == ["taken", "noted"] * LANE


def test_one_that_hangs_when_it_has_its_turn_holds_up_the_others_for_moments_only(
    queue: Queue, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "TURN_SECONDS", 0.05)
    others_done = threading.Semaphore(0)
    first = threading.Lock()

    def write(_: Notification) -> senders.Letter:
        def post() -> None:
            wait_for_the_turn()
            if first.acquire(blocking=False):
                assert all(others_done.acquire(timeout=20) for _ in range(LANE - 1))
            else:
                others_done.release()

        return senders.Letter(post)

    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, write)
    for _ in range(LANE):
        queue()
    assert delivering.deliver_due_notifications(now=now, jitter=lambda: 0.0) == LANE
