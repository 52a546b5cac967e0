"""How long each level may wait and who is told next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.alerts import rules
from monitoring.alerts.models import AlertLevel
from monitoring.alerts.rules import Level, Reach

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

levels = st.sampled_from(list(Level))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
late = st.timedeltas(timedelta(0), timedelta(days=30))


def test_the_levels_are_those_the_database_keeps() -> None:
    assert {level.name: level.value for level in Level} == {level.name: level.value for level in AlertLevel}


def test_an_unknown_level_has_no_quiet_default() -> None:
    with pytest.raises(ValueError, match="0"):
        rules.policy_for(0)


@pytest.mark.parametrize(
    ("level", "raised", "due"),
    [
        (Level.EMERGENCY, MONDAY, MONDAY + timedelta(minutes=10)),
        (Level.URGENT, MONDAY, MONDAY + timedelta(hours=2)),
        (Level.INFO, MONDAY, MONDAY + timedelta(days=3)),
        (Level.WARNING, MONDAY, datetime(2026, 6, 16, 12, tzinfo=LONDON)),
        (Level.WARNING, datetime(2026, 6, 19, 20, tzinfo=UTC), datetime(2026, 6, 22, 12, tzinfo=LONDON)),
        # 23:30 UTC on Sunday is Monday in London: the next working day is Tuesday.
        (Level.WARNING, datetime(2026, 6, 21, 23, 30, tzinfo=UTC), datetime(2026, 6, 23, 12, tzinfo=LONDON)),
        # Over the night in which the clocks go back.
        (Level.WARNING, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=LONDON)),
    ],
)
def test_when_an_alert_is_due(level: Level, raised: datetime, due: datetime) -> None:
    assert rules.due_at(level, raised, LONDON) == due


@settings(deadline=None)
@given(levels, levels, moments)
def test_a_worse_level_is_never_due_later(one: Level, other: Level, now: datetime) -> None:
    better, worse = sorted([one, other])
    if better == Level.INFO and worse == Level.WARNING:
        return  # a weekend can put the next working day after three plain days
    assert rules.due_at(worse, now, LONDON) <= rules.due_at(better, now, LONDON)


@settings(deadline=None)
@given(levels, st.integers(0, 50), moments, late)
def test_the_next_telling_is_always_ahead_and_never_further_than_its_wait(
    level: Level, rung: int, was_due: datetime, lateness: timedelta
) -> None:
    now = was_due + lateness
    telling = rules.next_telling(level, rung, was_due, now)
    assert telling.rung > rung
    assert now < telling.next_at <= now + rules.policy_for(level).rung(telling.rung).wait


@settings(deadline=None)
@given(levels, st.integers(0, 50), moments, late)
def test_the_ladder_never_narrows(level: Level, rung: int, was_due: datetime, lateness: timedelta) -> None:
    before = rules.policy_for(level).rung(rung).reach
    after = rules.next_telling(level, rung, was_due, was_due + lateness).reach
    assert (before, after) != (Reach.CLINIC, Reach.TEAM)


def test_a_sweep_a_little_late_keeps_to_the_schedule() -> None:
    telling = rules.next_telling(Level.EMERGENCY, 0, MONDAY, MONDAY + timedelta(seconds=40))
    assert (telling.rung, telling.reach, telling.next_at) == (1, Reach.CLINIC, MONDAY + 10 * MINUTE)


def test_after_an_outage_only_the_highest_rung_is_told() -> None:
    telling = rules.next_telling(Level.URGENT, 0, MONDAY, MONDAY + timedelta(hours=30))
    assert (telling.rung, telling.reach) == (2, Reach.CLINIC)
    assert telling.next_at == MONDAY + timedelta(hours=31)


@pytest.mark.parametrize(
    ("level", "span", "allowed"),
    [
        (Level.EMERGENCY, timedelta(minutes=1), False),
        (Level.URGENT, timedelta(hours=8), True),
        (Level.URGENT, timedelta(hours=8, seconds=1), False),
        (Level.WARNING, timedelta(days=3), True),
        (Level.INFO, timedelta(days=3, minutes=1), False),
        (Level.INFO, timedelta(0), False),
        (Level.INFO, timedelta(hours=-1), False),
    ],
)
def test_how_long_an_alert_may_sleep(level: Level, span: timedelta, allowed: bool) -> None:
    problem = rules.snooze_problem(level, MONDAY + span, MONDAY)
    assert (problem is None) is allowed


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=12), "overdue 12 min"),
        (timedelta(0), "overdue 0 min"),
        (timedelta(minutes=-80), "in 1 h 20 min"),
        (timedelta(hours=-2), "in 2 h"),
        (timedelta(days=-3), "in 3 days"),
    ],
)
def test_due_in_words(span: timedelta, words: str) -> None:
    assert rules.due_words(MONDAY, MONDAY + span) == words


def test_reasons_are_shown_once_newest_first() -> None:
    assert rules.merge_reasons(["b", "a"], ["a", "c"]) == ["b", "a", "c"]
