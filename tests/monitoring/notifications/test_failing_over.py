"""An urgent message that one channel does not take goes by the next; no carrier holds up another."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from monitoring.audit.models import AuditEvent
from monitoring.notifications import senders
from monitoring.notifications.actions import queue_for_many, queue_stand_ins, withdraw_notifications
from monitoring.notifications.actions.delivering import deliver_due_notifications
from monitoring.notifications.models import Carrier, Channel, Notification, NotificationState, Template
from monitoring.notifications.queries import channels_for
from monitoring.notifications.rules import LANE, PROBES, TRIPPED_AFTER
from monitoring.people.models import User
from tests.monitoring.notifications.carriers import Carrier as Server
from tests.monitoring.notifications.conftest import AddNumber, AddPush, Deliver, Order, Queue

pytestmark = [pytest.mark.django_db, pytest.mark.core]
State = NotificationState
Tell = Callable[..., dict[str, Notification]]


def broken(_: Notification) -> senders.Letter:
    def post() -> None:
        raise ConnectionRefusedError

    return senders.Letter(post)


@pytest.fixture
def no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server that is away."""
    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, broken)


@pytest.fixture
def tell(clinician: User, now: datetime) -> Tell:
    """Queue a message by the person's own channels; the rows by channel."""

    def call(**changes: Any) -> dict[str, Notification]:
        fields: dict[str, Any] = {
            "recipients": [clinician], "template": Template.ALERT, "ref_type": "alert", "ref_id": uuid.UUID(int=7),
            "urgent": True, "dedupe_key": "alert 7 cycle 0 rung 1", "now": now,
        }  # fmt: skip
        queue_for_many(**{**fields, **changes})
        return by_channel()

    return call


def by_channel() -> dict[str, Notification]:
    return {message.channel: message for message in Notification.objects.all()}


def test_a_person_without_other_channels_is_told_in_the_app_and_by_mail(tell: Tell, clinician: User) -> None:
    assert channels_for([clinician]) == {clinician.pk: (Channel.EMAIL,)}
    assert set(tell()) == {Channel.IN_APP, Channel.EMAIL}


def test_the_channel_that_a_person_put_first_is_used(
    tell: Tell, gateway: Server, add_number: AddNumber, order: Order, clinician: User
) -> None:
    add_number(clinician)
    order(clinician, Channel.SMS)
    assert channels_for([clinician])[clinician.pk] == (Channel.SMS, Channel.EMAIL)
    assert set(tell()) == {Channel.IN_APP, Channel.SMS}


def test_an_urgent_message_never_rests_on_a_browser_that_may_be_closed(
    tell: Tell, add_push: AddPush, order: Order, clinician: User
) -> None:
    add_push(clinician)
    order(clinician, Channel.WEB_PUSH)
    assert set(tell()) == {Channel.IN_APP, Channel.WEB_PUSH, Channel.EMAIL}


def test_a_calm_message_may_rest_on_a_browser(tell: Tell, add_push: AddPush, order: Order, clinician: User) -> None:
    add_push(clinician)
    order(clinician, Channel.WEB_PUSH)
    assert set(tell(urgent=False)) == {Channel.IN_APP, Channel.WEB_PUSH}


def test_a_channel_that_the_installation_has_not_is_nobodys(
    tell: Tell, add_number: AddNumber, order: Order, clinician: User
) -> None:
    add_number(clinician)
    order(clinician, Channel.SMS)
    assert set(tell()) == {Channel.IN_APP, Channel.EMAIL}


@pytest.mark.usefixtures("no_mail")
def test_the_first_failure_brings_the_next_channel_in_the_same_sweep(
    tell: Tell, gateway: Server, add_number: AddNumber, clinician: User, deliver: Deliver, now: datetime
) -> None:
    add_number(clinician)
    tell()
    deliver(now)
    found = by_channel()
    assert (found["email"].state, found["sms"].state) == (State.PENDING, State.ACCEPTED)
    assert found["sms"].follows == found["email"]
    assert [call.headers["Idempotency-Key"] for call in gateway.calls] == [found["sms"].dedupe_key]
    assert AuditEvent.objects.get(action="notification.fail_over").detail["to"] == "sms"
    # and: failing again brings nothing new, and the same occasion is the same row
    tell()
    deliver(found["email"].next_at)
    assert (len(gateway.calls), Notification.objects.count()) == (1, 3)


@pytest.mark.usefixtures("no_mail")
def test_each_channel_is_tried_once_and_then_there_is_none(
    tell: Tell, gateway: Server, add_number: AddNumber, add_push: AddPush, push_service: Server, clinician: User,
    deliver: Deliver, now: datetime,
) -> None:  # fmt: skip
    add_number(clinician)
    add_push(clinician)
    gateway.behaviour = push_service.behaviour = 503
    tell()
    for minute in range(4):
        deliver(now + timedelta(minutes=minute))
    found = by_channel()
    assert len(found) == Notification.objects.count() == 4
    assert [found[name].failover_at for name in ("email", "web_push", "sms")] == [None] * 3
    assert {found[name].state for name in ("email", "web_push", "sms")} == {State.PENDING}


@pytest.mark.usefixtures("no_mail")
def test_a_calm_message_waits_for_its_own_channel(
    tell: Tell, gateway: Server, add_number: AddNumber, clinician: User, deliver: Deliver, now: datetime
) -> None:
    add_number(clinician)
    tell(urgent=False)
    deliver(now)
    queue_stand_ins(now=now + timedelta(hours=1), job="sweep")
    assert set(by_channel()) == {Channel.IN_APP, Channel.EMAIL}


