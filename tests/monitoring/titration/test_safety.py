"""Whatever happens in whatever order, no dose rises beyond, before or over what a clinician signed and saw."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from interactions.medicines import Dose
from monitoring.alerts.actions import close_alert, raise_alert, take_alert
from monitoring.alerts.models import Alert, AlertKind
from monitoring.checkins.actions import mark_check_in_missed, plan_due_check_ins, submit_check_in
from monitoring.checkins.queries import check_ins_overdue
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import RegimenError, change_dose
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import (
    PlanConflictError,
    PlanRefusedError,
    cancel_plan,
    draft_plan,
    release_step,
    settle_step,
    sign_plan,
)
from monitoring.titration.models import PlanState, StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries import due_step_ids, present_dose
from monitoring.titration.rules import HoldReason
from monitoring.titration.schedule import PlannedStep
from tests.monitoring.titration.conftest import JOB, REASON, at, reasons_for

# What may happen on a day before its check-in; most days nothing does.
QUIET = ("nothing", {})
HAPPENS = st.one_of(
    st.tuples(st.just("alarm"), st.fixed_dictionaries({"level": st.sampled_from([1, 2, 4])})),
    st.just(("answer_alerts", {})),
    st.just(("release", {})),
    st.just(("cancel", {})),
    st.tuples(st.just("change_by_hand"), st.fixed_dictionaries({"mg": st.sampled_from([10, 25, 30, 35, 60])})),
    st.tuples(
        st.just("plan"),
        st.fixed_dictionaries({
            "changes": st.lists(st.sampled_from([-30, -10, -5, 5, 10, 15]), min_size=1, max_size=4),
            "gap": st.integers(1, 4),
            "first": st.integers(0, 2),
        }),
    ),
)  # fmt: skip
EVENTS = st.sampled_from([False, False, True]).flatmap(lambda busy: HAPPENS if busy else st.just(QUIET))
# A check-in (or none), then the days until the sweeps run again: more than one when the machine was off.
DAYS = st.tuples(EVENTS, st.sampled_from([0, 0, 0, 0, 1, 3, None]), st.sampled_from([1, 1, 1, 1, 1, 2, 3]))


class Ward:
    """One patient, her clinicians and the sweeps, a day at a time, all through the product's own actions."""

    def __init__(self, patient: Patient, by: User, baclofen: Prescription, well: dict[str, object], day: date) -> None:
        self.patient, self.by, self.baclofen, self.well, self.day = patient, by, baclofen, well, day
        self.settled: Counter[str] = Counter()

    def now(self, hour: int) -> datetime:
        return at(self.patient, self.day, hour).astimezone(UTC)

    def plan(self, changes: list[int], gap: int, first: int) -> None:
        """Draw a plan up and sign it with every reason asked for."""
        daily = present_dose(self.baclofen, self.day).daily or Decimal(0)
        steps = []
        for place, change in enumerate(changes):
            daily = max(Decimal(0), daily + change)
            steps.append(PlannedStep(self.day + timedelta(days=first + place * gap), (daily,) if daily else ()))
        direction = "up" if changes[0] > 0 else "taper"
        try:
            plan = draft_plan(
                prescription=self.baclofen, direction=direction, steps=steps, template=None, note="", by=self.by,
                policy="advance_when_clear", now=self.now(11),
            )  # fmt: skip
            sign_plan(plan=plan, exceptions=reasons_for(plan, self.day), by=self.by, now=self.now(11))
        except (PlanConflictError, PlanRefusedError):
            return

    def check_in(self, sleepy: int) -> None:
        submit_check_in(
            patient=self.patient, answers=self.well | {"q1_sleepiness": sleepy}, submission_key=uuid4(),
            by=self.by, now=self.now(12),
        )  # fmt: skip

    def answer_alerts(self) -> None:
        for alert in Alert.objects.open():
            take_alert(alert=alert, by=self.by, now=self.now(13))
            alert.refresh_from_db()
            close_alert(alert=alert, outcome="called", note="Well again, by phone.", by=self.by, now=self.now(13))

    def change_by_hand(self, mg: int) -> None:
        self.baclofen.refresh_from_db()
        try:
            change_dose(
                prescription=self.baclofen, dose=Dose((Decimal(mg),), "mg"), sig="", from_day=self.day, by=self.by,
                now=self.now(14), expected_version=self.baclofen.version, without_taper_reason="As agreed today.",
            )  # fmt: skip
        except RegimenError:
            return

    def release(self) -> None:
        for step in TitrationStep.objects.filter(state=StepState.HELD, plan__state=PlanState.SIGNED):
            before = present_dose(self.baclofen, self.day).daily
            try:
                release_step(step=step, reason=REASON, by=self.by, now=self.now(15))
            except PlanConflictError:
                continue
            self.check_signed(step, before)

    def cancel(self) -> None:
        for plan in TitrationPlan.objects.running():
            cancel_plan(plan=plan, reason=REASON, by=self.by, now=self.now(16))

    def alarm(self, level: int) -> None:
        """Something else is wrong, of which no check-in speaks."""
        raise_alert(
            patient=self.patient, kind=AlertKind.WITHDRAWAL, level=level, why=["Ran out of tablets."],
            source_type="tests", now=self.now(12), job=JOB,
        )  # fmt: skip

    def days_pass(self, days: int) -> None:
        """The sweeps run on the last of these days alone: on the others the machine was off."""
        self.day += timedelta(days=days)
        plan_due_check_ins(patient_id=self.patient.pk, now=self.now(4), job=JOB)
        for pk in check_ins_overdue(self.now(4)):
            mark_check_in_missed(check_in_id=pk, now=self.now(4), job=JOB)
        for pk in due_step_ids(self.now(6)):
            self.settle(pk)

    def settle(self, pk: Any) -> None:
        alerts = list(Alert.objects.open().filter(level__gte=2).exclude(kind=AlertKind.STEP_HELD))
        present = present_dose(self.baclofen, self.day)
        settle_step(step_id=pk, now=self.now(6), job=JOB)
        step = TitrationStep.objects.get(pk=pk)
        self.settled[step.state] += 1
        if step.state != StepState.ADVANCED:
            return
        assert not alerts, "a step was taken up over an open alert"
        assert step.decision["reasons"] == []
        signed = step.plan.signed_steps[step.number - 1]
        assert present.since is None or (self.day - present.since).days >= signed["gap"], "two changes within the gap"
        assert any(report["since_change"] and report["level"] < 2 for report in step.decision["saw"]["reports"])
        self.check_signed(step, present.daily)

    def check_signed(self, step: TitrationStep, before: Decimal | None) -> None:
        """What any step that is taken up must be, whoever took it up."""
        plan = TitrationPlan.objects.get(pk=step.plan_id)
        signed = plan.signed_steps[step.number - 1]
        assert signed["amounts"] == step.amounts
        assert plan.signed_by_id is not None
        earlier = plan.steps.filter(number__lt=step.number).exclude(state=StepState.ADVANCED)
        assert not earlier.exists(), "an earlier step was left out"
        expected = plan.signed_steps[step.number - 2]["amounts"] if step.number > 1 else [plan.start_daily]
        assert before == sum(map(Decimal, expected), Decimal(0)), "the dose was not where the plan left it"
        if not step.amounts:
            assert plan.direction == "taper"

    def the_dose_is_a_signed_one_or_a_persons(self) -> None:
        signed = {
            tuple(each["amounts"])
            for plan in TitrationPlan.objects.filter(signed_at__isnull=False)
            for each in plan.signed_steps
        }
        for period in self.baclofen.dose_periods.filter(source="step"):
            assert tuple(period.amounts) in signed

    def nothing_ends_without_a_signed_taper(self) -> None:
        baclofen = Prescription.objects.get(pk=self.baclofen.pk)
        if baclofen.state != "stopped":
            return
        ends = TitrationStep.objects.filter(plan__prescription=baclofen, amounts=[], state=StepState.ADVANCED)
        assert ends.filter(plan__direction="taper", plan__signed_at__isnull=False).exists()

    def one_plan_runs_at_most_and_one_step_of_it_is_held(self) -> None:
        assert TitrationPlan.objects.running().count() <= 1
        assert TitrationStep.objects.filter(state=StepState.HELD).count() <= 1
        reasons = TitrationStep.objects.filter(state=StepState.HELD).values_list("decision__reasons", flat=True)
        assert all(set(HoldReason) >= {each["code"] for each in held} and held for held in reasons)


