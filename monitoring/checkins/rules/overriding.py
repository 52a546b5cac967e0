"""Asking one patient more or less often than the rule, without thinning what a change of dose promised."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitoring.checkins.rules.answers import FieldFault
from monitoring.checkins.rules.calendar import Cadence

# Longer apart than this is no monitoring (judgement: the rule's own longest is four weeks).
LONGEST_EVERY_DAYS = 28
SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class Asking:
    """A running schedule. The daily days of a `guarded` one (a plan, a stop) are never thinned out.

    A plan's gate needs a fresh check-in, and withdrawal shows within days (S08).
    """

    cadence: Cadence
    guarded: bool = False

    def insists_on(self, day: date) -> bool:
        return self.guarded and self.cadence.is_daily_on(day)


@dataclass(frozen=True, slots=True)
class Override:
    """A clinician's own cadence for a patient: every `every_days` days from `since` to `until` (None: no end).

    `every_days` None leaves the rule. After `ends_on` nobody is asked, but for the days that are guarded.
    """

    every_days: int | None = None
    since: date | None = None
    until: date | None = None
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether this cadence, not the rule's, decides on `day`."""
        started = self.every_days is not None and self.since is not None and day >= self.since
        return started and (self.until is None or day <= self.until)


NO_OVERRIDE = Override()


def who_asks(day: date, running: Sequence[Asking], override: Override = NO_OVERRIDE) -> int | None:
    """Which of the running schedules asks on the patient's `day`: its place in the list; None when none does."""
    for place, each in enumerate(running):
        if each.insists_on(day):
            return place
    if override.ends_on is not None and day > override.ends_on:
        return None
    if not override.covers(day):
        return next((place for place, each in enumerate(running) if each.cadence.asks_on(day)), None)
    since, every = override.since, override.every_days
    if since is None or every is None or (day - since).days % every:
        return None
    return next((place for place, each in enumerate(running) if each.cadence.starts_on <= day), None)


def guarded_until(running: Sequence[Asking], day: date) -> date | None:
    """The last of the guarded daily days that go on from `day`; None when `day` is not one of them."""
    last = None
    for each in running:
        if each.insists_on(day) and (last is None or each.cadence.daily_until > last):
            last = each.cadence.daily_until
    return last


def asked_days(
    first: date, running: Sequence[Asking], override: Override = NO_OVERRIDE, *, within: int = 400
) -> Iterator[date]:
    """The days from `first` on which somebody asks, as far as `within` days ahead."""
    for offset in range(within):
        day = first + timedelta(days=offset)
        if who_asks(day, running, override) is not None:
            yield day


def faults_of_override(override: Override, reason: str, *, today: date, running: Sequence[Asking]) -> list[FieldFault]:
    """What is wrong with an override that is set on the patient's `today`; empty when it can be.

    Fewer check-ins than the daily ones of a plan or after a stop are refused: the gate of a plan holds every step
    without a fresh check-in, and withdrawal would be seen too late.
    """
    faults = [*_days_at_fault(override, today), *_thinned(override, today, running)]
    if override.every_days is None and override.ends_on is None:
        faults.append(FieldFault("every_days", "Choose how often to ask, or a last day."))
    elif override.every_days is not None and not 1 <= override.every_days <= LONGEST_EVERY_DAYS:
        faults.append(FieldFault("every_days", f"Ask every 1 to {LONGEST_EVERY_DAYS} days."))
    if len(reason.strip()) < SHORTEST_REASON:
        faults.append(FieldFault("reason", f"Write at least {SHORTEST_REASON} characters for the next clinician."))
    return faults


def _days_at_fault(override: Override, today: date) -> Iterator[FieldFault]:
    first = override.since if override.every_days is not None else today
    if first is None:
        yield FieldFault("since", "Give the first day.")
        return
    if first < today:
        yield FieldFault("since", "The first day is past. Give today or a later day.")
    if override.every_days is not None and override.until is not None and override.until < first:
        yield FieldFault("until", "The last day is before the first.")
    if override.ends_on is not None and override.ends_on < first:
        yield FieldFault("ends_on", "Check-ins would end before the first day.")


def _thinned(override: Override, today: date, running: Sequence[Asking]) -> Iterator[FieldFault]:
    """The fields that would take away days a plan or a stop insists on."""
    since = override.since
    if since is not None and (override.every_days or 1) > 1:
        last = guarded_until(running, max(since, today))
        if last is not None and (override.until is None or override.until >= since):
            yield FieldFault("since", _WATCHED.format(day=last, month=f"{last:%B %Y}"))
    ends_on = override.ends_on
    if ends_on is not None and (last := guarded_until(running, max(ends_on + timedelta(days=1), today))) is not None:
        yield FieldFault("ends_on", _WATCHED.format(day=last, month=f"{last:%B %Y}"))


_WATCHED = (
    "A dose plan or a stopped medicine is watched every day until {day.day} {month}: without a fresh check-in the "
    "plan holds every step. Give a later day, or end or pause the plan first."
)
