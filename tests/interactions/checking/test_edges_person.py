"""Edges of what the patient brings: kidneys, age, falls, alcohol, check-ins, heart, conditions."""

from typing import Any

import pytest

from interactions.checking import AlcoholUse, CheckInSummary, Level
from tests.interactions.checking.cases import (
    ago,
    amitriptyline,
    baclofen,
    codes,
    day,
    gel,
    mg,
    only,
    pump,
    rule,
    screen,
    severity,
    take,
)

PAIR = (baclofen(), amitriptyline())


# --- R16, U6, U7: the kidney


@pytest.mark.parametrize(
    ("egfr", "age", "daily", "renal", "pair"),
    [
        (60, 80, 60, "", "moderate"),
        ("59.9", 64, 15, "moderate", "moderate"),
        (59, 64, "19.9", "moderate", "moderate"),
        (59, 64, 20, "major", "major"),
        (59, 65, 5, "major", "moderate"),
        (59, None, 5, "moderate", "moderate"),
        (59, 64, None, "moderate", "moderate"),
        (30, 64, 5, "moderate", "moderate"),
        ("29.9", 64, 5, "major", "major"),
        (8, 30, 5, "major", "major"),
        (None, 64, 5, "", "moderate"),
    ],
)
def test_kidney(egfr: Any, age: int | None, daily: Any, renal: str, pair: str) -> None:
    line = take("baclofen", None if daily is None else mg(daily))
    found = screen(line, amitriptyline(10), egfr=egfr, age=age)
    assert (severity(found, "RENAL"), severity(found, "PAIR_CNS")) == (renal, pair)


def test_the_kidney_does_not_judge_a_pump_nor_a_gel() -> None:
    assert "RENAL" not in codes(screen(pump(), amitriptyline(), egfr=40))
    assert "RENAL" not in codes(screen(gel("baclofen"), amitriptyline(), egfr=40))


# --- U4, U5, U9, R21: sedatives, age, falls


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"age": 64}, "moderate"),
        ({"age": 65}, "major"),
        ({"age": None}, "moderate"),
        ({"age": 40, "egfr": 60}, "moderate"),
        ({"age": 40, "egfr": 59}, "major"),
        ({"age": 40, "conditions": ["asthma"]}, "major"),
        ({"age": 40, "conditions": ["lung_disease"]}, "major"),
    ],
)
def test_a_gabapentinoid_beside_the_pair(facts: dict[str, Any], expected: str) -> None:
    found = screen(baclofen(5), amitriptyline(10), take("pregabalin"), **facts)
    assert (severity(found, "PAIR_CNS"), severity(found, "CNS_STACK")) == (expected, expected)


@pytest.mark.parametrize(
    ("third", "age", "expected"),
    [("sertraline", 64, ""), ("sertraline", 65, "major"), ("sertraline", None, ""), ("cetirizine", 65, "minor")],
)
def test_three_cns_active_medicines_count_from_65(third: str, age: int | None, expected: str) -> None:
    assert severity(screen(*PAIR, take(third), age=age), "CNS_STACK") == expected


def test_the_third_medicine_counts_on_the_day_it_starts() -> None:
    third = take("sertraline", start=day(16))
    assert severity(screen(*PAIR, third, age=70, on=day(15)), "PAIR_CNS") == "moderate"
    assert severity(screen(*PAIR, third, age=70, on=day(16)), "PAIR_CNS") == "major"


@pytest.mark.parametrize(
    ("age", "fell", "expected"),
    [
        (64, 0, "moderate"),
        (65, 0, "major"),
        (65, 90, "major"),
        (65, 91, "moderate"),
        (65, None, "major"),
        (None, 0, "moderate"),
    ],
)
def test_a_fall_in_the_last_90_days(age: int | None, fell: int | None, expected: str) -> None:
    event = ("fall", None if fell is None else ago(fell))
    assert severity(screen(*PAIR, age=age, events=[event]), "PAIR_CNS") == expected


