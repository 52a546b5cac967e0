"""Asking one patient more or less often than the rule, without thinning what a change of dose promised."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitoring.checkins.rules.calendar import Cadence

# Longer apart than this is no monitoring (judgement: the rule's own longest is four weeks).
LONGEST_EVERY_DAYS = 28


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
