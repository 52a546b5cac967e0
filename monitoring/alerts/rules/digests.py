"""When what is calm leaves as one mail. Pure; every figure is a judgement (source: "judgement")."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# Early enough for the morning's round, and once more before the day's end; a warning is due at noon.
DIGEST_TIMES = (time(8, 0), time(14, 0))
# What is found within a few minutes belongs into one mail with what follows it.
GROUP_WAIT = timedelta(minutes=5)
SATURDAY = 5


def next_digest(now: datetime, zone: ZoneInfo) -> datetime:
    """The next digest that an alert told at `now` belongs to: 8:00 or 14:00, Monday to Friday, on the clinic's clock.

    At least five minutes ahead, so that what belongs together goes together.
    """
    earliest = now + GROUP_WAIT
    day = earliest.astimezone(zone).date()
    while True:
        if day.weekday() < SATURDAY:
            for at in DIGEST_TIMES:
                moment = datetime.combine(day, at, tzinfo=zone)
                if moment >= earliest:
                    return moment
        day += timedelta(days=1)
