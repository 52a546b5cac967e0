"""How often, as instructions say it: longer intervals, only when needed, the most in a day, or not at all."""

from decimal import Decimal

import pytest

from interactions.medicines.dose import Dose
from interactions.medicines.sig import read_sig


def mg(*amounts: str) -> Dose:
    return Dose(tuple(Decimal(amount) for amount in amounts), "mg")


@pytest.mark.parametrize("text", ["amitriptyline 75 mg", "amitriptyline 10 mg", "10 MG Oral Tablet", "10 mg prn"])
def test_without_a_frequency_the_daily_amount_is_unknown(text: str) -> None:
    dose = read_sig(text).dose
    assert dose is not None
    assert not dose.frequency_known
    assert dose.daily is None


@pytest.mark.parametrize(
    ("text", "days", "count"),
    [
        ("10 mg every other day", 2, 1),
        ("10 mg alternate days", 2, 1),
        ("10 mg every 48 hours", 2, 1),
        ("10 mg at night every other day", 2, 1),
        ("10 mg weekly", 7, 1),
        ("10 mg twice a week", 7, 2),
        ("10 mg three times weekly", 7, 3),
        ("10 mg every 2 weeks", 14, 1),
        ("12 mcg every 72 hours", 3, 1),
        ("10 mg every third day", 3, 1),
        ("10 mg weekdays only", 7, 5),
        ("10 mg Mon-Fri", 7, 5),
        ("10 mg nocte Mon, Wed and Fri", 7, 3),
        ("10 mg on Mondays", 7, 1),
        ("10 mg 5 days a week", 7, 5),
        ("10 mg fortnightly", 14, 1),
        ("10 mg every month", 30, 1),
        ("10 mg bd at weekends", 7, 4),
    ],
)
def test_longer_intervals(text: str, days: int, count: int) -> None:
    dose = read_sig(text).dose
    assert dose is not None
    assert dose.interval_days == days
    assert len(dose.amounts) == count


@pytest.mark.parametrize(
    "text",
    [
        "10 mg prn",
        "10 mg tds as needed",
        "10 mg bd when required",
        "1-2 tabs qds p.r.n.",
        "10 mg tid, only when needed",
    ],
)
def test_as_needed(text: str) -> None:
    reading = read_sig(text)
    taken = reading.dose or reading.count
    assert taken is not None
    assert taken.as_needed


def test_a_single_dose_says_so() -> None:
    reading = read_sig("10 mg stat")
    assert reading.dose is not None
    assert reading.dose.daily is None
    assert "written as a single dose" in reading.problems


@pytest.mark.parametrize("text", ["10 mg gibberish times a day", "10 mg tres veces al d\u00eda"])
def test_a_frequency_that_could_not_be_read_is_said_and_never_once_a_day(text: str) -> None:
    reading = read_sig(text)
    assert reading.dose is not None
    assert reading.dose.daily is None
    assert "how often is written and could not be read" in reading.problems


@pytest.mark.parametrize("text", ["10 mg tid until Friday", "10 mg tid from Monday", "10 mg tid, next dose Sunday"])
def test_a_day_of_a_date_is_no_schedule(text: str) -> None:
    assert read_sig(text).dose == mg("10", "10", "10")


@pytest.mark.parametrize(
    ("text", "daily"),
    [
        ("10 mg prn, max 3/day", "30"),
        ("10 mg as needed, no more than 40 mg per day", "40"),
        ("10 mg prn max 0.04 g in 24 hours", "40"),
        ("10 mg prn max 4 tablets in 24 hours", None),
        ("10 mg prn max 35 mg a day", None),
        ("10 mg prn max 20 mg", None),
        ("10 mg bd prn max 40 mg a day", "20"),
    ],
)
def test_the_most_in_a_day_counts_where_nothing_else_says_how_often(text: str, daily: str | None) -> None:
    dose = read_sig(text).dose
    assert dose is not None
    assert dose.as_needed
    assert dose.daily == (None if daily is None else Decimal(daily))


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("twice a day: 10 mg in the morning and 5 mg at night", ("10", "5")),
        ("bd: 10 mg mane, 5 mg nocte", ("10", "5")),
        ("tds: 10 mg morning, 5 mg noon, 10 mg night", ("10", "5", "10")),
        # Where the times do not make up the count, the larger reading stands.
        ("tds: 10 mg morning, 5 mg night", ("10", "10", "10", "5")),
        ("twice a day: 10 mg morning", ("10", "10")),
    ],
)
def test_a_frequency_said_ahead_of_its_times_is_not_counted_with_them(text: str, amounts: tuple[str, ...]) -> None:
    dose = read_sig(text).dose
    assert dose is not None
    assert dose.amounts == mg(*amounts).amounts
