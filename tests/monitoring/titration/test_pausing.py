"""A clinician lets a plan stand still and go on again: nothing is due meanwhile, and no dose is cut short by it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckInSchedule
from monitoring.notifications.models import Notification
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_dose
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import (
    PlanConflictError,
    cancel_plan,
    pause_plan,
    release_step,
    resume_plan,
    settle_step,
)
from monitoring.titration.models import DecisionKind, PlanDecision, PlanState, StepState, TitrationPlan
from monitoring.titration.queries import decisions_of, due_step_ids, plan_mark
from monitoring.titration.rules import LONGEST_PAUSE_DAYS
from tests.monitoring.regimens.conftest import mg
from tests.monitoring.titration.conftest import JOB, REASON, Morning, Report, at, first, held_for, steps_taken

pytestmark = pytest.mark.django_db
WELL = "She is over her cold."
Sign = Callable[..., TitrationPlan]


@pytest.fixture
def paused(rising: TitrationPlan, clinician: User, now: datetime) -> TitrationPlan:
    """Paused on the day it was signed, three days before its first step."""
    return pause_plan(plan=rising, reason=REASON, by=clinician, now=now)


def days(plan: TitrationPlan) -> list[int]:
    """The days of its steps, counted from the signature."""
    assert plan.signed_at is not None
    return [(step.due_on - plan.signed_at.date()).days for step in plan.steps.all()]


def test_nothing_is_due_while_a_plan_is_paused(
    paused: TitrationPlan, report: Report, patient: Patient, baclofen: Prescription
) -> None:
    step = first(paused)
    report(step.due_on - timedelta(days=1))
    morning = at(patient, step.due_on, 5, 1)
    assert due_step_ids(morning) == []
    assert not settle_step(step_id=step.pk, now=morning, job=JOB)
    assert first(paused).state == StepState.PLANNED
    assert steps_taken(baclofen) == []


def test_check_ins_go_on_and_the_patient_reads_that_the_dose_stays(paused: TitrationPlan) -> None:
    assert CheckInSchedule.objects.running().filter(source="plan", source_id=paused.pk).exists()
    assert {m.template for m in Notification.objects.filter(ref_type="plan", ref_id=paused.pk)} == {"dose_held"}


def test_a_pause_is_kept_with_who_when_and_why(paused: TitrationPlan, clinician: User, now: datetime) -> None:
    (kept,) = decisions_of(paused)
    assert (kept.what, kept.who, kept.at, kept.reason) == (DecisionKind.PAUSE, clinician.name, now, REASON)
    assert kept.saw["reports"] == []
    assert AuditEvent.objects.filter(action="plan.pause", actor_label=clinician.email).count() == 1


def test_every_step_to_come_moves_by_as_long_as_it_stood_still(
    paused: TitrationPlan, clinician: User, now: datetime, report: Report, morning: Morning
) -> None:
    resume_plan(plan=paused, reason=WELL, by=clinician, now=now + timedelta(days=5))
    assert days(paused) == [8, 15, 22]
    schedule = CheckInSchedule.objects.running().get(source="plan", source_id=paused.pk)
    assert (schedule.daily_until - paused.steps.last().due_on).days == 13
    # and the gate takes it from there
    report(first(paused).due_on - timedelta(days=1))
    morning(first(paused))
    assert first(paused).state == StepState.ADVANCED


def test_two_rises_stay_as_far_apart_as_signed(
    rising: TitrationPlan, report: Report, morning: Morning, clinician: User, patient: Patient
) -> None:
    # given the first step is taken up, and the plan pauses two days later for four days
    report(first(rising).due_on - timedelta(days=1))
    morning(first(rising))
    day = first(rising).due_on
    pause_plan(plan=rising, reason=REASON, by=clinician, now=at(patient, day + timedelta(days=2), 12))
    resume_plan(plan=rising, reason=WELL, by=clinician, now=at(patient, day + timedelta(days=6), 12))
    # then the second comes four days later than it would have
    assert [(step.due_on - day).days for step in rising.steps.all()] == [0, 11, 18]


def test_a_held_step_stays_held_and_is_released_only_after_the_plan_goes_on(
    rising: TitrationPlan, morning: Morning, clinician: User, patient: Patient, baclofen: Prescription
) -> None:
    morning(first(rising))
    noon = at(patient, first(rising).due_on, 12)
    pause_plan(plan=rising, reason=REASON, by=clinician, now=noon)
    assert held_for(first(rising)) == {"no_report"}
    with pytest.raises(PlanConflictError, match="The plan is paused"):
        release_step(step=first(rising), reason=REASON, by=clinician, now=noon)
    resume_plan(plan=rising, reason=WELL, by=clinician, now=noon + timedelta(days=2))
    assert first(rising).state == StepState.HELD
    release_step(step=first(rising), reason=REASON, by=clinician, now=noon + timedelta(days=2))
    assert steps_taken(baclofen) == [["10", "10", "15"]]


@pytest.mark.parametrize(("paused_for", "goes_on"), [(LONGEST_PAUSE_DAYS, True), (LONGEST_PAUSE_DAYS + 1, False)])
def test_after_a_long_pause_a_plan_is_signed_again(
    paused: TitrationPlan, clinician: User, now: datetime, paused_for: int, goes_on: bool
) -> None:
    later = now + timedelta(days=paused_for)
    if goes_on:
        assert not resume_plan(plan=paused, reason=WELL, by=clinician, now=later).paused
        return
    with pytest.raises(PlanConflictError, match=r"paused for 15 days.*Plan anew from here"):
        resume_plan(plan=paused, reason=WELL, by=clinician, now=later)


def test_a_plan_whose_dose_moved_in_the_pause_is_not_resumed(
    paused: TitrationPlan, clinician: User, now: datetime, baclofen: Prescription
) -> None:
    baclofen.refresh_from_db()
    change_dose(
        prescription=baclofen, dose=mg(10, 10, 8), sig="", from_day=now.date(), by=clinician, now=now,
        expected_version=baclofen.version,
    )  # fmt: skip
    with pytest.raises(PlanConflictError, match=r"changed outside.*Plan anew from here"):
        resume_plan(plan=paused, reason=WELL, by=clinician, now=now + timedelta(days=1))


def test_the_same_button_twice_is_one_pause_and_one_resumption(
    rising: TitrationPlan, clinician: User, now: datetime, patient: Patient
) -> None:
    seen = plan_mark(rising, patient.local_date(now))
    for minute in range(2):
        pause_plan(plan=rising, reason=REASON, by=clinician, now=now + timedelta(minutes=minute), seen=seen)
    for minute in range(2):
        resume_plan(plan=rising, reason=WELL, by=clinician, now=now + timedelta(days=1, minutes=minute))
    assert [each.what for each in decisions_of(rising)] == ["resume", "pause"]
    assert days(rising) == [4, 11, 18]


def test_a_page_from_before_is_told_what_was_decided_since(
    rising: TitrationPlan, clinician: User, colleague: User, now: datetime, patient: Patient
) -> None:
    seen = plan_mark(rising, patient.local_date(now))
    pause_plan(plan=rising, reason=REASON, by=colleague, now=now)
    for act in (pause_plan, resume_plan, cancel_plan):
        with pytest.raises(PlanConflictError, match=f"since|plan paused by {colleague.name}"):
            act(plan=rising, reason=REASON, by=clinician, now=now, seen=seen)  # type: ignore[operator]
    with pytest.raises(PlanConflictError, match="paused already"):
        pause_plan(plan=rising, reason=REASON, by=clinician, now=now)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_only_a_plan_that_runs_is_paused(
    draw: Callable[..., TitrationPlan], clinician: User, now: datetime, state: str
) -> None:
    plan = draw()
    if state == "cancelled":
        cancel_plan(plan=plan, reason=REASON, by=clinician, now=now)
    with pytest.raises(PlanConflictError, match="does not run"):
        pause_plan(plan=plan, reason=REASON, by=clinician, now=now)
    with pytest.raises(PlanConflictError, match="does not run"):
        resume_plan(plan=plan, reason=REASON, by=clinician, now=now)


def test_a_new_signature_ends_a_paused_plan(
    paused: TitrationPlan, draw: Callable[..., TitrationPlan], sign: Sign
) -> None:
    newer = sign(draw())
    paused.refresh_from_db()
    assert (paused.state, newer.state) == (PlanState.SUPERSEDED, PlanState.SIGNED)
    assert not paused.paused


def test_the_database_keeps_no_pause_without_a_reason_and_no_second_taking_up(
    rising: TitrationPlan, clinician: User, now: datetime
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TitrationPlan.objects.filter(pk=rising.pk).update(paused_at=now, paused_by=clinician)
    step = first(rising)
    with pytest.raises(IntegrityError), transaction.atomic():
        rising.steps.filter(pk=step.pk).update(state="advanced", settled_at=now)
    kept = {"plan": rising, "step": step, "at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanDecision.objects.create(what="release", by=clinician, **kept)
    PlanDecision.objects.create(what="advance", job=JOB, **kept)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanDecision.objects.create(what="release", by=clinician, reason=REASON, **kept)
