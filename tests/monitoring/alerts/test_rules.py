"""How long each level may wait and who is told next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.alerts import rules
from monitoring.alerts.models import AlertLevel
from monitoring.alerts.rules import POLICIES, Level, NextTelling, Reach, policy_for

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
        policy_for(0)


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
    assert rules.due_at(policy_for(level), raised, LONDON) == due


@settings(deadline=None)
@given(levels, levels, moments)
def test_a_worse_level_is_never_due_later(one: Level, other: Level, now: datetime) -> None:
    better, worse = sorted([one, other])
    if better == Level.INFO and worse == Level.WARNING:
        return  # a weekend can put the next working day after three plain days
    assert rules.due_at(policy_for(worse), now, LONDON) <= rules.due_at(policy_for(better), now, LONDON)


@settings(deadline=None)
@given(levels, st.integers(0, 50), moments, st.timedeltas(-timedelta(days=30), timedelta(days=30)))
def test_the_next_telling_is_always_ahead_and_never_further_than_its_wait(
    level: Level, rung: int, was_due: datetime, lateness: timedelta
) -> None:
    now, policy = was_due + lateness, policy_for(level)
    telling = rules.next_telling(policy, rung, was_due, now)
    assert telling.rung > rung
    assert now < telling.next_at <= now + policy.rung(telling.rung).wait


@settings(deadline=None)
@given(levels, st.integers(0, 50), moments, late)
def test_the_ladder_never_narrows(level: Level, rung: int, was_due: datetime, lateness: timedelta) -> None:
    policy = policy_for(level)
    after = rules.next_telling(policy, rung, was_due, was_due + lateness).rung
    assert policy.audience(after).includes(policy.audience(rung))


def test_a_sweep_a_little_late_keeps_to_the_schedule() -> None:
    telling = rules.next_telling(POLICIES[Level.EMERGENCY], 0, MONDAY, MONDAY + timedelta(seconds=40))
    assert telling == NextTelling(1, MONDAY + 10 * MINUTE)


def test_after_an_outage_only_the_highest_rung_is_told() -> None:
    telling = rules.next_telling(POLICIES[Level.URGENT], 0, MONDAY, MONDAY + timedelta(hours=30))
    assert telling == NextTelling(2, MONDAY + timedelta(hours=31))
    assert POLICIES[Level.URGENT].rung(telling.rung).reach == Reach.CLINIC


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
    problem = rules.snooze_problem(policy_for(level), MONDAY + span, MONDAY)
    assert (problem is None) is allowed


@pytest.mark.parametrize(
    ("closed", "level", "after", "comes_back"),
    [
        (Level.URGENT, Level.URGENT, timedelta(hours=24), True),
        (Level.URGENT, Level.EMERGENCY, timedelta(minutes=1), True),
        (Level.URGENT, Level.WARNING, timedelta(minutes=1), False),
        (Level.URGENT, Level.URGENT, timedelta(hours=24, seconds=1), False),
        (Level.INFO, Level.INFO, timedelta(hours=-1), True),
    ],
)
def test_what_brings_a_closed_alert_back(closed: Level, level: Level, after: timedelta, comes_back: bool) -> None:
    found = rules.brings_back(closed_at=MONDAY, closed_level=closed, level=level, now=MONDAY + after)
    assert found is comes_back


@pytest.mark.parametrize(
    ("told", "digest"),
    [
        ("2026-06-15T06:54:59Z", "2026-06-15T08:00"),  # 07:54:59 in London
        ("2026-06-15T06:56:00Z", "2026-06-15T14:00"),  # too close to eight: what follows goes with it
        ("2026-06-15T13:30:00Z", "2026-06-16T08:00"),
        ("2026-06-19T15:00:00Z", "2026-06-22T08:00"),  # over the weekend
        ("2026-10-23T15:00:00Z", "2026-10-26T08:00"),  # and over the night in which the clocks go back
    ],
)
def test_when_what_is_calm_leaves(told: str, digest: str) -> None:
    expected = datetime.fromisoformat(digest).replace(tzinfo=LONDON)
    assert rules.next_digest(datetime.fromisoformat(told), LONDON) == expected


@given(moments)
def test_a_digest_is_always_ahead_and_within_a_weekend(now: datetime) -> None:
    assert rules.GROUP_WAIT <= rules.next_digest(now, LONDON) - now <= timedelta(days=2, hours=19)


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
