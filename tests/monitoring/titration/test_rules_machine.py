"""The rules of the gate, of pauses and of going back, lived through many thousand times in memory."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.monitoring.titration.course import HELD, PLANNED, TAKEN, Course
from tests.monitoring.titration.ward import runs

SELDOM = st.sampled_from(["", "", "", "", "one", "both"])
GAPS, FIRST = st.integers(1, 4), st.integers(0, 2)
DOSES = st.sampled_from([(), (), ("missed_1",), ("missed_3plus_or_ran_out",), ("extra_dose",), None])
lived: Counter[str] = Counter()


class Life(RuleBasedStateMachine):
    """Everything that can happen to a plan, a day at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.course = Course()

    def teardown(self) -> None:
        for plan in self.course.plans:
            lived.update(plan.states)
        lived["settled"] += self.course.settled

    @initialize(rises=st.lists(st.sampled_from([5, 10]), min_size=2, max_size=4), gap=GAPS, first=FIRST)
    def begin(self, rises: list[int], gap: int, first: int) -> None:
        self.course.sign(rises, gap, first, confirm=False)

    @rule(
        changes=st.lists(st.sampled_from([-30, -10, -5, 5, 10, 15]), min_size=1, max_size=4),
        gap=GAPS, first=FIRST, confirm=st.booleans(), sure=SELDOM,
    )  # fmt: skip
    def sign(self, changes: list[int], gap: int, first: int, confirm: bool, sure: str) -> None:
        if sure or self.course.plan is None:
            self.course.sign(changes, gap, first, confirm=confirm)

    @rule(days=st.integers(1, 5), answered=st.booleans())
    def all_is_well(self, days: int, answered: bool) -> None:
        if answered:
            self.course.alerts.clear()
        for _ in range(days):
            self.course.reports.append((self.course.today, 0, ()))
            self.course.today += timedelta(days=1)
            self.course.sweep()

    @rule(days=st.integers(1, 5))
    def a_clinician_sees_to_it(self, days: int) -> None:
        self.course.resume()
        self.course.alerts.clear()
        self.course.release()
        self.all_is_well(days, answered=True)

    @rule(level=st.sampled_from([None, 0, 0, 1, 2, 3, 4]), doses=DOSES)
    def check_in(self, level: int | None, doses: tuple[str, ...] | None) -> None:
        self.course.reports.append((self.course.today, level, doses))
        if level is None or level > 1:
            self.course.alerts["symptoms"] = max(level or 3, self.course.alerts.get("symptoms", 0))

    @rule(days=st.integers(1, 3))
    def nobody_reports(self, days: int) -> None:
        for _ in range(days):
            self.course.missed.append(self.course.today)
            self.course.today += timedelta(days=1)
            self.course.sweep()

    @rule(days=st.sampled_from([1, 2, 16]))
    def the_machine_is_off(self, days: int) -> None:
        start = self.course.today
        self.course.today += timedelta(days=days)
        self.course.gaps.append((start, self.course.today))
        self.course.sweep()

    @rule(days=st.integers(1, 2))
    def the_clock_is_set_back(self, days: int) -> None:
        self.course.today -= timedelta(days=days)
        self.course.sweep()

    @rule(kind=st.sampled_from(["withdrawal", "delivery"]), level=st.integers(1, 4))
    def alarm(self, kind: str, level: int) -> None:
        self.course.alerts[kind] = level

    @rule()
    def release(self) -> None:
        self.course.release()

    @rule()
    def pause(self) -> None:
        self.course.pause()

    @rule()
    def resume(self) -> None:
        self.course.resume()

    @rule(days=st.integers(0, 6))
    def roll_back(self, days: int) -> None:
        self.all_is_well(days, answered=True)
        before = self.course.present
        self.course.roll_back()
        lived["rolled back"] += self.course.present is not before

    @rule(mg=st.sampled_from([10, 25, 35, 60]), sure=SELDOM)
    def change_by_hand(self, mg: int, sure: str) -> None:
        if self.course.active and sure:
            self.course.change(Decimal(mg))

    @rule(fate=SELDOM)
    def cancel_or_stop(self, fate: str) -> None:
        if fate and self.course.plan is not None:
            self.course.plan.ended = True
        self.course.active = self.course.active and fate != "both"

    @invariant()
    def every_dose_of_a_step_was_signed(self) -> None:
        for dose in self.course.doses:
            assert dose.by is None or dose.daily in self.course.plans[dose.by].daily

    @invariant()
    def every_settled_step_has_a_decision(self) -> None:
        for number, plan in enumerate(self.course.plans, start=1):
            for place, state in enumerate(plan.states):
                told = any(one.startswith(f"{number}.{place} ") for one in self.course.decisions)
                assert told == (state != PLANNED)


@pytest.mark.slow
def test_no_life_breaks_what_was_signed() -> None:
    lived.clear()
    tried = runs(usual=150, thorough=10_000)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=tried,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    # A life in which nothing moves would prove nothing.
    assert min(lived[TAKEN], lived[HELD]) >= tried // 5, lived
    assert lived["rolled back"] >= tried // 100, lived
