"""Interleaved rounds, medians, and the machine they were made on."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version

Job = Callable[[], int]
Preparation = Callable[[], None]


def describe(rounds: int, seed: int) -> dict[str, object]:
    """What a reader needs to know before comparing with another run; ratios compare, single figures do not."""
    packages = ("django", "celery", "psycopg", "gunicorn")
    return {
        "rounds": rounds,
        "seed": seed,
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
        "versions": {name: version(name) for name in packages},
    }


def rate(job: Job) -> float:
    """Items a second of one run of `job`, which returns how many items it did."""
    began = time.perf_counter()
    done = job()
    return done / (time.perf_counter() - began)


def interleaved(
    jobs: Mapping[str, Job], rounds: int, prepare: Mapping[str, Preparation] | None = None
) -> dict[str, dict[str, float]]:
    """Each job in turn, `rounds` times after one round that is thrown away; rates a second.

    What `prepare` names for a job is done before it, off the clock.
    """
    rates: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(rounds + 1):
        for name, job in jobs.items():
            if prepare and name in prepare:
                prepare[name]()
            measured = rate(job)
            if number:
                rates[name].append(measured)
    return {
        name: {
            "median_per_second": round(statistics.median(found), 1),
            "lowest": round(min(found), 1),
            "highest": round(max(found), 1),
        }
        for name, found in rates.items()
    }


def ratio(figures: Mapping[str, Mapping[str, float]], part: str, whole: str) -> float:
    """Median of one job over the median of another."""
    return round(figures[part]["median_per_second"] / figures[whole]["median_per_second"], 4)
