"""Whatever happens in whatever order, no dose rises beyond, before or over what a clinician signed and saw."""

from collections import Counter
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from monitoring.alerts.models import AlertKind
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Prescription
from monitoring.titration.models import StepState, TitrationPlan
from tests.monitoring.titration.ward import Ward, runs

GAPS, POLICIES = st.integers(1, 4), st.sampled_from(["advance_when_clear", "advance_when_clear", "confirm_each"])
OPENINGS = st.lists(st.sampled_from(["well", "well", "silent"]), max_size=6)
DOSES = st.sampled_from(
    [["none"], ["missed_0"], ["missed_1"], ["extra_dose"], ["missed_3plus_or_ran_out"], ["alcohol"], []]
)
SELDOM = st.sampled_from(["", "", "", "", "one", "both"])
KINDS = st.sampled_from([AlertKind.WITHDRAWAL, AlertKind.DELIVERY, AlertKind.REGIMEN_CHECK])
settled: Counter[str] = Counter()


class Treatment(RuleBasedStateMachine):
    """A patient on a plan: everything that her clinicians, her answers, the sweeps and the clock can do."""

    patient: Patient
    by: User
    baclofen: Prescription
    well: dict[str, object]
    day: date

    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.ward = Ward(self.patient, self.by, self.baclofen, self.well, self.day)

    def teardown(self) -> None:
        settled.update(self.ward.seen)
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    @initialize(
        rises=st.lists(st.sampled_from([5, 10]), min_size=2, max_size=4), gap=GAPS, policy=POLICIES, opening=OPENINGS
    )
    def sign(self, rises: list[int], gap: int, policy: str, opening: list[str]) -> None:
        """Signed and begun: without its first days most stories would end before a step is due."""
        self.ward.plan(rises, gap, 1, policy)
        for day in opening:
            if day == "well":
                self.ward.check_in(0, ["missed_0"])
            self.ward.nights(1, watched=True)

    @rule(days=st.integers(1, 5))
    def all_is_well(self, days: int) -> None:
        for _ in range(days):
            self.ward.check_in(0, ["missed_0"])
            self.ward.nights(1, watched=True)

    @rule(days=st.integers(1, 4))
    def a_clinician_sees_to_it(self, days: int) -> None:
        self.ward.steer("resume")
        self.ward.answer_alerts()
        self.ward.release()
        self.all_is_well(days)

    @rule(sleepy=st.sampled_from([0, 1, 2, 3, 4]), doses=DOSES)
    def check_in(self, sleepy: int, doses: list[str]) -> None:
        self.ward.check_in(sleepy, doses)

    @rule(count=st.integers(1, 3))
    def nobody_reports(self, count: int) -> None:
        self.ward.nights(count, watched=True)

    @rule(count=st.sampled_from([1, 1, 2, 16]))
    def the_machine_is_off(self, count: int) -> None:
        self.ward.nights(count, watched=False)

    @rule(hours=st.sampled_from([1, 24, 49]))
    def the_clock_is_set_back(self, hours: int) -> None:
        self.ward.clock_back(hours)

    @rule(kind=KINDS, level=st.sampled_from([1, 2, 3, 4]))
    def alarm(self, kind: AlertKind, level: int) -> None:
        self.ward.alarm(kind, level)

    @rule()
    def release(self) -> None:
        self.ward.release()

    @rule(deed=st.sampled_from(["pause", "roll back"]))
    def steer(self, deed: str) -> None:
        self.ward.steer(deed)

    @rule(sure=SELDOM)
    def cancel(self, sure: str) -> None:
        if sure:
            self.ward.steer("cancel")

    @rule(mg=st.sampled_from([10, 25, 30, 35, 60]), sure=SELDOM)
    def change_by_hand(self, mg: int, sure: str) -> None:
        if sure:
            self.ward.change_by_hand(mg)

    @rule(sure=SELDOM)
    def stop(self, sure: str) -> None:
        if sure == "both":
            self.ward.stop()

    @rule(
        changes=st.lists(st.sampled_from([-30, -10, -5, 5, 10, 15]), min_size=1, max_size=4),
        gap=GAPS, first=st.integers(0, 2), policy=POLICIES, sure=SELDOM,
    )  # fmt: skip
    def plan(self, changes: list[int], gap: int, first: int, policy: str, sure: str) -> None:
        if sure or not TitrationPlan.objects.running().exists():
            self.ward.plan(changes, gap, first, policy)

    @invariant()
    def what_must_hold(self) -> None:
        self.ward.check()


@pytest.mark.slow
@pytest.mark.django_db
def test_no_order_of_events_raises_a_dose_beyond_what_was_signed_and_seen(
    patient: Patient, clinician: User, baclofen: Prescription, well: dict[str, object], today: date
) -> None:
    settled.clear()
    Treatment.patient, Treatment.by, Treatment.baclofen = patient, clinician, baclofen
    Treatment.well, Treatment.day = well, today
    run_state_machine_as_test(
        Treatment,
        settings=settings(
            max_examples=runs(usual=24, thorough=10_000),
            stateful_step_count=14,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    # A story in which nothing moves would prove nothing.
    assert settled[StepState.ADVANCED] >= 5, settled
    assert settled[StepState.HELD] >= 5, settled
