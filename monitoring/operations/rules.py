"""When silence means that monitoring has stopped, and how long a failing item rests. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

# The sweeps on which a patient's safety hangs. One of them standing still is monitoring standing still, however
# well the others run.
VITAL_SWEEPS: Final = (
    "settle_due_steps",
    "plan_check_ins",
    "mark_missed_check_ins",
    "escalate_unanswered_alerts",
    "deliver_notifications",
)
LONGEST_SILENCE: Final = timedelta(seconds=120)
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Failures after which an item is quarantined: it rests long, and the health page names its sweep.
QUARANTINED_AFTER: Final = 5
LONGEST_REST: Final = timedelta(minutes=10)


def stalled_since(finished: Mapping[str, datetime], now: datetime) -> datetime | None:
    """Since when a vital sweep has been silent, `NEVER` when one never ran, None when all are alive at `now`.

    A time that lies more than two minutes ahead means the clock was set back: nobody knows then when the sweep
    last ran, which counts as never.
    """
    oldest = min(_last(finished.get(name, NEVER), now) for name in VITAL_SWEEPS)
    return oldest if now - oldest > LONGEST_SILENCE else None


def _last(finished_at: datetime, now: datetime) -> datetime:
    return NEVER if finished_at - now > LONGEST_SILENCE else finished_at


def rest_after(failures: int) -> timedelta:
    """How long an item that failed `failures` times in a row is left alone: 10 s, doubling, up to ten minutes."""
    return min(timedelta(seconds=10 * 2 ** min(failures - 1, 10)), LONGEST_REST)
