"""When a message is tried again, and when it is given up."""

import re
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
    WrongNumberError,
    after_failure,
    back_off,
    problem_words,
    push_service_of,
    read_number,
    rest_after,
)
from monitoring.people.rules import browser_label

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


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700-900123", "+447700900123"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("+\uff14\uff14 7700 900123", "+447700900123"),
    ],
)
def test_a_number_as_people_write_it(typed: str, number: str) -> None:
    assert read_number(typed, dialling_code="44") == number


@pytest.mark.parametrize(
    "typed", ["", "7700 900123", "+44", "07700 9oo123", "+0 7700 900123", "+4477009001234567", "\u0660\u0667\u0667"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(WrongNumberError):
        read_number(typed, dialling_code="44")


@given(st.text(max_size=30))
def test_any_text_is_a_number_for_a_gateway_or_refused(typed: str) -> None:
    try:
        number = read_number(typed, dialling_code="44")
    except WrongNumberError:
        return
    assert re.fullmatch(r"\+[1-9][0-9]{7,14}", number)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, None), (2, None), (3, 30), (4, 60), (5, 120), (6, 300), (100, 300)]
)
def test_how_long_a_carrier_rests(failures: int, seconds: int | None) -> None:
    assert rest_after(failures) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("curl/8", "A browser"),
    ],
)
def test_a_browser_in_words(agent: str, label: str) -> None:
    assert browser_label(agent) == label


def test_a_service_of_the_clinics_own_may_be_called_by_its_name_alone() -> None:
    assert push_service_of("https://push.clinic.example:8443/x", ["push.clinic.example"]) == "push.clinic.example"
    assert push_service_of("https://sub.push.clinic.example/x", ["push.clinic.example"]) is None
    assert push_service_of("https://updates.push.services.mozilla.com/wpush/v2/x", []) is not None
