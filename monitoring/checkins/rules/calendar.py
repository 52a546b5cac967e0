"""On which of the patient's days a check-in is due, and at which instant it opens."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = 7


@dataclass(frozen=True, slots=True)
class CadenceRule:
    """How often the rule asks: days a day apart, then weeks a week apart, then every `later_weeks` without end.

    After a stop the weekly ones are the last. The figures are judgement: a week covers baclofen's withdrawal
    (S34), four weeks a tricyclic's (S39). Raises ValueError for a figure that cannot be.
    """

    daily_days: int = 14
    weekly_weeks: int = 6
    later_weeks: int | None = 4
    daily_days_after_stop: int = 7
    weekly_weeks_after_stop: int = 4

    def __post_init__(self) -> None:
        days_and_weeks = (self.daily_days, self.daily_days_after_stop, self.later_weeks or 1)
        if min(days_and_weeks) < 1 or min(self.weekly_weeks, self.weekly_weeks_after_stop) < 0:
            raise ValueError("A cadence asks on one day at least, and never fewer than no weeks.")


DEFAULT_CADENCE = CadenceRule()


@dataclass(frozen=True, slots=True)
class Cadence:
    """Daily to `daily_until`, every seventh day to `weekly_until` (None: until it is ended), then every
    `later_weeks` weeks (None: no more).
    """  # fmt: skip

    starts_on: date
    daily_until: date
    weekly_until: date | None
    later_weeks: int | None = None

    def asks_on(self, day: date) -> bool:
        """Whether a check-in is due on the patient's own calendar day `day`."""
        if day < self.starts_on:
            return False
        if day <= self.daily_until:
            return True
        since = (day - self.daily_until).days
        if self.weekly_until is None or day <= self.weekly_until:
            return since % WEEK == 0
        if self.later_weeks is None:
            return False
        weekly = max(0, (self.weekly_until - self.daily_until).days // WEEK * WEEK)
        return (since - weekly) % (self.later_weeks * WEEK) == 0

    def is_daily_on(self, day: date) -> bool:
        """Whether `day` is one of the days on which it asks every day."""
        return self.starts_on <= day <= self.daily_until

    def keeping(self, before: "Cadence") -> "Cadence":
        """This cadence with the daily days that `before`, which it follows without a gap, still promised."""
        if self.starts_on > before.daily_until or before.daily_until <= self.daily_until:
            return self
        moved = before.daily_until - self.daily_until
        weekly_until = None if self.weekly_until is None else self.weekly_until + moved
        return replace(self, daily_until=before.daily_until, weekly_until=weekly_until)


def cadence_from(
    starts_on: date,
    *,
    rule: CadenceRule = DEFAULT_CADENCE,
    after_stop: bool,
    daily_days: int | None = None,
    weekly_until: date | None = None,
) -> Cadence:
    """The cadence of `rule` from `starts_on`; `daily_days` and `weekly_until` override its figures.

    An explicit `weekly_until` is the end: nothing follows it.
    """
    days = daily_days or (rule.daily_days_after_stop if after_stop else rule.daily_days)
    daily_until = starts_on + timedelta(days=days - 1)
    if weekly_until is not None:
        return Cadence(starts_on, daily_until, weekly_until)
    weeks = rule.weekly_weeks_after_stop if after_stop else rule.weekly_weeks
    later = None if after_stop else rule.later_weeks
    return Cadence(starts_on, daily_until, daily_until + timedelta(weeks=weeks), later)


def day_exists(day: date, zone: ZoneInfo) -> bool:
    """False for the days that a zone left out when it crossed the date line."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def instant_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in `zone` show `wall` on `day`.

    A time that the clocks skip is the first instant after the gap; one that they show twice is the first of
    the two.
    """
    local = datetime.combine(day, wall, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(local.replace(fold=1).astimezone(UTC), instant, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant in (before, after] from which `zone` has the offset it has at `after`."""
    offset = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)
