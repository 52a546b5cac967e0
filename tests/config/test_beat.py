"""Beat asks for every sweep at once when it starts, and then by its interval."""

from collections import Counter
from datetime import UTC, datetime

from celery import Celery

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


def test_two_clocks_ask_twice_and_what_waits_too_long_is_thrown_away() -> None:
    # given: two clocks that start together on one broker
    given = {key: app.conf[key] for key in ("beat_schedule", "task_queues", "task_default_queue")}
    tried = Celery("tried", broker="memory://", set_as_current=False)
    tried.conf.update(given)
    clocks = [PromptScheduler(app=tried) for _ in range(2)]
    # when
    asked = datetime.now(UTC)
    for clock in clocks:
        while clock.tick() == 0:
            pass
    # then: each sweep stands in its lane twice and no more, as a hint without arguments
    found: Counter[str] = Counter()
    with tried.connection_for_read() as connection:
        for lane in LANES:
            with connection.SimpleQueue(lane) as queue:
                while queue.qsize():
                    message = queue.get()
                    name = message.headers["task"].rpartition(".")[2]
                    found[name] += 1
                    assert lane_of(name) == lane
                    assert message.decode()[:2] == [[], {}]
                    # and: within two intervals it is done or means nothing any more
                    patience = datetime.fromisoformat(message.headers["expires"]) - asked
                    assert EVERY[name] < patience.total_seconds() <= EVERY[name] * 2 + 10
    assert found == dict.fromkeys(EVERY, 2)
