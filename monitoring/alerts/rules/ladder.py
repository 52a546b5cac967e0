"""When the next telling of an unanswered alert comes, and whom it is for. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitoring.alerts.rules.policies import Policy

WORKDAY_DUE = time(12, 0)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class NextTelling:
    """The number of the telling to make now, and when the one after it is due."""

    rung: int
    next_at: datetime


def due_at(policy: Policy, now: datetime, zone: ZoneInfo) -> datetime:
    """When an alert raised at `now` must have been answered.

    A warning is due at noon of the next Monday-to-Friday day in the clinic's `zone` (bank holidays are not
    known); the other levels count minutes or days, whatever the hour.
    """
    if policy.due_in is not None:
        return now + policy.due_in
    day = now.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, WORKDAY_DUE, tzinfo=zone)


def first_telling(policy: Policy, now: datetime) -> NextTelling:
    """The first rung, fired in the transaction that raises the alert."""
    return NextTelling(0, now + policy.rung(0).wait)


def next_telling(policy: Policy, rung: int, was_due: datetime, now: datetime) -> NextTelling:
    """The telling to make at `now` when the last was number `rung` and the next was due at `was_due`.

    After an outage every telling that came due meanwhile is skipped but the highest, which is made once. The
    clock stays on the schedule when the sweep is a little late, and starts from `now` when it is a whole
    wait late, or when the telling is made before it was due.
    """
    number, fired_at = rung + 1, min(was_due, now)
    while number < len(policy.ladder) - 1 and fired_at + policy.rung(number).wait <= now:
        fired_at += policy.rung(number).wait
        number += 1
    next_at = fired_at + policy.rung(number).wait
    if next_at <= now:
        next_at = now + policy.rung(number).wait
    return NextTelling(number, next_at)


def moved_to(policy: Policy, *, rung: int, told_under: Policy) -> int:
    """Where an alert last told as number `rung` of one policy stands in the ladder of another.

    On the first rung of the new ladder, from the same number on, that leaves out nobody who was told before: a new
    policy mends or quickens a ladder, it never takes an alert back from those who know of it. Named people whom the
    new policy dropped stay dropped.
    """
    before = told_under.audience(rung)
    number = rung
    while number < len(policy.ladder) - 1 and before.clinic and not policy.audience(number).clinic:
        number += 1
    return number
