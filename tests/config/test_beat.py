"""Beat asks for every sweep at once when it starts, and then by its interval."""

from config.beat import PromptScheduler
from config.celery import app
from config.sweeps import EVERY


def test_every_sweep_is_due_at_the_start_and_not_again_right_after() -> None:
    scheduler = PromptScheduler(app=app)
    entries = {entry.name: entry for entry in scheduler.schedule.values()}
    assert set(EVERY) <= set(entries)
    for name in EVERY:
        assert entries[name].is_due().is_due
        assert not next(entries[name]).is_due().is_due
