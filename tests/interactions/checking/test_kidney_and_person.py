"""R16, R25, R26, R27, R14, R15, H02, H03: kidneys, doses, lines twice, and who takes it."""

from typing import Any

import pytest

from interactions.checking import Exposure, Route
from interactions.checking.rules.person import _TRICYCLIC_CARE
from tests.interactions.checking.cases import (
    amitriptyline,
    baclofen,
    codes,
    day,
    factors,
    gel,
    mg,
    only,
    pump,
    screen,
    severity,
    take,
)


@pytest.mark.parametrize(
    ("amounts", "facts", "expected"),
    [
        ((5,), {"egfr": 60}, ""),
        ((5,), {"egfr": "59.9"}, "moderate"),
        ((5,), {"egfr": 59}, "moderate"),
        ((5,), {"egfr": 30}, "moderate"),
        ((5,), {"egfr": "29.9"}, "major"),
        ((20,), {"egfr": 59}, "major"),
        ((19,), {"egfr": 59}, "moderate"),
        ((5,), {"egfr": 59, "age": 65}, "major"),
        ((5,), {"egfr": 59, "age": 64}, "moderate"),
        ((5,), {"egfr": 95, "conditions": {"dialysis"}}, "major"),
        ((5,), {"egfr": None, "conditions": {"dialysis"}}, "major"),
        ((5,), {"egfr": None, "conditions": {"ckd_3"}}, "moderate"),
        ((20,), {"egfr": None, "conditions": {"ckd_3"}}, "major"),
        ((5,), {"egfr": None, "conditions": {"ckd_4"}}, "major"),
        ((5,), {"egfr": None, "conditions": {"ckd_2"}}, ""),
        ((5,), {"egfr": 95, "conditions": {"ckd_4"}}, "major"),
        ((5,), {"egfr": None, "conditions": {"ckd"}}, "moderate"),
        ((5,), {"egfr": 95, "conditions": {"ckd"}}, ""),
        ((5,), {"egfr": None}, ""),
    ],
)
def test_renal(amounts: tuple[int, ...], facts: dict[str, Any], expected: str) -> None:
    assert severity(screen(baclofen(*amounts), **facts), "RENAL") == expected


def test_the_kidney_does_not_matter_to_a_pump_or_a_gel() -> None:
    assert "RENAL" not in codes(screen(pump(), egfr=10)) | codes(screen(gel("baclofen"), egfr=10))


def test_without_any_word_of_the_kidneys_baclofen_is_not_called_fine() -> None:
    alone = screen(baclofen(), egfr=None)
    assert (alone.overall, alone.not_checked) == ("unknown", ("egfr",))
    assert screen(amitriptyline(), egfr=None).overall == "none"
    assert screen(baclofen(), egfr=None, conditions={"ckd_2"}).overall == "none"


def test_an_unknown_dose_or_age_is_named_by_the_kidney_card() -> None:
    assert only(screen(take("baclofen"), egfr=45, age=None), "RENAL").unknown == ("age", "baclofen_dose")


def test_an_nsaid_is_noted_on_the_kidney_card() -> None:
    assert "nsaid_with_baclofen" in factors(only(screen(baclofen(5), take("ibuprofen"), egfr=45), "RENAL"))


@pytest.mark.parametrize(
    ("regimen", "facts", "expected"),
    [
        ((baclofen(20, 20, 20, 20),), {}, ""),
        ((baclofen(20, 20, 20, 21),), {}, "moderate"),
        ((baclofen(25, 25, 25, 25),), {}, "moderate"),
        ((baclofen(101),), {}, "major"),
        ((baclofen(40), baclofen(41)), {}, "moderate"),
        ((baclofen(41),), {"age": 65}, "minor"),
        ((baclofen(41),), {"age": 64}, ""),
        ((amitriptyline(150),), {}, ""),
        ((amitriptyline(151),), {}, "moderate"),
        ((amitriptyline(301),), {}, "major"),
        ((amitriptyline(151, end=day(10)),), {}, ""),
        ((pump(),), {}, ""),
        ((take("baclofen", mg(1001, unit="microgram"), route=Route.INTRATHECAL),), {}, "minor"),
    ],
)
def test_dose(regimen: tuple[Exposure, ...], facts: dict[str, Any], expected: str) -> None:
    assert severity(screen(*regimen, **facts), "DOSE") == expected


