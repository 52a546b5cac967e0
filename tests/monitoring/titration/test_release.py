"""A clinician releases a held step: with a reason, from today, and never beyond the signature."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from monitoring.alerts.actions import close_alert, raise_alert, take_alert
from monitoring.alerts.models import Alert, AlertDeed, AlertKind
from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Notification
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_dose, stop_prescription
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries import dose_on
from monitoring.titration.actions import PlanConflictError, cancel_plan, release_step
from monitoring.titration.models import PlanState, StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries import gather_evidence, hold_mark
from tests.monitoring.regimens.conftest import mg
from tests.monitoring.titration.conftest import JOB, REASON, Morning, Report, at, first, held_for, steps_taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(rising: TitrationPlan, morning: Morning) -> TitrationStep:
    """The first step, on hold since nobody had checked in."""
    assert morning(first(rising))
    assert held_for(first(rising)) == {"no_report"}
    return first(rising)


@pytest.fixture
def later(held: TitrationStep, patient: Patient) -> datetime:
    """Noon, two days after the step was due."""
    return at(patient, held.due_on + timedelta(days=2), 12)


def close_alerts(by: User, now: datetime) -> None:
    """Every alert of the patient's is taken and closed."""
    for alert in Alert.objects.open():
        take_alert(alert=alert, by=by, now=now)
        alert.refresh_from_db()
        close_alert(alert=alert, outcome="called", note="Well again, by phone.", by=by, now=now)


def test_a_release_takes_the_step_up_today_under_the_clinicians_name(
    held: TitrationStep, later: datetime, clinician: User, baclofen: Prescription
) -> None:
    day = held.due_on + timedelta(days=2)
    release_step(step=held, reason=REASON, by=clinician, now=later)
    held.refresh_from_db()
    assert (held.state, held.released_by, held.released_reason) == (StepState.ADVANCED, clinician, REASON)
    period = dose_on(baclofen, day)
    assert period is not None
    assert (period.starts_on, period.amounts, period.created_by) == (day, ["10", "10", "15"], clinician)
    # and why it was held stays with it
    assert held_for(held) == {"no_report"}
    line = AuditEvent.objects.get(action="step.release")
    assert (line.actor_label, line.reason) == (clinician.email, "")  # the log holds no clinical words
    assert {m.template for m in Notification.objects.filter(ref_id=held.pk)} == {"dose_held", "dose_step"}


def test_the_later_steps_keep_their_distance_and_are_not_held_for_it(
    held: TitrationStep, later: datetime, clinician: User, report: Report, morning: Morning, today: date
) -> None:
    release_step(step=held, reason=REASON, by=clinician, now=later)
    steps = held.plan.steps.all()
    assert [(step.due_on - today).days for step in steps] == [5, 12, 19]
    second = held.plan.steps.get(number=2)
    report(second.due_on - timedelta(days=1))
    morning(second)
    assert held_for(second) == set()
    assert second.state == StepState.ADVANCED


def test_check_ins_run_two_weeks_past_the_last_step_that_moved(
    held: TitrationStep, later: datetime, clinician: User, patient: Patient
) -> None:
    release_step(step=held, reason=REASON, by=clinician, now=later)
    last = held.plan.steps.last().due_on
    (schedule,) = patient.check_in_schedules.running().filter(source="plan")
    assert (schedule.daily_until - last).days == 13


def test_a_step_is_released_once(
    held: TitrationStep, later: datetime, clinician: User, colleague: User, baclofen: Prescription
) -> None:
    release_step(step=held, reason=REASON, by=clinician, now=later)
    with pytest.raises(PlanConflictError, match="not on hold any more"):
        release_step(step=held, reason=REASON, by=colleague, now=later)
    assert len(steps_taken(baclofen)) == 1


def test_a_step_that_is_not_held_cannot_be_released(rising: TitrationPlan, clinician: User, now: datetime) -> None:
    with pytest.raises(PlanConflictError):
        release_step(step=first(rising), reason=REASON, by=clinician, now=now)


def test_a_step_of_a_cancelled_plan_cannot_be_released(
    held: TitrationStep, later: datetime, clinician: User, baclofen: Prescription
) -> None:
    cancel_plan(plan=held.plan, reason=REASON, by=clinician, now=later)
    with pytest.raises(PlanConflictError):
        release_step(step=held, reason=REASON, by=clinician, now=later)
    assert steps_taken(baclofen) == []


def dose_moved(held: TitrationStep, later: datetime, clinician: User, baclofen: Prescription) -> None:
    change_dose(
        prescription=baclofen, dose=mg(10, 10, 12), sig="", from_day=held.due_on + timedelta(days=1), by=clinician,
        now=later - timedelta(hours=3), expected_version=baclofen.version,
    )  # fmt: skip


def stopped(held: TitrationStep, later: datetime, clinician: User, baclofen: Prescription) -> None:
    stop_prescription(
        prescription=baclofen, last_day=held.due_on, reason="side_effect", note="", by=clinician, now=later,
        expected_version=baclofen.version, without_taper_reason="Stopped in hospital.",
    )  # fmt: skip


def tampered(held: TitrationStep, later: datetime, clinician: User, baclofen: Prescription) -> None:
    TitrationStep.objects.filter(pk=held.pk).update(amounts=["20", "20", "20"])