@pytest.mark.parametrize(
    ("relaxant", "age", "expected"),
    [("cyclobenzaprine", 64, "moderate"), ("cyclobenzaprine", 65, "major"), ("tizanidine", 65, "major")],
)
def test_another_muscle_relaxant(relaxant: str, age: int, expected: str) -> None:
    assert severity(screen(baclofen(), take(relaxant), age=age), "CNS_STACK") == expected


@pytest.mark.parametrize(
    ("company", "pair", "stack"),
    [
        ("morphine", "major", ""),
        ("buprenorphine", "major", ""),
        ("lorazepam", "major", "major"),
        ("zopiclone", "major", "major"),
        ("phenobarbital", "major", "major"),
        ("cannabis", "moderate", "moderate"),
        ("diphenhydramine", "moderate", "moderate"),
        ("acetaminophen", "moderate", ""),
    ],
)
def test_company_of_the_pair_in_a_younger_adult(company: str, pair: str, stack: str) -> None:
    found = screen(*PAIR, take(company), age=50)
    assert (severity(found, "PAIR_CNS"), severity(found, "CNS_STACK")) == (pair, stack)


# --- U3, R22: alcohol


@pytest.mark.parametrize(
    ("use", "alcohol", "pair"),
    [
        (AlcoholUse.NONE, "", "moderate"),
        (AlcoholUse.OCCASIONAL, "moderate", "moderate"),
        (AlcoholUse.SOME, "moderate", "moderate"),
        (AlcoholUse.REGULAR, "major", "major"),
        (None, "", "moderate"),
    ],
)
def test_alcohol_beside_the_pair(use: AlcoholUse | None, alcohol: str, pair: str) -> None:
    found = screen(*PAIR, alcohol=use)
    assert (severity(found, "ALCOHOL"), severity(found, "PAIR_CNS")) == (alcohol, pair)
    assert ("alcohol" in only(found, "PAIR_CNS").unknown) is (use is None)


# --- U10, U11, U12, H01: check-in, heart, self-harm


@pytest.mark.parametrize(
    ("level", "warnings", "expected"),
    [("warning", 1, "moderate"), ("warning", 2, "major"), ("urgent", 0, "major"), ("info", 0, "moderate")],
)
def test_a_check_in_raises_the_pair(level: str, warnings: int, expected: str) -> None:
    report = CheckInSummary(level=Level(level), warnings=warnings)
    assert severity(screen(*PAIR, check_in=report), "PAIR_CNS") == expected


@pytest.mark.parametrize(
    ("qtc", "baseline", "pair", "qt"),
    [
        (479, None, "moderate", ""),
        (480, None, "moderate", "moderate"),
        (499, None, "moderate", "moderate"),
        (500, None, "major", "major"),
        (459, 400, "moderate", ""),
        (460, 400, "major", "major"),
        (None, None, "moderate", ""),
        (None, 400, "moderate", ""),
    ],
)
def test_the_qtc(qtc: int | None, baseline: int | None, pair: str, qt: str) -> None:
    found = screen(*PAIR, qtc_ms=qtc, qtc_baseline_ms=baseline)
    assert (severity(found, "PAIR_CNS"), rule(found, "H01")) == (pair, qt)


@pytest.mark.parametrize(
    ("condition", "pair", "care"),
    [
        ("heart_block", "major", "contraindicated"),
        ("recent_mi", "major", "contraindicated"),
        ("hepatic_severe", "moderate", "contraindicated"),
        ("arrhythmia", "moderate", "major"),
        ("suicidal_ideation", "major", ""),
        ("porphyria", "moderate", "moderate"),
        ("glaucoma_closed", "moderate", "moderate"),
        ("urinary_retention", "moderate", "moderate"),
        ("ileus", "moderate", "moderate"),
        ("bipolar", "moderate", "moderate"),
    ],
)
def test_conditions_beside_the_tricyclic(condition: str, pair: str, care: str) -> None:
    found = screen(*PAIR, conditions=[condition])
    assert (severity(found, "PAIR_CNS"), rule(found, "H02")) == (pair, care)


@pytest.mark.parametrize("condition", ["stroke", "peptic_ulcer", "parkinson", "psychosis"])
def test_conditions_beside_baclofen_ask_for_care(condition: str) -> None:
    assert rule(screen(*PAIR, conditions=[condition]), "H03") == "moderate"
