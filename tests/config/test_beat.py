"""Beat asks for every sweep at once when it starts, and then by its interval."""

from config.beat import PromptScheduler
from config.celery import app
from config.sweeps import BATCH, EVERY, LANES, URGENT, beat_schedule, lane_of


def test_every_sweep_is_due_at_the_start_and_not_again_right_after() -> None:
    scheduler = PromptScheduler(app=app)
    entries = {entry.name: entry for entry in scheduler.schedule.values()}
    assert set(EVERY) <= set(entries)
    for name in EVERY:
        assert entries[name].is_due().is_due
        assert not next(entries[name]).is_due().is_due


def test_what_an_unanswered_alert_waits_for_has_a_lane_of_its_own() -> None:
    lanes = {name: entry["options"]["queue"] for name, entry in beat_schedule().items()}
    assert {name for name, lane in lanes.items() if lane == URGENT} == {
        "escalate_unanswered_alerts",
        "deliver_notifications",
        "beat_heartbeat",
    }
    assert lane_of("roll_out_releases") == BATCH
    assert {queue.name for queue in app.conf.task_queues} == set(LANES) >= set(lanes.values())
