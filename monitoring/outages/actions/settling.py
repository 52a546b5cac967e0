"""Say of a gap that its backlog is worked off, with the count of what was not done any more."""

from datetime import datetime

from monitoring.operations.actions import settle_gap
from monitoring.operations.models import SchedulerGap
from monitoring.operations.queries import swept_since
from monitoring.operations.rules import LONGEST_CATCH_UP
from monitoring.outages.queries import backlog, skipped


def settle_gaps(*, now: datetime, job: str) -> int:
    """Settle the gaps of which nothing is left to do, and those an hour old; the count of them.

    Nothing is left when every vital sweep has finished a run since the gap was noted and none has anything
    due. After an hour what is left is ordinary work: an item that fails has an alert of its own.
    """
    settled = 0
    for gap in SchedulerGap.objects.open().order_by("noted_at"):
        done = swept_since(gap.noted_at) and not backlog(now)
        if done or now - gap.noted_at >= LONGEST_CATCH_UP:
            settled += settle_gap(gap=gap, skipped=skipped(gap, now), now=now, job=job)
    return settled
