"""django-celery-beat with a clocked row for each check-in: its scheduler sends what is due to a real broker.

Only that is counted: a worker would still have to do the work.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import django
import redis
from celery import Celery
from django.conf import settings
from django.core import management

from config import services

LONGEST_SECONDS = 120.0

settings.configure(
    DATABASES={"default": services.database(os.environ["DATABASE_URL"])},
    INSTALLED_APPS=["django.contrib.contenttypes", "django_celery_beat"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

# Once the apps are loaded.
models: Any = import_module("django_celery_beat.models")
schedulers: Any = import_module("django_celery_beat.schedulers")

app = Celery("clocked", fixups=[], broker=services.broker(os.environ["REDIS_URL"]))
app.conf.update(timezone="UTC", beat_max_loop_interval=1)
broker = redis.Redis.from_url(os.environ["REDIS_URL"])
management.call_command("migrate", verbosity=0)


@app.task(name="ask")
def ask(_number: int) -> None:
    """Never run: what is measured ends when it lies in the broker."""


def warm(_arguments: dict[str, Any]) -> int:
    """All is imported and its tables are there."""
    return 0


def prepare(arguments: dict[str, Any]) -> int:
    """As many rows that fell due a minute ago."""
    models.PeriodicTask.objects.all().delete()
    models.ClockedSchedule.objects.all().delete()
    broker.delete("celery")
    then = models.ClockedSchedule.objects.create(clocked_time=datetime.now(UTC) - timedelta(minutes=1))
    models.PeriodicTask.objects.bulk_create(
        models.PeriodicTask(name=f"ask {n}", task="ask", args=f"[{n}]", clocked=then, one_off=True)
        for n in range(arguments["count"])
    )
    models.PeriodicTasks.update_changed()
    return int(arguments["count"])


def run(arguments: dict[str, Any]) -> int:
    """Tick as beat does until all of them were sent; that they were is written down later, and not counted."""
    scheduler, count = schedulers.DatabaseScheduler(app=app), int(arguments["count"])
    deadline = time.monotonic() + LONGEST_SECONDS
    while True:
        rests = scheduler.tick()
        if time.monotonic() > deadline:
            raise RuntimeError(f"{_waiting()} of {count} were sent within {LONGEST_SECONDS:g} s")
        if rests and _waiting() >= count:
            return count


def _waiting() -> int:
    return int(str(broker.llen("celery")))
