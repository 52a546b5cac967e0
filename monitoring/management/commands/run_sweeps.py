"""`manage.py run_sweeps`: the sweeps without Celery and without a broker. Any number of these may run."""

import signal
import threading
from argparse import ArgumentParser
from collections import defaultdict
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from monitoring import tasks
from monitoring.management.loop import Sweep, run_lanes


class Command(BaseCommand):
    help = "Run the sweeps in this process, without a worker, beat or broker, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lane", action="append", help="serve only this lane; may be given more than once")
        parser.add_argument("--once", action="store_true", help="run every sweep once and end")

    def handle(self, *_args: Any, **options: Any) -> None:
        lanes = self._lanes(options["lane"])
        if options["once"]:
            for sweep in (sweep for sweeps in lanes.values() for sweep in sweeps):
                sweep.attempt()
            return
        stop = threading.Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        self.stdout.write(f"Sweeping: {', '.join(lanes)}")
        run_lanes(lanes, stop)

    def _lanes(self, wanted: list[str] | None) -> dict[str, list[Sweep]]:
        """The sweeps that beat would ask for, by lane."""
        lanes: dict[str, list[Sweep]] = defaultdict(list)
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
            lanes[entry["options"]["queue"]].append(Sweep(name, getattr(tasks, name), entry["schedule"]))
        unknown = set(wanted or ()) - set(lanes)
        if unknown:
            raise CommandError(f"There is no lane {', '.join(sorted(unknown))}: there are {', '.join(lanes)}.")
        return {lane: sweeps for lane, sweeps in lanes.items() if not wanted or lane in wanted}
