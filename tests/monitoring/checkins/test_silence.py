"""Whose silence it was, and the words an occasion has at a moment."""

from datetime import UTC, datetime, timedelta

import pytest

from monitoring.checkins.rules import Silence, Standing, standing_of, whose_silence
from monitoring.checkins.rules.silence import time_within

OPENS = datetime(2026, 6, 15, 8, tzinfo=UTC)
CLOSES = OPENS + timedelta(hours=12)


def at(hours: float) -> datetime:
    return OPENS + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("asked", "down", "silence"),
    [
        (at(0), [], Silence.PATIENT),
        (None, [], Silence.SYSTEM),
        (at(5.9), [], Silence.PATIENT),
        (at(6), [], Silence.SYSTEM),
        (at(0), [(at(1), at(6.9))], Silence.PATIENT),
        (at(0), [(at(1), at(7))], Silence.SYSTEM),
        (at(0), [(at(-30), at(0.1)), (at(6), at(40))], Silence.SYSTEM),
        # Two records of one outage count once.
        (at(0), [(at(1), at(5)), (at(2), at(6))], Silence.PATIENT),
    ],
)
def test_silence_is_the_patients_only_after_half_of_a_fair_window(
    asked: datetime | None, down: list[tuple[datetime, datetime]], silence: Silence
) -> None:
    assert whose_silence(asked_at=asked, ask_from=OPENS, closes_at=CLOSES, down=down) is silence


def test_quiet_hours_take_nothing_from_what_is_fair() -> None:
    assert whose_silence(asked_at=at(8), ask_from=at(8), closes_at=CLOSES) is Silence.PATIENT
    assert whose_silence(asked_at=at(11), ask_from=at(8), closes_at=CLOSES) is Silence.SYSTEM
    assert whose_silence(asked_at=at(13), ask_from=at(13), closes_at=CLOSES) is Silence.SYSTEM


def test_time_that_two_spans_share_counts_once() -> None:
    assert time_within(at(0), at(12), [(at(3), at(5)), (at(-2), at(1)), (at(4), at(6))]) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("state", "asked", "hours", "stands"),
    [
        ("due", None, -1, Standing.UPCOMING),
        ("due", None, 1, Standing.WAITING),
        ("due", at(0), 1, Standing.ASKED),
        ("due", at(0), 6, Standing.LATE),
        ("due", at(0), 13, Standing.LATE),
        ("submitted", at(0), 13, Standing.SENT),
        ("missed", at(0), 13, Standing.MISSED),
        ("missed_system", None, 13, Standing.NOT_ASKED),
        ("cancelled", None, 13, Standing.CANCELLED),
    ],
)
def test_each_standing_has_its_own_word(state: str, asked: datetime | None, hours: int, stands: Standing) -> None:
    found = standing_of(state=state, opens_at=OPENS, closes_at=CLOSES, asked_at=asked, late_at=at(6), now=at(hours))
    assert found is stands
