"""Only a person's answer ends the escalation of an alert."""

import random
from datetime import datetime, timedelta

import pytest

from monitoring.alerts import queries
from monitoring.alerts.actions import (
    AlertConflict,
    AlertRefused,
    close_alert,
    escalate_alert,
    release_alert,
    snooze_alert,
    take_alert,
)
from monitoring.alerts.models import Alert, AlertLevel, AlertState
from monitoring.alerts.rules import policy_for
from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Notification, Template
from monitoring.people.models import User
from tests.monitoring.alerts.conftest import Raise

pytestmark = pytest.mark.django_db
TICK = timedelta(seconds=10)
NOTE = "Rang her: awake and well."


def sweep(now: datetime) -> int:
    """One round of the beat."""
    return sum(escalate_alert(alert_id=pk, now=now, job="sweep") for pk in queries.unanswered_ids(now))


def told_at(alert: Alert) -> list[datetime]:
    rows = Notification.objects.filter(ref_id=alert.pk, template=Template.ALERT)
    return sorted(set(rows.values_list("created_at", flat=True)))


def run_until(end: datetime, alert: Alert, start: datetime) -> None:
    """Run the beat every ten seconds, but only touch the database at the ticks on which something is due."""
    tick = start
    while tick <= end:
        sweep(tick)
        due = Alert.objects.values_list("next_escalation_at", flat=True).get(pk=alert.pk)
        if due is None:
            return
        tick += max(TICK, -(-(due - tick) // TICK) * TICK)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "days"),
    [
        (AlertLevel.INFO, 7),
        (AlertLevel.WARNING, 7),
        (AlertLevel.URGENT, 7),
        (AlertLevel.EMERGENCY, 1),
        pytest.param(AlertLevel.EMERGENCY, 7, marks=pytest.mark.thorough),  # a rung every few minutes: many
    ],
)
def test_seven_days_without_an_answer(level: AlertLevel, days: int, raised: Raise, now: datetime) -> None:
    start = now + timedelta(seconds=3)
    alert = raised(level, start)
    end = now + timedelta(days=days)
    run_until(end, alert, now)

    times, policy = told_at(alert), policy_for(level)
    scheduled = start
    for number, actual in enumerate(times):
        assert timedelta(0) <= actual - scheduled <= timedelta(seconds=60)
        scheduled += policy.rung(number).wait
    assert end - times[-1] <= policy.repeat_interval
    alert.refresh_from_db()
    assert (alert.state, alert.level) == (AlertState.NEW, level)
    assert alert.next_escalation_at is not None


def test_the_second_rung_reaches_the_whole_clinic(
    emergency: Alert, clinician: User, colleague: User, stranger: User, now: datetime
) -> None:
    sweep(now + timedelta(minutes=9))
    assert not Notification.objects.filter(recipient=stranger).exists()
    assert sweep(now + timedelta(minutes=10)) == 1
    told = Notification.objects.filter(created_at=now + timedelta(minutes=10))
    assert set(told.values_list("recipient", flat=True)) == {clinician.pk, colleague.pk, stranger.pk}
    assert AuditEvent.objects.get(action="alert.escalated").actor_label == "sweep"


def test_a_rung_fires_once_however_often_the_sweep_runs(emergency: Alert, now: datetime) -> None:
    at = now + timedelta(minutes=10)
    assert escalate_alert(alert_id=emergency.pk, now=at, job="sweep")
    count = Notification.objects.count()
    assert not escalate_alert(alert_id=emergency.pk, now=at, job="sweep")
    assert Notification.objects.count() == count


def test_each_answer_of_a_person_stops_the_rungs(emergency: Alert, clinician: User, now: datetime) -> None:
    take_alert(alert=emergency, by=clinician, now=now)
    assert sweep(now + timedelta(minutes=29)) == 0
    close_alert(alert=emergency, outcome="called", note=NOTE, by=clinician, now=now + timedelta(minutes=29))
    assert sweep(now + timedelta(days=30)) == 0


@pytest.mark.parametrize(
    ("level", "time_out"),
    [(AlertLevel.EMERGENCY, timedelta(minutes=30)), (AlertLevel.URGENT, timedelta(hours=4))],
)
def test_taken_and_not_closed_comes_back(
    level: AlertLevel, time_out: timedelta, raised: Raise, clinician: User, now: datetime
) -> None:
    alert = raised(level)
    take_alert(alert=alert, by=clinician, now=now)
    assert sweep(now + time_out) == 1

    alert.refresh_from_db()
    assert (alert.state, alert.taken_by, alert.cycle) == (AlertState.NEW, None, 1)
    line = alert.history.last()
    assert line is not None
    assert (line.what, line.note) == ("take_timed_out", clinician.name)
    assert now + time_out in told_at(alert)


def test_a_snooze_runs_out(urgent: Alert, clinician: User, now: datetime) -> None:
    until = now + timedelta(hours=3)
    snooze_alert(alert=urgent, until=until, by=clinician, now=now, note="Visit at noon")
    assert sweep(until - TICK) == 0
    assert sweep(until) == 1
    urgent.refresh_from_db()
    assert (urgent.state, urgent.snoozed_by) == (AlertState.NEW, None)
    assert until in told_at(urgent)


def test_an_outage_is_caught_up_with_one_telling(emergency: Alert, now: datetime) -> None:
    back = now + timedelta(hours=5)
    assert sweep(back) == 1
    assert sweep(back + TICK) == 0
    assert told_at(emergency) == [now, back]


def test_a_rung_that_fires_into_an_emptied_clinic_tells_the_admin(
    emergency: Alert, clinician: User, colleague: User, admin: User, now: datetime
) -> None:
    User.objects.filter(pk__in=[clinician.pk, colleague.pk]).update(is_active=False)
    at = now + timedelta(minutes=10)
    assert sweep(at) == 1
    rows = set(Notification.objects.filter(created_at=at).values_list("recipient", "template"))
    assert rows == {(admin.pk, Template.ALERT_UNSTAFFED)}


def test_escalating_what_does_not_exist_is_nothing(db: None, now: datetime, clinician: User) -> None:
    assert not escalate_alert(alert_id=clinician.pk, now=now, job="sweep")


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_an_open_alert_never_sinks_and_never_falls_silent(
    seed: int, raised: Raise, clinician: User, colleague: User, now: datetime
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable story, not a secret
    alert, at, worst = raised(AlertLevel.INFO), now, 1

    def report() -> None:
        nonlocal worst
        level = chance.choice([1, 1, 2, 2, 3, 4])
        worst = max(worst, level)
        raised(level, at)

    deeds = [
        report,
        report,
        lambda: sweep(at),
        lambda: take_alert(alert=alert, by=chance.choice([clinician, colleague]), now=at),
        lambda: release_alert(alert=alert, by=clinician, now=at),
        lambda: snooze_alert(alert=alert, until=at + timedelta(hours=2), by=colleague, now=at, note="Later"),
    ]
    for _ in range(40):
        at += timedelta(seconds=chance.choice([1, 60, 3600, 40000]))
        try:
            chance.choice(deeds)()
        except (AlertRefused, AlertConflict):
            assert Alert.objects.open().filter(pk=alert.pk).exists()
        sweep(at)
        alert.refresh_from_db()
        assert alert.level == worst
        assert alert.next_escalation_at is not None
        assert alert.next_escalation_at > at
