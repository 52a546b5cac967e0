"""How days are laid out on a calendar, and when a calendar program reminds. Pure."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Final

WEEK: Final = 7
# What a fridge door holds: four weeks on one sheet.
SHEET_DAYS: Final = 28
# How far a patient may leaf: what lies further ahead was never planned, what lies further back is history.
MONTHS_BACK: Final = 6
MONTHS_AHEAD: Final = 12
# What a phone is given: enough to look back a week and ahead a season.
FEED_BACK: Final = timedelta(days=7)
FEED_AHEAD: Final = timedelta(days=90)
# Wall times at which a reminder stands for a time of day (judgement); the label and the clinic say when to take it.
REMIND_AT: Final[Mapping[str, time]] = {
    "morning": time(8), "midday": time(12), "afternoon": time(16), "evening": time(18), "night": time(22),
}  # fmt: skip


def monday_of(day: date) -> date:
    """The first day of the week of `day`; weeks run from Monday."""
    return day - timedelta(days=day.weekday())


def weeks_of_month(month: date) -> list[list[date]]:
    """The weeks, from Monday, that hold the days of the month of `month`, with the days around it."""
    first = monday_of(month.replace(day=1))
    last = next_month(month) - timedelta(days=1)
    count = ((last - first).days // WEEK) + 1
    return [[first + timedelta(days=WEEK * week + day) for day in range(WEEK)] for week in range(count)]


def sheet_weeks(first: date) -> list[list[date]]:
    """Four weeks from the Monday of the week of `first`."""
    monday = monday_of(first)
    return [[monday + timedelta(days=WEEK * week + day) for day in range(WEEK)] for week in range(SHEET_DAYS // WEEK)]


def next_month(month: date) -> date:
    """The first day of the month after that of `month`."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(month: date) -> date:
    """The first day of the month before that of `month`."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def months_between(one: date, other: date) -> int:
    """How many months `other` lies after `one`."""
    return (other.year - one.year) * 12 + other.month - one.month


def read_month(text: str, today: date) -> date:
    """The first day of the month written as `2026-06`; this month for whatever cannot be read or is out of reach."""
    present = today.replace(day=1)
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return present
    return asked if -MONTHS_BACK <= months_between(present, asked) <= MONTHS_AHEAD else present


def read_first(text: str, today: date) -> date:
    """The day from which to print, as `2026-06-15`; today for whatever cannot be read or is out of reach."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if -SHEET_DAYS <= (asked - today).days <= 366 else today
