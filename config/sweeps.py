"""What the clock starts, and how often. A sweep that waits longer than it takes for the next one to come is dropped."""

from typing import Any, Final, TypedDict

# The lanes of the broker. A worker may serve one or several; one of them serves nothing but the urgent lane, so that
# no other work, however long, stands between an unanswered alert and whoever must hear of it.
URGENT: Final = "urgent"
CARE: Final = "care"
BATCH: Final = "batch"
LANES: Final = (URGENT, CARE, BATCH)


class Entry(TypedDict):
    """An entry of Celery's beat schedule."""

    task: str
    schedule: float
    options: dict[str, Any]


# Seconds between two runs of each task in monitoring.tasks.
EVERY: dict[str, float] = {
    "deliver_notifications": 5,
    "settle_due_steps": 10,
    "escalate_unanswered_alerts": 10,
    "beat_heartbeat": 10,
    "mark_missed_check_ins": 10,
    "plan_check_ins": 10,
    "settle_scheduler_gaps": 10,
    "roll_out_releases": 10,
    "replay_backtests": 10,
    "seal_audit": 60,
    "watch_supplies": 60,
    "recheck_regimens": 300,
    "verify_audit": 3600,
    "forget_hook_calls": 3600,
}

IN_THE_URGENT_LANE: Final = frozenset({"deliver_notifications", "escalate_unanswered_alerts", "beat_heartbeat"})
IN_THE_BATCH_LANE: Final = frozenset(
    {"roll_out_releases", "replay_backtests", "recheck_regimens", "verify_audit", "forget_hook_calls"}
)


def lane_of(name: str) -> str:
    """The lane of a sweep; one that is named nowhere is care."""
    if name in IN_THE_URGENT_LANE:
        return URGENT
    return BATCH if name in IN_THE_BATCH_LANE else CARE


def beat_schedule() -> dict[str, Entry]:
    """Return Celery's beat schedule; `expires` keeps a worker that was away from running every run it missed."""
    return {
        name: {
            "task": f"monitoring.tasks.{name}",
            "schedule": seconds,
            "options": {"expires": seconds * 2, "queue": lane_of(name)},
        }
        for name, seconds in EVERY.items()
    }
