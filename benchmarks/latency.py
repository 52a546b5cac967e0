"""How long an emergency takes from a patient's tap until a mail server has accepted the first message about it.

The clock starts when the client begins to send and stops when the receiver has the mail, so that the request, the
judging and the commit are part of it. Then again with a worker killed while the message is on its way.
"""

import argparse
import random
import time
from collections.abc import Sequence
from typing import Final

from benchmarks.faults import runs
from benchmarks.faults.checker import delays, quantiles
from benchmarks.faults.cohort import enrol
from benchmarks.faults.history import Story, read_clients
from benchmarks.faults.stack import Stack

CHECK_INS: Final = 300
KILLS: Final = 5
A_SECOND: Final = 3.0
# Half of them are nothing that anybody must hear of: the emergencies come in between, as in a clinic.
MIX: Final = {"none": 50, "emergency": 50}
SENDERS: Final = ("worker", "urgent")
PLAIN: Final = {"plain": 1}
# Seconds.
P50, P99, ACROSS_A_KILL = 1.0, 3.0, 60.0


def options(parser: argparse.ArgumentParser) -> None:
    """The sizes of a run."""
    runs.sizes(parser, check_ins=CHECK_INS)
    parser.add_argument("--kills", type=int, default=KILLS)


def run(
    _rounds: int, seed: int, *, database: str, check_ins: int, kills: int, clients: int, keep: bool
) -> dict[str, object]:
    """Delays in quiet service, and those across kills of a worker."""
    chance = random.Random(seed)
    with runs.stacked(database) as stack:
        quiet = enrol(check_ins, chance, mix=MIX, habits=PLAIN, pages=0.0)
        hit = enrol(kills, chance, first=check_ins, mix={"emergency": 1}, habits=PLAIN, pages=0.0)
        stack.start(*stack.commands)
        stack.until(stack.ready, "the first sweeps have run")
        crowd = runs.tell(stack, quiet, clients=clients, seconds=check_ins / A_SECOND, seed=seed)
        runs.let_finish(stack, crowd, quiet, calm=0)
        stack.receiver.slow = 0.3
        for story in hit:
            _across_a_kill(stack, story, chance, seed)
        figures = _measured(stack, quiet, hit)
        verdict, judged = runs.judged(stack, [*quiet, *hit], keep=keep)
        return {**judged, **figures, "passed": verdict.passed and all(_bounds(figures, len(hit)).values())}


def _across_a_kill(stack: Stack, story: Story, chance: random.Random, seed: int) -> None:
    """One emergency; the worker dies within the second, with the message unsent, on its way, or unnoted."""
    crowd = runs.tell(stack, [story], clients=1, seconds=0, seed=seed)
    time.sleep(chance.uniform(0.05, 0.6))
    stack.kill(chance.choice(SENDERS), chance)
    runs.let_finish(stack, crowd, [story], calm=0)
    stack.until(stack.ready, "the sweeps run again")


def _measured(stack: Stack, quiet: Sequence[Story], hit: Sequence[Story]) -> dict[str, dict[str, float]]:
    said, mails = read_clients(stack.folder), list(stack.receiver.mails)
    return {
        "quiet service, seconds": quantiles(delays(quiet, said, mails, of="emergency")),
        "across a kill, seconds": quantiles(delays(hit, said, mails, of="emergency")),
    }


def _bounds(figures: dict[str, dict[str, float]], kills: int) -> dict[str, bool]:
    quiet, hit = figures["quiet service, seconds"], figures["across a kill, seconds"]
    return {
        "p50": quiet["p50"] <= P50,
        "p99": quiet["p99"] <= P99,
        "across a kill": not kills or (hit["count"] == kills and hit["worst"] <= ACROSS_A_KILL),
    }