def test_a_minute_without_an_answer_brings_the_next_channel(
    tell: Tell, gateway: Server, add_number: AddNumber, clinician: User, now: datetime
) -> None:
    """Nobody even tried: the workers were busy, or died with the message in their hands."""
    add_number(clinician)
    tell()
    later = now + timedelta(seconds=60)
    assert queue_stand_ins(now=later - timedelta(milliseconds=1), job="sweep") == 0
    assert queue_stand_ins(now=later, job="sweep") == 1
    assert queue_stand_ins(now=later, job="sweep") == 0
    assert set(by_channel()) == {Channel.IN_APP, Channel.EMAIL, Channel.SMS}


def test_a_carrier_known_to_be_down_is_not_waited_for(
    tell: Tell, gateway: Server, add_number: AddNumber, clinician: User, now: datetime
) -> None:
    add_number(clinician)
    Carrier.objects.create(channel=Channel.EMAIL, failures=TRIPPED_AFTER)
    tell()
    assert queue_stand_ins(now=now, job="sweep") == 1


def test_what_was_taken_needs_no_other_channel(
    tell: Tell, gateway: Server, add_number: AddNumber, clinician: User, deliver: Deliver, now: datetime
) -> None:
    add_number(clinician)
    tell()
    assert deliver(now) == 2
    assert queue_stand_ins(now=now + timedelta(hours=1), job="sweep") == 0
    assert gateway.calls == []


def test_what_was_answered_while_it_was_leaving_is_not_tried_again(
    tell: Tell, gateway: Server, add_number: AddNumber, clinician: User, deliver: Deliver, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def answered(_: Notification) -> senders.Letter:
        def post() -> None:
            withdraw_notifications(ref_type="alert", ref_id=uuid.UUID(int=7), now=now, reason="the alert was taken")
            raise ConnectionResetError

        return senders.Letter(post)

    add_number(clinician)
    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, answered)
    tell()
    deliver(now)
    assert by_channel()["email"].state == State.CANCELLED
    assert (set(by_channel()), gateway.calls) == ({Channel.IN_APP, Channel.EMAIL}, [])


def test_what_was_answered_after_its_sweep_died_is_not_sent(queue: Queue, deliver: Deliver, now: datetime) -> None:
    message = queue()
    Notification.objects.filter(pk=message.pk).update(
        state=State.SENDING, lease_token=uuid.uuid4(), lease_until=now - timedelta(seconds=1)
    )
    withdraw_notifications(ref_type="alert", ref_id=uuid.UUID(int=7), now=now, reason="taken")
    assert deliver(now) == 0
    assert (by_channel()["email"].state, mail.outbox) == (State.CANCELLED, [])


def test_mails_that_hang_hold_up_no_text_message(
    gateway: Server, add_number: AddNumber, clinician: User, colleague: User, queue: Queue, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Every mail hangs until the text message, queued after all of them, has arrived."""
    waited: list[bool] = []

    def hanging(_: Notification) -> senders.Letter:
        return senders.Letter(lambda: waited.append(gateway.reached.wait(20)))

    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, hanging)
    for _ in range(LANE + 2):
        queue()
    add_number(colleague)
    queue(recipient=colleague, channel=Channel.SMS)
    accepted = deliver_due_notifications(now=now, jitter=lambda: 0.0)
    assert (accepted, set(waited)) == (LANE + 3, {True})


def test_a_carrier_that_failed_again_and_again_is_tried_by_few_urgent_messages_and_calm_ones_rest(
    queue: Queue, deliver: Deliver, now: datetime, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Notification] = []

    def away(message: Notification) -> senders.Letter:
        tried.append(message)
        return broken(message)

    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, away)
    for _ in range(LANE * 3):
        queue()
    deliver(now)
    assert len(tried) == LANE
    deliver(now)
    assert len(tried) == LANE + PROBES
    carrier = Carrier.objects.get()
    assert carrier.rests_until is not None
    assert carrier.rests_until > now

    # when: everything urgent has its next try later, and something calm is due
    Notification.objects.update(next_at=now + timedelta(hours=1))
    tried.clear()
    queue(urgent=False, recipient=colleague)
    deliver(now + timedelta(seconds=1))
    assert tried == []

    # and: the rest is over, and the carrier is back
    monkeypatch.undo()
    assert deliver(carrier.rests_until) == 1
    assert Carrier.objects.get().failures == 0


def test_probes_are_counted_over_all_sweeps(queue: Queue, deliver: Deliver, now: datetime) -> None:
    Carrier.objects.create(channel=Channel.EMAIL, failures=TRIPPED_AFTER)
    for _ in range(PROBES + 1):
        queue()
    leaving = Notification.objects.all()[:PROBES]
    Notification.objects.filter(pk__in=[message.pk for message in leaving]).update(
        state=State.SENDING, lease_token=uuid.uuid4(), lease_until=now + timedelta(seconds=30)
    )
    assert deliver(now) == 0
    assert deliver(now + timedelta(seconds=31)) >= 1


def test_what_nothing_else_ends_is_given_up_by_the_sweep(
    queue: Queue, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking a name up cannot be ended from outside; the sweep goes on without it."""
    stuck, begun = threading.Event(), threading.Event()

    def looking_up(_: Notification) -> senders.Letter:
        def post() -> None:
            begun.set()
            stuck.wait(20)

        return senders.Letter(post)

    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, looking_up)
    message = queue()
    clock = [0.0]

    def ticks() -> float:
        clock[0] += 30.0 if begun.is_set() else 0.0
        return clock[0]

    with ThreadPoolExecutor() as pool:
        assert deliver_due_notifications(now=now, jitter=lambda: 0.0, ticks=ticks, pool=pool) == 0
        stuck.set()
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.PENDING, "TimeoutError")
