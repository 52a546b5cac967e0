"""Check-ins beside a plan: daily while it runs, and for a while after its last change."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from monitoring.checkins.models import CheckIn, CheckInSchedule
from monitoring.people.models import Patient, User
from monitoring.titration.actions import cancel_plan
from monitoring.titration.models import TitrationPlan
from tests.monitoring.titration.conftest import DOWN, REASON, Draw, Morning, Report, first

pytestmark = pytest.mark.django_db

Sign = Callable[..., TitrationPlan]


def plan_schedule(plan: TitrationPlan) -> CheckInSchedule:
    return CheckInSchedule.objects.running().get(source="plan", source_id=plan.pk)


def test_check_ins_are_daily_until_two_weeks_past_the_last_step(rising: TitrationPlan, today: date) -> None:
    cadence = plan_schedule(rising).cadence
    last = rising.steps.last().due_on
    days = (last - today).days + 14
    assert all(cadence.asks_on(today + timedelta(days=n)) for n in range(days))
    assert not cadence.asks_on(today + timedelta(days=days))
    assert CheckIn.objects.filter(patient=rising.patient, local_date=today).exists()


def test_a_late_step_takes_its_check_ins_along(
    rising: TitrationPlan, report: Report, morning: Morning, today: date
) -> None:
    before = plan_schedule(rising).daily_until
    report(first(rising).due_on)
    morning(first(rising), late=1)
    assert plan_schedule(rising).daily_until == before + timedelta(days=1)


def test_a_step_in_time_leaves_the_check_ins_alone(rising: TitrationPlan, report: Report, morning: Morning) -> None:
    before = plan_schedule(rising).pk
    report(first(rising).due_on - timedelta(days=1))
    morning(first(rising))
    assert plan_schedule(rising).pk == before


def test_check_ins_that_somebody_ended_run_again_after_a_step(
    rising: TitrationPlan, report: Report, morning: Morning, now: datetime
) -> None:
    report(first(rising).due_on - timedelta(days=1))
    CheckInSchedule.objects.filter(pk=plan_schedule(rising).pk).update(ended_at=now, ended_reason="by hand")
    morning(first(rising))
    assert plan_schedule(rising).cadence.asks_on(first(rising).due_on + timedelta(days=7))


def test_a_replaced_plan_asks_no_more(rising: TitrationPlan, draw: Draw, sign: Sign) -> None:
    newer = sign(draw(DOWN, direction="taper"))
    assert plan_schedule(newer)
    assert not CheckInSchedule.objects.running().filter(source_id=rising.pk).exists()


def test_two_weeks_of_check_ins_follow_a_cancelled_rise(
    rising: TitrationPlan, report: Report, morning: Morning, clinician: User, now: datetime, today: date
) -> None:
    report(first(rising).due_on - timedelta(days=1))
    morning(first(rising))
    cancel_plan(plan=rising, reason=REASON, by=clinician, now=now + timedelta(days=4))
    schedule = plan_schedule(rising)
    assert (schedule.daily_until - today).days == 4 + 13
    assert schedule.weekly_until == schedule.daily_until + timedelta(weeks=6)
    assert schedule.later_weeks == 4


def test_a_plan_cancelled_before_its_first_step_asks_no_more(
    rising: TitrationPlan, clinician: User, now: datetime
) -> None:
    cancel_plan(plan=rising, reason=REASON, by=clinician, now=now)
    assert not CheckInSchedule.objects.running().filter(source="plan").exists()


def test_after_the_last_dose_check_ins_end_in_the_end(
    taper: TitrationPlan, report: Report, morning: Morning, patient: Patient
) -> None:
    for step in taper.steps.all():
        report(step.due_on - timedelta(days=1))
        morning(step)
    ended = taper.steps.last().due_on
    cadence = plan_schedule(taper).cadence
    assert all(cadence.asks_on(ended + timedelta(days=n)) for n in range(14))
    assert not any(cadence.asks_on(ended + timedelta(days=n)) for n in range(45, 100))
