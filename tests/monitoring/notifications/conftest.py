"""Messages in the outbox, and a clock that ticks only when told."""

import itertools
import ssl
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from monitoring.notifications.actions import deliver_due_notifications, queue_notification
from monitoring.notifications.models import Carrier as CarrierRow
from monitoring.notifications.models import Channel, ContactPoint, ContactPreference, Notification, Template
from monitoring.people.models import User
from tests.monitoring.notifications.carriers import Browser, Carrier, certificate, serving

Queue = Callable[..., Notification]
Deliver = Callable[..., int]
AddNumber = Callable[..., ContactPoint]
AddPush = Callable[..., tuple[ContactPoint, Browser]]
Order = Callable[..., None]
VAPID_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"


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


@pytest.fixture
def gateway(settings: Any) -> Iterator[Carrier]:
    """An SMS gateway that takes what it gets."""
    with serving(Carrier()) as carrier:
        settings.SMS_GATEWAY_URL = f"{carrier.url}/messages"
        settings.SMS_GATEWAY_TOKEN, settings.SMS_SENDER = "secret-token", "Evenkeel"
        yield carrier


@pytest.fixture
def push_service(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Carrier]:
    """A push service of the clinic's own, over TLS."""
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    settings.PUSH_SERVICES, settings.VAPID_KEY = ["127.0.0.1"], VAPID_KEY
    settings.SITE_URL = "https://evenkeel.clinic.example"
    with serving(Carrier(), tls=context) as carrier:
        yield carrier


@pytest.fixture
def add_number(now: datetime) -> Callable[..., ContactPoint]:
    """A confirmed mobile number of a person."""

    def call(user: User, number: str = "+447700900123") -> ContactPoint:
        return ContactPoint.objects.create(
            user=user, channel=Channel.SMS, address=number, created_at=now, confirmed_at=now
        )

    return call


@pytest.fixture
def add_push(now: datetime, push_service: Carrier) -> Callable[..., tuple[ContactPoint, Browser]]:
    """A browser in which a person turned notes on."""

    def call(user: User, path: str = "/one") -> tuple[ContactPoint, Browser]:
        browser = Browser()
        point = ContactPoint.objects.create(
            user=user, channel=Channel.WEB_PUSH, address=push_service.url + path, keys=browser.keys,
            label="Firefox on Linux", created_at=now, confirmed_at=now,
        )  # fmt: skip
        return point, browser

    return call


@pytest.fixture
def order(now: datetime) -> Callable[..., None]:
    """Put a person's channels in an order."""

    def call(user: User, *channels: Channel) -> None:
        ContactPreference.objects.update_or_create(user=user, defaults={"order": list(channels), "set_at": now})

    return call


@pytest.fixture
def make_carrier() -> Callable[..., None]:
    """What is known of a carrier, as of the machine's own clock."""

    def call(channel: Channel, failures: int) -> None:
        CarrierRow.objects.create(
            channel=channel, failures=failures, failed_at=timezone.now(), last_error="TimeoutError",
            rests_until=timezone.now() + timedelta(minutes=1),
        )  # fmt: skip

    return call
