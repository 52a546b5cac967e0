"""Whose silence an unanswered check-in is, and how it stands while it is open. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

Span = tuple[datetime, datetime]


class Silence(StrEnum):
    """Who was silent when an occasion closed without a report."""

    PATIENT = "patient"
    SYSTEM = "system"


def whose_silence(
    *, asked_at: datetime | None, ask_from: datetime, closes_at: datetime, down: Iterable[Span] = ()
) -> Silence:
    """The patient's when they were asked and could answer for more than half of the time they should have had.

    `ask_from` is when they should have been asked, `asked_at` when they were (None: never), `down` the spans in
    which the system was away. The half is judgement.
    """
    if asked_at is None or ask_from >= closes_at:
        return Silence.SYSTEM
    could_answer = (closes_at - asked_at) - time_within(asked_at, closes_at, down)
    return Silence.PATIENT if could_answer > (closes_at - ask_from) / 2 else Silence.SYSTEM


def time_within(start: datetime, end: datetime, spans: Iterable[Span]) -> timedelta:
    """How much of `start` to `end` the spans cover; what two of them share counts once."""
    covered, reached = timedelta(0), start
    for begins, finishes in sorted(spans):
        overlap_from, overlap_to = max(begins, reached), min(finishes, end)
        if overlap_to > overlap_from:
            covered += overlap_to - overlap_from
            reached = overlap_to
    return covered


class Standing(StrEnum):
    """How an occasion stands, as pages tell it."""

    UPCOMING = "upcoming"
    WAITING = "waiting"
    ASKED = "asked"
    LATE = "late"
    SENT = "sent"
    MISSED = "missed"
    NOT_ASKED = "not_asked"
    CANCELLED = "cancelled"


def standing_of(
    *, state: str, opens_at: datetime, closes_at: datetime, asked_at: datetime | None, late_at: datetime | None,
    now: datetime,
) -> Standing:  # fmt: skip
    """The standing at `now`; one whose window has passed is late until a sweep has closed it."""
    closed = {
        "submitted": Standing.SENT,
        "missed": Standing.MISSED,
        "missed_system": Standing.NOT_ASKED,
        "cancelled": Standing.CANCELLED,
    }
    if state in closed:
        return closed[state]
    if opens_at > now:
        return Standing.UPCOMING
    if asked_at is None:
        return Standing.WAITING
    is_late = now >= closes_at or (late_at is not None and now >= late_at)
    return Standing.LATE if is_late else Standing.ASKED
