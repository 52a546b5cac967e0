"""A dose is an amount each time with its unit, in Decimal, and says itself in plain words."""

from decimal import Decimal
from typing import Any

import pytest

from interactions.medicines.dose import Dose, format_amount, say_amount
from tests.reading import grade, sentences


def dose(*amounts: str, unit: str = "mg", **more: Any) -> Dose:
    return Dose(tuple(Decimal(amount) for amount in amounts), unit, **more)


@pytest.mark.parametrize(
    ("written", "plain"),
    [("10", "10"), ("10.0", "10"), ("2.50", "2.5"), ("100", "100"), ("1E+3", "1000"), ("0.125", "0.125")],
)
def test_amounts_have_no_trailing_zeros_and_no_exponent(written: str, plain: str) -> None:
    assert format_amount(Decimal(written)) == plain


def test_units_are_said_in_the_right_number() -> None:
    assert say_amount(Decimal(450), "microgram") == "450 micrograms"
    assert say_amount(Decimal(1), "tablet") == "1 tablet"
    assert say_amount(Decimal(2), "patch") == "2 patches"
    assert say_amount(Decimal(10), "mg") == "10 mg"


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "-Infinity", "100001", "sNaN"])
def test_an_amount_that_cannot_be_is_refused(amount: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        dose(amount)


@pytest.mark.parametrize("amount", [10.0, 10, "10", None])
def test_only_decimals_are_amounts(amount: object) -> None:
    with pytest.raises(TypeError):
        Dose((amount,), "mg")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "more",
    [
        {"unit": "mgs"},
        {"interval_days": Decimal(0)},
        {"times": ("dawn",)},
        {"times": ("morning", "night")},
    ],
)
def test_what_makes_no_instruction_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        dose("10", **more)


def test_no_amount_is_no_dose() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Dose((), "mg")


def test_an_unknown_frequency_gives_no_daily_amount() -> None:
    unknown = dose("75", frequency_known=False)
    assert unknown.daily is None
    assert unknown.daily_in("mg") is None
    assert unknown.largest_single == 75
    with pytest.raises(ValueError, match="exactly one"):
        dose("10", "10", frequency_known=False)


@pytest.mark.parametrize(
    ("given", "daily"),
    [
        (dose("10", "10", "10"), "30"),
        (dose("12.5", interval_days=Decimal(2)), "6.25"),
        (dose("7", interval_days=Decimal(7)), "1"),
        (dose("10", "10", as_needed=True), "20"),
    ],
)
def test_daily_amount(given: Dose, daily: str) -> None:
    assert given.daily == Decimal(daily)


def test_units_of_mass_convert_exactly_and_others_not_at_all() -> None:
    assert dose("450", unit="microgram").daily_in("mg") == Decimal("0.45")
    assert dose("1", "1", unit="g").daily_in("mg") == 2000
    assert dose("2", unit="tablet").daily_in("mg") is None
    assert dose("2", unit="tablet").in_unit("tablet") == dose("2", unit="tablet")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (dose("10", "10", "10"), "10 mg three times a day (30 mg a day in all)"),
        (dose("25", times=("night",)), "25 mg at night"),
        (dose("25"), "25 mg once a day"),
        (
            dose("5", "10", times=("morning", "night")),
            "5 mg in the morning and 10 mg at night (15 mg a day in all)",
        ),
        (dose("10", "10", "20"), "10 mg twice a day and 20 mg once a day (40 mg a day in all)"),
        (dose("75", frequency_known=False), "75 mg, how often not stated"),
        (dose("10", "10", as_needed=True), "10 mg twice a day, only when needed (at most 20 mg a day in all)"),
        (dose("10", interval_days=Decimal(2)), "10 mg every other day"),
        (dose("10", interval_days=Decimal(7)), "10 mg once a week"),
        (dose("10", "10", "10", interval_days=Decimal(7)), "10 mg three times a week"),
        (dose("450", unit="microgram"), "450 micrograms once a day"),
    ],
)
def test_clinician_words(given: Dose, words: str) -> None:
    assert given.describe() == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            dose("10", "10", "10"),
            "Take 10 mg in the morning, 10 mg at midday and 10 mg in the evening. That is 30 mg in all today.",
        ),
        (dose("25", times=("night",)), "Take 25 mg at night."),
        (dose("10"), "Take 10 mg once today."),
        (dose("5", "5", "10"), "Take 5 mg twice and 10 mg once today. That is 20 mg in all today."),
        (dose("10", interval_days=Decimal(2)), "Take 10 mg every other day."),
        (dose("10", interval_days=Decimal(7)), "Take 10 mg once a week."),
        (dose("75", frequency_known=False), "Each dose is 75 mg. Your label says how often."),
        (dose("10", "10", as_needed=True), "Take 10 mg only when you need it. Take it twice a day at most."),
    ],
)
def test_patient_words_give_absolute_amounts(given: Dose, words: str) -> None:
    assert given.patient_words() == words


@pytest.mark.parametrize("count", range(1, 9))
def test_patient_words_are_short_and_plain(count: int) -> None:
    words = dose(*["10"] * count).patient_words()
    assert all(len(sentence) <= 20 for sentence in sentences(words))
    assert grade(words) <= 6
    assert not {"stop", "more", "less", "+"} & set(words.split())


def test_times_take_no_part_in_equality() -> None:
    assert dose("25", times=("night",)) == dose("25")
