"""A due step at the gate goes on when all is clear, once, in order, and down to none."""

from datetime import datetime, timedelta

import pytest

from monitoring.alerts.models import Alert, AlertKind
from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import SymptomReport
from monitoring.notifications.models import Notification
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries import dose_on
from monitoring.titration.actions import cancel_plan
from monitoring.titration.models import PlanState, StepState, TitrationPlan
from monitoring.titration.queries import due_step_ids
from tests.monitoring.titration.conftest import JOB, REASON, Morning, Report, at, first, held_for, steps_taken

pytestmark = pytest.mark.django_db


@pytest.mark.core
def test_a_clear_check_in_lets_the_step_be_taken_up(
    rising: TitrationPlan, clear: SymptomReport, morning: Morning, baclofen: Prescription, patient: Patient
) -> None:
    # given a signed plan, and a clear check-in the day before
    step = first(rising)
    # when the sweep comes by
    assert morning(step)
    # then the signed dose counts from that day
    step.refresh_from_db()
    assert step.state == StepState.ADVANCED
    period = dose_on(baclofen, step.due_on)
    assert period is not None
    assert (period.amounts, period.unit, period.starts_on) == (["10", "10", "15"], "mg", step.due_on)
    # and what the gate saw is kept with the step
    assert step.decision["saw"]["current_daily"] == "30"
    assert step.decision["saw"]["reports"][0]["level"] == 0
    assert step.decision["gate"]
    # and it is in the audit log once, as the work of a job
    (line,) = AuditEvent.objects.filter(action="step.advance")
    assert (line.actor_label, line.detail["number"]) == (JOB, step.number)
    assert "amounts" not in line.detail  # admins read the log, and see no clinical content
    assert not Alert.objects.exists()


def test_the_patient_is_told_by_a_message_that_names_no_dose(
    rising: TitrationPlan, clear: SymptomReport, morning: Morning, patient_user: User
) -> None:
    morning(first(rising))
    sent = Notification.objects.filter(ref_type="step")
    assert {(message.recipient, message.channel) for message in sent} == {
        (patient_user, "in_app"), (patient_user, "email")
    }  # fmt: skip
    assert {message.template for message in sent} == {"dose_step"}


def test_a_step_is_settled_once_however_often_the_sweep_comes(
    rising: TitrationPlan, clear: SymptomReport, morning: Morning, baclofen: Prescription
) -> None:
    assert [morning(first(rising)) for _ in range(5)] == [True, False, False, False, False]
    assert steps_taken(baclofen) == [["10", "10", "15"]]
    assert Notification.objects.filter(ref_type="step").count() == 2
    assert AuditEvent.objects.filter(action="step.advance").count() == 1


def test_the_whole_plan_runs_to_its_end(
    rising: TitrationPlan, report: Report, morning: Morning, baclofen: Prescription
) -> None:
    for step in rising.steps.all():
        report(step.due_on - timedelta(days=1))
        assert morning(step)
    rising.refresh_from_db()
    assert rising.state == PlanState.COMPLETED
    assert steps_taken(baclofen) == [["10", "10", "15"], ["10", "15", "15"], ["15", "15", "15"]]


def test_a_held_step_keeps_the_later_ones_waiting(
    rising: TitrationPlan, report: Report, morning: Morning, patient: Patient, baclofen: Prescription
) -> None:
    morning(first(rising))
    second = rising.steps.get(number=2)
    report(second.due_on - timedelta(days=1))
    assert due_step_ids(at(patient, second.due_on, 6)) == []
    assert not morning(second)
    assert steps_taken(baclofen) == []


def test_no_step_is_taken_over_an_earlier_one_that_nobody_settled(
    rising: TitrationPlan, report: Report, morning: Morning, patient: Patient, baclofen: Prescription
) -> None:
    second = rising.steps.get(number=2)
    report(second.due_on - timedelta(days=1))
    assert due_step_ids(at(patient, second.due_on, 6)) == [first(rising).pk]
    assert not morning(second)
    assert steps_taken(baclofen) == []


def test_a_step_of_a_plan_that_ended_is_never_taken(
    rising: TitrationPlan,
    clear: SymptomReport,
    morning: Morning,
    clinician: User,
    now: datetime,
    baclofen: Prescription,
) -> None:
    cancel_plan(plan=rising, reason=REASON, by=clinician, now=now)
    assert not morning(first(rising))
    assert steps_taken(baclofen) == []


# --- down to none ----------------------------------------------------------------------------------------------


def test_a_taper_ends_the_medicine_and_raises_no_alarm(
    taper: TitrationPlan, report: Report, morning: Morning, baclofen: Prescription
) -> None:
    for step in taper.steps.all():
        report(step.due_on - timedelta(days=1))
        assert morning(step), step
    baclofen.refresh_from_db()
    last = taper.steps.get(number=3)
    assert (baclofen.state, baclofen.stop_reason) == ("stopped", "taper_done")
    assert baclofen.ends_on == last.due_on - timedelta(days=1)
    assert not Alert.objects.filter(kind=AlertKind.WITHDRAWAL).exists()
    taper.refresh_from_db()
    assert taper.state == PlanState.COMPLETED


def test_a_taper_is_held_by_signs_of_withdrawal(
    taper: TitrationPlan, report: Report, morning: Morning, baclofen: Prescription
) -> None:
    report(first(taper).due_on - timedelta(days=1), q5_thinking=3)
    morning(first(taper))
    assert {"symptoms", "open_alert"} <= held_for(first(taper))
    assert steps_taken(baclofen) == []
