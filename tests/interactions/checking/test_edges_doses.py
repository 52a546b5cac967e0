"""Edges of seizures, the young, maxima, and how long what was stopped still counts."""

from datetime import date, timedelta
from typing import Any

import pytest

from interactions.checking import Exposure, PatientContext, Route, check_regimen
from tests.interactions.checking.cases import (
    ON,
    amitriptyline,
    baclofen,
    codes,
    gel,
    mg,
    only,
    pump,
    rule,
    screen,
    severity,
    stopped,
    take,
)

PAIR = (baclofen(), amitriptyline())


# --- R19, R20, R25, R26, R27, R29


@pytest.mark.parametrize(
    ("lines", "conditions", "expected"),
    [
        (PAIR, ["epilepsy"], "major"),
        ((*PAIR, take("tramadol")), [], "major"),
        ((*PAIR, take("bupropion")), [], "major"),
        ((amitriptyline(), take("bupropion")), [], "moderate"),
        (PAIR, [], ""),
    ],
)
def test_seizures(lines: tuple[Exposure, ...], conditions: list[str], expected: str) -> None:
    assert severity(screen(*lines, conditions=conditions), "SEIZURE") == expected


@pytest.mark.parametrize(("partner", "name"), [("levodopa", "R20"), ("lithium", "R29")])
def test_baclofen_with_levodopa_or_lithium(partner: str, name: str) -> None:
    assert rule(screen(baclofen(), take(partner)), name) == "moderate"
    assert rule(screen(amitriptyline(), take(partner)), name) == ""


@pytest.mark.parametrize(
    ("line", "age", "expected"),
    [
        (baclofen(), 12, ""),
        (baclofen(), 11, "moderate"),
        (amitriptyline(), 18, ""),
        (amitriptyline(), 17, "moderate"),
        (amitriptyline(), 6, "moderate"),
        (amitriptyline(), 5, "contraindicated"),
        (pump(), 8, ""),
        (amitriptyline(), None, ""),
    ],
)
def test_the_young(line: Exposure, age: int | None, expected: str) -> None:
    assert severity(screen(line, age=age), "AGE") == expected


@pytest.mark.parametrize("state", ["pregnancy", "breastfeeding", "pregnancy_planned"])
def test_pregnancy_and_milk(state: str) -> None:
    assert severity(screen(*PAIR, conditions=[state]), "PREG") == "moderate"


@pytest.mark.parametrize(
    ("line", "age", "expected"),
    [
        (baclofen(80), 40, ""),
        (baclofen("80.5"), 40, "moderate"),
        (baclofen(100), 40, "moderate"),
        (baclofen(101), 40, "major"),
        (baclofen(40), 65, ""),
        (baclofen(41), 65, "minor"),
        (baclofen(41), None, ""),
        (amitriptyline(150), 40, ""),
        (amitriptyline(151), 40, "moderate"),
        (amitriptyline(300), 40, "moderate"),
        (amitriptyline(301), 40, "major"),
        (take("baclofen", mg(1001, unit="microgram"), route=Route.INTRATHECAL), 40, "minor"),
        (take("baclofen", mg(1000, unit="microgram"), route=Route.INTRATHECAL), 40, ""),
        (take("baclofen", mg("0.1", unit="g")), 40, "moderate"),
    ],
)
def test_above_a_labelled_maximum(line: Exposure, age: int | None, expected: str) -> None:
    assert severity(screen(line, age=age), "DOSE") == expected


def test_a_dose_of_a_hundred_grams_is_judged_and_no_fault() -> None:
    assert severity(screen(take("baclofen", mg(100, unit="g"))), "DOSE") == "major"


# --- washouts of the pair, by kidney, age and route


@pytest.mark.parametrize(
    ("egfr", "days"),
    [(90, 2), (89, 2), (60, 2), (59, 3), (30, 3), (29, 6), (15, 6), (14, 9), (None, 9)],
)
def test_stopped_baclofen_counts_by_kidney_function(egfr: int | None, days: int) -> None:
    for after, counts in ((days, True), (days + 1, False)):
        found = screen(stopped(baclofen(), after), amitriptyline(), egfr=egfr, baclofen_taper=True)
        assert ("PAIR_CNS" in codes(found)) is counts


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ({"age": 64}, 10),
        ({"age": 65}, 14),
        ({"age": None}, 14),
        ({"age": 40, "conditions": ["hepatic"]}, 14),
        ({"age": 40, "conditions": ["cyp2d6_poor"]}, 14),
    ],
)
def test_stopped_amitriptyline_counts_by_age_and_liver(facts: dict[str, Any], days: int) -> None:
    for after, counts in ((days, True), (days + 1, False)):
        assert ("PAIR_CNS" in codes(screen(baclofen(), stopped(amitriptyline(), after), **facts))) is counts


def test_a_strong_inhibitor_keeps_amitriptyline_for_three_weeks() -> None:
    for after, counts in ((21, True), (22, False)):
        lines = (baclofen(), stopped(amitriptyline(), after), take("paroxetine"))
        assert ("PAIR_CNS" in codes(screen(*lines, age=40))) is counts


@pytest.mark.parametrize(("line", "days"), [(pump(), 1), (gel("baclofen"), 1)])
def test_stopped_local_and_intrathecal_baclofen(line: Exposure, days: int) -> None:
    for after, counts in ((days, True), (days + 1, False)):
        found = screen(stopped(line, after), amitriptyline(), baclofen_taper=True)
        assert ("PAIR_CNS" in codes(found)) is counts


def test_what_is_taken_as_needed_counts_for_a_week() -> None:
    for after, counts in ((7, True), (8, False)):
        line = stopped(take("baclofen", mg(10), as_needed=True), after)
        assert ("PAIR_CNS" in codes(screen(line, amitriptyline(), baclofen_taper=True))) is counts


def test_nothing_is_known_and_nothing_is_lowered() -> None:
    found = check_regimen([*PAIR], PatientContext(), ON)
    assert severity(found, "PAIR_CNS") == "moderate"
    assert set(only(found, "PAIR_CNS").unknown) >= {"egfr", "age", "alcohol", "conditions"}
    assert "egfr" in found.not_checked


@pytest.mark.parametrize(
    ("start", "expected"), [(ON - timedelta(days=30), "active"), (ON, "active"), (ON + timedelta(days=1), "upcoming")]
)
def test_a_mixed_up_unit_is_told_before_it_is_given(start: date, expected: str) -> None:
    wrong = take("baclofen", mg(450), route=Route.INTRATHECAL, start=start)
    assert only(screen(wrong), "UNIT_ERROR").state == expected


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (take("baclofen", mg(450), route=Route.INTRATHECAL), "milligrams"),
        (take("baclofen", mg(10, unit="microgram")), "micrograms"),
    ],
)
def test_the_unit_that_is_mixed_up_is_named(line: Exposure, said: str) -> None:
    (told,) = only(screen(line), "UNIT_ERROR").factors
    assert said in told.detail
