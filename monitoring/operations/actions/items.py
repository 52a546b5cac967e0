"""Hand what is due to an action, item by item."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from monitoring.operations.actions.sweeps import forget_failures, note_failure
from monitoring.operations.queries import failing_items

logger = logging.getLogger(__name__)

LARGEST_RUN: Final = 500
# A run ends well before its silence would count as a standstill; the rest is the next run's.
LONGEST_RUN_SECONDS: Final = 30.0

Due = Callable[[datetime, int], list[UUID]]


def each(due: Due, action: Callable[[UUID], object], *, sweep: str, now: datetime) -> list[UUID]:
    """Hand every due item to `action`, which is a transaction of its own; the ids that failed too often.

    An item that raises does not keep the others waiting: it is noted, rests for a while that grows with each
    failure, and is forgotten once it succeeds. Only the kind of the error is logged, since its text may name a person.
    """
    failing = failing_items(sweep)
    resting = {item_id for item_id, retry_at in failing.items() if retry_at > now}
    began, recovered, quarantined = time.monotonic(), [], []
    for item_id in due(now, LARGEST_RUN + len(resting)):
        if str(item_id) in resting:
            continue
        if time.monotonic() - began > LONGEST_RUN_SECONDS:
            break
        try:
            action(item_id)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with this item, the next one is due as well
            logger.error(
                "sweep_item_failed",
                extra={"sweep": sweep, "item": str(item_id), "error": type(error).__name__},
            )
            if note_failure(sweep=sweep, item_id=item_id, error=error, now=now):
                quarantined.append(item_id)
        else:
            if str(item_id) in failing:
                recovered.append(item_id)
    if recovered:
        forget_failures(sweep=sweep, item_ids=recovered)
    return quarantined
