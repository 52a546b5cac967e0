"""Marking overdue checks as Healthchecks does: one a loop; made anew from how its `sendalerts` works.

Find the one that is overdue longest, change it if it is still as it was read, and write down the flip. No
transaction binds the two, and nothing is sent: the loop that notifies is another one.
"""

from datetime import datetime, timedelta
from typing import Any


class Healthchecks:
    """Its two tables and its loop, on the database of the run."""

    def __init__(self) -> None:
        from django.db import connection, models

        class Check(models.Model):  # noqa: DJ008 - nobody reads it
            status = models.CharField(max_length=6, default="up")
            alert_after = models.DateTimeField(null=True, db_index=True)

            class Meta:
                app_label = "benchmark_peers"

        class Flip(models.Model):  # noqa: DJ008 - nobody reads it
            owner = models.ForeignKey(Check, on_delete=models.CASCADE)
            created = models.DateTimeField()
            processed = models.DateTimeField(null=True, db_index=True)
            old_status = models.CharField(max_length=8)
            new_status = models.CharField(max_length=8)

            class Meta:
                app_label = "benchmark_peers"

        self.checks: Any = Check
        self.flips: Any = Flip
        with connection.schema_editor() as editor:
            editor.create_model(Check)
            editor.create_model(Flip)

    def prepare(self, count: int, now: datetime) -> None:
        """As many overdue checks, and nothing else in its tables."""
        self.flips.objects.all().delete()
        self.checks.objects.all().delete()
        overdue = now - timedelta(minutes=1)
        self.checks.objects.bulk_create(self.checks(alert_after=overdue) for _ in range(count))

    def run(self, now: datetime) -> int:
        """Mark until none is overdue."""
        marked = 0
        while self._mark_one(now):
            marked += 1
        return marked

    def _mark_one(self, now: datetime) -> bool:
        overdue = self.checks.objects.filter(alert_after__lt=now).exclude(status="down").order_by("alert_after")
        check = overdue.first()
        if check is None:
            return False
        same = self.checks.objects.filter(pk=check.pk, status=check.status)
        if same.update(alert_after=None, status="down") == 1:
            self.flips.objects.create(owner=check, created=now, old_status=check.status, new_status="down")
        return True
