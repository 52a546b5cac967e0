"""More than a day without a sweep, seen through the sweeps themselves, whatever the cause."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertState
from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import CheckIn, CheckInState, ScheduleSource
from monitoring.notifications.models import Channel, Notification, NotificationState, Template
from monitoring.operations.models import GapCause, SchedulerGap
from monitoring.operations.queries import catching_up, monitoring_stalled
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.models import DosePeriod
from monitoring.titration.models import StepState, TitrationStep
from tests.faults import crowd
from tests.monitoring.outages.conftest import Round

pytestmark = [pytest.mark.django_db, pytest.mark.core]
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
AWAY = 28 * HOUR  # back at two in the afternoon of the next day


@pytest.fixture
def people(clinic: Clinic, clinician: User, now: datetime) -> list[Patient]:
    return crowd.patients(clinic, clinician, 6, now)


@pytest.fixture
def steps(people: list[Patient], clinician: User, now: datetime) -> list[TitrationStep]:
    """Two patients with a step that falls due in the outage, clear to go otherwise."""
    made = crowd.due_steps(people[:2], clinician, now)
    TitrationStep.objects.update(due_at=now + 10 * HOUR, due_on=(now + 10 * HOUR).date())
    return made


@pytest.fixture
def asked(people: list[Patient], clinician: User, now: datetime) -> list[Patient]:
    """Three patients who are asked every day."""
    for patient in people[2:5]:
        start_schedule(
            patient=patient, source=ScheduleSource.CLINICIAN, source_id=None, starts_on=patient.local_date(now),
            by=clinician, now=now,
        )  # fmt: skip
    return people[2:5]


def raised(patient: Patient, level: AlertLevel, now: datetime) -> Alert:
    return raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=level, why=["x"], source_type="tests", source_id=patient.pk,
        now=now, job="tests",
    )  # fmt: skip


@pytest.mark.parametrize("cause", [GapCause.OUTAGE, GapCause.CLOCK_FORWARD])
def test_everything_that_fell_due_takes_the_way_of_the_catch_up(
    cause: GapCause,
    rounds: Round,
    people: list[Patient],
    steps: list[TitrationStep],
    asked: list[Patient],
    admin: User,
    now: datetime,
) -> None:
    # given: ordinary rounds, in which everybody was asked and an emergency and three calm alerts were told
    emergency = raised(people[5], AlertLevel.EMERGENCY, now)
    calm = [raised(patient, AlertLevel.WARNING, now) for patient in people[2:5]]
    for minute in (0, 10):
        rounds(now + timedelta(minutes=minute))
    stopped = now + timedelta(minutes=10)
    before = set(Notification.objects.values_list("pk", flat=True))
    mail.outbox.clear()

    # when: nothing runs for more than a day, or the clock says so
    back = now + AWAY
    uptime = None if cause == GapCause.OUTAGE else timedelta(days=1, minutes=11)
    rounds(back, uptime=uptime)

    # then: one gap, with its cause, and the admins know
    gap = SchedulerGap.objects.get()
    assert (gap.cause, gap.from_at, gap.to_at) == (cause, stopped, back)
    told = Notification.objects.filter(template=Template.MONITORING_GAP)
    assert Counter(told.values_list("channel", flat=True)) == {Channel.IN_APP: 1, Channel.EMAIL: 1}
    # and: the emergency was told once more, at once, on the highest rung
    emergency.refresh_from_db()
    assert (emergency.state, emergency.rung) == (AlertState.NEW, 2)
    fresh = Notification.objects.exclude(pk__in=before)
    about = fresh.filter(ref_id=emergency.pk, channel=Channel.EMAIL)
    assert set(Counter(about.values_list("recipient", flat=True)).values()) == {1}
    assert set(about.values_list("state", flat=True)) == {NotificationState.ACCEPTED}
    # and: no dose rose; the steps wait for a clinician
    assert set(TitrationStep.objects.values_list("state", flat=True)) == {StepState.HELD}
    assert not DosePeriod.objects.filter(source="step").exists()
    # and: no check-in is laid at a patient's door, and each is asked for today's alone
    assert not CheckIn.objects.filter(state=CheckInState.MISSED).exists()
    reminders = fresh.filter(template=Template.CHECK_IN_DUE, channel=Channel.IN_APP)
    assert set(Counter(reminders.values_list("recipient", flat=True)).values()) == {1}
    # and: of what can wait, nobody got more than one mail
    urgent = set(Notification.objects.filter(urgent=True, channel=Channel.EMAIL).values_list("recipient", flat=True))
    mails = Counter(message.to[0] for message in mail.outbox)
    assert all(count <= (2 if person in urgent_addresses(urgent) else 1) for person, count in mails.items())
    assert all(alert.pk for alert in calm)
    assert monitoring_stalled(back) is None


def urgent_addresses(people: set[Any]) -> set[str]:
    return set(User.objects.filter(pk__in=people).values_list("email", flat=True))


def test_the_gap_is_settled_once_its_backlog_is_done_with_the_count_of_what_was_skipped(
    rounds: Round, steps: list[TitrationStep], asked: list[Patient], now: datetime
) -> None:
    rounds(now)
    rounds(now + AWAY)
    gap = SchedulerGap.objects.get()
    assert catching_up(now + AWAY) == gap, "one round is not known to be all"
    for minute in (1, 6, 12):
        rounds(now + AWAY + timedelta(minutes=minute))
    gap.refresh_from_db()
    assert gap.settled_at is not None
    assert gap.skipped[str(asked[0].clinic_id)]["steps_held"] == 2
    assert catching_up(gap.settled_at + SECOND) is None


def test_what_cannot_be_done_does_not_keep_the_catch_up_open(
    rounds: Round, steps: list[TitrationStep], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds(now)

    def broken(**_facts: object) -> None:
        raise KeyError

    monkeypatch.setattr("monitoring.tasks.settle_step", broken)
    for minute in (0, 15, 30, 45):
        rounds(now + AWAY + timedelta(minutes=minute))
        assert SchedulerGap.objects.open().count() == 1
    rounds(now + AWAY + HOUR)
    assert not SchedulerGap.objects.open().exists()


@pytest.mark.parametrize("jump", [HOUR, timedelta(days=1), timedelta(days=400)], ids=["an hour", "a day", "13 months"])
def test_a_clock_that_ran_ahead_and_came_back_leaves_nothing_waiting(
    rounds: Round, people: list[Patient], asked: list[Patient], now: datetime, jump: timedelta
) -> None:
    # given: a clock that jumps ahead and does its rounds there
    rounds(now)
    urgent = raised(people[5], AlertLevel.URGENT, now)
    for minute in (1, 2):
        rounds(now + jump + timedelta(minutes=minute), uptime=timedelta(days=1, minutes=minute))
    # when: it is put right
    for minute in (4, 5, 16, 29):
        rounds(now + timedelta(minutes=minute), uptime=timedelta(days=1, minutes=minute))
    # then: it was seen both ways
    causes = set(SchedulerGap.objects.values_list("cause", flat=True))
    assert causes == {GapCause.CLOCK_FORWARD, GapCause.CLOCK_BACK}
    # and: monitoring runs by the right time, and nothing waits for the wrong one
    end = now + timedelta(minutes=29)
    assert monitoring_stalled(end) is None
    waiting = Notification.objects.filter(state__in=[NotificationState.PENDING, NotificationState.SENDING])
    assert not waiting.filter(next_at__gt=end + timedelta(minutes=20)).exists()
    urgent.refresh_from_db()
    assert urgent.next_escalation_at is not None
    assert urgent.next_escalation_at <= end + 8 * HOUR
    assert not CheckIn.objects.filter(state=CheckInState.MISSED).exists()
    # and: tomorrow's check-in is asked for tomorrow
    rounds(now + timedelta(days=1), uptime=timedelta(days=2))
    tomorrow = (now + timedelta(days=1)).date()
    for patient in asked:
        check_in = CheckIn.objects.get(patient=patient, local_date=tomorrow)
        assert check_in.state == CheckInState.DUE
        assert check_in.reminded_at is not None
