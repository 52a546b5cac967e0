"""`manage.py after_restore`: told once after a backup was brought back, before anything else is started."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from monitoring.outages.actions import begin_after_restore


class Command(BaseCommand):
    help = "Note that the database was restored from a backup, and withdraw what may have been sent already."

    def handle(self, *_args: Any, **_options: Any) -> None:
        gap = begin_after_restore(now=timezone.now(), job="after_restore")
        self.stdout.write(
            f"Noted: nobody watched from {gap.from_at:%Y-%m-%d %H:%M} to {gap.to_at:%Y-%m-%d %H:%M} UTC. "
            "Start the sweeps now; dose steps due in that time wait for a clinician."
        )
