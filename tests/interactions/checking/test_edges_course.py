"""Edges of the pair itself: twice the same, local use, stable, ended, cut, pumped."""

from typing import Any

import pytest

from interactions.checking import AlcoholUse, CheckInSummary, EarlierDose, Exposure, Level, Route
from tests.interactions.checking.cases import (
    ON,
    ago,
    amitriptyline,
    baclofen,
    codes,
    factors,
    gel,
    mg,
    only,
    pump,
    screen,
    severity,
    stopped,
    take,
)

# --- R14, R15, R24, D1: twice the same, and local use


@pytest.mark.parametrize(
    ("lines", "events", "expected"),
    [
        ((baclofen(), pump()), [], "major"),
        ((baclofen(), pump()), [("baclofen_transition", ON)], "moderate"),
        ((baclofen(), baclofen(5)), [("baclofen_transition", ON)], "major"),
        ((baclofen(), gel("baclofen")), [], "minor"),
        ((stopped(baclofen(), 1), baclofen(5, start=ON)), [], ""),
    ],
)
def test_baclofen_twice(lines: tuple[Exposure, ...], events: list[Any], expected: str) -> None:
    assert severity(screen(*lines, events=events), "DUPLICATE") == expected


@pytest.mark.parametrize(
    ("lines", "facts", "expected"),
    [
        ((gel("baclofen"), gel("amitriptyline")), {"egfr": 60}, ("LOCAL", "minor")),
        ((gel("baclofen"), gel("amitriptyline")), {"egfr": 59}, ("LOCAL", "moderate")),
        ((gel("baclofen"), gel("amitriptyline")), {"egfr": None}, ("LOCAL", "moderate")),
        ((gel("baclofen"), gel("amitriptyline"), take("codeine")), {}, ("LOCAL", "moderate")),
        ((gel("baclofen"), amitriptyline()), {}, ("PAIR_CNS", "minor")),
        ((baclofen(), gel("amitriptyline")), {}, ("PAIR_CNS", "minor")),
        ((baclofen(), gel("amitriptyline", Route.VAGINAL)), {"age": 64}, ("PAIR_CNS", "minor")),
        ((baclofen(), gel("amitriptyline", Route.VAGINAL)), {"age": 65}, ("PAIR_CNS", "moderate")),
        ((pump(), gel("amitriptyline")), {}, ("PAIR_CNS", "moderate")),
        ((pump(), amitriptyline()), {}, ("PAIR_CNS", "moderate")),
    ],
)
def test_local_use(lines: tuple[Exposure, ...], facts: dict[str, Any], expected: tuple[str, str]) -> None:
    code, wanted = expected
    assert severity(screen(*lines, alcohol=AlcoholUse.NONE, **facts), code) == wanted


# --- D2: stable at low doses


@pytest.mark.parametrize(
    ("weeks_ago", "tricyclic", "muscle", "stable"),
    [(8, 25, 15, True), (7, 25, 15, False), (8, 26, 15, False), (8, 25, 16, False)],
)
def test_stable_for_eight_weeks(weeks_ago: int, tricyclic: int, muscle: int, stable: bool) -> None:
    start = ago(7 * weeks_ago)
    lines = (baclofen(muscle, start=start), amitriptyline(tricyclic, start=start))
    found = screen(*lines, check_in=CheckInSummary(level=Level.NONE), alcohol=AlcoholUse.NONE)
    assert ("stable_low_dose" in factors(only(found, "PAIR_CNS"))) is stable
    assert severity(found, "PAIR_CNS") == "moderate"


def test_a_dose_changed_last_week_is_not_stable() -> None:
    changed = baclofen(15, earlier=(EarlierDose(mg(10), ago(7)),))
    found = screen(changed, amitriptyline(), check_in=CheckInSummary(level=Level.NONE), alcohol=AlcoholUse.NONE)
    assert "stable_low_dose" not in factors(only(found, "PAIR_CNS"))


# --- R17, R18: withdrawal


@pytest.mark.parametrize(
    ("days_of_use", "ended", "expected"),
    [(28, 1, "major"), (27, 1, ""), (28, 7, "major"), (28, 8, ""), (200, 0, "major")],
)
def test_an_end_without_a_taper(days_of_use: int, ended: int, expected: str) -> None:
    line = baclofen(20, 20, 20, start=ago(ended + days_of_use - 1), end=ago(ended))
    assert severity(screen(line, amitriptyline()), "WITHDRAWAL") == expected


@pytest.mark.parametrize(
    ("before", "after", "days", "expected"),
    [
        (60, 30, 0, "major"),
        (60, 30, 7, "major"),
        (60, 30, 8, ""),
        (60, 31, 0, ""),
        (20, 10, 0, ""),
        (22, 11, 0, "major"),
        (None, 30, 0, ""),
    ],
)
def test_a_dose_cut_by_half(before: int | None, after: int, days: int, expected: str) -> None:
    earlier = EarlierDose(None if before is None else mg(before), ago(days + 1), ago(100))
    line = baclofen(after, start=ago(100), earlier=(earlier,))
    assert severity(screen(line, amitriptyline()), "WITHDRAWAL") == expected


def test_a_taper_to_ten_milligrams_over_a_week_is_no_sudden_end() -> None:
    steps = ((30, 21), (20, 14), (10, 7))
    earlier = tuple(EarlierDose(mg(amount), ago(until), ago(until + 6)) for amount, until in steps)
    line = baclofen(5, start=ago(100), end=ago(0), earlier=earlier)
    assert "WITHDRAWAL" not in codes(screen(line, amitriptyline()))


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        ("pump_alarm", 0, "major"),
        ("missed_refill", 14, "major"),
        ("missed_refill", 15, ""),
        ("pump_failure", None, "major"),
    ],
)
def test_a_pump_that_may_have_stopped(kind: str, days: int | None, expected: str) -> None:
    event = (kind, None if days is None else ago(days))
    assert severity(screen(pump(), events=[event]), "WITHDRAWAL") == expected
