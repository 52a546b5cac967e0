"""Until when a supply lasts, and how loudly its end is said."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.supplies.rules import LOOK_AHEAD_DAYS, UNKNOWN, Cover, Loudness, cover, sooner, warning_for

DAY = date(2026, 6, 15)
doses = st.lists(st.integers(0, 40), min_size=1, max_size=60)


@given(doses, st.integers(0, 900))
def test_the_doses_up_to_the_last_day_are_there_and_the_next_one_is_not(amounts: list[int], on_hand: int) -> None:
    def daily(day: date) -> Decimal:
        return Decimal(amounts[min((day - DAY).days, len(amounts) - 1)])

    ends = cover(Decimal(on_hand), DAY, daily)
    if ends.last_day is None:
        assert sum(daily(DAY + timedelta(days=n)) for n in range(LOOK_AHEAD_DAYS)) <= on_hand
        return
    days = (ends.last_day - DAY).days + 1
    taken = sum((daily(DAY + timedelta(days=n)) for n in range(days)), Decimal(0))
    assert taken <= on_hand < taken + daily(DAY + timedelta(days=days))


def test_with_nothing_left_the_last_day_was_yesterday() -> None:
    assert cover(Decimal(0), DAY, lambda _: Decimal(5)) == Cover(DAY - timedelta(days=1))


def test_a_dose_nobody_knows_makes_the_end_unknown() -> None:
    assert cover(Decimal(500), DAY, lambda _: None) == UNKNOWN
    assert cover(Decimal(10), DAY, lambda day: Decimal(5) if day < DAY + timedelta(days=3) else None) == Cover(
        DAY + timedelta(days=1)
    )


def test_the_sooner_of_two_ends_counts_and_a_known_one_before_an_unknown() -> None:
    soon, late, never = Cover(DAY), Cover(DAY + timedelta(days=3)), Cover(None)
    for one, other, expected in ((soon, late, soon), (late, never, late), (UNKNOWN, late, late), (never, never, never)):
        assert sooner(one, other) == sooner(other, one) == expected


@pytest.mark.parametrize(
    ("days_left", "baclofen", "other"),
    [
        (7, None, None),
        (6, Loudness.CHECK, Loudness.INFO),
        (2, Loudness.CHECK, Loudness.INFO),
        (1, Loudness.URGENT, Loudness.CHECK),
        (-1, Loudness.URGENT, Loudness.CHECK),
        (-40, Loudness.URGENT, Loudness.CHECK),
    ],
)
def test_baclofen_is_said_louder(days_left: int, baclofen: Loudness | None, other: Loudness | None) -> None:
    ends = Cover(DAY + timedelta(days=days_left))
    assert warning_for(ends, DAY, frozenset({"baclofen"})) == baclofen
    assert warning_for(ends, DAY, frozenset({"amitriptyline"})) == other


def test_what_is_not_known_is_no_warning_but_stays_unknown() -> None:
    assert warning_for(UNKNOWN, DAY, frozenset({"baclofen"})) is None
    assert warning_for(Cover(None), DAY, frozenset({"baclofen"})) is None
