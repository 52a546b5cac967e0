"""On which of the patient's days a check-in is due, and at which instant it opens."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = 7
DAILY_DAYS = 14
DAILY_DAYS_AFTER_STOP = 7
WEEKLY_DAYS_AFTER_STOP = 28


@dataclass(frozen=True, slots=True)
class Cadence:
    """Daily to `daily_until`, then every seventh day to `weekly_until` (None: until it is ended)."""

    starts_on: date
    daily_until: date
    weekly_until: date | None

    def asks_on(self, day: date) -> bool:
        """Whether a check-in is due on the patient's own calendar day `day`."""
        if day < self.starts_on or (self.weekly_until is not None and day > max(self.weekly_until, self.daily_until)):
            return False
        return day <= self.daily_until or (day - self.daily_until).days % WEEK == 0

    def keeping(self, before: "Cadence") -> "Cadence":
        """This cadence with the daily days that `before`, which it follows without a gap, still promised."""
        if self.starts_on > before.daily_until:
            return self
        return replace(self, daily_until=max(self.daily_until, before.daily_until))


def cadence_from(
    starts_on: date, *, after_stop: bool, daily_days: int | None = None, weekly_until: date | None = None
) -> Cadence:
    """The usual cadence (judgement): 14 days, then weekly with no end; after a stop 7, then four weeks.

    A week covers baclofen's withdrawal, four weeks amitriptyline's.
    """
    days = daily_days or (DAILY_DAYS_AFTER_STOP if after_stop else DAILY_DAYS)
    daily_until = starts_on + timedelta(days=days - 1)
    if after_stop and weekly_until is None:
        weekly_until = daily_until + timedelta(days=WEEKLY_DAYS_AFTER_STOP)
    return Cadence(starts_on, daily_until, weekly_until)


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
