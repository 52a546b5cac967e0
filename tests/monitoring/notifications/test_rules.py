"""When a message is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.notifications.rules import (
    LEASE,
    SEND_TIMEOUT_SECONDS,
    Fault,
    GiveUp,
    Retry,
    after_failure,
    back_off,
    problem_words,
)

START = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 5), (2, 15), (3, 45), (4, 120), (5, 300), (6, 600), (7, 600), (500, 600)]
)
def test_the_waits(attempt: int, seconds: int) -> None:
    assert back_off(attempt, 0.0) == timedelta(seconds=seconds)


@settings(deadline=None)
@given(st.integers(-3, 1000), st.floats(-5, 5))
def test_jitter_stays_within_a_fifth(attempt: int, jitter: float) -> None:
    plain = back_off(attempt, 0.0)
    assert plain * 0.8 - timedelta(milliseconds=1) <= back_off(attempt, jitter)
    assert back_off(attempt, jitter) <= plain * 1.2 + timedelta(milliseconds=1)


@settings(deadline=None)
@given(st.integers(1, 500), st.timedeltas(timedelta(0), timedelta(hours=48)), st.sampled_from(Fault))
def test_every_failure_ends_in_a_later_try_or_in_a_persons_hands(attempt: int, age: timedelta, fault: Fault) -> None:
    now = START + age
    verdict = after_failure(attempt=attempt, created_at=START, now=now, fault=fault, jitter=0.5)
    if isinstance(verdict, Retry):
        assert now < verdict.at <= now + timedelta(minutes=12)
        assert age < timedelta(hours=24)
    else:
        assert age >= timedelta(hours=24) or fault == Fault.ADDRESS or (fault == Fault.MESSAGE and attempt >= 5)


def test_a_broken_message_is_given_up_after_five_tries() -> None:
    verdicts = [
        after_failure(attempt=attempt, created_at=START, now=START, fault=Fault.MESSAGE, jitter=0.0)
        for attempt in range(1, 6)
    ]
    assert [isinstance(verdict, GiveUp) for verdict in verdicts] == [False] * 4 + [True]


def test_one_try_ends_well_before_its_lease() -> None:
    assert timedelta(seconds=SEND_TIMEOUT_SECONDS) * 4 < LEASE


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("SMTPRecipientsRefused 550", "The mail server does not know this address"),
        ("SMTPRecipientsRefused 450", "The mail server put this address off"),
        ("ConnectionRefusedError", "The server could not be reached"),
        ("BadHeaderError", "The message could not be written"),
    ],
)
def test_a_failure_in_words(error: str, words: str) -> None:
    assert problem_words(error) == words
