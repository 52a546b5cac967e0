"""How far a clinic may move its escalation: as fast as it likes, and no slower than stands here. Pure.

Every figure is a judgement (source: "judgement"). An emergency's bound is the built-in policy itself: it can be made
faster, never slower. The other levels may wait twice as long, the calm ones three times.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from monitoring.alerts.rules.policies import POLICIES, Level, Policy, Reach, Rung
from monitoring.alerts.rules.words import span_words

LONGEST_LADDER = 6
SHORTEST_WAIT = timedelta(minutes=1)
# What comes round for ever must stay worth opening.
SHORTEST_REPEAT = timedelta(minutes=5)
SHORTEST_TAKE = timedelta(minutes=5)
SHORTEST_SNOOZE = timedelta(hours=1)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def _slower(level: Level, times: int, *, take: timedelta, snooze: timedelta) -> Policy:
    built_in = POLICIES[level]
    return Policy(
        level=level,
        ladder=tuple(Rung(rung.reach, rung.wait * times) for rung in built_in.ladder),
        take_time_out=take,
        snooze_limit=snooze,
        due_in=built_in.due_in,
    )


# The slowest policy of each level that may be put in force.
LIMITS: Mapping[Level, Policy] = {
    Level.EMERGENCY: POLICIES[Level.EMERGENCY],
    Level.URGENT: _slower(Level.URGENT, 2, take=timedelta(hours=8), snooze=timedelta(hours=8)),
    Level.WARNING: _slower(Level.WARNING, 3, take=timedelta(days=7), snooze=timedelta(days=7)),
    Level.INFO: _slower(Level.INFO, 3, take=timedelta(days=14), snooze=timedelta(days=14)),
}


def longest_wait(level: int) -> timedelta:
    """The longest that any policy of this level may leave an unanswered alert untold."""
    return LIMITS[Level(level)].longest_silence


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a policy cannot be put in force. `rung` counts from 0; `field` is reach, minutes, people, take or snooze."""

    field: str
    text: str
    rung: int | None = None


def policy_faults(policy: Policy, *, known: frozenset[str]) -> list[Fault]:
    """Everything that keeps a policy from being put in force; empty when it may be.

    `known` holds the ids of the clinic's active clinicians, the only ones a rung can name. A ladder has one to six
    rungs of whole minutes, begins with the care team, ends with one that repeats, and is never slower or narrower than
    the bound of its level: by each moment at which the bound would have told somebody, this one has told at least as
    often and at least as many.
    """
    shape = list(_shape_faults(policy, known))
    return shape or [*_pace_faults(policy), *_answer_faults(policy)]


def _shape_faults(policy: Policy, known: frozenset[str]) -> Iterator[Fault]:
    if not policy.ladder:
        yield Fault("reach", "Somebody must be told.", 0)
    if len(policy.ladder) > LONGEST_LADDER:
        yield Fault("reach", f"A ladder has at most {LONGEST_LADDER} rungs.", LONGEST_LADDER)
    for number, rung in enumerate(policy.ladder):
        if rung.wait < SHORTEST_WAIT or rung.wait % SHORTEST_WAIT:
            yield Fault("minutes", "Write whole minutes, 1 or more.", number)
        if rung.reach != Reach.NAMED:
            continue
        if not rung.people:
            yield Fault("people", "Name at least one clinician.", number)
        elif not known.issuperset(rung.people):
            yield Fault("people", "Name active clinicians of this clinic only.", number)


def _pace_faults(policy: Policy) -> Iterator[Fault]:
    limit, last = LIMITS[policy.level], len(policy.ladder) - 1
    if policy.repeat_interval < SHORTEST_REPEAT:
        text = f"The last rung comes round for ever: leave {span_words(SHORTEST_REPEAT)} or more between."
        yield Fault("minutes", text, last)
    for number, rung in enumerate(policy.ladder):
        longest = limit.repeat_interval if number == last else limit.longest_silence
        if rung.wait > longest:
            yield Fault("minutes", f"At this level the next telling comes within {span_words(longest)}.", number)
            return
    for number in range(max(last + 1, len(limit.ladder))):
        by = limit.starts(number)
        if policy.starts(number) > by:
            text = f"At this level the {_ORDINALS[number]} telling comes within {span_words(by)} of the first."
            yield Fault("minutes", text, min(number - 1, last))
            return
        if not policy.audience(_told_by(policy, by)).includes(limit.audience(number)):
            whom = "whole clinic" if limit.audience(number).clinic else "care team"
            within = f"within {span_words(by)}" if by else "at once"
            yield Fault("reach", f"At this level the {whom} is told {within}.", min(number, last))
            return


def _told_by(policy: Policy, by: timedelta) -> int:
    """The number of the last telling that has come by then."""
    number = 0
    while number < len(policy.ladder) - 1 and policy.starts(number + 1) <= by:
        number += 1
    return number


def _answer_faults(policy: Policy) -> Iterator[Fault]:
    limit = LIMITS[policy.level]
    if not SHORTEST_TAKE <= policy.take_time_out <= limit.take_time_out:
        text = f"Write {_minutes(SHORTEST_TAKE)} to {_minutes(limit.take_time_out)} minutes."
        yield Fault("take", text)
    if limit.snooze_limit is None:
        if policy.snooze_limit is not None:
            yield Fault("snooze", "An emergency cannot be snoozed. Leave this empty.")
    elif policy.snooze_limit is not None and not SHORTEST_SNOOZE <= policy.snooze_limit <= limit.snooze_limit:
        text = f"Write {_minutes(SHORTEST_SNOOZE)} to {_minutes(limit.snooze_limit)} minutes, or nothing for never."
        yield Fault("snooze", text)


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))
