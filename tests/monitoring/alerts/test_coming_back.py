"""A report as bad as what was closed brings it back."""

from datetime import datetime, timedelta

import pytest

from monitoring.alerts.actions import close_alert, take_alert
from monitoring.alerts.models import Alert, AlertLevel
from monitoring.people.models import User
from tests.monitoring.alerts.conftest import Raise

pytestmark = pytest.mark.django_db
NOTE = "Rang her: awake and well."


@pytest.fixture
def closed(urgent: Alert, clinician: User, now: datetime) -> Alert:
    return close_alert(alert=urgent, outcome="called", note=NOTE, by=clinician, now=now)


@pytest.mark.parametrize("level", [AlertLevel.URGENT, AlertLevel.EMERGENCY])
def test_it_is_the_same_story_and_the_closing_stays_as_it_was(
    level: AlertLevel, closed: Alert, raised: Raise, clinician: User, now: datetime
) -> None:
    at = now + timedelta(hours=23)
    again = raised(level, at)
    assert (again.follows, again.level, again.next_escalation_at is not None) == (closed, level, True)
    closed.refresh_from_db()
    assert (closed.state, closed.outcome, closed.closed_by, closed.closed_at) == ("closed", "called", clinician, now)
    assert [line.what for line in closed.history.all()] == ["raised", "closed", "came_back"]
    assert [line.what for line in again.history.all()] == ["raised"]


@pytest.mark.parametrize(
    ("level", "after"), [(AlertLevel.WARNING, timedelta(hours=1)), (AlertLevel.EMERGENCY, timedelta(hours=25))]
)
def test_a_lesser_or_a_late_report_is_a_story_of_its_own(
    level: AlertLevel, after: timedelta, closed: Alert, raised: Raise, now: datetime
) -> None:
    assert raised(level, now + after).follows is None


def test_another_kind_brings_nothing_back(closed: Alert, raised: Raise, now: datetime) -> None:
    assert raised(AlertLevel.EMERGENCY, now + timedelta(hours=1), kind="withdrawal").follows is None


def test_it_can_come_back_more_than_once(closed: Alert, raised: Raise, clinician: User, now: datetime) -> None:
    second = raised(AlertLevel.EMERGENCY, now + timedelta(hours=1))
    taken = take_alert(alert=second, by=clinician, now=now + timedelta(hours=2))
    close_alert(alert=taken, outcome="advice", note=NOTE, by=clinician, now=now + timedelta(hours=2))
    third = raised(AlertLevel.EMERGENCY, now + timedelta(hours=3))
    assert third.follows == second
