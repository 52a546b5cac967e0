"""Into the outbox once per occasion, person and channel; out of it by an answer or by a person."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from monitoring.audit.models import AuditEvent
from monitoring.notifications.actions import (
    dismiss_notification,
    mark_messages_read,
    retry_notification,
    withdraw_notifications,
)
from monitoring.notifications.models import Channel, Notification, NotificationState
from monitoring.notifications.queries import failing, inbox, unread_count
from monitoring.people.models import Patient, User
from tests.monitoring.notifications.conftest import Queue

pytestmark = pytest.mark.django_db


def test_the_same_occasion_is_one_row(queue: Queue, now: datetime) -> None:
    first = queue(dedupe_key="step 7 due")
    again = queue(dedupe_key="step 7 due", now=now + timedelta(hours=1))
    assert again.pk == first.pk
    assert (again.created_at, Notification.objects.count()) == (now, 1)


def test_another_person_or_channel_is_another_row(queue: Queue, colleague: User) -> None:
    rows = [
        queue(dedupe_key="one"),
        queue(dedupe_key="one", channel=Channel.IN_APP),
        queue(dedupe_key="one", recipient=colleague),
    ]
    assert len({row.pk for row in rows}) == 3


def test_a_repeat_does_not_spoil_the_callers_transaction(queue: Queue) -> None:
    with transaction.atomic():
        queue(dedupe_key="one")
        queue(dedupe_key="one")
        queue(dedupe_key="two")
    assert Notification.objects.count() == 2


def test_a_rolled_back_decision_tells_nobody(queue: Queue) -> None:
    def decide() -> None:
        with transaction.atomic():
            queue()
            raise LookupError

    with pytest.raises(LookupError):
        decide()
    assert not Notification.objects.exists()


def test_the_key_fits_its_column_however_long_the_occasion(queue: Queue) -> None:
    assert len(queue(dedupe_key="x" * 1000).dedupe_key) == 64


def test_only_waiting_mails_about_that_thing_are_withdrawn(queue: Queue, now: datetime) -> None:
    waiting, in_app = queue(), queue(channel=Channel.IN_APP)
    leaving, other = queue(), queue(ref_id=uuid.UUID(int=8))
    Notification.objects.filter(pk=leaving.pk).update(
        state=NotificationState.SENDING, lease_until=now, lease_token=uuid.uuid4()
    )
    assert withdraw_notifications(ref_type="alert", ref_id=uuid.UUID(int=7), now=now, reason="taken") == 1
    states = dict(Notification.objects.values_list("pk", "state"))
    assert states == {
        waiting.pk: NotificationState.CANCELLED,
        in_app.pk: NotificationState.PENDING,
        leaving.pk: NotificationState.SENDING,
        other.pk: NotificationState.PENDING,
    }


def test_a_given_up_message_can_be_tried_again_or_taken_off_the_list_once(
    queue: Queue, clinician: User, now: datetime
) -> None:
    message = queue()
    assert not retry_notification(notification=message, by=clinician, now=now)
    assert not dismiss_notification(notification=message, by=clinician, now=now)

    Notification.objects.filter(pk=message.pk).update(state=NotificationState.DEAD, attempts=150)
    assert dismiss_notification(notification=message, by=clinician, now=now)
    assert not dismiss_notification(notification=message, by=clinician, now=now)
    later = now + timedelta(hours=30)
    assert retry_notification(notification=message, by=clinician, now=later)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.created_at) == (NotificationState.PENDING, 0, later)
    actions = AuditEvent.objects.filter(action__startswith="notification.").values_list("action", flat=True)
    assert sorted(actions) == ["notification.dismiss", "notification.retry"]


def test_reading_ones_messages(queue: Queue, clinician: User, colleague: User, now: datetime) -> None:
    queue(channel=Channel.IN_APP)
    queue(channel=Channel.IN_APP, recipient=colleague)
    queue(channel=Channel.EMAIL)
    assert unread_count(clinician) == inbox(clinician).count() == 1
    assert mark_messages_read(by=clinician, now=now) == 1
    assert mark_messages_read(by=clinician, now=now) == 0
    assert (unread_count(clinician), unread_count(colleague)) == (0, 1)
    assert AuditEvent.objects.filter(action="notification.read").count() == 1


def test_a_failed_message_to_a_patient_is_listed_only_for_their_team_and_the_admin(
    queue: Queue, patient: Patient, patient_user: User, clinician: User, stranger: User, admin: User
) -> None:
    queue(recipient=patient_user)
    queue(recipient=clinician)
    Notification.objects.update(state=NotificationState.DEAD)
    listed = {who: failing(who).count() for who in (clinician, stranger, admin)}
    assert listed == {clinician: 2, stranger: 1, admin: 2}