@pytest.mark.slow
@pytest.mark.django_db
def test_no_order_of_events_raises_a_dose_beyond_what_was_signed_and_seen(
    patient: Patient, clinician: User, baclofen: Prescription, well: dict[str, object], today: date
) -> None:
    settled: Counter[str] = Counter()

    @settings(
        max_examples=25,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(DAYS, min_size=6, max_size=12), st.lists(st.sampled_from([5, 10]), min_size=2, max_size=4))
    def live(days: list[Any], rises: list[int]) -> None:
        with transaction.atomic():
            ward = Ward(patient, clinician, baclofen, well, today)
            ward.plan(changes=rises, gap=2, first=1)
            for (event, given_to_it), sleepy, nights in days:
                if event != "nothing":
                    getattr(ward, event)(**given_to_it)
                if sleepy is not None:
                    ward.check_in(sleepy)
                ward.days_pass(nights)
                ward.the_dose_is_a_signed_one_or_a_persons()
                ward.nothing_ends_without_a_signed_taper()
                ward.one_plan_runs_at_most_and_one_step_of_it_is_held()
            settled.update(ward.settled)
            transaction.set_rollback(True)

    live()
    # A story in which nothing moves would prove nothing.
    assert settled[StepState.ADVANCED] >= 5, settled
    assert settled[StepState.HELD] >= 5, settled
