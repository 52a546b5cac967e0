"""Doses made of the tablets somebody has: exact, with the fewest tablets, and refused when they cannot be."""

from collections import deque
from decimal import Decimal
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.titration.rules.tablets import (
    MOST_AT_ONCE,
    Tablet,
    fitted,
    made_of,
    nearest,
    split_over_day,
    tablets_from,
    tablets_to_store,
    tablets_words,
    why_not_made,
)
from monitoring.titration.schedule import PlannedStep
from tests.monitoring.titration.test_schedule import TODAY

TEN, TEN_SCORED = Tablet(Decimal(10)), Tablet(Decimal(10), halves=True)
FIVE, TWENTY_FIVE = Tablet(Decimal(5)), Tablet(Decimal(25))
STRENGTHS = st.sampled_from([Decimal(text) for text in ("2.5", "5", "10", "12.5", "20", "25", "50")])
TABLETS = st.lists(st.builds(Tablet, STRENGTHS, st.booleans()), min_size=1, max_size=3, unique_by=lambda t: t.strength)


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def pieces_of(tablets: list[Tablet]) -> list[tuple[Decimal, int]]:
    """What can be swallowed, and whether it was cut."""
    whole = [(tablet.strength, 0) for tablet in tablets]
    return whole + [(tablet.strength / 2, 1) for tablet in tablets if tablet.halves]


def by_breadth(tablets: list[Tablet]) -> dict[Decimal, int]:
    """Every amount and the fewest pieces it takes, found by adding one piece after another."""
    fewest: dict[Decimal, int] = {Decimal(0): 0}
    waiting = deque(fewest)
    while waiting:
        amount = waiting.popleft()
        for piece, _ in pieces_of(tablets):
            if fewest[amount] < MOST_AT_ONCE and amount + piece not in fewest:
                fewest[amount + piece] = fewest[amount] + 1
                waiting.append(amount + piece)
    del fewest[Decimal(0)]
    return fewest


@given(tablets=TABLETS, amount=st.integers(1, 400).map(lambda n: n * Decimal("1.25")))
def test_a_dose_is_made_exactly_with_the_fewest_pieces_or_not_at_all(tablets: list[Tablet], amount: Decimal) -> None:
    possible, makeup = by_breadth(tablets), made_of(amount, tablets)
    assert (makeup is not None) == (amount in possible)
    if makeup is not None:
        assert makeup.amount == sum(piece.amount for piece in makeup.pieces) == amount
        assert makeup.parts == possible[amount]
        scored = {tablet.strength for tablet in tablets if tablet.halves}
        assert all(piece.halves % 2 == 0 or piece.strength in scored for piece in makeup.pieces)


@given(tablets=TABLETS, amount=st.integers(1, 400).map(lambda n: n * Decimal("1.25")))
def test_the_nearest_amounts_are_the_next_ones_that_can_be_made(tablets: list[Tablet], amount: Decimal) -> None:
    possible, near = by_breadth(tablets), nearest(amount, tablets)
    if amount in possible:
        assert near == (amount,)
        assert why_not_made(amount, tablets) == ""
    else:
        below = [max(each) for each in [[dose for dose in possible if dose < amount]] if each]
        above = [min(each) for each in [[dose for dose in possible if dose > amount]] if each]
        assert list(near) == below + above
        assert "cannot be made of" in why_not_made(amount, tablets)


@given(
    tablets=st.lists(
        st.builds(Tablet, STRENGTHS, st.booleans()), min_size=1, max_size=2, unique_by=lambda t: t.strength
    ),
    doses=st.integers(1, 3),
    daily=st.integers(1, 60).map(lambda n: n * Decimal("2.5")),
)
def test_a_day_is_split_as_evenly_as_the_tablets_allow(tablets: list[Tablet], doses: int, daily: Decimal) -> None:
    single = sorted(amount for amount in [Decimal(0), *by_breadth(tablets)] if amount <= daily)
    ways = [way for way in combinations_with_replacement(single, doses) if sum(way) == daily]
    if not ways:
        with pytest.raises(ValueError, match="cannot be made of"):
            split_over_day(daily, doses, tablets)
        return
    parts = split_over_day(daily, doses, tablets)
    assert sum(parts) == daily
    assert list(parts) == sorted(parts)
    assert all(made_of(part, tablets) for part in parts)
    # The smallest dose as large as it can be, then the next: no other way is more even.
    assert (*[Decimal(0)] * (doses - len(parts)), *parts) == max(ways)