@pytest.mark.parametrize(
    ("happens", "why"),
    [(dose_moved, "changed outside"), (stopped, "not active"), (tampered, "not the one that was signed")],
)
def test_no_reason_releases_what_the_signature_does_not_cover(
    happens: Callable[..., None],
    why: str,
    held: TitrationStep,
    later: datetime,
    clinician: User,
    baclofen: Prescription,
) -> None:
    baclofen.refresh_from_db()
    happens(held=held, later=later, clinician=clinician, baclofen=baclofen)
    with pytest.raises(PlanConflictError, match=f"(?s){why}.*Plan anew"):
        release_step(step=held, reason=REASON, by=clinician, now=later)
    held.refresh_from_db()
    assert held.state == StepState.HELD
    assert steps_taken(baclofen) == []


def test_worse_news_than_was_read_stops_the_release(
    held: TitrationStep, later: datetime, clinician: User, patient: Patient, report: Report
) -> None:
    # given a clinician reads why the step is on hold
    seen = hold_mark(gather_evidence(held, patient=patient, now=later))
    # when a check-in comes in that is bad
    report(held.due_on + timedelta(days=2), hour=11, q1_sleepiness=3)
    # then the release asks to look again
    with pytest.raises(PlanConflictError, match="changed after you opened"):
        release_step(step=held, reason=REASON, by=clinician, now=later, seen=seen)
    # and over an urgent alert no reading helps: it is closed first
    seen = hold_mark(gather_evidence(held, patient=patient, now=later))
    with pytest.raises(PlanConflictError, match="urgent alert is open"):
        release_step(step=held, reason=REASON, by=clinician, now=later, seen=seen)
    close_alerts(clinician, later)
    seen = hold_mark(gather_evidence(held, patient=patient, now=later))
    release_step(step=held, reason=REASON, by=clinician, now=later, seen=seen)


def test_good_news_does_not(
    held: TitrationStep, later: datetime, clinician: User, patient: Patient, report: Report
) -> None:
    seen = hold_mark(gather_evidence(held, patient=patient, now=later))
    report(held.due_on + timedelta(days=2), hour=11)
    release_step(step=held, reason=REASON, by=clinician, now=later, seen=seen)


def test_a_release_leaves_the_alert_to_a_person(held: TitrationStep, later: datetime, clinician: User) -> None:
    release_step(step=held, reason=REASON, by=clinician, now=later)
    assert Alert.objects.open().filter(kind=AlertKind.STEP_HELD).exists()


def test_a_second_hold_is_added_to_the_alert_that_is_open(
    held: TitrationStep, later: datetime, clinician: User, morning: Morning
) -> None:
    release_step(step=held, reason=REASON, by=clinician, now=later)
    second = held.plan.steps.get(number=2)
    morning(second)
    alert = Alert.objects.get(kind=AlertKind.STEP_HELD)
    assert list(alert.history.values_list("what", flat=True)) == [AlertDeed.RAISED, AlertDeed.REPORTED]
    assert alert.source_id == second.pk


@pytest.mark.parametrize(("level", "state"), [(2, StepState.ADVANCED), (3, StepState.HELD)])
def test_the_alert_of_a_hold_does_not_hold_the_next_step_and_a_bounced_mail_only_when_urgent(
    held: TitrationStep, later: datetime, clinician: User, report: Report, morning: Morning, patient: Patient,
    level: int, state: StepState,
) -> None:  # fmt: skip
    release_step(step=held, reason=REASON, by=clinician, now=later)
    second = held.plan.steps.get(number=2)
    report(second.due_on - timedelta(days=1))
    raise_alert(
        patient=patient, kind=AlertKind.DELIVERY, level=level, why=["A mail bounced."], source_type="x", now=later,
        job=JOB,
    )  # fmt: skip
    morning(second)
    assert second.plan.steps.get(number=2).state == state


def test_the_same_release_sent_twice_is_one(
    held: TitrationStep, later: datetime, clinician: User, baclofen: Prescription
) -> None:
    for minute in (0, 1):
        release_step(step=held, reason=REASON, by=clinician, now=later + timedelta(minutes=minute))
    assert len(steps_taken(baclofen)) == 1
    assert held.decisions.filter(what="release").count() == 1


def test_no_reason_brings_a_second_rise_before_the_first_has_lasted(
    held: TitrationStep, later: datetime, clinician: User, baclofen: Prescription, patient: Patient
) -> None:
    # given the first rise came today, and the second step is on hold all the same
    release_step(step=held, reason=REASON, by=clinician, now=later)
    second = held.plan.steps.get(number=2)
    TitrationStep.objects.filter(pk=second.pk).update(
        state="held", settled_at=later, decision={"decision": "hold"}, due_on=patient.local_date(later)
    )
    # then nobody can release it before the signed week is over
    with pytest.raises(PlanConflictError, match="this plan keeps at least 7"):
        release_step(step=second, reason=REASON, by=clinician, now=later + timedelta(days=6))
    release_step(step=second, reason=REASON, by=clinician, now=later + timedelta(days=7))
    assert len(steps_taken(baclofen)) == 2


def test_releasing_the_last_step_completes_the_plan(
    rising: TitrationPlan, report: Report, morning: Morning, clinician: User, patient: Patient
) -> None:
    for step in rising.steps.all():
        report(step.due_on - timedelta(days=1), q1_sleepiness=3 if step.number == 3 else 0)
        morning(step)
    last = rising.steps.get(number=3)
    assert last.state == StepState.HELD
    close_alerts(clinician, at(patient, last.due_on, 11))
    release_step(step=last, reason=REASON, by=clinician, now=at(patient, last.due_on, 12))
    rising.refresh_from_db()
    assert rising.state == PlanState.COMPLETED
