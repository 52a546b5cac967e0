"""Hand what is due to an action: item by item, or in batches that fall back to that."""

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from monitoring.operations.actions.sweeps import forget_failures, note_failure
from monitoring.operations.queries import failing_items

logger = logging.getLogger(__name__)

LARGEST_RUN: Final = 500
# A run ends well before its silence would count as a standstill; the rest is the next run's.
LONGEST_RUN_SECONDS: Final = 30.0
# Where Celery's own limit ends a run, the item at work is to blame once it alone took so long. No item begins later
# than the run's 30 s, so that one at work when 45 s are over always has.
HANGING_SECONDS: Final = 10.0

Ticks = Callable[[], float]
Due = Callable[[datetime, int], list[UUID]]
# What is due, locked until the transaction ends: at most so many, without these, and without what another holds.
Claim = Callable[[datetime, int, Collection[UUID]], list[UUID]]


@dataclass(frozen=True, slots=True)
class Share:
    """Until when one loop may begin another item, in seconds of a clock that nobody can set."""

    until: float
    ticks: Ticks

    @classmethod
    def of(cls, seconds: float, ticks: Ticks | None = None) -> "Share":
        """So many seconds from now."""
        ticks = ticks or time.monotonic
        return cls(ticks() + seconds, ticks)

    def has_time(self) -> bool:
        """Whether another item may begin."""
        return self.ticks() <= self.until


def each(
    due: Due, action: Callable[[UUID], object], *, sweep: str, now: datetime, share: Share | None = None
) -> list[UUID]:
    """Hand every due item to `action`, which is a transaction of its own; the ids that failed too often.

    An item that raises does not keep the others waiting: it is noted, rests for a while that grows with each
    failure, and is forgotten once it succeeds. Only the kind of the error is logged, since its text may name a person.
    What `share` leaves no time for is the next run's. Raises SoftTimeLimitExceeded when the task is at its end through
    no fault of the item at work.
    """
    share = share or Share.of(LONGEST_RUN_SECONDS)
    failing = failing_items(sweep)
    resting = {item_id for item_id, retry_at in failing.items() if retry_at > now}
    items = [item_id for item_id in due(now, LARGEST_RUN + len(resting)) if str(item_id) not in resting]
    return _one_by_one(items, action, failing, sweep=sweep, now=now, share=share)


def in_batches(
    claim: Claim,
    many: Callable[[list[UUID]], object],
    one: Callable[[UUID], object],
    *,
    sweep: str,
    now: datetime,
    share: Share | None = None,
) -> list[UUID]:
    """Hand everything that is due to `many`, up to 500 at a time; the ids that failed too often.

    A batch is one transaction from the claim to its last row. When it raises, nothing of it is kept and each of its
    items goes to `one` alone, where only what is wrong fails: from then on that one rests, and goes alone, as `each`
    has it. What another worker holds is left to it. SoftTimeLimitExceeded undoes a batch and ends the run, unblamed.
    """
    share = share or Share.of(LONGEST_RUN_SECONDS)
    failing = failing_items(sweep)
    again = [UUID(item_id) for item_id, retry_at in failing.items() if retry_at <= now]
    stuck = _one_by_one(again, one, failing, sweep=sweep, now=now, share=share)
    apart, more = {UUID(item_id) for item_id in failing}, True
    while more and share.has_time():
        items: list[UUID] = []
        try:
            with transaction.atomic():
                items = claim(now, LARGEST_RUN, apart)
                if items:
                    many(items)
        except SoftTimeLimitExceeded:
            logger.error("sweep_out_of_time", extra={"sweep": sweep, "items": len(items)})
            raise
        except Exception as error:
            if not items:
                raise
            logger.warning(
                "sweep_batch_failed", extra={"sweep": sweep, "items": len(items), "error": type(error).__name__}
            )
            stuck += _one_by_one(items, one, failing, sweep=sweep, now=now, share=share)
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
    share: Share,
) -> list[UUID]:
    recovered, quarantined = [], []
    for item_id in items:
        if not share.has_time():
            break
        began = share.ticks()
        try:
            action(item_id)
        except Exception as error:  # whatever is wrong with this item, the next one is due as well
            if isinstance(error, SoftTimeLimitExceeded) and share.ticks() - began < HANGING_SECONDS:
                logger.error("sweep_out_of_time", extra={"sweep": sweep, "items": 1})
                raise
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


class Run:
    """One run of a task: its 30 s are shared by all of its `loops`, and what one of them leaves is the others'."""

    def __init__(self, *, now: datetime, loops: int, ticks: Ticks | None = None) -> None:
        self._now, self._loops = now, loops
        self._whole = Share.of(LONGEST_RUN_SECONDS, ticks)

    def each(self, due: Due, action: Callable[[UUID], object], *, sweep: str) -> list[UUID]:
        """The next loop, as the function `each` has it."""
        return each(due, action, sweep=sweep, now=self._now, share=self._share())

    def in_batches(
        self,
        claim: Claim,
        many: Callable[[list[UUID]], object],
        one: Callable[[UUID], object],
        *,
        sweep: str,
    ) -> list[UUID]:
        """The next loop, as the function `in_batches` has it."""
        return in_batches(claim, many, one, sweep=sweep, now=self._now, share=self._share())

    def _share(self) -> Share:
        """An even part of what is left; nothing once it is used up."""
        left, among = self._whole.until - self._whole.ticks(), max(1, self._loops)
        self._loops -= 1
        return Share.of(left / among, self._whole.ticks)
