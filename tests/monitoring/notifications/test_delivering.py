"""The outbox is emptied at least once, fenced, and never in silence."""

import itertools
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail

from monitoring.alerts.actions import raise_alert, raise_alerts_for_dead_letters
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.notifications import senders
from monitoring.notifications.models import Channel, DeliveryAttempt, Notification, NotificationState, Template
from monitoring.people.models import Patient, User
from tests.monitoring.notifications.conftest import Deliver, Queue

pytestmark = [pytest.mark.django_db, pytest.mark.core]
State = NotificationState


class Down:
    """A carrier that is away until told otherwise."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error: Exception | None = error or ConnectionRefusedError()
        self.seen: list[str] = []

    def __call__(self, message: Notification) -> senders.Letter:
        return senders.Letter(lambda: self.post(message))

    def post(self, message: Notification) -> None:
        self.seen.append(message.dedupe_key)
        if self.error is not None:
            raise self.error


def carried_by(post: Callable[[Notification], object]) -> Callable[[Notification], senders.Letter]:
    """A channel whose messages are posted by a function of the test."""
    return lambda message: senders.Letter(lambda: post(message) and None)


@pytest.fixture
def down(monkeypatch: pytest.MonkeyPatch) -> Down:
    carrier = Down()
    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, carrier)
    return carrier


def state_of(message: Notification) -> str:
    message.refresh_from_db()
    return message.state


def test_a_due_message_leaves_once(queue: Queue, deliver: Deliver, now: datetime) -> None:
    message = queue()
    assert deliver(now) == 1
    assert deliver(now + timedelta(days=1)) == 0
    assert (state_of(message), message.accepted_at, message.lease_token) == (State.ACCEPTED, now, None)
    assert len(mail.outbox) == 1
    assert message.tries.get().succeeded
    event = AuditEvent.objects.get(action="notification.send")
    assert (event.actor_label, event.clinic_id) == ("deliver_notifications", message.recipient.clinic_id)


def test_a_message_in_the_app_is_marked_sent(queue: Queue, deliver: Deliver, now: datetime) -> None:
    message = queue(channel=Channel.IN_APP)
    assert deliver(now) == 1
    assert state_of(message) == State.ACCEPTED
    assert not mail.outbox


def test_urgent_messages_go_first_and_the_limit_holds(
    queue: Queue, deliver: Deliver, now: datetime, colleague: User
) -> None:
    calm = queue(urgent=False, now=now - timedelta(hours=1))
    urgent = [queue(), queue(recipient=colleague)]
    assert deliver(now, limit=2) == 2
    assert [state_of(message) for message in [calm, *urgent]] == [State.PENDING, State.ACCEPTED, State.ACCEPTED]


def test_a_sweep_killed_between_send_and_completion_sends_again_under_the_same_id(
    queue: Queue, deliver: Deliver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = queue()
    from monitoring.notifications.actions import completing

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> bool:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(completing, "accept", killed)
        with pytest.raises(Killed):
            deliver(now)
    assert state_of(message) == State.SENDING
    assert deliver(now + timedelta(seconds=44)) == 0
    assert deliver(now + timedelta(seconds=46)) == 1
    assert (state_of(message), message.attempts) == (State.ACCEPTED, 2)
    ids = [sent.extra_headers["Message-ID"] for sent in mail.outbox]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_a_sweep_that_lost_its_claim_changes_nothing(
    queue: Queue, deliver: Deliver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first sweep hangs past its lease, the second sends and completes, then the first comes back."""
    message = queue()

    def slow(claimed: Notification) -> None:
        monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, carried_by(lambda _: None))
        assert deliver(now + timedelta(seconds=50)) == 1
        raise TimeoutError

    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, carried_by(slow))
    assert deliver(now) == 0
    assert (state_of(message), message.accepted_at) == (State.ACCEPTED, now + timedelta(seconds=50))
    assert DeliveryAttempt.objects.filter(notification=message).count() == 2


