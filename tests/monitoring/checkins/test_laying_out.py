"""The planner without a database: one occasion a local day in every zone, quiet hours, moves, a clinician's cadence."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.checkins.rules import (
    SHORTEST_BETWEEN,
    Asking,
    Cadence,
    Occasion,
    Override,
    QuietHours,
    Slot,
    asked_days,
    cadence_from,
    day_exists,
    faults_of_override,
    faults_of_times,
    leaves_no_time,
    occasion_days,
    who_asks,
)

LONDON, HONOLULU, KIRITIMATI = (ZoneInfo(f"{n}") for n in ("Europe/London", "Pacific/Honolulu", "Pacific/Kiritimati"))
MONDAY = date(2026, 6, 1)
NIGHT = QuietHours(time(21), time(7, 30))
# Zones that change their clocks at odd hours or by odd steps; `python -m benchmarks dst` goes through every zone.
SAMPLE = [
    "Europe/London", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Gaza",
    "America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/Asuncion", "America/Scoresbysund", "Antarctica/Troll",
    "Antarctica/Casey", "Asia/Almaty", "Pacific/Apia", "America/Havana", "Europe/Dublin", "Africa/El_Aaiun",
]  # fmt: skip


def daily(opens: time = time(8)) -> Slot:
    return Slot(opens)


def laid_out(first: date, days: int, zone: ZoneInfo, opens: time = time(8), **more: object) -> tuple[Occasion, ...]:
    last = first + timedelta(days=days - 1)
    return occasion_days(first, last, slot_on=lambda _day: daily(opens), zone=zone, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("opens", [time(0), time(1, 30), time(2, 30), time(8), time(23, 45)])
@pytest.mark.parametrize("name", SAMPLE)
def test_every_local_day_from_2024_to_2030_has_one_occasion_of_its_own(name: str, opens: time) -> None:
    zone, first = ZoneInfo(name), date(2024, 1, 1)
    found = laid_out(first, (date(2030, 12, 31) - first).days + 1, zone, opens)
    assert [each.day for each in found] == [
        day for n in range(2557) if day_exists(day := first + timedelta(days=n), zone)
    ]
    assert all(each.opens_at.astimezone(zone).date() == each.day for each in found)
    assert all(after.opens_at - before.opens_at >= SHORTEST_BETWEEN for before, after in pairwise(found))


def test_the_sample_holds_zones_that_exist() -> None:
    assert set(SAMPLE) <= available_timezones()


@given(
    st.sampled_from(SAMPLE), st.dates(date(2024, 1, 1), date(2030, 12, 1)), st.times(), st.times(), st.times(),
)  # fmt: skip
def test_no_reminder_lies_in_quiet_hours(name: str, first: date, opens: time, start: time, until: time) -> None:
    opens, start, until = (each.replace(second=0, microsecond=0) for each in (opens, start, until))
    if start == until:
        return
    zone, quiet = ZoneInfo(name), QuietHours(start, until)
    for each in laid_out(first, 3, zone, opens, quiet=quiet):
        local = each.remind_at.astimezone(zone)
        # The end itself may fall into the hour that comes twice, or that is left out.
        assert not quiet.covers(local.time()) or each.remind_at == each.opens_at or local.date() != each.day
        assert each.remind_at >= each.opens_at


@pytest.mark.parametrize(
    ("wall", "ready"),
    [
        ("2026-06-01 20:59", "2026-06-01 20:59"),
        ("2026-06-01 21:00", "2026-06-02 07:30"),
        ("2026-06-02 00:30", "2026-06-02 07:30"),
        ("2026-06-02 07:30", "2026-06-02 07:30"),
        # The clocks go forward at one in the night: the end is a wall time still.
        ("2026-03-28 23:00", "2026-03-29 07:30"),
    ],
)
def test_quiet_hours_may_cross_midnight(wall: str, ready: str) -> None:
    moment, expected = (datetime.fromisoformat(each).replace(tzinfo=LONDON).astimezone(UTC) for each in (wall, ready))
    assert NIGHT.ready(moment, LONDON) == expected


def test_quiet_hours_begin_next() -> None:
    begins = NIGHT.begins_after(datetime(2026, 6, 1, 9, tzinfo=UTC), LONDON)
    assert begins == datetime(2026, 6, 1, 20, tzinfo=UTC)


def test_a_reminder_waits_for_the_end_and_late_comes_half_of_what_is_left_after_it() -> None:
    early = laid_out(MONDAY, 1, LONDON, time(6), quiet=NIGHT)[0]
    assert early.remind_at == datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
    assert early.late_at == datetime(2026, 6, 1, 11, 45, tzinfo=UTC)
    evening = laid_out(MONDAY, 1, LONDON, time(17), quiet=NIGHT)[0]
    # Half would be 23:00, in the night: the point is not moved past the close.
    assert evening.late_at == datetime(2026, 6, 1, 22, tzinfo=UTC)


def test_a_window_that_is_quiet_from_end_to_end_is_said() -> None:
    assert leaves_no_time(time(8), 12, QuietHours(time(7), time(21)))
    assert not leaves_no_time(time(8), 12, NIGHT)
    faults = faults_of_times("Moon/Base", time(8), QuietHours(time(7), time(21)))
    assert [fault.path for fault in faults] == ["time_zone", "quiet_until"]
    assert faults_of_times("Europe/London", time(8), QuietHours(time(7), time(7)))[0].path == "quiet_until"
    assert faults_of_times("Europe/London", time(8), NIGHT) == []


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_who_flies_east_is_not_asked_twice_within_twelve_hours(hour: int) -> None:
    before = laid_out(MONDAY, 1, HONOLULU, time(hour))[0]
    fixed = {MONDAY: before.opens_at}
    after = laid_out(MONDAY, 4, KIRITIMATI, time(hour), fixed=fixed)
    opened = [before.opens_at, *(each.opens_at for each in after)]
    assert all(b - a >= SHORTEST_BETWEEN for a, b in pairwise(opened))
    assert len({each.day for each in after}) == len(after) >= 2
    assert all(each.opens_at.astimezone(KIRITIMATI).date() == each.day for each in after)


def test_who_flies_west_keeps_one_a_day() -> None:
    before = laid_out(MONDAY, 1, KIRITIMATI)[0]
    after = laid_out(MONDAY, 3, HONOLULU, fixed={MONDAY: before.opens_at})
    assert [each.day for each in after] == [MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)]


def test_another_time_of_day_is_twelve_hours_after_the_last() -> None:
    before = laid_out(MONDAY, 1, LONDON, time(22))[0]
    after = laid_out(MONDAY, 3, LONDON, time(7), fixed={MONDAY: before.opens_at})
    assert [each.opens_at.astimezone(LONDON).hour for each in after] == [10, 7]


def numbers(running: list[Asking], override: Override, days: int = 30) -> list[int]:
    return [(day - MONDAY).days + 1 for day in asked_days(MONDAY, running, override, within=days)]


def test_a_clinicians_cadence_decides_until_it_ends() -> None:
    usual = [Asking(cadence_from(MONDAY, after_stop=False))]
    weekly = Override(7, MONDAY, MONDAY + timedelta(days=20))
    assert numbers(usual, weekly) == [1, 8, 15, 28]
    assert numbers(usual, Override(1, MONDAY + timedelta(days=20)))[-10:] == list(range(21, 31))
    assert numbers(usual, Override(ends_on=MONDAY + timedelta(days=4))) == [1, 2, 3, 4, 5]
    assert numbers([], Override(1, MONDAY)) == []


def test_the_daily_days_of_a_plan_are_never_thinned() -> None:
    plan = Asking(Cadence(MONDAY, MONDAY + timedelta(days=9), None), guarded=True)
    assert numbers([plan], Override(7, MONDAY))[:11] == [*range(1, 11), 15]
    assert numbers([plan], Override(ends_on=MONDAY)) == list(range(1, 11))
    assert who_asks(MONDAY, [Asking(cadence_from(MONDAY, after_stop=False)), plan], Override(7, MONDAY)) == 1


@pytest.mark.parametrize(
    ("override", "reason", "path"),
    [
        (Override(), "because it is so", "every_days"),
        (Override(29, MONDAY), "because it is so", "every_days"),
        (Override(0, MONDAY), "because it is so", "every_days"),
        (Override(7, MONDAY - timedelta(days=1)), "because it is so", "since"),
        (Override(7, MONDAY, MONDAY - timedelta(days=1)), "because it is so", "until"),
        (Override(7, MONDAY, None, MONDAY - timedelta(days=1)), "because it is so", "ends_on"),
        (Override(ends_on=MONDAY - timedelta(days=1)), "because it is so", "ends_on"),
        (Override(1, MONDAY), "  short  ", "reason"),
    ],
)
def test_an_override_that_cannot_be_is_refused_at_its_field(override: Override, reason: str, path: str) -> None:
    assert path in [fault.path for fault in faults_of_override(override, reason, today=MONDAY, running=[])]


def test_less_often_is_refused_while_a_plan_needs_fresh_check_ins() -> None:
    last = MONDAY + timedelta(days=9)
    plan = [Asking(Cadence(MONDAY, last, None), guarded=True)]

    def refused(override: Override) -> list[str]:
        return [fault.path for fault in faults_of_override(override, "a good reason", today=MONDAY, running=plan)]

    assert refused(Override(7, MONDAY)) == ["since"]
    assert refused(Override(ends_on=MONDAY + timedelta(days=3))) == ["ends_on"]
    assert refused(Override(1, MONDAY)) == refused(Override(7, last + timedelta(days=1))) == []
    assert refused(Override(ends_on=last)) == []
