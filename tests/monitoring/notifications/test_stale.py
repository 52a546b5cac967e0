"""After an outage what has lost its meaning is not sent, and the newest urgent message always is."""

import uuid
from datetime import datetime, timedelta

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.notifications.actions import cancel_stale
from monitoring.notifications.models import Channel, Notification, NotificationState, Template
from monitoring.people.models import User
from tests.monitoring.notifications.conftest import Deliver, Queue

pytestmark = [pytest.mark.django_db, pytest.mark.core]
LONG_AGO = timedelta(hours=36)


def states(*messages: Notification) -> list[str]:
    found = dict(Notification.objects.values_list("pk", "state"))
    return [found[message.pk] for message in messages]


def test_reminders_past_their_check_in_and_calm_messages_of_yesterday_are_cancelled(
    queue: Queue, now: datetime
) -> None:
    then = now - LONG_AGO
    over = queue(urgent=False, template=Template.CHECK_IN_DUE, now=then, expires_at=now - timedelta(hours=12))
    open_still = queue(urgent=False, template=Template.CHECK_IN_DUE, now=now, expires_at=now + timedelta(hours=2))
    old, in_app = queue(urgent=False, now=then), queue(urgent=False, channel=Channel.IN_APP, now=then)
    assert cancel_stale(now=now, job="catch_up") == 2
    assert states(over, open_still, old, in_app) == ["cancelled", "pending", "cancelled", "pending"]
    over.refresh_from_db()
    assert over.last_error == "its moment had passed"
    assert AuditEvent.objects.get(action="notification.cancel_stale").detail == {"count": 2}
    assert cancel_stale(now=now, job="catch_up") == 0


def test_of_urgent_messages_about_one_thing_the_newest_is_sent(queue: Queue, colleague: User, now: datetime) -> None:
    then = now - LONG_AGO
    rungs = [queue(now=then + timedelta(minutes=10 * rung), expires_at=then) for rung in range(5)]
    other_alert = queue(now=then, ref_id=uuid.UUID(int=8))
    other_person = queue(now=then, recipient=colleague)
    other_channel = queue(now=then, channel=Channel.SMS)
    cancel_stale(now=now, job="catch_up")
    assert states(*rungs) == ["cancelled"] * 4 + ["pending"]
    assert states(other_alert, other_person, other_channel) == ["pending"] * 3


def test_of_two_written_at_the_same_moment_one_is_sent(queue: Queue, now: datetime) -> None:
    pair = [queue(now=now - LONG_AGO) for _ in range(2)]
    cancel_stale(now=now, job="catch_up")
    assert sorted(states(*pair)) == ["cancelled", "pending"]


def test_a_message_that_is_leaving_or_given_up_is_left_alone(queue: Queue, now: datetime) -> None:
    leaving, dead = (queue(urgent=False, now=now - LONG_AGO) for _ in range(2))
    Notification.objects.filter(pk=leaving.pk).update(
        state=NotificationState.SENDING, lease_token=uuid.uuid4(), lease_until=now
    )
    Notification.objects.filter(pk=dead.pk).update(state=NotificationState.DEAD)
    assert cancel_stale(now=now, job="catch_up") == 0


def test_a_reminder_is_not_sent_after_its_moment_and_an_urgent_message_always_is(
    queue: Queue, deliver: Deliver, now: datetime
) -> None:
    reminder = queue(urgent=False, expires_at=now)
    urgent = queue(expires_at=now)
    assert deliver(now) == 1
    reminder.refresh_from_db()
    urgent.refresh_from_db()
    assert (reminder.state, reminder.last_error) == (NotificationState.CANCELLED, "its moment had passed")
    assert urgent.state == NotificationState.ACCEPTED
