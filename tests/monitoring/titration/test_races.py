"""Two workers, two clinicians, or one of each, at the same moment."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Notification
from monitoring.people.models import User
from monitoring.regimens.models import DosePeriod, Prescription
from monitoring.titration.actions import PlanConflictError, cancel_plan, release_step, settle_step, sign_plan
from monitoring.titration.models import StepState, TitrationPlan
from tests.at_once import at_once as deeds_at_once
from tests.monitoring.titration.conftest import JOB, REASON, Draw, Report, at, first, reasons_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time by design"),
]
at_once = partial(deeds_at_once, refused=PlanConflictError)


@pytest.fixture
def due(rising: TitrationPlan, report: Report) -> datetime:
    """The morning of the first step; all is well."""
    report(first(rising).due_on - timedelta(days=1))
    return first(rising).due_at


def test_four_workers_bring_one_dose(rising: TitrationPlan, due: datetime, baclofen: Prescription) -> None:
    step = first(rising)
    results = at_once(*[lambda: settle_step(step_id=step.pk, now=due, job=JOB)] * 4)
    assert sorted(map(bool, results)) == [False, False, False, True]
    assert DosePeriod.objects.filter(source="step").count() == 1
    assert AuditEvent.objects.filter(action="step.advance").count() == 1
    assert Notification.objects.filter(ref_id=step.pk).count() == 2


def test_two_clinicians_release_one_step(
    rising: TitrationPlan, clinician: User, colleague: User, baclofen: Prescription
) -> None:
    step = first(rising)
    settle_step(step_id=step.pk, now=step.due_at, job=JOB)
    results = at_once(
        *[lambda by=by: release_step(step=step, reason=REASON, by=by, now=step.due_at) for by in (clinician, colleague)]
    )
    assert sum(isinstance(result, PlanConflictError) for result in results) == 1
    assert DosePeriod.objects.filter(source="step").count() == 1


def test_a_cancelled_plan_and_a_due_step_never_both_win(rising: TitrationPlan, due: datetime, clinician: User) -> None:
    step = first(rising)
    results = at_once(
        lambda: cancel_plan(plan=rising, reason=REASON, by=clinician, now=due),
        lambda: settle_step(step_id=step.pk, now=due, job=JOB),
    )
    step.refresh_from_db()
    assert step.state == (StepState.ADVANCED if results[1] else StepState.CANCELLED)
    assert DosePeriod.objects.filter(source="step").count() == int(bool(results[1]))


def test_two_signatures_at_once_leave_one(draw: Draw, clinician: User, colleague: User, now: datetime) -> None:
    plan = draw()
    reasons = reasons_for(plan, plan.patient.local_date(now))
    results = at_once(
        *[lambda by=by: sign_plan(plan=plan, exceptions=reasons, by=by, now=now) for by in (clinician, colleague)]
    )
    assert sum(isinstance(result, PlanConflictError) for result in results) == 1
    assert AuditEvent.objects.filter(action="plan.sign").count() == 1


def test_two_drafts_signed_at_once_leave_one_running(
    draw: Draw, clinician: User, colleague: User, now: datetime
) -> None:
    plans = [draw(), draw()]
    reasons = reasons_for(plans[0], plans[0].patient.local_date(now))
    at_once(*[lambda plan=plan: sign_plan(plan=plan, exceptions=reasons, by=clinician, now=now) for plan in plans])
    assert sorted(TitrationPlan.objects.values_list("state", flat=True)) == ["signed", "superseded"]


def test_a_bad_check_in_and_a_due_step_are_seen_in_one_order_or_the_other(
    rising: TitrationPlan, due: datetime, report: Report
) -> None:
    step = first(rising)
    day = step.due_on - timedelta(days=1)
    settled_at = at(rising.patient, step.due_on, 5)
    at_once(
        lambda: report(day, hour=20, q1_sleepiness=4),
        lambda: settle_step(step_id=step.pk, now=settled_at, job=JOB),
    )
    step.refresh_from_db()
    seen = [each["level"] for each in step.decision["saw"]["reports"]]
    assert (step.state == StepState.ADVANCED) is (max(seen) < 2)
