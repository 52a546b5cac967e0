"""How doses, days and moments are written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.formatting import birth_text, day_text, dose_text, moment_text, plain_number

LONDON = ZoneInfo("Europe/London")
TONGA = ZoneInfo("Pacific/Tongatapu")


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        ("5.0", "mg", "5\u00a0mg"),
        (".5", "mg", "0.5\u00a0mg"),
        ("12.50", "mg", "12.5\u00a0mg"),
        ("100", "mg", "100\u00a0mg"),
        ("1E+2", "mg", "100\u00a0mg"),
        ("450", "mcg", "450\u00a0micrograms"),
        ("450", "µg", "450\u00a0micrograms"),
        (0, "mg", "0\u00a0mg"),
    ],
)
def test_a_dose_has_no_trailing_zero_and_its_unit_in_full(amount: str | int, unit: str, text: str) -> None:
    assert dose_text(amount if isinstance(amount, int) else Decimal(amount), unit) == text


def test_an_unknown_dose_says_so() -> None:
    assert dose_text(None) == dose_text("") == "dose not known"


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="never a float"):
        plain_number(0.1)  # type: ignore[arg-type]


@given(st.decimals(min_value=0, max_value=10_000, places=3))
def test_writing_a_number_never_changes_it(amount: Decimal) -> None:
    text = plain_number(amount)
    assert Decimal(text) == amount
    assert not text.startswith(".")
    assert "." not in text or not text.endswith(("0", "."))


def test_days_have_the_month_in_letters() -> None:
    assert day_text(date(2026, 5, 1)) == "1\u00a0May\u00a02026"
    assert day_text(date(2028, 2, 29), weekday=True) == "Tuesday 29\u00a0Feb\u00a02028"
    assert birth_text(date(1957, 3, 4)) == "04-Mar-1957"


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        (datetime(2026, 6, 15, 9, 0, tzinfo=UTC), LONDON, "15\u00a0Jun\u00a02026, 10:00\u00a0BST"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), LONDON, "25\u00a0Oct\u00a02026, 01:30\u00a0BST"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), LONDON, "25\u00a0Oct\u00a02026, 01:30\u00a0GMT"),
        (datetime(2026, 12, 31, 12, 0, tzinfo=UTC), TONGA, "1\u00a0Jan\u00a02027, 01:00\u00a0UTC+13"),
    ],
)  # fmt: skip
def test_a_moment_names_its_zone_so_that_the_repeated_hour_is_told_apart(
    moment: datetime, zone: ZoneInfo, text: str
) -> None:
    assert moment_text(moment, zone) == text


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moment_text(datetime(2026, 6, 15, 9, 0), LONDON)  # noqa: DTZ001
