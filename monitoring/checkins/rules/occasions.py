"""Lay out occasions on the patient's days: when each opens, closes, may be asked for and turns late. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from monitoring.checkins.rules.answers import FieldFault
from monitoring.checkins.rules.calendar import day_exists, instant_of
from monitoring.people.rules import time_zones

# Two daily occasions lie this far apart, also for a patient who flies east or asks for another time (judgement).
SHORTEST_BETWEEN = timedelta(hours=12)
NOTHING_FIXED: Mapping[date, datetime] = MappingProxyType({})
# What a patient reads about times that cannot be; the form says it in their language.
UNKNOWN_ZONE = "We do not know the time zone “%(zone)s”. Try Europe/London."
NO_QUIET_HOURS = "Quiet hours must start and end at other times."
NO_TIME_TO_ASK = "This leaves no time to ask. The form is open from %(opens)s to %(closes)s."
FAULTS_OF_TIMES = (UNKNOWN_ZONE, NO_QUIET_HOURS, NO_TIME_TO_ASK)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Wall times in the patient's zone between which no reminder leaves; may run past midnight."""

    start: time
    until: time

    def covers(self, wall: time) -> bool:
        if self.start < self.until:
            return self.start <= wall < self.until
        return wall >= self.start or wall < self.until

    def ready(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """`moment`, or the end of the quiet hours it lies in (UTC)."""
        local = moment.astimezone(zone)
        if not self.covers(local.time()):
            return moment
        past_midnight = self.start >= self.until and local.time() >= self.start
        day = local.date() + timedelta(days=1 if past_midnight else 0)
        return max(moment, instant_of(day, self.until, zone))

    def begins_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The next instant after `moment` at which they begin (UTC)."""
        today = moment.astimezone(zone).date()
        days = (today + timedelta(days=offset) for offset in range(3))
        return next(at for day in days if (at := instant_of(day, self.start, zone)) > moment)


@dataclass(frozen=True, slots=True)
class Slot:
    """What a day's occasion is made from: the wall time it opens, its window, and which schedule asks."""

    opens: time
    window_hours: int = 12
    place: int = 0

    @property
    def window(self) -> timedelta:
        return timedelta(hours=self.window_hours)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One local day's occasion; every instant in UTC. `remind_at` past `closes_at`: quiet hours leave no time."""

    day: date
    slot: Slot
    opens_at: datetime
    closes_at: datetime
    remind_at: datetime
    late_at: datetime


def occasion_days(
    first: date,
    last: date,
    *,
    slot_on: Callable[[date], Slot | None],
    zone: ZoneInfo,
    quiet: QuietHours | None = None,
    fixed: Mapping[date, datetime] = NOTHING_FIXED,
) -> tuple[Occasion, ...]:
    """The occasions of the local days `first` to `last` (both included) in `zone`, at most one a day, in order.

    `slot_on` says what is asked on a day, `fixed` at which instants the days opened that are settled already;
    those are left out. A day that the zone skipped has none. One that would open less than 12 hours after the
    one before it waits; when that takes it past midnight the day has none, since the one before stands for it.
    """
    found: list[Occasion] = []
    before = max((opened for day, opened in fixed.items() if day < first), default=None)
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day in fixed:
            before = fixed[day]
            continue
        slot = slot_on(day)
        opens_at = None if slot is None else _opens_at(day, slot.opens, zone, before)
        if slot is not None and opens_at is not None:
            found.append(_laid_out(day, slot, opens_at, zone, quiet))
            before = opens_at
    return tuple(found)


def _opens_at(day: date, wall: time, zone: ZoneInfo, before: datetime | None) -> datetime | None:
    if not day_exists(day, zone):
        return None
    opens_at = instant_of(day, wall, zone)
    if opens_at.astimezone(zone).date() != day:
        # The clocks skipped from this time to midnight: the minute before that is the last of the day.
        opens_at -= timedelta(minutes=1)
    if before is None or opens_at - before >= SHORTEST_BETWEEN:
        return opens_at
    moved = before + SHORTEST_BETWEEN
    return moved if moved.astimezone(zone).date() == day else None


def _laid_out(day: date, slot: Slot, opens_at: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> Occasion:
    closes_at = opens_at + slot.window
    remind_at = quiet.ready(opens_at, zone) if quiet else opens_at
    return Occasion(day, slot, opens_at, closes_at, remind_at, late_from(remind_at, closes_at, zone, quiet))


def late_from(asked_at: datetime, closes_at: datetime, zone: ZoneInfo, quiet: QuietHours | None) -> datetime:
    """From when an unanswered occasion is late: half of the time that is left after asking (judgement).

    Put off to the end of quiet hours where that comes before the close, so that the second reminder can leave.
    """
    half = asked_at + max(timedelta(0), closes_at - asked_at) / 2
    ready = quiet.ready(half, zone) if quiet else half
    return ready if ready < closes_at else half


def leaves_no_time(opens: time, window_hours: int, quiet: QuietHours) -> bool:
    """Whether a window that opens at this wall time lies in the quiet hours whole: nobody could be asked."""
    start = datetime.combine(date(2000, 1, 1), opens)
    return all(quiet.covers((start + timedelta(minutes=minute)).time()) for minute in range(window_hours * 60))


def faults_of_times(
    time_zone: str, opens: time, quiet: QuietHours | None, *, window_hours: int = 12
) -> list[FieldFault]:
    """What is wrong with a patient's own times; empty when they can be. In words of `FAULTS_OF_TIMES`."""
    faults = []
    if time_zone not in time_zones():
        faults.append(_fault("time_zone", UNKNOWN_ZONE, zone=time_zone))
    if quiet is not None and quiet.start == quiet.until:
        faults.append(_fault("quiet_until", NO_QUIET_HOURS))
    elif quiet is not None and leaves_no_time(opens, window_hours, quiet):
        closes = (datetime.combine(date(2000, 1, 1), opens) + timedelta(hours=window_hours)).time()
        faults.append(_fault("quiet_until", NO_TIME_TO_ASK, opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}"))
    return faults


def _fault(path: str, words: str, **values: str) -> FieldFault:
    return FieldFault(path, words % values, words, values)
