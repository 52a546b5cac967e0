"""Spans, due times, reasons and policies in the words of a page. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitoring.alerts.rules.policies import Policy, Reach, Rung

_MINUTES_A_DAY = 24 * 60
_REASONS_SHOWN = 2
_ASIDE = re.compile(r"\s*\([^()]*\)")


def span_words(span: timedelta) -> str:
    """A length of time as a person says it, rounded down: "12 min", "1 h 20 min", "2 days"."""
    minutes = int(abs(span).total_seconds()) // 60
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 2 * _MINUTES_A_DAY:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{minutes // _MINUTES_A_DAY} days"


def due_words(due: datetime, now: datetime) -> str:
    """When an alert is due, seen from `now`."""
    return f"overdue {span_words(now - due)}" if due <= now else f"in {span_words(due - now)}"


def reason_line(reasons: Sequence[str]) -> tuple[str, int]:
    """The worst two reasons on one line, and how many more there are.

    What stands in brackets explains a reason and is left to the alert’s own page. No reasons make an empty line.
    """
    shown = [_ASIDE.sub("", reason) or reason for reason in reasons[:_REASONS_SHOWN]]
    return " + ".join(shown), len(reasons) - len(shown)


def policy_words(policy: Policy, names: Mapping[str, str]) -> list[str]:
    """A policy as sentences: who is told when, how it goes on, and when an answered alert comes back.

    `names` gives the name of each person by id; whoever is not in it has left.
    """
    lines = [f"Told at once: {_whom(policy, 0, names)}."]
    for number in range(1, len(policy.ladder)):
        whom = _whom(policy, number, names)
        lines.append(f"After {span_words(policy.starts(number))} without an answer: {whom}.")
    lines.append(f"Then the same people every {span_words(policy.repeat_interval)}, until somebody answers.")
    lines.append(f"Taken and not closed, it comes back after {span_words(policy.take_time_out)}.")
    if policy.snooze_limit is None:
        lines.append("It cannot be snoozed.")
    else:
        lines.append(f"It can be snoozed for at most {span_words(policy.snooze_limit)}.")
    return lines


def _whom(policy: Policy, number: int, names: Mapping[str, str]) -> str:
    """Who is told on a rung, the newly told named last: whoever was told before is told again."""
    rung = policy.ladder[number]
    joins = _joining(rung, names)
    if number == 0:
        return joins
    before, after = policy.audience(number - 1), policy.audience(number)
    if before.includes(after):
        return "the same people again"
    return joins if rung.reach == Reach.CLINIC and not before.admins else f"the same people and {joins}"


def _joining(rung: Rung, names: Mapping[str, str]) -> str:
    if rung.reach == Reach.NAMED:
        return " and ".join(names.get(person, "somebody who has left") for person in rung.people)
    return {
        Reach.TEAM: "the care team, or who covers them",
        Reach.CLINIC: "every clinician of the clinic",
        Reach.ADMINS: "the clinic’s admins, who can ring somebody",
    }[rung.reach]
