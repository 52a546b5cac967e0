"""What the clock starts, and how often. A sweep that waits longer than it takes for the next one to come is dropped."""

from typing import TypedDict


class Entry(TypedDict):
    """An entry of Celery's beat schedule."""

    task: str
    schedule: float
    options: dict[str, float]


# Seconds between two runs of each task in monitoring.tasks.
EVERY: dict[str, float] = {
    "deliver_notifications": 5,
    "settle_due_steps": 10,
    "escalate_unanswered_alerts": 10,
    "beat_heartbeat": 10,
    "mark_missed_check_ins": 10,
    "plan_check_ins": 10,
    "roll_out_releases": 10,
    "seal_audit": 60,
    "watch_supplies": 60,
    "recheck_regimens": 300,
    "verify_audit": 3600,
    "forget_hook_calls": 3600,
}


def beat_schedule() -> dict[str, Entry]:
    """Return Celery's beat schedule; `expires` keeps a worker that was away from running every run it missed."""
    return {
        name: {"task": f"monitoring.tasks.{name}", "schedule": seconds, "options": {"expires": seconds * 2}}
        for name, seconds in EVERY.items()
    }
