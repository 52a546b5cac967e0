"""What stood in a digest that did not leave stands in the next one; one that left is not sent again."""

from datetime import datetime, timedelta

import pytest

from monitoring.alerts import queries
from monitoring.alerts.actions import close_alert, settle_digests, take_alert
from monitoring.alerts.models import Alert, AlertDigest, AlertKind, AlertLevel
from monitoring.notifications import senders
from monitoring.notifications.actions import deliver_due_notifications
from monitoring.notifications.models import Channel, Notification, NotificationState, Template
from monitoring.people.models import User
from tests.monitoring.alerts.conftest import Raise

pytestmark = [pytest.mark.django_db, pytest.mark.core]
AFTERNOON = timedelta(hours=4)  # the fixtures' now is ten o'clock in London, the next digest at two
NEXT_MORNING = timedelta(hours=22)
NEXT_AFTERNOON = timedelta(hours=28)
NOTE = "Rang her: awake and well."


def sweep(now: datetime) -> int:
    """How many alerts the clinicians' digests count."""
    return sum(settle_digests(user_id=pk, now=now, job="sweep") for pk in queries.digests_due(now))


@pytest.fixture
def mine(raised: Raise, clinician: User, colleague: User) -> Alert:
    """A calm alert of which the clinician alone is told."""
    alert = raised(AlertLevel.WARNING)
    AlertDigest.objects.filter(recipient=colleague).delete()
    return alert


def digests() -> list[tuple[str, int | None]]:
    rows = Notification.objects.filter(template=Template.DIGEST).order_by("created_at")
    return list(rows.values_list("state", "count"))


def no_server(_: Notification) -> senders.Letter:
    raise ConnectionRefusedError


def test_while_the_mail_server_is_away_each_digest_holds_what_the_last_one_did(
    mine: Alert, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setitem(senders.SENDERS, Channel.EMAIL, no_server)
        assert sweep(now + AFTERNOON) == 1
        deliver_due_notifications(now=now + AFTERNOON)
        deliver_due_notifications(now=now + NEXT_MORNING)
        assert digests() == [(NotificationState.CANCELLED, 1)]
        assert sweep(now + NEXT_MORNING) == 1
    deliver_due_notifications(now=now + NEXT_MORNING + timedelta(hours=1))
    assert digests() == [(NotificationState.CANCELLED, 1), (NotificationState.ACCEPTED, 1)]

    # and now that it left, the next time there is nothing to say
    assert sweep(now + NEXT_AFTERNOON) == 0
    assert len(digests()) == 2
    assert not AlertDigest.objects.filter(settled_at__isnull=True).exists()


def test_one_that_left_is_not_sent_again(mine: Alert, now: datetime) -> None:
    assert sweep(now + AFTERNOON) == 1
    deliver_due_notifications(now=now + AFTERNOON)
    assert sweep(now + NEXT_MORNING) == 0
    assert digests() == [(NotificationState.ACCEPTED, 1)]
    assert queries.digests_due(now + timedelta(days=30)) == []


def test_what_was_answered_since_is_in_no_later_one(mine: Alert, clinician: User, now: datetime) -> None:
    assert sweep(now + AFTERNOON) == 1
    close_alert(alert=mine, outcome="called", note=NOTE, by=clinician, now=now + AFTERNOON)
    assert sweep(now + NEXT_MORNING) == 0
    assert len(digests()) == 1


@pytest.mark.parametrize("minutes", [-4, 60])
def test_what_came_since_is_in_the_next_one_with_what_waits(
    minutes: int, mine: Alert, raised: Raise, clinician: User, now: datetime
) -> None:
    if minutes < 0:  # told in the last five minutes before the digest, it belongs to the one after
        raised(AlertLevel.WARNING, now + AFTERNOON + timedelta(minutes=minutes), kind=AlertKind.STEP_HELD)
    assert sweep(now + AFTERNOON) == (2 if minutes < 0 else 1)
    deliver_due_notifications(now=now + AFTERNOON)
    if minutes > 0:
        raised(AlertLevel.WARNING, now + AFTERNOON + timedelta(minutes=minutes), kind=AlertKind.STEP_HELD)
    AlertDigest.objects.exclude(recipient=clinician).delete()
    assert sweep(now + NEXT_MORNING) == 2


def test_what_comes_out_of_a_shadow_is_in_the_next_one(
    mine: Alert, raised: Raise, clinician: User, now: datetime
) -> None:
    assert sweep(now + AFTERNOON) == 1
    deliver_due_notifications(now=now + AFTERNOON)
    worse = raised(AlertLevel.URGENT, now + AFTERNOON + timedelta(hours=1), kind=AlertKind.WITHDRAWAL)
    assert sweep(now + NEXT_MORNING) == 0
    assert AlertDigest.objects.filter(recipient=clinician, settled_at__isnull=True).count() == 1
    taken = take_alert(alert=worse, by=clinician, now=now + NEXT_MORNING)
    close_alert(alert=taken, outcome="called", note=NOTE, by=clinician, now=now + NEXT_MORNING)
    assert sweep(now + NEXT_AFTERNOON) == 1
