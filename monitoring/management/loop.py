"""The sweeps without a broker: a thread for each lane runs what is due, one after the other, until told to stop."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)

# How long a sweep under way may take to end; one that is cut off loses nothing.
GRACE_SECONDS: Final = 5.0


@dataclass(slots=True)
class Sweep:
    """One sweep, how often it runs, and when it is next due by the monotonic clock."""

    name: str
    run: Callable[[], object]
    every_seconds: float
    due_at: float = field(default=0.0)

    def attempt(self) -> bool:
        """Run it once, whether it went well; what went wrong is logged by its kind. It is due after its interval."""
        self.due_at = time.monotonic() + self.every_seconds
        try:
            self.run()
        except Exception as error:  # noqa: BLE001 - the other sweeps of the lane are due as well
            logger.error("sweep_failed", extra={"sweep": self.name, "error": type(error).__name__})
            return False
        return True


def run_lane(sweeps: list[Sweep], stop: threading.Event) -> None:
    """Run the sweeps of one lane, each as often as it asks for, until `stop` is set; all of them once at the start."""
    try:
        while not stop.is_set():
            sweep = min(sweeps, key=lambda each: each.due_at)
            if stop.wait(max(0.0, sweep.due_at - time.monotonic())):
                return
            close_old_connections()
            if not sweep.attempt():
                connections.close_all()
    finally:
        connections.close_all()


def run_lanes(lanes: Mapping[str, list[Sweep]], stop: threading.Event) -> None:
    """Run every lane beside the others, so that what is slow in one never keeps another waiting."""
    threads = [
        threading.Thread(target=run_lane, args=(sweeps, stop), name=f"lane-{lane}", daemon=True)
        for lane, sweeps in lanes.items()
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(0.5):
        pass
    for thread in threads:
        thread.join(timeout=GRACE_SECONDS)
