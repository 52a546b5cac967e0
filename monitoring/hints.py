"""A word to the workers that something pressing waits to leave. It may be lost: the next sweep finds the same."""

import logging
from typing import Final

from celery import Celery
from django.db import transaction

logger = logging.getLogger(__name__)

DELIVERY: Final = "monitoring.tasks.deliver_notifications"
LANE: Final = "urgent"
PRESSING: Final = 3  # urgent; what could not be judged is as pressing
# A broker that does not answer within these is left alone: a patient waits for the page behind this.
PATIENCE: Final = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2, "max_retries": 0}
OUTDATED_SECONDS: Final = 10

# Its own, with the settings' queues: a web server has no reason to know the tasks.
post = Celery("hints", set_as_current=False)
post.config_from_object("django.conf:settings", namespace="CELERY")


def hint_delivery(level: int | None) -> None:
    """Once all is committed, ask for a delivery now when a report of this level (None: unjudged) cannot wait."""
    if level is None or level >= PRESSING:
        transaction.on_commit(_ask, robust=True)


def _ask() -> None:
    """Whatever is wrong with the broker, the report is kept and its messages leave with the next sweep."""
    options = {**post.conf.broker_transport_options, **PATIENCE}
    try:
        with post.connection_for_write(transport_options=options) as connection:
            post.send_task(DELIVERY, queue=LANE, connection=connection, retry=False, expires=OUTDATED_SECONDS)
    except Exception as error:  # noqa: BLE001 - a hint that is lost costs seconds, never the report
        logger.warning("hint_lost", extra={"error": type(error).__name__})
