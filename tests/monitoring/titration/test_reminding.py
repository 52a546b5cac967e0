"""A plan that stands still is not forgotten: its care team is asked again, and no dose moves by that."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from monitoring.alerts.actions import close_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.people.models import Patient, User
from monitoring.titration.actions import pause_plan, release_step, remind_of_plan, resume_plan
from monitoring.titration.models import DecisionKind, StepState, TitrationPlan
from monitoring.titration.queries import decisions_of
from monitoring.titration.queries.waiting import forgotten_plan_ids
from monitoring.titration.rules import ASK_AGAIN_DAYS, LONGEST_PAUSE_DAYS
from tests.monitoring.titration.conftest import JOB, REASON, Morning, Report, at, first

pytestmark = pytest.mark.django_db

Sweep = Callable[[int], int]


@pytest.fixture
def held(rising: TitrationPlan, morning: Morning, clinician: User, patient: Patient) -> TitrationPlan:
    """Its first step is on hold for want of a check-in, and a clinician closed the alert at noon without releasing."""
    morning(first(rising))
    alert = Alert.objects.open().get(kind=AlertKind.STEP_HELD)
    close_alert(alert=alert, outcome="called", note="Will look at it.", by=clinician, now=noon(rising, patient, 0))
    return rising


@pytest.fixture
def sweep(rising: TitrationPlan, patient: Patient) -> Sweep:
    """The sweep comes by in the afternoon, some days after the first step was due; how many it asked about."""

    def _sweep(days: int) -> int:
        now = noon(rising, patient, days) + timedelta(hours=3)
        return sum(remind_of_plan(plan_id=pk, now=now, job=JOB) for pk in forgotten_plan_ids(now))

    return _sweep


def noon(plan: TitrationPlan, patient: Patient, days: int) -> datetime:
    assert plan.signed_at is not None
    return at(patient, plan.signed_at.date() + timedelta(days=3 + days), 12)


def open_alert() -> Alert | None:
    return Alert.objects.open().filter(kind=AlertKind.STEP_HELD).first()


def test_a_held_step_whose_alert_was_closed_is_asked_about_again(
    held: TitrationPlan, sweep: Sweep, report: Report, clinician: User, patient: Patient
) -> None:
    assert [sweep(days) for days in range(ASK_AGAIN_DAYS)] == [0] * ASK_AGAIN_DAYS
    assert sweep(ASK_AGAIN_DAYS) == 1
    alert = open_alert()
    assert alert is not None
    assert alert.level == AlertLevel.WARNING
    assert alert.why[0] == "baclofen: step 1 has been on hold for 3 days, and its alert is closed."
    assert "No check-in since a dose last changed." in " ".join(alert.why)
    # while that is open nobody is asked twice, and once it is closed it begins anew, with what is true then
    assert sweep(ASK_AGAIN_DAYS + 9) == 0
    close_alert(alert=alert, outcome="called", note="She is well.", by=clinician, now=noon(held, patient, 12))
    report(first(held).due_on + timedelta(days=15))
    assert (sweep(14), sweep(16)) == (0, 1)
    again = open_alert()
    assert again is not None
    assert again.why[1:] == ["Nothing speaks against it now. Release it, or plan anew."]
    # and the dose has stayed all the time
    assert first(held).state == StepState.HELD
    assert [each.what for each in decisions_of(held)] == [DecisionKind.REMIND, DecisionKind.REMIND, DecisionKind.HOLD]


def test_a_step_that_was_released_is_not_asked_about(
    held: TitrationPlan, sweep: Sweep, report: Report, clinician: User, patient: Patient
) -> None:
    report(first(held).due_on)
    release_step(step=first(held), reason=REASON, by=clinician, now=noon(held, patient, 1))
    assert sweep(ASK_AGAIN_DAYS + 1) == 0


def test_a_plan_that_stays_paused_is_said_once(
    rising: TitrationPlan, sweep: Sweep, clinician: User, patient: Patient
) -> None:
    pause_plan(plan=rising, reason=REASON, by=clinician, now=noon(rising, patient, 0))
    assert sweep(LONGEST_PAUSE_DAYS) == 0
    assert sweep(LONGEST_PAUSE_DAYS + 1) == 1
    alert = open_alert()
    assert alert is not None
    assert alert.why == ["baclofen: the plan has been paused for 15 days. Plan anew, or cancel it."]
    close_alert(alert=alert, outcome="advice", note="Away until May.", by=clinician, now=noon(rising, patient, 16))
    assert sweep(LONGEST_PAUSE_DAYS + 60) == 0


def test_a_plan_that_goes_on_in_time_is_not_asked_about(
    rising: TitrationPlan, sweep: Sweep, clinician: User, patient: Patient
) -> None:
    pause_plan(plan=rising, reason=REASON, by=clinician, now=noon(rising, patient, 0))
    resume_plan(plan=rising, reason=REASON, by=clinician, now=noon(rising, patient, 10))
    assert sweep(LONGEST_PAUSE_DAYS + 1) == 0
