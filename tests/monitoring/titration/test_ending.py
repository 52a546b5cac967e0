"""A plan ends with its medicine, and what it may reach is what answers to interactions cover."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from interactions.medicines import Dose
from monitoring.alerts.models import Alert
from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckInSchedule
from monitoring.dashboard.queries import changes_ahead, next_steps
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import acknowledge_flag, cancel_prescription, change_dose, stop_prescription
from monitoring.regimens.models import InteractionFlag, Prescription
from monitoring.regimens.queries import regimen_of
from monitoring.search.queries import PatientFilters, patients_for
from monitoring.tasks import settle_due_steps
from monitoring.titration.actions import cancel_plan, end_overtaken_plan
from monitoring.titration.models import PlanState, TitrationPlan
from monitoring.titration.queries import due_step_ids, overtaken_plan_ids, running_plan
from tests.monitoring.regimens.conftest import mg
from tests.monitoring.titration.conftest import JOB, Morning, Report, at, first, held_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(rising: TitrationPlan, baclofen: Prescription, clinician: User, now: datetime, today: date) -> Prescription:
    """Baclofen is stopped in hospital while its plan goes on."""
    baclofen.refresh_from_db()
    return stop_prescription(
        prescription=baclofen, last_day=today, reason="side_effect", note="", by=clinician, now=now,
        expected_version=baclofen.version, without_taper_reason="Stopped in hospital.",
    )  # fmt: skip


class TestWithItsMedicine:
    def test_nothing_of_it_is_to_come_from_that_moment(
        self, stopped: Prescription, rising: TitrationPlan, patient: Patient, clinician: User, today: date
    ) -> None:
        # before any sweep has come by
        later = at(patient, first(rising).due_on, 6)
        assert due_step_ids(later) == []
        assert running_plan(stopped.pk) is None
        assert next_steps(patient) == []
        assert changes_ahead(patient, regimen_of(patient, today)) == []
        listed = patients_for(clinician, PatientFilters(), later).get(pk=patient.pk)
        assert listed.next_step_on is None

    def test_the_sweep_closes_it_and_says_why(
        self, stopped: Prescription, rising: TitrationPlan, patient: Patient, clinician: User, now: datetime,
        time_machine: Any,
    ) -> None:  # fmt: skip
        alerts = Alert.objects.count()
        time_machine.move_to(at(patient, first(rising).due_on, 6), tick=False)
        settle_due_steps()
        rising.refresh_from_db()
        assert (rising.state, rising.cancelled_by, rising.cancelled_reason) == (
            PlanState.CANCELLED, clinician, "the medicine was stopped",
        )  # fmt: skip
        assert set(rising.steps.values_list("state", flat=True)) == {"cancelled"}
        event = AuditEvent.objects.get(action="plan.cancel")
        assert (event.actor_kind, event.reason, event.patient_id) == ("job", "medicine_ended", patient.pk)
        assert not CheckInSchedule.objects.running().filter(source="plan").exists()
        assert Alert.objects.count() == alerts
        assert overtaken_plan_ids(now) == []
        assert not end_overtaken_plan(plan_id=rising.pk, now=now, job=JOB)

    def test_one_entered_in_error_takes_its_plan_along(
        self, rising: TitrationPlan, baclofen: Prescription, clinician: User, now: datetime
    ) -> None:
        cancel_prescription(prescription=baclofen, reason="entered_in_error", note="", by=clinician, now=now)
        assert overtaken_plan_ids(now) == [rising.pk]
        assert end_overtaken_plan(plan_id=rising.pk, now=now, job=JOB)
        rising.refresh_from_db()
        assert rising.state == PlanState.CANCELLED

    def test_a_plan_whose_medicine_goes_on_is_left_alone(self, rising: TitrationPlan, now: datetime) -> None:
        assert overtaken_plan_ids(now) == []
        assert not end_overtaken_plan(plan_id=rising.pk, now=now, job=JOB)
        rising.refresh_from_db()
        assert rising.state == PlanState.SIGNED


class TestCover:
    """Baclofen goes from 30 to 45 mg a day; its kidney card was answered at 30."""

    @staticmethod
    def kidneys() -> InteractionFlag:
        return InteractionFlag.objects.get(code="RENAL")

    def test_steps_of_a_plan_signed_after_the_answer_are_quiet(
        self, rising: TitrationPlan, clear: object, morning: Morning, baclofen: Prescription
    ) -> None:
        assert morning(first(rising))
        assert held_for(first(rising)) == set()
        baclofen.refresh_from_db()
        assert (baclofen.signed_up_to, baclofen.signed_unit) == (45, "mg")
        assert self.kidneys().status == "acknowledged"

    def test_an_answer_beside_a_running_plan_covers_what_it_may_reach(
        self, rising: TitrationPlan, report: Report, morning: Morning, clinician: User, now: datetime
    ) -> None:
        later = now + timedelta(hours=1)
        acknowledge_flag(
            flag=self.kidneys(), reason="dose_adjusted", note="Up to 45 mg is fine.", by=clinician, now=later
        )
        assert self.kidneys().overrides.first().facts["taken"]["baclofen"]["most"] == "45"
        report(first(rising).due_on - timedelta(days=1))
        assert morning(first(rising))
        assert held_for(first(rising)) == set()

    def test_a_dose_set_by_hand_is_no_step_and_asks(
        self, rising: TitrationPlan, baclofen: Prescription, clinician: User, now: datetime, today: date
    ) -> None:
        baclofen.refresh_from_db()
        change_dose(
            prescription=baclofen, dose=mg(10, 15, 15), sig="", from_day=today, by=clinician, now=now,
            expected_version=baclofen.version,
        )  # fmt: skip
        assert self.kidneys().reopened_because == "baclofen rose from 30 to 40 mg a day"

    def test_after_a_cancelled_plan_only_what_it_reached_stays_covered(
        self, rising: TitrationPlan, clear: object, morning: Morning, baclofen: Prescription, clinician: User,
        now: datetime,
    ) -> None:  # fmt: skip
        morning(first(rising))
        moment = at(baclofen.patient, first(rising).due_on, 9)
        cancel_plan(plan=rising, reason="Enough", by=clinician, now=moment)
        baclofen.refresh_from_db()
        assert baclofen.signed_up_to == 35
        change_dose(
            prescription=baclofen, dose=Dose(mg(10, 10, 20).amounts, "mg"), sig="", from_day=first(rising).due_on,
            by=clinician, now=moment, expected_version=baclofen.version,
        )  # fmt: skip
        assert "rose from 30 to 40" in self.kidneys().reopened_because

    def test_a_taper_covers_no_more_than_is_taken(self, taper: TitrationPlan, baclofen: Prescription) -> None:
        baclofen.refresh_from_db()
        assert baclofen.signed_up_to is None
        assert self.kidneys().status == "acknowledged"
