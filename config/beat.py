"""The clock that asks for the sweeps."""

from datetime import timedelta

from celery.beat import Scheduler


class PromptScheduler(Scheduler):
    """Celery's in-memory scheduler, which asks for every sweep as soon as it starts.

    After a restart what fell due meanwhile must not wait another full interval, and nobody should read that
    monitoring stands still only because the first interval has not passed.
    """

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - timedelta(days=1)
