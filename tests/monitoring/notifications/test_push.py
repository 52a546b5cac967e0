"""Web push to a real HTTPS server on this machine, read there as a browser reads it."""

import base64
import json
import time
from datetime import datetime, timedelta

import pytest
from py_vapid import Vapid02  # type: ignore[import-untyped]

from monitoring.notifications.models import Channel, ContactPoint, Notification, NotificationState, Template
from monitoring.notifications.senders import posting, push
from monitoring.people.models import User
from tests.monitoring.notifications.carriers import Carrier
from tests.monitoring.notifications.conftest import AddPush, Deliver, Queue

pytestmark = [pytest.mark.django_db, pytest.mark.core]
State = NotificationState


def test_a_browser_reads_only_that_there_is_something_to_read(
    push_service: Carrier, add_push: AddPush, clinician: User, queue: Queue, deliver: Deliver, now: datetime
) -> None:
    _, browser = add_push(clinician)
    message = queue(channel=Channel.WEB_PUSH)
    assert deliver(now) == 1
    (call,) = push_service.calls
    topic = message.dedupe_key[:32]
    assert browser.read(call.body) == {
        "title": "Evenkeel", "body": "There is something to read.", "url": "/messages/", "tag": topic,
    }  # fmt: skip
    assert b"Evenkeel" not in call.body
    assert (call.headers["Topic"], call.headers["Urgency"], call.headers["TTL"]) == (topic, "high", "86400")
    assert call.headers["Content-Encoding"] == "aes128gcm"


def test_the_push_service_can_tell_that_it_is_us(
    push_service: Carrier, add_push: AddPush, clinician: User, queue: Queue, deliver: Deliver, now: datetime
) -> None:
    add_push(clinician)
    queue(channel=Channel.WEB_PUSH)
    deliver(now)
    scheme, _, rest = push_service.calls[0].headers["Authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", push.public_key())
    assert Vapid02.verify(f"vapid {rest}")
    claims = parts["t"].split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert (told["aud"], told["sub"]) == (push_service.url, "https://evenkeel.clinic.example")


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_the_message_goes_by_mail(
    status: int,
    push_service: Carrier,
    add_push: AddPush,
    clinician: User,
    queue: Queue,
    deliver: Deliver,
    now: datetime,
) -> None:
    point, _ = add_push(clinician)
    push_service.behaviour = status
    message = queue(channel=Channel.WEB_PUSH, urgent=False)
    deliver(now)
    message.refresh_from_db()
    point.refresh_from_db()
    assert (message.state, message.stand_ins.get().channel) == (State.CANCELLED, Channel.EMAIL)
    assert (point.disabled_at, point.reason) == (now, "it takes no messages any more")
    assert Notification.objects.filter(template=Template.CONTACT_BROKEN, channel=Channel.IN_APP).count() == 1


def test_one_browser_of_several_is_enough_and_the_one_that_is_gone_is_forgotten(
    push_service: Carrier, add_push: AddPush, clinician: User, queue: Queue, deliver: Deliver, now: datetime
) -> None:
    gone, _ = add_push(clinician, "/gone")
    add_push(clinician, "/broken")
    there, browser = add_push(clinician, "/there")
    push_service.by_path = {"/gone": 410, "/broken": 500}
    message = queue(channel=Channel.WEB_PUSH)
    deliver(now)
    message.refresh_from_db()
    assert message.state == State.ACCEPTED
    usable = ContactPoint.objects.usable()
    assert (usable.filter(pk=gone.pk).exists(), usable.filter(pk=there.pk).exists()) == (False, True)
    assert browser.read(next(call.body for call in push_service.calls if call.path == "/there"))


@pytest.mark.parametrize(
    ("behaviour", "kept"), [(503, "StatusError 503"), (429, "StatusError 429"), (302, "StatusError 302"),
                            ("hang", "TimeoutError"), ("drip", "TimeoutError"), ("hang up", "RemoteDisconnected")],
)  # fmt: skip
def test_a_push_service_in_trouble_costs_no_message(
    behaviour: int | str,
    kept: str,
    push_service: Carrier,
    add_push: AddPush,
    clinician: User,
    queue: Queue,
    deliver: Deliver,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_push(clinician)
    push_service.behaviour = behaviour
    message = queue(channel=Channel.WEB_PUSH, urgent=False)
    began = time.monotonic()
    with monkeypatch.context() as waiting:
        if kept == "TimeoutError":
            waiting.setattr(push, "SEND_TIMEOUT_SECONDS", 0.4)
        assert deliver(now) == 0
    assert time.monotonic() - began < 5
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.PENDING, kept)
    push_service.behaviour = 201
    assert deliver(now + timedelta(seconds=5)) == 1
    assert {call.headers["Topic"] for call in push_service.calls} == {message.dedupe_key[:32]}
    assert len(push_service.calls) == 2


def test_a_certificate_that_nobody_signed_is_not_trusted(
    push_service: Carrier,
    add_push: AddPush,
    clinician: User,
    queue: Queue,
    deliver: Deliver,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    add_push(clinician)
    message = queue(channel=Channel.WEB_PUSH, urgent=False)
    assert deliver(now) == 0
    message.refresh_from_db()
    assert (message.last_error, push_service.calls) == ("SSLCertVerificationError", [])


def test_keys_that_are_none_cost_nobody_else_a_message(
    push_service: Carrier, add_push: AddPush, clinician: User, queue: Queue, deliver: Deliver, now: datetime
) -> None:
    point, _ = add_push(clinician)
    ContactPoint.objects.filter(pk=point.pk).update(keys={"p256dh": "BA" + "A" * 85, "auth": "A" * 22})
    message = queue(channel=Channel.WEB_PUSH, urgent=False)
    deliver(now)
    message.refresh_from_db()
    assert (message.state, message.stand_ins.get().channel) == (State.CANCELLED, Channel.EMAIL)
    assert push_service.calls == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1",  # noqa: S104
     "::ffff:127.0.0.1", "fe80::1%eth0", "2002:7f00:1::", "224.0.0.1",
     "64:ff9b::7f00:1", "64:ff9b:1::1", "::127.0.0.1", "fec0::1"],
)  # fmt: skip
def test_a_name_that_leads_into_the_own_network_is_not_called(
    address: str, push_service: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A push service's name is looked up once, and what was found is both judged and called."""
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (address, 443))])
    where = posting.Destination("https://fcm.googleapis.com/x", public_only=True)
    with pytest.raises(posting.ForbiddenAddressError):
        posting.post(where, body=b"", headers={}, seconds=1)
    assert push_service.calls == []


@pytest.mark.parametrize("address", ["142.250.74.10", "2a00:1450:4001:80b::200a"])
def test_an_address_of_the_open_internet_may_be_called(address: str) -> None:
    assert posting.is_public(address)
