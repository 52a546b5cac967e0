"""What proves that the clock is alive, what it could not get done, and when nobody watched."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from monitoring.fields import OpaqueIdModel
from monitoring.operations.rules import Cause


class Heartbeat(models.Model):
    """The last time a named sweep finished; a row per sweep."""

    name = models.CharField(max_length=60, primary_key=True)
    last_finished_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.last_finished_at:%Y-%m-%d %H:%M:%S%z}"


class SweepFailure(models.Model):
    """An item that a sweep fails on; the row goes when the item succeeds."""

    sweep = models.CharField(max_length=60)
    item_id = models.CharField(max_length=64)
    error = models.CharField(max_length=120, help_text="the kind of error, never its text: that may name a person")
    failures = models.PositiveIntegerField(default=1)
    first_failed_at = models.DateTimeField()
    last_failed_at = models.DateTimeField()
    retry_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sweep", "item_id"], name="sweep_failure_once_per_item")]

    def __str__(self) -> str:
        return f"{self.sweep}: {self.item_id} failed {self.failures} times"


class SweepClock(models.Model):
    """The one row that every tick of every machine moves on; whoever holds it is the one who tells a gap."""

    ONLY: ClassVar[int] = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    database = models.UUIDField(default=uuid.uuid4, help_text="the same in every copy and backup of this database")
    ticks = models.PositiveBigIntegerField(default=0)
    ticked_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sweep_clock_is_one_row")]

    def __str__(self) -> str:
        return f"tick {self.ticks} at {self.ticked_at:%Y-%m-%d %H:%M:%S%z}"


class MachineClock(models.Model):
    """What one machine's wall clock and its uptime showed at its last tick: together they tell a jump from silence."""

    machine = models.CharField(max_length=64, primary_key=True, help_text="the id of this run of the machine")
    ticked_at = models.DateTimeField()
    uptime = models.DurationField(help_text="read from a clock that nobody can set")

    def __str__(self) -> str:
        return f"{self.machine} at {self.ticked_at:%Y-%m-%d %H:%M:%S%z}"


class GapCause(models.TextChoices):
    OUTAGE = Cause.OUTAGE.value, "monitoring did not run"
    CLOCK_FORWARD = Cause.CLOCK_FORWARD.value, "the clock was set forward"
    CLOCK_BACK = Cause.CLOCK_BACK.value, "the clock was set back"
    RESTORE = Cause.RESTORE.value, "the database was restored from a backup"


class SchedulerGapQuerySet(models.QuerySet["SchedulerGap"]):
    def unwatched(self) -> Self:
        """Those in which time passed, or seemed to, without a sweep: all but a clock set back."""
        return self.exclude(cause=GapCause.CLOCK_BACK)

    def touching(self, start: datetime, end: datetime) -> Self:
        """Those that share a moment with `start`…`end`."""
        return self.filter(from_at__lte=end, to_at__gte=start)

    def open(self) -> Self:
        """Those whose backlog is not worked off."""
        return self.filter(settled_at__isnull=True)


class SchedulerGap(OpaqueIdModel):
    """A time in which nobody watched, from the last tick before it to the first after it.

    For a clock that was set back it is the time that the clock shows a second time: `from_at` is where it was
    set to, `to_at` where it had been.
    """

    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    cause = models.CharField(max_length=14, choices=GapCause)
    noted_at = models.DateTimeField()
    skipped = models.JSONField(default=dict, blank=True, help_text="what was not done any more, counted by kind")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="when its backlog was worked off")

    objects: ClassVar[SchedulerGapQuerySet] = SchedulerGapQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["to_at", "from_at"], name="scheduler_gap_when")]
        constraints = [
            models.UniqueConstraint(fields=["cause", "from_at", "to_at"], name="scheduler_gap_told_once"),
            models.CheckConstraint(condition=Q(to_at__gte=F("from_at")), name="scheduler_gap_has_a_length"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.from_at:%Y-%m-%d %H:%M} to {self.to_at:%Y-%m-%d %H:%M}"