@pytest.mark.parametrize("error", [None, TimeoutError()])
def test_a_late_sweep_leaves_a_message_that_another_is_sending(
    error: Exception | None, queue: Queue, deliver: Deliver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, other = queue(), uuid.uuid4()

    def overtaken(_: Notification) -> None:
        Notification.objects.filter(pk=message.pk).update(lease_token=other)
        if error is not None:
            raise error

    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, carried_by(overtaken))
    assert deliver(now) == 0
    assert (state_of(message), message.lease_token) == (State.SENDING, other)


def test_a_carrier_that_is_away_is_tried_on_schedule(queue: Queue, deliver: Deliver, down: Down, now: datetime) -> None:
    message = queue()
    moment, waits = now, []
    for _ in range(7):
        assert deliver(moment) == 0
        message.refresh_from_db()
        waits.append((message.next_at - moment).total_seconds())
        assert deliver(message.next_at - timedelta(milliseconds=1)) == 0
        moment = message.next_at
    assert waits == [5, 15, 45, 120, 300, 600, 600]
    assert len(down.seen) == 7
    down.error = None
    assert deliver(moment) == 1
    assert (state_of(message), message.last_error) == (State.ACCEPTED, "")


def test_jitter_spreads_the_tries(queue: Queue, deliver: Deliver, down: Down, now: datetime) -> None:
    message = queue()
    deliver(now, jitter=lambda: 1.0)
    message.refresh_from_db()
    assert message.next_at == now + timedelta(seconds=6)


def test_after_a_day_it_is_given_up_and_an_alert_says_so(
    queue: Queue, deliver: Deliver, down: Down, now: datetime, patient: Patient, patient_user: User
) -> None:
    message = queue(recipient=patient_user, template=Template.CHECK_IN_DUE, ref_type="", ref_id=None)
    Notification.objects.filter(pk=message.pk).update(next_at=now + timedelta(hours=24))
    later = now + timedelta(hours=24)
    assert deliver(later) == 0
    assert state_of(message) == State.DEAD
    assert AuditEvent.objects.get(action="notification.give_up").outcome == "failed"

    assert raise_alerts_for_dead_letters(now=later, job="sweep") == 1
    assert raise_alerts_for_dead_letters(now=later, job="sweep") == 0
    alert = Alert.objects.get()
    assert (alert.patient, alert.kind, alert.level) == (patient, AlertKind.DELIVERY, AlertLevel.URGENT)
    assert alert.why == ["A message to the patient could not be sent by e-mail"]


def test_the_failed_mail_of_an_alert_about_failed_mail_does_not_feed_itself(
    deliver: Deliver, down: Down, patient: Patient, now: datetime
) -> None:
    raise_alert(patient=patient, kind=AlertKind.DELIVERY, level=3, why=["x"], source_type="t", now=now, job="test")
    mails = Notification.objects.filter(channel=Channel.EMAIL)
    assert mails.update(state=State.DEAD) == 2
    assert raise_alerts_for_dead_letters(now=now, job="sweep") == 0
    assert Alert.objects.get().report_count == 1
    assert mails.filter(reported_at=now).count() == 2


def test_a_poisoned_message_is_given_up_after_five_tries_and_holds_nobody_up(
    queue: Queue, deliver: Deliver, now: datetime, colleague: User
) -> None:
    poisoned = queue(recipient=colleague)
    User.objects.filter(pk=colleague.pk).update(email="bob\nBcc: all@clinic.example")
    good = [queue() for _ in range(3)]
    moment = now
    assert deliver(moment) == 3
    for _ in range(4):
        poisoned.refresh_from_db()
        moment = poisoned.next_at
        deliver(moment)
    assert state_of(poisoned) == State.DEAD
    assert poisoned.last_error == "BadHeaderError"
    assert {state_of(message) for message in good} == {State.ACCEPTED}


