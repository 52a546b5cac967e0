"""What proves that the clock is alive, and what it could not get done."""

from django.db import models


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
