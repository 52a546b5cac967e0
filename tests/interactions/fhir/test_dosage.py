"""What a FHIR dosage comes to a day; whatever is not certain stays unknown and is said."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.fhir import FaultError, Node, doses_of, read_medicine
from interactions.medicines import Dose
from tests.interactions.fhir.builders import order


def read(
    dosage: dict[str, Any] | list[dict[str, Any]], text: str = "baclofen 10 MG Oral Tablet"
) -> tuple[Dose | None, str]:
    """The dose of the only ingredient of an order, and all that was said about it."""
    dosages = dosage if isinstance(dosage, list) else [dosage]
    medicine = read_medicine(Node(order(text, dosageInstruction=dosages), "at"), {})
    doses, problems = doses_of(medicine.dosages, medicine.named.resolve())
    return next(iter(doses.values()), None), "; ".join(problems)


def daily(dosage: dict[str, Any] | list[dict[str, Any]], text: str = "baclofen 10 MG Oral Tablet") -> str:
    """Amount and unit a day, as words; "unknown" without a frequency, "none" without a dose."""
    dose, _ = read(dosage, text)
    if dose is None:
        return "none"
    return "unknown" if dose.daily is None else f"{dose.daily.normalize():f} {dose.unit}"


def quantity(value: object = 10, unit: str = "mg", **more: Any) -> list[dict[str, Any]]:
    return [{"doseQuantity": {"value": value, "unit": unit, **more}}]


def timed(amount: list[dict[str, Any]] | None = None, **repeat: Any) -> dict[str, Any]:
    return {"doseAndRate": amount or quantity(), "timing": {"repeat": repeat}}


A_DAY = {"period": 1, "periodUnit": "d"}


@pytest.mark.parametrize(
    ("repeat", "said"),
    [
        ({"frequency": 3, **A_DAY}, "30 mg"),
        ({"frequency": 1, "period": 8, "periodUnit": "h"}, "30 mg"),
        ({"frequency": 1, "period": 5, "periodUnit": "h"}, "48 mg"),
        ({"frequency": 1, "period": 36, "periodUnit": "h"}, "6.666666666666666666666666667 mg"),
        ({"period": 2, "periodUnit": "d"}, "5 mg"),
        ({"frequency": 2, "period": 1, "periodUnit": "wk"}, "2.857142857142857142857142857 mg"),
        ({"frequency": 2, "frequencyMax": 4, **A_DAY}, "40 mg"),
        ({"when": ["MORN", "NIGHT"]}, "20 mg"),
        ({"frequency": 1, **A_DAY, "when": ["ACM", "ACV"]}, "20 mg"),
        ({"timeOfDay": ["08:00:00", "14:00:00", "20:00:00"]}, "30 mg"),
        ({"frequency": 1, **A_DAY, "dayOfWeek": ["mon", "wed", "fri"]}, "4.285714285714285714285714286 mg"),
        ({"frequency": 2, **A_DAY, "dayOfWeek": ["mon"]}, "2.857142857142857142857142857 mg"),
        ({"frequency": 1, "period": 1, "periodUnit": "min"}, "unknown"),
        ({"frequency": 3}, "unknown"),
        ({"count": 1}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_how_often(repeat: dict[str, Any], said: str) -> None:
    assert daily(timed(**repeat)) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ({"coding": [{"code": "TID"}]}, "30 mg"),
        ({"coding": [{"code": "QOD"}]}, "5 mg"),
        ({"text": "BID"}, "20 mg"),
        ({"text": "three times a day"}, "30 mg"),
        ({"coding": [{"code": "local-17", "display": "every 12 hours"}]}, "20 mg"),
        ({"text": "as the moon allows"}, "unknown"),
    ],
)
def test_how_often_by_a_code_or_its_words(code: dict[str, Any], said: str) -> None:
    assert daily({"doseAndRate": quantity(), "timing": {"code": code}}) == said


def test_times_of_day_are_kept_and_shown() -> None:
    dose, _ = read(timed(when=["HS"], frequency=1, **A_DAY))
    assert dose is not None
    assert dose.describe() == "10 mg at night"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (quantity(10, "mg", code="mg"), "10 mg"),
        (quantity(0.5, "mg"), "0.5 mg"),
        (quantity(500, "ug", code="ug"), "500 microgram"),
        (quantity(500, "mcg"), "500 microgram"),
        (quantity(500, "micrograms"), "500 microgram"),
        (quantity(1, "g"), "1 g"),
        (quantity(2, "tablets", code="{tbl}"), "20 mg"),
        (quantity(2, "TAB"), "20 mg"),
        (quantity(1, "", code="{pill}"), "10 mg"),
        ([{"doseRange": {"low": {"value": 5, "unit": "mg"}, "high": {"value": 20, "unit": "mg"}}}], "20 mg"),
        ([{"doseRange": {"low": {"value": 5, "unit": "mg"}}}], "5 mg"),
        (
            [{"type": {"text": "calculated"}, **quantity(40)[0]}, {"type": {"text": "ordered"}, **quantity(10)[0]}],
            "10 mg",
        ),
        ([*quantity(10), *quantity(15)], "15 mg"),
    ],
)  # fmt: skip
def test_how_much(amount: list[dict[str, Any]], said: str) -> None:
    assert daily(timed(amount, frequency=1, **A_DAY)) == said


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        (quantity(10, ""), "no unit"),
        (quantity(10, "mg", code="ug"), "by its code"),
        (quantity(10, "mg/kg"), "not one that doses are read in"),
        (quantity(10, "mmol"), "not one that doses are read in"),
        (quantity(0, "mg"), "not one that can be taken"),
        (quantity(-5, "mg"), "not one that can be taken"),
        (quantity(10, "mg", comparator="<"), "not an exact one"),
        (quantity(10**9, "mg"), "was not taken"),
    ],
)
def test_an_amount_that_is_not_certain_is_no_dose_and_says_why(amount: list[dict[str, Any]], why: str) -> None:
    dose, said = read(timed(amount, frequency=3, **A_DAY))
    assert dose is None
    assert why in said


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ({"rateQuantity": {"value": 100, "unit": "ug/d", "code": "ug/d"}}, "100 microgram"),
        ({"rateQuantity": {"value": 100, "unit": "mcg/day"}}, "100 microgram"),
        ({"rateQuantity": {"value": 5, "code": "ug/h"}}, "120 microgram"),
        ({"rateQuantity": {"value": 240, "code": "ug/(24.h)"}}, "240 microgram"),
        ({"rateRatio": {"numerator": {"value": 300, "unit": "ug"}, "denominator": {"value": 24, "unit": "h"}}},
         "300 microgram"),
        ({"rateRatio": {"numerator": {"value": 300, "unit": "ug"}, "denominator": {"value": 2, "unit": "d"}}},
         "150 microgram"),
        ({"rateQuantity": {"value": 2, "code": "mL/h"}}, "none"),
        ({"rateQuantity": {"value": 2, "code": "mg/kg/h"}}, "none"),
    ],
)  # fmt: skip
def test_a_rate_is_the_amount_of_a_day(rate: dict[str, Any], said: str) -> None:
    assert daily({"doseAndRate": [rate]}, "baclofen intrathecal") == said


def test_millilitres_need_a_concentration() -> None:
    known = read(timed(quantity(10, "mL"), frequency=3, **A_DAY), "baclofen 5 mg/5 mL oral solution")[0]
    assert known is not None
    assert (known.daily, known.unit) == (30, "mg")
    dose, said = read(timed(quantity(10, "mL"), frequency=3, **A_DAY), "baclofen oral solution")
    assert dose is not None
    assert dose.unit == "mL"
    assert "amount in one mL is not known" in said


def test_a_patch_is_counted_and_its_amount_not_guessed() -> None:
    dose, said = read(timed(quantity(1, "patch"), period=3, periodUnit="d"), "fentanyl patch")
    assert dose is not None
    assert dose.unit == "patch"
    assert "one patch is not known" in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"maxDosePerPeriod": {"numerator": {"value": 40, "unit": "mg"}, "denominator": {"value": 1, "unit": "d"}}},
         (Decimal(10),) * 4),
        ({"maxDosePerPeriod": {"numerator": {"value": 80, "unit": "mg"}, "denominator": {"value": 24, "unit": "h"}}},
         (Decimal(10),) * 6),
        ({}, (Decimal(10),) * 6),
    ],
)  # fmt: skip
def test_as_needed_counts_as_the_most_that_is_allowed(more: dict[str, Any], said: tuple[Decimal, ...]) -> None:
    dose, _ = read({**timed(frequency=6, **A_DAY), "asNeededBoolean": True, **more})
    assert dose is not None
    assert dose.as_needed
    assert dose.amounts == said


def test_a_reason_to_take_it_makes_it_as_needed() -> None:
    dose, _ = read({**timed(frequency=1, **A_DAY), "asNeededCodeableConcept": {"text": "spasm"}})
    assert dose is not None
    assert dose.as_needed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Take 1 tablet by mouth three times a day", "30 mg"),
        ("10 mg TID", "30 mg"),
        ("1-2 tabs bd prn", "40 mg"),
        ("as directed", "none"),
        ("", "none"),
    ],
)
def test_words_alone_are_read_as_a_sig(text: str, said: str) -> None:
    assert daily({"text": text}) == said


def test_words_that_say_more_than_the_fields_win_and_are_said() -> None:
    dose, said = read({**timed(frequency=1, **A_DAY), "text": "10 mg three times a day"})
    assert dose is not None
    assert dose.daily == 30
    assert "differ" in said
    quieter, said = read({**timed(frequency=3, **A_DAY), "text": "10 mg once a day"})
    assert quieter is not None
    assert quieter.daily == 30
    assert "differ" in said
    same, said = read({**timed(frequency=3, **A_DAY), "text": "10 mg three times a day"})
    assert same is not None
    assert said == ""


def test_dosages_side_by_side_are_added_and_steps_are_not() -> None:
    morning = timed(quantity(10), when=["MORN"])
    night = timed(quantity(20), when=["NIGHT"])
    assert daily([morning, night]) == "30 mg"
    dose, said = read([{**morning, "sequence": 1}, {**night, "sequence": 2}])
    assert dose is not None
    assert dose.daily == 20
    assert "changes over time" in said
    assert "not known" in read([morning, {"text": "as directed"}])[1]


def test_milligrams_of_a_combination_say_nothing_of_either_part() -> None:
    dose, said = read(timed(frequency=1, **A_DAY), "perphenazine / amitriptyline")
    assert dose is None
    assert "not clear of which ingredient" in said


def test_the_amount_where_older_fhir_and_the_standards_own_examples_have_it() -> None:
    assert (
        daily({"doseQuantity": {"value": 10, "unit": "mg"}, "timing": {"repeat": {"frequency": 2, **A_DAY}}}) == "20 mg"
    )
    assert daily({**timed(frequency=2, **A_DAY), "doseAndRate": quantity()[0]}) == "20 mg"


@pytest.mark.parametrize(
    ("dosage", "place"),
    [
        ({"timing": "daily"}, "at.dosageInstruction[0].timing"),
        ({"timing": {"repeat": {"period": "1"}}}, "at.dosageInstruction[0].timing.repeat.period"),
        ({"timing": {"repeat": {"period": 1, "periodUnit": "x"}}}, "at.dosageInstruction[0].timing.repeat.periodUnit"),
        ({"timing": {"repeat": {"period": 0, "periodUnit": "d"}}}, "at.dosageInstruction[0].timing.repeat.period"),
        ({"timing": {"repeat": {"frequency": 0, **A_DAY}}}, "at.dosageInstruction[0].timing.repeat.frequency"),
        (
            {"doseAndRate": [{"doseQuantity": {"value": "10"}}]},
            "at.dosageInstruction[0].doseAndRate[0].doseQuantity.value",
        ),
        ({"doseAndRate": [3]}, "at.dosageInstruction[0].doseAndRate[0]"),
        ({"asNeededBoolean": "yes"}, "at.dosageInstruction[0].asNeededBoolean"),
        ({"text": 7}, "at.dosageInstruction[0].text"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_named_by_its_place(dosage: dict[str, Any], place: str) -> None:
    with pytest.raises(FaultError) as fault:
        read(dosage)
    assert fault.value.place == place


@given(
    value=st.decimals(min_value="0.001", max_value=9_999, places=3),
    frequency=st.integers(1, 12),
    period=st.integers(1, 12),
    unit=st.sampled_from(["h", "d", "wk"]),
)
def test_the_amount_of_a_day_is_the_arithmetic_of_its_fields(
    value: Decimal, frequency: int, period: int, unit: str
) -> None:
    dose, _ = read(timed(quantity(value), frequency=frequency, period=period, periodUnit=unit))
    assert dose is not None
    hours = {"h": 1, "d": 24, "wk": 168}[unit] * period
    if dose.daily is not None:
        assert abs(dose.daily - value * frequency * 24 / hours) < Decimal("0.000001")
    else:
        assert Fraction(frequency * 24, hours).numerator > 200
