"""Text messages to a real HTTP server on this machine: taken, refused, put off, hung, dripped, sent elsewhere."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitoring.notifications.models import Carrier as CarrierRow
from monitoring.notifications.models import Channel, ContactPoint, Notification, NotificationState, Template
from monitoring.notifications.senders import sms
from monitoring.people.models import User
from tests.monitoring.notifications.carriers import Carrier
from tests.monitoring.notifications.conftest import AddNumber, Deliver, Queue

pytestmark = [pytest.mark.django_db, pytest.mark.core]
State = NotificationState


def test_a_text_message_says_only_that_there_is_something_to_read(
    gateway: Carrier, add_number: AddNumber, clinician: User, queue: Queue, deliver: Deliver, now: datetime
) -> None:
    add_number(clinician)
    message = queue(channel=Channel.SMS)
    assert deliver(now) == 1
    (call,) = gateway.calls
    text = "Evenkeel: there is something to read. http://127.0.0.1:8000"
    assert call.json == {"to": "+447700900123", "from": "Evenkeel", "text": text}
    assert call.headers["Idempotency-Key"] == message.dedupe_key
    assert call.headers["Authorization"] == "Bearer secret-token"
    assert call.path == "/messages"


@pytest.mark.parametrize(
    ("behaviour", "kept"),
    [
        (500, "StatusError 500"),
        (503, "StatusError 503"),
        (429, "StatusError 429"),
        (401, "StatusError 401"),
        (307, "StatusError 307"),
        ("hang up", "RemoteDisconnected"),
        ("hang", "TimeoutError"),
        ("drip", "TimeoutError"),
    ],
)
def test_a_gateway_in_trouble_costs_no_message(
    behaviour: int | str,
    kept: str,
    gateway: Carrier,
    add_number: AddNumber,
    clinician: User,
    queue: Queue,
    deliver: Deliver,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_number(clinician)
    gateway.behaviour = behaviour
    message = queue(channel=Channel.SMS, urgent=False)
    began = time.monotonic()
    with monkeypatch.context() as waiting:
        if kept == "TimeoutError":
            waiting.setattr(sms, "SEND_TIMEOUT_SECONDS", 0.3)
        assert deliver(now) == 0
    assert time.monotonic() - began < 5
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.PENDING, kept)
    assert CarrierRow.objects.get(channel=Channel.SMS).failures == 1
    assert len(gateway.calls) == 1

    gateway.behaviour = 202
    assert deliver(now + timedelta(seconds=5)) == 1
    assert {call.headers["Idempotency-Key"] for call in gateway.calls} == {message.dedupe_key}
    assert len(gateway.calls) == 2
    assert CarrierRow.objects.get(channel=Channel.SMS).failures == 0


def test_a_gateway_that_is_away_costs_no_message(
    settings: Any,
    add_number: AddNumber,
    clinician: User,
    queue: Queue,
    deliver: Deliver,
    now: datetime,
    gateway: Carrier,
) -> None:
    add_number(clinician)
    message = queue(channel=Channel.SMS, urgent=False)
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:9/"
    assert deliver(now) == 0
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.PENDING, "ConnectionRefusedError")


def test_a_number_that_the_gateway_refuses_goes_out_of_use_and_the_message_by_mail(
    gateway: Carrier, add_number: AddNumber, clinician: User, colleague: User, queue: Queue, deliver: Deliver,
    now: datetime,
) -> None:  # fmt: skip
    # given: a gateway that has just taken a message to somebody else
    point = add_number(clinician)
    add_number(colleague, "+447700900456")
    queue(channel=Channel.SMS, recipient=colleague)
    assert deliver(now) == 1
    # when: it says that this number is wrong
    gateway.behaviour = 422
    message = queue(channel=Channel.SMS, urgent=False)
    deliver(now + timedelta(seconds=1))
    # then: the message goes by mail, the number is out of use, and its owner is told
    message.refresh_from_db()
    point.refresh_from_db()
    assert (message.state, message.last_error) == (State.CANCELLED, "NoAddressError 422")
    assert message.stand_ins.get().channel == Channel.EMAIL
    assert point.disabled_at is not None
    told = Notification.objects.filter(recipient=clinician, template=Template.CONTACT_BROKEN)
    assert set(told.values_list("channel", flat=True)) == {Channel.IN_APP, Channel.EMAIL}
    assert CarrierRow.objects.get(channel=Channel.SMS).failures == 0


def test_a_gateway_that_refuses_everybody_is_not_believed(
    gateway: Carrier, add_number: AddNumber, clinician: User, queue: Queue, deliver: Deliver, now: datetime
) -> None:
    point = add_number(clinician)
    gateway.behaviour = 400
    message = queue(channel=Channel.SMS)
    deliver(now)
    message.refresh_from_db()
    assert message.stand_ins.get().channel == Channel.EMAIL
    assert ContactPoint.objects.usable().filter(pk=point.pk).exists()


def test_a_message_to_nobodys_number_goes_by_mail(
    gateway: Carrier, clinician: User, queue: Queue, deliver: Deliver, now: datetime
) -> None:
    message = queue(channel=Channel.SMS)
    deliver(now)
    message.refresh_from_db()
    assert (message.state, message.stand_ins.get().channel) == (State.CANCELLED, Channel.EMAIL)
    assert gateway.calls == []