def test_a_deactivated_recipient_is_not_written_to(
    queue: Queue, deliver: Deliver, clinician: User, now: datetime
) -> None:
    message = queue()
    User.objects.filter(pk=clinician.pk).update(is_active=False)
    assert deliver(now) == 0
    assert (state_of(message), mail.outbox) == (State.CANCELLED, [])
    assert AuditEvent.objects.filter(action="notification.cancel").count() == 1


def test_a_carrier_that_takes_nothing_has_not_taken_it(
    queue: Queue, deliver: Deliver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = queue()
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda *_: 0)
    assert deliver(now) == 0
    assert state_of(message) == State.PENDING


def test_calm_mails_come_at_most_every_five_minutes_and_one_covers_its_twins(
    queue: Queue, deliver: Deliver, now: datetime, colleague: User
) -> None:
    for number in range(200):
        queue(urgent=False, ref_id=uuid.UUID(int=number))
    queue(urgent=False, recipient=colleague)
    urgent = queue()
    assert deliver(now, limit=500) == 3
    assert state_of(urgent) == State.ACCEPTED

    late = queue(urgent=False, now=now + timedelta(minutes=1))
    assert deliver(now + timedelta(minutes=1)) == 0
    assert (state_of(late), late.next_at, late.attempts) == (State.PENDING, now + timedelta(minutes=5), 0)
    assert deliver(now + timedelta(minutes=5)) == 1
    assert len(mail.outbox) == 4


def test_an_urgent_mail_does_not_wait_for_a_calm_one(queue: Queue, deliver: Deliver, now: datetime) -> None:
    queue(urgent=False)
    assert deliver(now) == 1
    queue(now=now + timedelta(seconds=1))
    assert deliver(now + timedelta(seconds=1)) == 1


def test_a_sweep_leaves_the_rest_to_the_next_when_the_carrier_is_slow(
    queue: Queue, deliver: Deliver, down: Down, now: datetime
) -> None:
    for _ in range(20):
        queue()
    clock = iter(range(0, 1000, 4))
    deliver(now, ticks=lambda: float(next(clock)))
    assert 1 <= len(down.seen) < 10
    waiting = Notification.objects.filter(attempts=0)
    assert waiting.count() == 20 - len(down.seen)


def test_a_lease_begins_when_the_message_is_claimed_not_when_the_sweep_began(
    queue: Queue, deliver: Deliver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[datetime | None] = []
    monkeypatch.setitem(senders.SENDERS, Channel.EMAIL, carried_by(lambda message: seen.append(message.lease_until)))
    queue()
    clock = itertools.chain([0.0], itertools.repeat(20.0))
    deliver(now, limit=1, ticks=lambda: next(clock))
    assert seen == [now + timedelta(seconds=65)]


CANARIES = ["Harper", "Maya", "HP-0042", "Sleepy", "baclofen", "Emergency", "Urgent", "Okafor"]


@pytest.mark.parametrize("template", Template.values)
def test_no_mail_says_who_what_or_how_bad(
    template: str, queue: Queue, deliver: Deliver, patient: Patient, patient_user: User, now: datetime
) -> None:
    alert = raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=4, why=["Sleepy on baclofen"], source_type="t", now=now,
        job="test",
    )  # fmt: skip
    queue(recipient=patient_user, template=template, ref_id=alert.pk)
    queue(template=template, ref_id=alert.pk)
    deliver(now)
    assert len(mail.outbox) == 4
    # A digest is of no one alert; it says that what is urgent comes by itself.
    words = [word for word in CANARIES if (template, word) != (Template.DIGEST, "Urgent")]
    for sent in mail.outbox:
        text = "\n".join([str(sent.message()), sent.subject, str(sent.body)]).replace("maya@home.example", "")
        assert not [word for word in [*words, str(patient.pk)] if re.search(word, text, re.IGNORECASE)]
