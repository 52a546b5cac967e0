"""When a message that could not be sent is tried again, and when to give up. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LEASE = timedelta(seconds=45)
SEND_TIMEOUT_SECONDS = 10.0
SWEEP_BUDGET_SECONDS = 30.0
GIVE_UP_AFTER = timedelta(hours=24)
BROKEN_ATTEMPTS = 5
# An urgent message that no carrier has taken by then goes by the person's next channel as well (judgement).
FAILOVER_AFTER = timedelta(seconds=60)
QUIET_BETWEEN = timedelta(minutes=5)
JITTER = 0.2
# The beginning of what a sender reports, and what it means to the person who must act.
PROBLEMS = (
    ("SMTPRecipientsRefused 5", "The mail server does not know this address"),
    ("SMTPRecipientsRefused", "The mail server put this address off"),
    ("SMTPAuthenticationError", "The mail server refused our sign-in"),
    ("SMTPServerDisconnected", "The mail server hung up"),
    ("SMTP", "The mail server turned the message down"),
    ("TimeoutError", "The mail server did not answer in time"),
    ("Connection", "The mail server could not be reached"),
    ("gaierror", "The mail server could not be reached"),
    ("OSError", "The mail server could not be reached"),
)
BACK_OFF_SECONDS = (5, 15, 45, 120, 300, 600)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again, not before `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Stop trying; a person must see it."""

    why: str


def back_off(attempt: int, jitter: float) -> timedelta:
    """The wait after try number `attempt` (1 is the first): 5 s growing to 10 min, ± 20 %.

    `jitter` lies in −1…1 and comes from the caller, so that the wait is known when it is.
    """
    base = BACK_OFF_SECONDS[min(max(attempt, 1), len(BACK_OFF_SECONDS)) - 1]
    return timedelta(seconds=base * (1 + JITTER * max(-1.0, min(1.0, jitter))))


def after_failure(*, attempt: int, created_at: datetime, now: datetime, broken: bool, jitter: float) -> Retry | GiveUp:
    """What to do after try number `attempt` failed.

    A server that refuses or is away is tried for 24 hours. A message that is itself `broken` (it cannot be
    written, whoever carries it) is given up after five tries: waiting will not mend it.
    """
    if broken and attempt >= BROKEN_ATTEMPTS:
        return GiveUp(f"it could not be written in {attempt} tries")
    if now - created_at >= GIVE_UP_AFTER:
        return GiveUp(f"it could not be sent in 24 hours ({attempt} tries)")
    return Retry(now + back_off(attempt, jitter))


def problem_words(error: str) -> str:
    """What a sender reported, in words for staff; the technical name stays beside it."""
    words = next((words for beginning, words in PROBLEMS if error.startswith(beginning)), "")
    return words or "The message could not be written"
