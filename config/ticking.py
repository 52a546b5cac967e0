"""The third driver of the sweeps: while beat and workers are silent, calls to the web server start the pressing ones.

The call that starts them does not wait for them: they run on a thread of their own, one in a process and one among all
processes in ten seconds. Monitoring still counts as standing still meanwhile, and every page says so.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from django.db import close_old_connections, connections
from django.utils import timezone

from monitoring.operations.actions import forget_failures, note_failure
from monitoring.tasks import attend_without_workers

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 10.0
SWEEP, ITEM = "web_tick", "pressing"  # under these its failures are counted, and /readyz names them
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TickingApplication:
    """A WSGI application whose calls also look, every ten seconds, whether anybody else drives the sweeps."""

    def __init__(self, application: Application, attend: Callable[..., bool] = attend_without_workers) -> None:
        self.application = application
        self.attend = attend
        self.look_at = 0.0
        self.looking = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as ever; the look goes on beside it."""
        self.nudge()
        return self.application(environ, start_response)

    def nudge(self) -> threading.Thread | None:
        """Start a look unless one is under way or the last is recent; the thread that looks."""
        if time.monotonic() < self.look_at or not self.looking.acquire(blocking=False):
            return None
        self.look_at = time.monotonic() + LOOK_EVERY_SECONDS
        thread = threading.Thread(target=self._look, name="ticking", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the machine has no thread to give; the answer must leave all the same
            self.looking.release()
            return None
        return thread

    def _look(self) -> None:
        now = timezone.now()
        try:
            close_old_connections()
            if self.attend(now=now):
                forget_failures(sweep=SWEEP, item_ids=[ITEM])
        except Exception as error:  # noqa: BLE001 - nobody waits for it, and the next call looks again
            logger.error("web_tick_failed", extra={"error": type(error).__name__})
            with suppress(Exception):  # the database itself may be what failed
                note_failure(sweep=SWEEP, item_id=ITEM, error=error, now=now)
        finally:
            connections.close_all()
            self.looking.release()
