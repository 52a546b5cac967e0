"""Messages in the outbox, and a clock that ticks only when told."""

import itertools
import uuid
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import datetime
from typing import Any

import pytest

from monitoring.notifications.actions import deliver_due_notifications, queue_notification
from monitoring.notifications.models import Channel, Notification, Template
from monitoring.people.models import User

Queue = Callable[..., Notification]
Deliver = Callable[..., int]


@pytest.fixture
def queue(clinician: User, now: datetime) -> Queue:
    """Queue a message; every call is another occasion unless a key is given."""
    numbers = itertools.count()

    def call(**changes: Any) -> Notification:
        fields: dict[str, Any] = {
            "recipient": clinician,
            "channel": Channel.EMAIL,
            "template": Template.ALERT,
            "ref_type": "alert",
            "ref_id": uuid.UUID(int=7),
            "urgent": True,
            "dedupe_key": f"occasion {next(numbers)}",
            "now": now,
        }
        return queue_notification(**{**fields, **changes})

    return call


class AtOnce(Executor):
    """Does everything where and when it is asked for, so that what a carrier does meanwhile has an order."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the sweep asks for it
            done.set_exception(error)
        return done


@pytest.fixture
def deliver() -> Deliver:
    """Run the delivery sweep with no jitter and a stopwatch that stands still."""

    def call(now: datetime, **changes: Any) -> int:
        fields: dict[str, Any] = {"jitter": lambda: 0.0, "ticks": lambda: 0.0, "pool": AtOnce()}
        return deliver_due_notifications(now=now, **{**fields, **changes})

    return call
