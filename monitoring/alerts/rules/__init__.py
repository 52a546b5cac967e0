"""Deciding on alerts: whom to tell, when, and when one comes back. Pure values in and out. Import from here."""

from monitoring.alerts.rules.answering import (
    MIN_NOTE_LENGTH,
    REOPEN_WITHIN,
    SAME_WORDS_FOR,
    brings_back,
    merge_reasons,
    never_snoozed,
    note_problem,
    snooze_problem,
)
from monitoring.alerts.rules.bounds import (
    LIMITS,
    LONGEST_LADDER,
    SHORTEST_REPEAT,
    SHORTEST_TAKE,
    Fault,
    longest_wait,
    policy_faults,
)
from monitoring.alerts.rules.digests import DIGEST_TIMES, GROUP_WAIT, next_digest
from monitoring.alerts.rules.ladder import NextTelling, due_at, first_telling, moved_to, next_telling
from monitoring.alerts.rules.policies import (
    POLICIES,
    POLICY_SOURCE,
    Audience,
    Level,
    Policy,
    Reach,
    Rung,
    policy_for,
    read_policy,
)
from monitoring.alerts.rules.words import due_words, policy_words, reason_line, span_words

__all__ = [
    "DIGEST_TIMES",
    "GROUP_WAIT",
    "LIMITS",
    "LONGEST_LADDER",
    "MIN_NOTE_LENGTH",
    "POLICIES",
    "POLICY_SOURCE",
    "REOPEN_WITHIN",
    "SAME_WORDS_FOR",
    "SHORTEST_REPEAT",
    "SHORTEST_TAKE",
    "Audience",
    "Fault",
    "Level",
    "NextTelling",
    "Policy",
    "Reach",
    "Rung",
    "brings_back",
    "due_at",
    "due_words",
    "first_telling",
    "longest_wait",
    "merge_reasons",
    "moved_to",
    "never_snoozed",
    "next_digest",
    "next_telling",
    "note_problem",
    "policy_faults",
    "policy_for",
    "policy_words",
    "read_policy",
    "reason_line",
    "snooze_problem",
    "span_words",
]
