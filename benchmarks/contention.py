"""Thirty-two processes write check-ins into one SQLite file for a minute: none fails, and this is the longest wait.

Each writer takes the way of the product, `submit_check_in`, and keeps its own history; the judge compares those
histories with the rows that are there afterwards.
"""

import argparse
import multiprocessing
import random
import time
import uuid
from multiprocessing.synchronize import Barrier
from typing import Any, Final

from benchmarks.faults import runs
from benchmarks.faults.checker import quantiles
from benchmarks.faults.cohort import BY_LEVEL, patients
from benchmarks.faults.history import Log, Said, clock, read_clients

WRITERS: Final = 32
SECONDS: Final = 60.0
PATIENTS_A_WRITER: Final = 4
LEVELS: Final = ("none", "warning", "urgent", "emergency")
THINK_SECONDS: Final = 0.02


def options(parser: argparse.ArgumentParser) -> None:
    """The sizes of a run."""
    parser.add_argument("--writers", type=int, default=WRITERS)
    parser.add_argument("--seconds", type=float, default=SECONDS)


def run(_rounds: int, seed: int, *, writers: int, seconds: float) -> dict[str, object]:
    """Submissions a second, the waits, and how many failed."""
    with runs.stacked("sqlite", with_broker=False) as stack:
        from django.db import connections
        from django.utils import timezone

        from monitoring.checkins.models import SymptomReport

        people = patients(writers * PATIENTS_A_WRITER, timezone.now())
        connections.close_all()
        fork = multiprocessing.get_context("fork")
        ready = fork.Barrier(writers)
        processes = [
            fork.Process(
                target=_write,
                args=(
                    Log(stack.folder / f"client-{number}.jsonl"),
                    people[number::writers],
                    seconds,
                    random.Random(seed * 1_000 + number),
                    ready,
                ),
            )
            for number in range(writers)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join(seconds * 3 + 60)
        said = read_clients(stack.folder)
        figures = _judged(said, {str(pk) for pk in SymptomReport.objects.values_list("pk", flat=True)})
        died = sum(process.exitcode != 0 for process in processes)
        return {
            "writers": writers,
            "seconds": seconds,
            **figures,
            "writers that ended badly": died,
            "passed": bool(figures["passed"]) and not died,
        }


def _write(log: Log, people: list[Any], seconds: float, chance: random.Random, ready: Barrier) -> None:
    """One writer: submit, note how long that took, and again."""
    from django.utils import timezone

    from monitoring.checkins.actions import submit_check_in

    number = int(log.file.stem.partition("-")[2])
    ready.wait()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        person, level = chance.choice(people), chance.choice(LEVELS)
        began = time.monotonic()
        try:
            report = submit_check_in(
                patient=person, answers=BY_LEVEL[level], submission_key=uuid.UUID(int=chance.getrandbits(128)),
                by=person.user, now=timezone.now(),
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this run counts
            log.add(Said(clock(), number, "failed", problem=type(error).__name__))
        else:
            waited = int((time.monotonic() - began) * 1000)
            log.add(Said(clock(), number, "answered", waited, str(report.pk)))
        time.sleep(chance.uniform(0, THINK_SECONDS))


def _judged(said: list[Said], kept: set[str]) -> dict[str, object]:
    """`status` of a line holds the milliseconds it took."""
    answered = [line for line in said if line.what == "answered"]
    told = {line.report for line in answered}
    failed = [line.problem for line in said if line.what == "failed"]
    span = max((line.at for line in said), default=0) - min((line.at for line in said), default=0)
    by_writer = [sum(line.story == number for line in answered) for number in {line.story for line in said}]
    broken = {
        "failed": len(failed),
        "answered and not kept": len(told - kept),
        "kept and not answered": len(kept - told),
        "answered twice with one report": len(answered) - len(told),
    }
    return {
        "answered": len(answered),
        "answered a second": round(len(answered) / span, 1) if span else 0.0,
        "wait, seconds": quantiles([line.status / 1000 for line in answered]),
        "fewest and most of one writer": [min(by_writer, default=0), max(by_writer, default=0)],
        "broken": broken,
        "problems": sorted(set(failed)),
        "passed": bool(answered) and not any(broken.values()),
    }
