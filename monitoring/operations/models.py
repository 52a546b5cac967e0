"""What proves that the clock is alive."""

from django.db import models


class Heartbeat(models.Model):
    """The last time a named sweep finished; a row per sweep."""

    name = models.CharField(max_length=60, primary_key=True)
    last_finished_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.last_finished_at:%Y-%m-%d %H:%M:%S%z}"
