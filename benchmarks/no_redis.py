"""Redis forgets everything every two seconds, or is not there at all: nothing is lost, and this is the delay.

Without Redis the sweeps are run by `manage.py run_sweeps`, which needs nothing but the database.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from typing import Any, Final

from benchmarks.faults import runs
from benchmarks.faults.clients import Crowd
from benchmarks.faults.cohort import enrol
from benchmarks.faults.history import Kill, Story, clock
from benchmarks.faults.stack import Stack

CHECK_INS: Final = 600
A_SECOND: Final = 8.0
FLUSH_SECONDS: Final = 2.0
TEXTS: Final = 0.2
LOOP: Final = "run_sweeps"


def options(parser: argparse.ArgumentParser) -> None:
    """The sizes of a run."""
    runs.sizes(parser, check_ins=CHECK_INS)
    parser.add_argument("--redis", choices=["flushed", "absent", "both"], default="both")


def run(_rounds: int, seed: int, *, redis: str, **sizes: Any) -> dict[str, object]:
    """One way, or both, each in a process of its own, since a process has one set of settings."""
    if redis != "both":
        return _one(seed, flushed=redis == "flushed", **sizes)
    found = {way: _apart(way, seed, sizes) for way in ("flushed", "absent")}
    return {**found, "passed": all(each["passed"] for each in found.values())}


def _apart(way: str, seed: int, sizes: dict[str, Any]) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "benchmarks", "no_redis", "--format", "json", "--seed", str(seed), "--redis", way,
        "--database", sizes["database"], "--check-ins", str(sizes["check_ins"]), "--clients", str(sizes["clients"]),
        *(["--keep"] if sizes["keep"] else []),
    ]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if not done.stdout:
        return {"passed": False, "problem": f"ended with status {done.returncode} and said nothing"}
    figures: dict[str, Any] = json.loads(done.stdout)
    return {name: value for name, value in figures.items() if name not in {"machine", "versions", "rounds"}}


def _one(
    seed: int, *, flushed: bool, database: str, check_ins: int, clients: int, keep: bool
) -> dict[str, object]:  # fmt: skip
    with runs.stacked(database, with_broker=flushed) as stack:
        stories = enrol(check_ins, random.Random(seed), texts=TEXTS)
        if flushed:
            stack.start(*stack.commands)
        else:
            stack.add("sweeps", LOOP)
            stack.start("web", "sweeps")
        stack.until(stack.ready, "the first sweeps have run")
        crowd = runs.tell(stack, stories, clients=clients, seconds=check_ins / A_SECOND, seed=seed)
        if flushed:
            _flush(stack, crowd, stories)
        runs.let_finish(stack, crowd, stories, calm=0)
        _, figures = runs.judged(stack, stories, keep=keep)
        return figures


def _flush(stack: Stack, crowd: Crowd, stories: list[Story]) -> None:
    """Every two seconds until everybody has been told: not only while there is something to lose."""
    due = {story.recipient for story in stories if story.must_mail}
    deadline = time.monotonic() + runs.DRAIN_SECONDS
    while (crowd.busy or not due <= stack.receiver.reached()) and time.monotonic() < deadline:
        if stack.broker:
            stack.broker.forget()
        stack.kills.add(Kill(clock(), "every message"))
        time.sleep(FLUSH_SECONDS)
        stack.mend()