def test_the_words_of_a_dose() -> None:
    assert tablets_words([Decimal(15)], [TEN_SCORED]) == ("1\u00a0×\u00a010\u00a0mg + ½\u00a0×\u00a010\u00a0mg",)
    assert [plain(words) for words in tablets_words([Decimal(35), Decimal(5)], [TWENTY_FIVE, TEN, FIVE])] == [
        "1 × 25 mg + 1 × 10 mg", "1 × 5 mg"
    ]  # fmt: skip
    assert tablets_words([Decimal(5)], [TEN]) == ("",)
    assert tablets_words([Decimal(5)], []) == ()


def test_a_whole_tablet_is_taken_before_a_cut_one() -> None:
    (words,) = tablets_words([Decimal(15)], [TEN_SCORED, FIVE])
    assert plain(words) == "1 × 10 mg + 1 × 5 mg"


def test_two_and_a_half_tablets_that_are_not_scored_are_refused_with_what_can_be_given() -> None:
    assert plain(why_not_made(Decimal(25), [TEN])) == (
        "25 mg cannot be made of 10 mg (whole only). The nearest that can is 20 mg or 30 mg."
    )
    assert why_not_made(Decimal(25), [TEN_SCORED]) == ""


def test_the_larger_dose_is_the_evening_one() -> None:
    assert split_over_day(Decimal(40), 3, [TEN]) == (10, 10, 20)
    assert split_over_day(Decimal(10), 3, [TEN]) == (10,)


def test_a_day_that_cannot_be_made_names_the_nearest_days() -> None:
    with pytest.raises(ValueError, match="35\u00a0mg a day cannot be made") as refused:
        split_over_day(Decimal(35), 3, [TEN])
    assert plain(str(refused.value)).endswith("The nearest that can is 30 mg or 40 mg a day.")


def test_more_tablets_at_once_than_anybody_swallows_are_refused() -> None:
    assert made_of(Decimal(10) * MOST_AT_ONCE, [TEN]) is not None
    assert made_of(Decimal(10) * (MOST_AT_ONCE + 1), [TEN]) is None


@pytest.mark.parametrize("strength", ["0", "-5", "0.001", "1000.01"])
def test_a_tablet_that_cannot_be_is_an_error(strength: str) -> None:
    with pytest.raises(ValueError, match="strengths"):
        made_of(Decimal(5), [Tablet(Decimal(strength))])


def test_odd_strengths_are_settled_at_once() -> None:
    odd = [Tablet(Decimal("0.01"), halves=True), Tablet(Decimal(1000))]
    with pytest.raises(ValueError, match="cannot be made of"):
        split_over_day(Decimal(997), 6, odd)


def test_steps_keep_their_day_and_are_split_anew_where_they_must_be() -> None:
    steps = (PlannedStep(TODAY, (Decimal(15),) * 2, ("morning", "evening")), PlannedStep(TODAY, ()))
    assert fitted(steps, []) == steps
    assert fitted(steps, [TEN_SCORED]) == steps
    assert [step.amounts for step in fitted(steps, [TEN])] == [(10, 20), ()]
    with pytest.raises(ValueError, match=r"^Step 1: 30\u00a0mg a day cannot be made"):
        fitted(steps, [TWENTY_FIVE])


def test_what_is_kept_is_read_back() -> None:
    assert tablets_from(tablets_to_store([TWENTY_FIVE, TEN_SCORED])) == (TEN_SCORED, TWENTY_FIVE)
    assert tablets_to_store([]) is None
    assert tablets_from(None) == ()
