"""One check-in a local day, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.checkins.rules import Cadence, CadenceRule, cadence_from, day_exists, instant_of

ZONES = [
    "Europe/London", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca",
    "Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati", "America/Sao_Paulo", "Asia/Gaza", "Antarctica/Troll",
]  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("wall", [time(0), time(1, 30), time(2, 15), time(8)])
def test_every_local_day_has_exactly_one_instant_in_order(name: str, wall: time) -> None:
    zone, day, instants = ZoneInfo(name), date(2010, 1, 1), []
    while day < date(2013, 1, 1) or date(2024, 1, 1) <= day < date(2027, 1, 1):
        if day_exists(day, zone):
            instant = instant_of(day, wall, zone)
            local = instant.astimezone(zone)
            assert local.date() == day
            assert local.time() >= wall
            instants.append(instant)
        day = date(2024, 1, 1) if day == date(2012, 12, 31) else day + timedelta(days=1)
    assert all(before < after for before, after in pairwise(instants))


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected"),
    [
        # 01:30 does not exist: the first instant after the gap.
        ("Europe/London", date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        # 01:30 comes twice: the first of them.
        ("Europe/London", date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("America/New_York", date(2026, 3, 8), time(2, 59, 59), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        ("Pacific/Kiritimati", date(2026, 6, 15), time(8), datetime(2026, 6, 14, 18, 0, tzinfo=UTC)),
    ],
)
def test_a_gap_gives_the_first_instant_after_it_and_a_fold_the_first_of_the_two(
    zone: str, day: date, wall: time, expected: datetime
) -> None:
    assert instant_of(day, wall, ZoneInfo(zone)) == expected


def test_a_day_that_a_zone_left_out_is_no_day() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert [day_exists(date(2011, 12, day), apia) for day in (29, 30, 31)] == [True, False, True]


@given(st.dates(date(2007, 1, 1), date(2037, 12, 31)), st.times(), st.sampled_from(ZONES))
def test_the_instant_is_the_wall_time_or_the_end_of_its_gap(day: date, wall: time, name: str) -> None:
    zone = ZoneInfo(name)
    if not day_exists(day, zone):
        return
    wall = wall.replace(microsecond=0, fold=0)
    instant = instant_of(day, wall, zone)
    just_before = (instant - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None, fold=0)
    assert just_before < datetime.combine(day, wall)


def test_daily_then_weekly_then_no_more() -> None:
    cadence = Cadence(date(2026, 6, 1), date(2026, 6, 14), date(2026, 7, 5))
    asked = [day for day in (date(2026, 5, 25) + timedelta(days=n) for n in range(60)) if cadence.asks_on(day)]
    assert asked[:14] == [date(2026, 6, 1) + timedelta(days=n) for n in range(14)]
    assert asked[14:] == [date(2026, 6, 21), date(2026, 6, 28), date(2026, 7, 5)]


def days_asked(cadence: Cadence, days: int = 200) -> list[int]:
    """The days on which it asks, the first of them being day 1."""
    return [n + 1 for n in range(days) if cadence.asks_on(cadence.starts_on + timedelta(days=n))]


def test_the_rule_asks_daily_for_two_weeks_weekly_to_the_eighth_and_then_every_four_weeks() -> None:
    asked = days_asked(cadence_from(date(2026, 6, 1), after_stop=False))
    assert asked == [*range(1, 15), 21, 28, 35, 42, 49, 56, 84, 112, 140, 168, 196]


def test_after_a_stop_it_asks_daily_for_a_week_and_weekly_for_four_and_then_no_more() -> None:
    asked = days_asked(cadence_from(date(2026, 6, 1), after_stop=True))
    assert asked == [*range(1, 8), 14, 21, 28, 35]


def test_the_figures_of_a_cadence_can_be_given() -> None:
    first = date(2026, 6, 1)
    assert cadence_from(first, after_stop=False, daily_days=1).daily_until == first
    until = date(2026, 7, 20)
    assert cadence_from(first, after_stop=False, weekly_until=until) == Cadence(first, date(2026, 6, 14), until)
    often = CadenceRule(daily_days=3, weekly_weeks=0, later_weeks=2)
    assert days_asked(cadence_from(first, rule=often, after_stop=False), 50) == [1, 2, 3, 17, 31, 45]
    assert days_asked(cadence_from(first, rule=CadenceRule(later_weeks=None), after_stop=False))[-1] == 56


@pytest.mark.parametrize("figures", [{"daily_days": 0}, {"later_weeks": -1}, {"weekly_weeks": -1}])
def test_a_cadence_that_cannot_be_is_refused(figures: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="A cadence asks"):
        CadenceRule(**figures)


def test_a_cadence_keeps_the_daily_days_that_were_promised_before() -> None:
    before = cadence_from(date(2026, 6, 1), after_stop=False)
    kept = cadence_from(date(2026, 6, 3), after_stop=True).keeping(before)
    assert cadence_from(date(2026, 6, 10), after_stop=True).keeping(before).daily_until == date(2026, 6, 16)
    assert (kept.daily_until, kept.weekly_until) == (date(2026, 6, 14), date(2026, 7, 12))
    assert cadence_from(date(2026, 6, 20), after_stop=True).keeping(before).daily_until == date(2026, 6, 26)
