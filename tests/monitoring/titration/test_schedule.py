"""Steps drawn from a labelled schedule or from numbers."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.medicines.dosing import Schedule, dosing_facts
from monitoring.titration.schedule import MOST_STEPS, from_template, split_daily, stepwise

TODAY = date(2026, 6, 15)
EVERY_SCHEDULE = [schedule for key in ("baclofen", "amitriptyline") for schedule in dosing_facts(key).schedules]
EVERY_TAPER = [schedule for schedule in EVERY_SCHEDULE if schedule.direction == "taper"]


def schedule(key: str) -> Schedule:
    return next(each for each in EVERY_SCHEDULE if each.id == key)


def in_fives(daily: Decimal) -> tuple[Decimal, ...]:
    return split_daily(daily, 3, Decimal(5))


def test_the_labelled_rise_of_baclofen_begins_at_15_mg_a_day() -> None:
    steps = from_template(schedule("baclofen_up_us"), TODAY)
    assert [(step.on - TODAY).days for step in steps] == [0, 3, 6, 9]
    assert [step.daily for step in steps] == [15, 30, 45, 60]


def test_a_rise_goes_on_from_the_dose_taken_now() -> None:
    steps = from_template(schedule("baclofen_up_us"), TODAY, Decimal(30))
    assert [(step.on, step.daily) for step in steps] == [(TODAY, 45), (TODAY + timedelta(days=3), 60)]


def test_a_rise_that_has_come_to_its_end_has_no_step() -> None:
    assert from_template(schedule("baclofen_up_us"), TODAY, Decimal(60)) == ()


def test_a_taper_from_above_its_first_dose_comes_down_to_it_step_by_step() -> None:
    steps = from_template(schedule("baclofen_taper_weekly"), TODAY, Decimal(80))
    assert [step.daily for step in steps] == [70, 60, 50, 40, 30, 20, 15, 10, 5, 0]
    assert {(b.on - a.on).days for a, b in itertools.pairwise(steps)} == {7}
    assert all(len(step.times) == len(step.amounts) for step in steps if step.amounts)


def test_a_taper_from_its_lowest_dose_has_the_end_left() -> None:
    (end,) = from_template(schedule("baclofen_taper_weekly"), TODAY, Decimal(5))
    assert (end.on, end.amounts) == (TODAY, ())


@given(way=st.sampled_from(EVERY_TAPER), current=st.integers(1, 40).map(lambda n: Decimal(n * 5)))
def test_no_step_of_any_labelled_taper_is_larger_or_sooner_than_the_taper_allows(
    way: Schedule, current: Decimal
) -> None:
    steps = from_template(way, TODAY, current)
    doses = [current, *(step.daily for step in steps)]
    assert doses[-1] == 0
    assert all(0 < a - b <= way.max_step for a, b in itertools.pairwise(doses))
    assert all((b.on - a.on).days >= way.min_gap_days for a, b in itertools.pairwise(steps))
    assert all(amount > 0 for step in steps for amount in step.amounts)


@given(
    pieces=st.integers(1, 60), doses=st.integers(1, 6), unit=st.sampled_from([Decimal("2.5"), Decimal(5), Decimal(10)])
)
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
def test_steps_by_numbers_end_at_the_target_and_never_overshoot(
    start: int, target: int, change: int, every: int
) -> None:
    steps = stepwise(
        current=Decimal(start * 5), target=Decimal(target * 5), change=Decimal(change * 5), every_days=every,
        split=in_fives, starts_on=TODAY,
    )  # fmt: skip
    amounts = [Decimal(start * 5), *(step.daily for step in steps)]
    assert amounts[-1] == target * 5
    assert amounts in (sorted(amounts), sorted(amounts, reverse=True))
    assert all(abs(b - a) <= change * 5 for a, b in itertools.pairwise(amounts))
    assert [step.on for step in steps] == [TODAY + timedelta(days=every * n) for n in range(len(steps))]


def test_more_steps_than_a_page_holds_are_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST_STEPS)):
        stepwise(
            current=Decimal(0), target=Decimal(80), change=Decimal(1), every_days=1, split=in_fives, starts_on=TODAY,
        )  # fmt: skip