@pytest.mark.parametrize(
    ("regimen", "facts", "expected"),
    [
        ((baclofen(), baclofen(5)), {}, "major"),
        ((baclofen(), baclofen()), {}, "major"),
        ((baclofen(), pump()), {}, "major"),
        ((baclofen(), pump()), {"events": [("baclofen_transition", day(10))]}, "moderate"),
        ((baclofen(), gel("baclofen")), {}, "minor"),
        ((baclofen(end=day(14)), baclofen(5, start=day(15))), {}, ""),
        ((baclofen(), baclofen(5, start=day(20))), {}, "major"),
        ((amitriptyline(), amitriptyline(10)), {}, "major"),
        ((amitriptyline(), take("nortriptyline")), {}, "major"),
        ((amitriptyline(), gel("amitriptyline")), {}, "minor"),
        ((amitriptyline(end=day(14)), take("nortriptyline", start=day(15))), {}, ""),
        ((baclofen(), amitriptyline()), {}, ""),
    ],
)
def test_duplicate(regimen: tuple[Exposure, ...], facts: dict[str, Any], expected: str) -> None:
    assert severity(screen(*regimen, **facts), "DUPLICATE") == expected


@pytest.mark.parametrize(
    ("regimen", "age", "expected"),
    [
        ((baclofen(),), 11, "moderate"),
        ((baclofen(),), 12, ""),
        ((amitriptyline(),), 17, "moderate"),
        ((amitriptyline(),), 18, ""),
        ((amitriptyline(),), 6, "moderate"),
        ((amitriptyline(),), 5, "contraindicated"),
        ((pump(),), 5, ""),
        ((baclofen(),), None, ""),
    ],
)
def test_age(regimen: tuple[Exposure, ...], age: int | None, expected: str) -> None:
    assert severity(screen(*regimen, age=age), "AGE") == expected


@pytest.mark.parametrize("condition", ["pregnancy", "breastfeeding", "pregnancy_planned"])
def test_maternity(condition: str) -> None:
    assert severity(screen(baclofen(), conditions={condition}), "PREG") == "moderate"
    assert "PREG" not in codes(screen(take("metformin"), conditions={condition}))


@pytest.mark.parametrize(
    ("regimen", "condition", "expected"),
    [
        ((amitriptyline(),), "recent_mi", "contraindicated"),
        ((amitriptyline(),), "heart_block", "contraindicated"),
        ((amitriptyline(),), "hepatic_severe", "contraindicated"),
        ((amitriptyline(),), "amitriptyline_allergy", "contraindicated"),
        ((amitriptyline(),), "arrhythmia", "major"),
        ((amitriptyline(),), "suicidal_ideation", "major"),
        ((amitriptyline(),), "glaucoma_closed", "moderate"),
        ((amitriptyline(),), "glaucoma_open", ""),
        ((amitriptyline(),), "urinary_retention", "moderate"),
        ((amitriptyline(),), "bipolar", "moderate"),
        ((amitriptyline(),), "cyp2d6_poor", "moderate"),
        ((amitriptyline(),), "hypertension", ""),
        ((gel("amitriptyline"),), "recent_mi", ""),
        ((baclofen(),), "peptic_ulcer", "moderate"),
        ((baclofen(),), "parkinson", "moderate"),
        ((baclofen(),), "psychosis", "moderate"),
        ((baclofen(),), "stroke", "moderate"),
        ((baclofen(),), "copd", "moderate"),
        ((baclofen(),), "baclofen_allergy", "contraindicated"),
        ((baclofen(),), "diabetes", ""),
        ((baclofen(), amitriptyline()), "copd", ""),
        ((baclofen(), amitriptyline()), "suicidal_ideation", ""),
    ],
)
def test_conditions_that_ask_for_care(regimen: tuple[Exposure, ...], condition: str, expected: str) -> None:
    assert severity(screen(*regimen, conditions={condition}), "OTHER") == expected


def test_one_card_names_all_conditions_worst_first() -> None:
    finding = only(screen(amitriptyline(), conditions={"bph", "heart_block", "bipolar"}), "OTHER")
    details = [factor.detail for factor in finding.factors]
    assert (len(details), details[0].startswith("Heart block")) == (3, True)


@pytest.mark.parametrize("code", sorted(_TRICYCLIC_CARE))
@pytest.mark.parametrize("other", sorted(_TRICYCLIC_CARE))
def test_of_several_conditions_the_worst_one_counts(code: str, other: str) -> None:
    finding = next(each for each in screen(amitriptyline(), conditions={code, other}).findings if each.rule == "H02")
    assert finding.severity == max((_TRICYCLIC_CARE[code], _TRICYCLIC_CARE[other]), key=lambda each: each.rank)
