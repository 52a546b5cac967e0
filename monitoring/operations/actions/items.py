"""Hand what is due to an action: item by item, or in batches that fall back to that."""

import logging
import time
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from monitoring.operations.actions.sweeps import forget_failures, note_failure
from monitoring.operations.queries import failing_items

logger = logging.getLogger(__name__)

LARGEST_RUN: Final = 500
# A run ends well before its silence would count as a standstill; the rest is the next run's.
LONGEST_RUN_SECONDS: Final = 30.0

Due = Callable[[datetime, int], list[UUID]]
# What is due, locked until the transaction ends: at most so many, without these, and without what another holds.
Claim = Callable[[datetime, int, Collection[UUID]], list[UUID]]


def each(due: Due, action: Callable[[UUID], object], *, sweep: str, now: datetime) -> list[UUID]:
    """Hand every due item to `action`, which is a transaction of its own; the ids that failed too often.

    An item that raises does not keep the others waiting: it is noted, rests for a while that grows with each
    failure, and is forgotten once it succeeds. Only the kind of the error is logged, since its text may name a person.
    """
    failing = failing_items(sweep)
    resting = {item_id for item_id, retry_at in failing.items() if retry_at > now}
    items = [item_id for item_id in due(now, LARGEST_RUN + len(resting)) if str(item_id) not in resting]
    return _one_by_one(items, action, failing, sweep=sweep, now=now, until=time.monotonic() + LONGEST_RUN_SECONDS)


def in_batches(
    claim: Claim,
    many: Callable[[list[UUID]], object],
    one: Callable[[UUID], object],
    *,
    sweep: str,
    now: datetime,
) -> list[UUID]:
    """Hand everything that is due to `many`, up to 500 at a time; the ids that failed too often.

    A batch is one transaction from the claim to its last row. When it raises, nothing of it is kept and each of its
    items goes to `one` alone, where only what is wrong fails: from then on that one rests, and goes alone, as `each`
    has it. What another worker holds is left to it.
    """
    until = time.monotonic() + LONGEST_RUN_SECONDS
    failing = failing_items(sweep)
    again = [UUID(item_id) for item_id, retry_at in failing.items() if retry_at <= now]
    stuck = _one_by_one(again, one, failing, sweep=sweep, now=now, until=until)
    apart, more = {UUID(item_id) for item_id in failing}, True
    while more and time.monotonic() <= until:
        items: list[UUID] = []
        try:
            with transaction.atomic():
                items = claim(now, LARGEST_RUN, apart)
                if items:
                    many(items)
        except Exception as error:
            if not items:
                raise
            logger.warning(
                "sweep_batch_failed", extra={"sweep": sweep, "items": len(items), "error": type(error).__name__}
            )
            stuck += _one_by_one(items, one, failing, sweep=sweep, now=now, until=until)
            apart.update(items)
        more = bool(items)
    return stuck


def _one_by_one(
    items: list[UUID],
    action: Callable[[UUID], object],
    failing: Collection[str],
    *,
    sweep: str,
    now: datetime,
    until: float,
) -> list[UUID]:
    recovered, quarantined = [], []
    for item_id in items:
        if time.monotonic() > until:
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
