"""Is the clock alive, and is it getting everything done?"""

from datetime import datetime

from monitoring.operations.models import Heartbeat, SweepFailure
from monitoring.operations.rules import QUARANTINED_AFTER, VITAL_SWEEPS, stalled_since


def monitoring_stalled(now: datetime) -> datetime | None:
    """Since when monitoring stands still: None while every vital sweep finished in the last 120 seconds.

    `rules.NEVER` when a vital sweep has never run.
    """
    beats = Heartbeat.objects.filter(name__in=VITAL_SWEEPS).values_list("name", "last_finished_at")
    return stalled_since(dict(beats), now)


def quarantined() -> dict[str, int]:
    """How many items each sweep keeps failing on, by name of the sweep; empty when all is well."""
    failing = SweepFailure.objects.filter(failures__gte=QUARANTINED_AFTER).values_list("sweep", flat=True)
    counts: dict[str, int] = {}
    for sweep in failing.order_by("sweep"):
        counts[sweep] = counts.get(sweep, 0) + 1
    return counts


def failing_items(sweep: str) -> dict[str, datetime]:
    """The items this sweep failed on last time, by id, with the moment from which each may be tried again."""
    return dict(SweepFailure.objects.filter(sweep=sweep).values_list("item_id", "retry_at"))
