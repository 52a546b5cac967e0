"""How late check-ins are asked for when ten thousand fall due within a minute, and after a worker is killed.

The shipped workers and beat run; a watcher asks the database ten times a second for the oldest one that is due and
not asked for. What it finds is a lateness that was committed, whatever clock the sweep read.
"""

import argparse
import random
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import psutil

from benchmarks.faults import runs
from benchmarks.faults.stack import Stack
from benchmarks.sweep.ward import Ward
from config.sweeps import EVERY

DUE: Final = 10_000
SPREAD_SECONDS: Final = 60.0
START_SECONDS: Final = 60.0
LONGEST_SECONDS: Final = 300.0
MEGABYTE: Final = 1024 * 1024
TICK: Final = EVERY["plan_check_ins"]
# Seconds. After a kill the worker has to start again, and the next tick to come: no check-in is leased.
LATEST: Final = TICK + 5.0
LATEST_AFTER_A_KILL: Final = 60.0 + TICK


@dataclass
class Watch:
    """What was seen from outside."""

    latest: float = 0.0
    latest_after_kill: float = 0.0
    memory: list[float] = field(default_factory=list)


def options(parser: argparse.ArgumentParser) -> None:
    """The sizes of a run."""
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--due", type=int, default=DUE)
    parser.add_argument("--no-kill", action="store_true", help="let the workers live")


def run(_rounds: int, seed: int, *, database: str, due: int, no_kill: bool) -> dict[str, object]:
    """The worst lateness before and after a kill, and the workers' memory at rest and at work."""
    with runs.stacked(database) as stack:
        stack.start(*stack.commands)
        stack.until(stack.ready, "the first sweeps have run")
        time.sleep(TICK)
        idle = _memory(stack)
        first = START_SECONDS
        ward = Ward(
            due, seed, opens_at=lambda now, number: now + timedelta(seconds=first + SPREAD_SECONDS * number / due)
        )
        watch, asked = _watch(stack, ward, None if no_kill else random.Random(seed))
        figures = {
            "asked for": asked,
            "latest, seconds": round(watch.latest, 2),
            "latest after a SIGKILL, seconds": None if no_kill else round(watch.latest_after_kill, 2),
            "workers at rest, MB": round(idle, 1),
            "workers at work, MB": round(max(watch.memory), 1),
            "memory over rest": round(max(watch.memory) / idle, 3),
        }
    in_time = watch.latest <= LATEST and watch.latest_after_kill <= LATEST_AFTER_A_KILL
    return {"database": database, "due": due, "tick, seconds": TICK, **figures, "passed": asked == due and in_time}


def _watch(stack: Stack, ward: Ward, chance: random.Random | None) -> tuple[Watch, int]:
    """Look until all were asked for; the worker is killed when half of them are due."""
    from django.utils import timezone

    from monitoring.checkins.models import CheckIn

    mine = CheckIn.objects.filter(pk__in=ward.keys[:1]).get().opens_at
    half = mine + timedelta(seconds=SPREAD_SECONDS / 2)
    watch, killed, deadline = Watch(), chance is None, time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        now = timezone.now()
        oldest = CheckIn.objects.to_remind(now).order_by("opens_at").values_list("opens_at", flat=True).first()
        late = (now - oldest).total_seconds() if oldest else 0.0
        if killed and chance:
            watch.latest_after_kill = max(watch.latest_after_kill, late)
        else:
            watch.latest = max(watch.latest, late)
        if not killed and chance and now >= half:
            stack.kill("worker", chance)
            killed = True
        if oldest is None and now > mine + timedelta(seconds=SPREAD_SECONDS):
            break
        stack.mend()
        watch.memory.append(_memory(stack))
        time.sleep(0.1)
    return watch, CheckIn.objects.filter(pk__in=ward.keys, reminded_at__isnull=False).count()


def _memory(stack: Stack) -> float:
    """What the workers and all their processes hold for themselves alone."""
    total = 0
    for name in ("worker", "urgent"):
        for process in [stack.running[name], *stack.running[name].children(recursive=True)]:
            try:
                total += process.memory_full_info().uss
            except psutil.Error:  # it ended, or was killed, just now
                continue
    return total / MEGABYTE
