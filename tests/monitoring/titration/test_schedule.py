"""Steps drawn from a schedule or from numbers, and the guard rails they must keep."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.medicines.dosing import DosingFacts, Schedule, dosing_facts
from monitoring.titration.schedule import (
    MOST_STEPS,
    Breach,
    PlannedStep,
    from_template,
    guard_rails,
    split_daily,
    stepwise,
)

TODAY = date(2026, 6, 15)


@pytest.fixture(scope="module")
def baclofen() -> DosingFacts:
    return dosing_facts("baclofen")


def labelled(facts: DosingFacts, direction: str = "up") -> Schedule:
    return next(schedule for schedule in facts.schedules if schedule.direction == direction and schedule.steps)


def rails(
    steps: tuple[PlannedStep, ...],
    facts: DosingFacts,
    *,
    direction: str = "up",
    current: Decimal | None = None,
    egfr: Decimal | None = Decimal(95),
    template: Schedule | None = None,
) -> set[str]:
    found: tuple[Breach, ...] = guard_rails(
        steps, direction=direction, current_daily=current, facts=facts, template=template, egfr=egfr, age=50, today=TODAY
    )
    return {breach.rule for breach in found}


def test_the_labelled_rise_of_baclofen_starts_at_15_mg_a_day_and_keeps_every_rail(baclofen: DosingFacts) -> None:
    template = labelled(baclofen)
    steps = from_template(template, TODAY)
    assert (steps[0].on, steps[0].amounts) == (TODAY, (Decimal(5), Decimal(5), Decimal(5)))
    assert steps[1].on == TODAY + timedelta(days=3)
    assert rails(steps, baclofen, template=template) == set()


def test_a_dose_above_the_label_names_the_limit_and_its_source(baclofen: DosingFacts) -> None:
    step = PlannedStep(TODAY, (Decimal(30), Decimal(30), Decimal(30)))
    found = guard_rails(
        [step], direction="up", current_daily=Decimal(85), facts=baclofen, template=None, egfr=Decimal(95), age=50,
        today=TODAY,
    )  # fmt: skip
    breach = next(breach for breach in found if breach.rule.startswith("limit_"))
    assert "80" in breach.text
    assert breach.sources


def test_too_large_a_step_and_too_small_a_gap_are_named(baclofen: DosingFacts) -> None:
    steps = (
        PlannedStep(TODAY, (Decimal(10),) * 3),
        PlannedStep(TODAY + timedelta(days=1), (Decimal(20),) * 3),
    )
    assert {"gap", "step_size"} <= rails(steps, baclofen, current=Decimal(15))


def test_an_unknown_egfr_is_said_before_baclofen_rises(baclofen: DosingFacts) -> None:
    steps = from_template(labelled(baclofen), TODAY)
    assert "egfr_unknown" in rails(steps, baclofen, egfr=None)


def test_a_low_egfr_asks_for_a_reason(baclofen: DosingFacts) -> None:
    steps = from_template(labelled(baclofen), TODAY)
    assert "renal_avoid" in rails(steps, baclofen, egfr=Decimal(22))
    assert "renal" in rails(steps, baclofen, egfr=Decimal(45))


@pytest.mark.parametrize(
    ("steps", "direction", "rule"),
    [
        ((), "up", "empty"),
        ((PlannedStep(TODAY - timedelta(days=1), (Decimal(20),)),), "up", "past"),
        ((PlannedStep(TODAY, (Decimal(20),)), PlannedStep(TODAY, (Decimal(25),))), "up", "order"),
        ((PlannedStep(TODAY, (Decimal(5),)),), "up", "direction"),
        ((PlannedStep(TODAY, (Decimal(20),)),), "taper", "direction"),
        ((PlannedStep(TODAY, ()), PlannedStep(TODAY + timedelta(days=7), (Decimal(5),))), "taper", "none"),
        ((PlannedStep(TODAY, ()),), "up", "none"),
    ],
)
def test_what_no_reason_can_excuse(
    steps: tuple[PlannedStep, ...], direction: str, rule: str, baclofen: DosingFacts
) -> None:
    found = guard_rails(
        steps, direction=direction, current_daily=Decimal(15), facts=baclofen, template=None, egfr=Decimal(95), age=50,
        today=TODAY,
    )  # fmt: skip
    assert rule in {breach.rule for breach in found if breach.hard}


@given(pieces=st.integers(1, 60), doses=st.integers(1, 6), unit=st.sampled_from([Decimal("2.5"), Decimal(5), Decimal(10)]))
def test_a_day_is_split_into_whole_pieces_with_nothing_lost(pieces: int, doses: int, unit: Decimal) -> None:
    daily = pieces * unit
    parts = split_daily(daily, doses, unit)
    assert sum(parts) == daily
    assert all(part > 0 and part % unit == 0 for part in parts)
    assert list(parts) == sorted(parts)
    assert max(parts) - min(parts) <= unit


def test_a_day_that_cannot_be_split_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be made"):
        split_daily(Decimal(12), 3, Decimal(5))


@given(start=st.integers(0, 20), target=st.integers(0, 20), change=st.integers(1, 4), every=st.integers(1, 14))
def test_steps_by_numbers_end_at_the_target_and_never_overshoot(start: int, target: int, change: int, every: int) -> None:
    steps = stepwise(
        current=Decimal(start * 5), target=Decimal(target * 5), change=Decimal(change * 5), every_days=every, doses=3,
        unit_step=Decimal(5), starts_on=TODAY,
    )  # fmt: skip
    amounts = [Decimal(start * 5), *(step.daily for step in steps)]
    assert amounts[-1] == target * 5
    assert amounts in (sorted(amounts), sorted(amounts, reverse=True))
    assert all(abs(b - a) <= change * 5 for a, b in zip(amounts, amounts[1:], strict=False))
    assert [step.on for step in steps] == [TODAY + timedelta(days=every * n) for n in range(len(steps))]


def test_more_steps_than_a_page_holds_are_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST_STEPS)):
        stepwise(
            current=Decimal(0), target=Decimal(80), change=Decimal(1), every_days=1, doses=3, unit_step=Decimal(1),
            starts_on=TODAY,
        )  # fmt: skip
