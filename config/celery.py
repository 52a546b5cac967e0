"""The Celery application: it only runs the sweeps that beat asks for."""

import os
from typing import Any

from celery import Celery
from celery.bootsteps import Step

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class WarmKnowledge(Step):
    """Loads the knowledge before the worker forks: its processes share one copy, and the first sweep need not wait."""

    def create(self, _parent: Any) -> None:
        """Called once in the worker's first process; never in beat."""
        from interactions.cds_hooks.door.warming import warm_up

        warm_up()


app = Celery("evenkeel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(WarmKnowledge)
