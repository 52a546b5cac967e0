"""Days on a calendar."""

from datetime import date, timedelta

import pytest

from monitoring.calendars.rules import read_first, read_month, sheet_weeks, weeks_of_month

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (date(2026, 6, 1), date(2026, 6, 1), date(2026, 7, 5)),
        (date(2026, 2, 1), date(2026, 1, 26), date(2026, 3, 1)),
        (date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28)),
        (date(2028, 2, 1), date(2028, 1, 31), date(2028, 3, 5)),
        (date(2026, 12, 1), date(2026, 11, 30), date(2027, 1, 3)),
    ],
)
def test_a_month_is_whole_weeks_from_monday(month: date, first: date, last: date) -> None:
    weeks = weeks_of_month(month)
    assert (weeks[0][0], weeks[-1][-1]) == (first, last)
    assert all(week[0].weekday() == 0 and len(week) == 7 for week in weeks)
    days = [day for week in weeks for day in week]
    assert days == [first + timedelta(days=number) for number in range(len(days))]


@pytest.mark.parametrize("start", [TODAY, TODAY + timedelta(days=6)])
def test_a_sheet_is_four_weeks_that_hold_its_first_day(start: date) -> None:
    weeks = sheet_weeks(start)
    assert [len(week) for week in weeks] == [7, 7, 7, 7]
    assert weeks[0][0] == TODAY


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-07", date(2026, 7, 1)), ("2025-12", date(2025, 12, 1)), ("2027-06", date(2027, 6, 1)),
        ("2025-11", date(2026, 6, 1)), ("2027-07", date(2026, 6, 1)), ("", date(2026, 6, 1)),
        ("2026-13", date(2026, 6, 1)), ("0000-00", date(2026, 6, 1)), ("\0", date(2026, 6, 1)),
    ],
)  # fmt: skip
def test_a_month_out_of_reach_is_this_month(text: str, month: date) -> None:
    assert read_month(text, TODAY) == month


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-07-01", date(2026, 7, 1)),
        ("2026-02-30", TODAY),
        ("", TODAY),
        ("1999-01-01", TODAY),
        ("9999-01-01", TODAY),
    ],
)
def test_a_day_out_of_reach_is_today(text: str, day: date) -> None:
    assert read_first(text, TODAY) == day
