"""How long a stopped medicine counts, to the day."""

from datetime import date, timedelta
from typing import Any

import pytest

from interactions.checking import Exposure, Route, State
from tests.interactions.checking.cases import (
    ON,
    amitriptyline,
    baclofen,
    codes,
    day,
    factors,
    gel,
    only,
    pump,
    screen,
    take,
)


def ago(days: int) -> date:
    """The day so many days before the one screened."""
    return ON - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ({"egfr": 90}, 2),
        ({"egfr": 89}, 2),
        ({"egfr": 60}, 2),
        ({"egfr": 59}, 3),
        ({"egfr": 30}, 3),
        ({"egfr": 29}, 6),
        ({"egfr": 15}, 6),
        ({"egfr": 14}, 9),
        ({"egfr": 95, "conditions": {"dialysis"}}, 9),
        ({"egfr": None}, 9),
        ({"egfr": None, "conditions": {"ckd_3"}}, 3),
        ({"egfr": 95, "conditions": {"acute_kidney_injury"}}, 9),
    ],
)
def test_baclofen_by_kidney_function(facts: dict[str, Any], days: int) -> None:
    last = screen(baclofen(end=ago(days)), amitriptyline(), **facts)
    after = screen(baclofen(end=ago(days + 1)), amitriptyline(), **facts)
    assert only(last, "PAIR_CNS").state is State.RESIDUAL
    assert "PAIR_CNS" not in codes(after)


@pytest.mark.parametrize(
    ("facts", "others", "days"),
    [
        ({}, (), 10),
        ({"age": 64}, (), 10),
        ({"age": 65}, (), 14),
        ({"age": None}, (), 14),
        ({"conditions": {"hepatic"}}, (), 14),
        ({"conditions": {"cyp2d6_poor"}}, (), 14),
        ({"conditions": {"cyp2c19_poor"}}, (), 14),
        ({"conditions_known": False}, (), 10),
        ({}, (take("paroxetine"),), 21),
        ({"age": 80}, (take("paroxetine", end=ago(40)),), 14),
        ({}, (take("paroxetine", end=ago(25)),), 21),
        ({}, (take("terbinafine", route=Route.TOPICAL),), 10),
    ],
)
def test_amitriptyline_by_person_and_company(facts: dict[str, Any], others: tuple[Exposure, ...], days: int) -> None:
    last = screen(amitriptyline(end=ago(days)), baclofen(), *others, **facts)
    after = screen(amitriptyline(end=ago(days + 1)), baclofen(), *others, **facts)
    assert only(last, "PAIR_CNS").state is State.RESIDUAL
    assert "PAIR_CNS" not in codes(after)


@pytest.mark.parametrize(
    ("stopped", "other", "code", "days"),
    [
        (pump, amitriptyline(), "PAIR_CNS", 1),
        (lambda **f: gel("baclofen", **f), amitriptyline(), "PAIR_CNS", 1),
        (lambda **f: gel("amitriptyline", **f), baclofen(), "PAIR_CNS", 3),
        (lambda **f: take("nortriptyline", **f), baclofen(), "TCA_CLASS", 10),
        (lambda **f: take("diazepam", **f), baclofen(), "CNS_STACK", 21),
        (lambda **f: take("diazepam", as_needed=True, **f), baclofen(), "CNS_STACK", 21),
        (lambda **f: take("zolpidem", **f), baclofen(), "CNS_STACK", 1),
        (lambda **f: take("zolpidem", as_needed=True, **f), baclofen(), "CNS_STACK", 7),
        (lambda **f: take("fluoxetine", **f), amitriptyline(), "CYP2D6", 35),
        (lambda **f: take("terbinafine", start=ago(400), **f), amitriptyline(), "CYP2D6", 180),
    ],
)
def test_other_windows(stopped: Any, other: Exposure, code: str, days: int) -> None:
    assert code in codes(screen(stopped(end=ago(days)), other))
    assert code not in codes(screen(stopped(end=ago(days + 1)), other))


def test_the_last_day_of_use_is_active_and_the_next_is_residual() -> None:
    assert only(screen(baclofen(end=ON), amitriptyline()), "PAIR_CNS").state is State.ACTIVE
    assert only(screen(baclofen(end=ago(1)), amitriptyline()), "PAIR_CNS").state is State.RESIDUAL


def test_a_residual_card_says_until_when_and_keeps_its_severity() -> None:
    finding = only(screen(amitriptyline(end=ago(3)), baclofen()), "PAIR_CNS")
    assert (finding.severity, finding.until) == ("moderate", ago(3) + timedelta(days=10))
    assert "washout_running" in factors(finding)
    assert only(screen(amitriptyline(end=ago(3)), baclofen(), take("morphine")), "PAIR_CNS").severity == "major"


def test_the_first_day_of_use_counts_and_the_day_before_is_upcoming() -> None:
    assert only(screen(baclofen(start=ON), amitriptyline()), "PAIR_CNS").state is State.ACTIVE
    tomorrow = only(screen(baclofen(start=day(16)), amitriptyline()), "PAIR_CNS")
    assert (tomorrow.state, tomorrow.starts) == (State.UPCOMING, day(16))


def test_spans_that_do_not_meet_even_with_the_washout_say_nothing() -> None:
    assert codes(screen(baclofen(end=day(20), start=day(12)), amitriptyline(start=day(23)))) == set()
    meeting = screen(baclofen(end=day(20), start=day(12)), amitriptyline(start=day(22)))
    assert only(meeting, "PAIR_CNS").state is State.UPCOMING


def test_no_end_and_no_start_are_active() -> None:
    assert only(screen(baclofen(start=None), amitriptyline(start=None)), "PAIR_CNS").state is State.ACTIVE


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="lies before the start"):
        baclofen(start=day(10), end=day(9))
    baclofen(start=day(10), end=day(10))
