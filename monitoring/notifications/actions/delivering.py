"""Empty the outbox: claim a few messages of each channel, send them side by side, note what became of each."""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock, get_ident

from monitoring.notifications import senders
from monitoring.notifications.actions import claiming, completing
from monitoring.notifications.actions.standing_in import queue_stand_ins
from monitoring.notifications.models import Carrier, Channel, Notification
from monitoring.notifications.queries import channels_in_service
from monitoring.notifications.rules import (
    LANE,
    SEND_TIMEOUT_SECONDS,
    SWEEP_BUDGET_SECONDS,
    TRIPPED_AFTER,
    TURN_SECONDS,
    Fault,
)
from monitoring.notifications.senders.kinds import turn

JOB = "deliver_notifications"
# A carrier's own deadline comes first; this one is for what it cannot end, such as looking a name up.
ABANDON_AFTER_SECONDS = SEND_TIMEOUT_SECONDS + 2
LOOK_EVERY_SECONDS = 0.5
Jitter = Callable[[], float]


def _system_jitter() -> float:
    return random.SystemRandom().uniform(-1.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Stopwatch:
    """The moment the sweep was told it is, plus what has passed since: leases must not start in the past."""

    started_at: datetime
    ticks: Callable[[], float]
    first_tick: float

    @property
    def elapsed(self) -> float:
        return self.ticks() - self.first_tick

    @property
    def now(self) -> datetime:
        return self.started_at + timedelta(seconds=self.elapsed)


def deliver_due_notifications(
    *,
    now: datetime,
    limit: int = 500,
    job: str = JOB,
    jitter: Jitter = _system_jitter,
    ticks: Callable[[], float] = time.monotonic,
    pool: Executor | None = None,
) -> int:
    """Send up to `limit` messages that are due, urgent ones first; the count that was accepted.

    Any number of these may run at once: each message is claimed for 45 s by one of them, sent outside the
    claiming transaction, and completed only by the one whose claim still stands. A sweep that is killed
    loses nothing: the claim runs out and the message goes again under the same key. Channels do not wait for
    each other, and one message that hangs holds up none beside it; no new one is begun after 25 s. `jitter`
    gives −1…1; `ticks` is a monotonic clock in seconds; `pool` runs what waits for a carrier.
    """
    watch = _Stopwatch(now, ticks, ticks())
    shown = completing.show_in_app(now=now, job=job, limit=limit)
    threads = pool or ThreadPoolExecutor(max_workers=2 * LANE * len(channels_in_service()))
    try:
        return shown + _Round(watch, job, jitter, threads, limit - shown).run()
    finally:
        if pool is None:
            threads.shutdown(wait=False, cancel_futures=True)


@dataclass(slots=True)
class _Errand:
    """A message on its way.

    Lines are opened side by side; what the carrier takes is noted before the next message of the channel is handed
    over, so that a process that is killed leaves at most one behind that will arrive twice.
    """

    message: Notification
    letter: senders.Letter
    started_at: datetime
    started: float
    turnstile: Lock
    home: int = field(default_factory=get_ident)
    passing: bool = False
    over: bool = False

    def post(self) -> None:
        """Hand the letter over; for a thread of its own."""
        if get_ident() != self.home:
            turn.set(self._wait)
        self.letter.post()

    def _wait(self) -> None:
        if self.passing:
            return  # a second browser of the same person
        self.passing = self.turnstile.acquire(timeout=TURN_SECONDS)
        if self.over:
            self.end()

    def end(self) -> None:
        """What became of it is noted: let the next one pass."""
        self.over = True
        if self.passing:
            self.passing = False
            self.turnstile.release()


@dataclass(slots=True)
class _Round:
    """One sweep's work beyond this machine."""

    watch: _Stopwatch
    job: str
    jitter: Jitter
    pool: Executor
    left: int
    under_way: dict[Future[None], _Errand] = field(default_factory=dict)
    probed: set[Channel] = field(default_factory=set)
    turnstiles: defaultdict[Channel, Lock] = field(default_factory=lambda: defaultdict(Lock))
    accepted: int = 0

    def run(self) -> int:
        while True:
            queue_stand_ins(now=self.watch.now, job=self.job)
            begun = self.watch.elapsed <= SWEEP_BUDGET_SECONDS and self._fill()
            if not begun and not self.under_way:
                return self.accepted
            done, _ = wait(self.under_way, timeout=LOOK_EVERY_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                errand = self.under_way.pop(future)
                try:
                    self._settle(errand, future.exception())
                finally:
                    errand.end()
            self._abandon()

    def _fill(self) -> bool:
        """Begin as many messages of each channel as it has room for; whether there were any."""
        left, carriers = self.left, {carrier.channel: carrier for carrier in Carrier.objects.all()}
        for channel in senders.SENDERS:
            lane = Channel(channel)
            for message in self._claim(lane, carriers.get(lane)):
                self._begin(message)
        return self.left < left

    def _claim(self, channel: Channel, carrier: Carrier | None) -> list[Notification]:
        now, room = self.watch.now, min(self.left, LANE - self._busy(channel))
        tripped = carrier is not None and carrier.failures >= TRIPPED_AFTER
        if tripped:
            # One look in a sweep, which must not sit by a dead carrier while other sweeps wait for its worker.
            if channel in self.probed:
                return []
            self.probed.add(channel)
            room = min(room, claiming.probes_left(channel, now))
        resting = carrier is not None and carrier.rests_until is not None and carrier.rests_until > now
        claimed = claiming.claim(channel, now=now, count=room, urgent_only=resting)
        self.left -= len(claimed)
        return claimed

    def _busy(self, channel: Channel) -> int:
        return sum(errand.message.channel == channel for errand in self.under_way.values())

    def _begin(self, message: Notification) -> None:
        now = self.watch.now
        if reason := _not_wanted(message, now):
            completing.cancel(message=message, now=now, job=self.job, reason=reason)
            return
        if (until := self._waits_until(message, now)) is not None:
            claiming.put_back(message, until)
            return
        started = self.watch.elapsed
        try:
            letter = senders.write(message)
        except Exception as error:  # noqa: BLE001 - one poisoned message must not hold up the rest
            self._failed(message, error, now)
            return
        errand = _Errand(message, letter, now, started, self.turnstiles[Channel(message.channel)])
        self.under_way[self.pool.submit(copy_context().run, errand.post)] = errand

    def _waits_until(self, message: Notification, now: datetime) -> datetime | None:
        """A person gets one calm message at a time, whatever the channel."""
        if message.urgent:
            return None
        for errand in self.under_way.values():
            if errand.message.recipient_id == message.recipient_id and not errand.message.urgent:
                return now + timedelta(seconds=SEND_TIMEOUT_SECONDS)
        return claiming.quiet_until(message, now)

    def _settle(self, errand: _Errand, error: BaseException | None) -> None:
        message, now = errand.message, self.watch.now
        completing.settle_gone(channel=message.channel, gone=errand.letter.gone, now=now, job=self.job)
        if error is None:
            completing.note_accepted(channel=message.channel, now=now)
            self.accepted += completing.accept(message=message, started_at=errand.started_at, now=now, job=self.job)
        elif isinstance(error, Exception):
            self._failed(message, error, errand.started_at)
        else:
            raise error

    def _failed(self, message: Notification, error: Exception, started_at: datetime) -> None:
        now = self.watch.now
        if senders.fault_of(error) == Fault.CARRIER:
            completing.note_failed(channel=message.channel, error=error, now=now)
            self.probed.add(Channel(message.channel))
        completing.fail(
            message=message, error=error, started_at=started_at, now=now, job=self.job, jitter=self.jitter()
        )

    def _abandon(self) -> None:
        """Give up on what nothing else ended; if it leaves after all, it has the key of the next try."""
        late = self.watch.elapsed - ABANDON_AFTER_SECONDS
        for future, errand in list(self.under_way.items()):
            if errand.started < late and not future.done():
                del self.under_way[future]
                errand.end()
                self._failed(errand.message, TimeoutError(), errand.started_at)


def _not_wanted(message: Notification, now: datetime) -> str:
    """Why a message that was queued is not sent after all, or nothing."""
    if not message.recipient.is_active:
        return "the recipient has been deactivated"
    if message.withdrawn_at is not None:
        return "what it asks for was answered"
    if not message.urgent and message.expires_at is not None and message.expires_at <= now:
        return "its moment had passed"
    return ""
