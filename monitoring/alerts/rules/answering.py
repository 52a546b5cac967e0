"""What an answer must hold, and what a later report does to an answered alert. Pure."""

from datetime import datetime, timedelta

from monitoring.alerts.rules.policies import Level, Policy
from monitoring.alerts.rules.words import span_words

MIN_NOTE_LENGTH = 10
NEVER_SNOOZED = "An emergency cannot be snoozed. Take it, or leave it to be passed on."
NOT_HERE = "Alerts of this level cannot be snoozed at your clinic."
# How long after the closing a report that is as bad still belongs to the same story (source: "judgement").
REOPEN_WITHIN = timedelta(hours=24)
# How long the same words about an alert are no news to whoever has it (source: "judgement").
SAME_WORDS_FOR = timedelta(minutes=15)


def never_snoozed(policy: Policy) -> str:
    """What to say where an alert cannot be snoozed at all."""
    return NEVER_SNOOZED if policy.level == Level.EMERGENCY else NOT_HERE


def snooze_problem(policy: Policy, until: datetime, now: datetime) -> str | None:
    """Why an alert under this policy may not sleep until then, in words for a clinician; None when it may."""
    limit = policy.snooze_limit
    if limit is None:
        return never_snoozed(policy)
    if until <= now:
        return "Choose a time that is still to come."
    if until - now > limit:
        return f"An alert of this level can be snoozed for at most {span_words(limit)}."
    return None


def note_problem(note: str) -> str | None:
    """Why a closing note is too thin; None when it will do."""
    if len(note.strip()) < MIN_NOTE_LENGTH:
        return f"Say what was done, in at least {MIN_NOTE_LENGTH} characters."
    return None


def brings_back(*, closed_at: datetime, closed_level: int, level: int, now: datetime) -> bool:
    """Whether a report at `now` says that what was closed is not over: as bad or worse, within 24 hours.

    A clock that was set back puts the closing ahead of `now`; that is no reason to forget it.
    """
    return level >= closed_level and now - closed_at <= REOPEN_WITHIN


def merge_reasons(new: list[str], old: list[str]) -> list[str]:
    """The reasons to show: the newest report's first, then earlier ones that still stand, each once."""
    return list(dict.fromkeys([*new, *old]))
