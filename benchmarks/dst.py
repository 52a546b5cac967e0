"""Every change of the clocks from 2024 to 2030 in every time zone: exactly one check-in on each local day.

The occasions are laid out by the product's own planner for the days around each change. What must follow is worked
out here anew, from the transitions of the zone itself, by stepping through UTC.
"""

import argparse
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

FIRST: Final = datetime(2024, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2031, 1, 1, tzinfo=UTC)
# Times of day that changes are known to skip or to show twice, and the usual ones.
CLOCK: Final = ("00:00", "00:30", "01:00", "01:30", "02:15", "02:59", "03:00", "08:00", "23:45")
WALLS: Final = tuple(time.fromisoformat(each) for each in CLOCK)
AROUND: Final = 2


def options(parser: argparse.ArgumentParser) -> None:
    """The zones of a run."""
    parser.add_argument("--zones", type=int, default=0, help="only the first so many zones (default: all)")


def run(_rounds: int, _seed: int, *, zones: int) -> dict[str, object]:
    """How many transitions were looked at, and which days had no occasion, or two, or one at a wrong time."""
    names = sorted(available_timezones())[: zones or None]
    broken: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    transitions = looked_at = 0
    for name in names:
        zone = ZoneInfo(name)
        for at in transitions_of(zone):
            transitions += 1
            for wall in WALLS:
                looked_at += 1
                for problem in problems_around(at, wall, zone):
                    broken[problem] += 1
                    examples.setdefault(problem, []).append(f"{name} {at:%Y-%m-%dT%H:%MZ} {wall:%H:%M}")
    return {
        "zones": len(names),
        "transitions": transitions,
        "transition and time of day": looked_at,
        "broken": dict(broken),
        "examples": {problem: found[:5] for problem, found in examples.items()},
        "passed": transitions > 0 and not broken,
    }


def transitions_of(zone: ZoneInfo) -> list[datetime]:
    """The UTC instants at which the offset of this zone changes, to the second."""
    found, day = [], FIRST
    while day < LAST:
        after = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            found.append(_change_between(day, after, zone))
        day = after
    return found


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        before, after = (before, middle) if middle.astimezone(zone).utcoffset() == offset else (middle, after)
    return after


def problems_around(at: datetime, wall: time, zone: ZoneInfo) -> list[str]:
    """What is wrong with the occasions of the days around one change; nothing when all is well."""
    centre = at.astimezone(zone).date()
    first, last = centre - timedelta(days=AROUND), centre + timedelta(days=AROUND)
    days, found = local_days(first, last, zone), laid_out(first, last, wall, zone)
    count = Counter(day for day, _ in found)
    problems = [f"{count[day]} occasions on a day" for day in days if count[day] != 1]
    problems += ["an occasion on a day that does not exist" for day in count if day not in days]
    wrong = [day for day, opens_at in found if opens_at != first_shown(day, wall, zone)]
    problems += ["not at the first instant at which clocks show its time or a later one" for _ in wrong]
    gaps = [after - before for (_, before), (_, after) in pairwise(found)]
    return problems + ["two within half a day" for gap in gaps if gap < timedelta(hours=12)]


def first_shown(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The first UTC instant, to the minute, at which clocks in this zone show that time of that day or a later one."""
    wanted = datetime.combine(day, wall)
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    offsets = [(noon + timedelta(hours=12 * each)).astimezone(zone).utcoffset() for each in range(-4, 5)]
    moment = wanted.replace(tzinfo=UTC) - max(offset for offset in offsets if offset is not None)
    while moment.astimezone(zone).replace(tzinfo=None) < wanted:
        moment += timedelta(minutes=1)
    return moment


def local_days(first: date, last: date, zone: ZoneInfo) -> set[date]:
    """The days that clocks in this zone show at all, found by walking through UTC in quarters of an hour."""
    moment = datetime.combine(first, time(0), tzinfo=UTC) - timedelta(hours=18)
    end = datetime.combine(last, time(0), tzinfo=UTC) + timedelta(hours=42)
    shown = set()
    while moment < end:
        shown.add(moment.astimezone(zone).date())
        moment += timedelta(minutes=15)
    return {day for day in shown if first <= day <= last}


def laid_out(first: date, last: date, wall: time, zone: ZoneInfo) -> list[tuple[date, datetime]]:
    """The occasions of the product's planner for these days: whose day each is, and when it opens."""
    from monitoring.checkins.rules import occasion_days
    from monitoring.checkins.rules.occasions import Slot

    slot = Slot(opens=wall)
    return [(each.day, each.opens_at) for each in occasion_days(first, last, slot_on=lambda _: slot, zone=zone)]
