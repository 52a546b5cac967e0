"""A hundred SIGKILLs of web, worker, beat, broker and database under check-ins: nothing is lost, nothing done twice.

Every patient has a clinician of their own, so that each mail at the receiver names the check-in it is about. The
judge compares what the clients were answered with what the receiver took; see `benchmarks.faults.checker`.
"""

import argparse
import random
import time
from typing import Final

from benchmarks.faults import runs
from benchmarks.faults.cohort import enrol
from benchmarks.faults.stack import Stack

CHECK_INS: Final = 5_000
KILLS: Final = 100
SECONDS_A_KILL: Final = 5.0
# How often each is chosen; a database without a process of its own is left out.
WEIGHTS: Final = {"worker": 25, "urgent": 15, "web": 23, "beat": 8, "broker": 11, "database": 18}
# The share of clinicians who want text messages first.
TEXTS: Final = 0.2
# Between taking a mail and saying so: the moment in which a kill makes a second copy of it.
SLOW_RECEIVER: Final = 0.02


def options(parser: argparse.ArgumentParser) -> None:
    """The sizes of a run."""
    runs.sizes(parser, check_ins=CHECK_INS)
    parser.add_argument("--kills", type=int, default=KILLS)


def run(
    _rounds: int, seed: int, *, database: str, check_ins: int, kills: int, clients: int, keep: bool
) -> dict[str, object]:
    """One run; another seed is another run."""
    chance = random.Random(seed)
    with runs.stacked(database) as stack:
        stack.receiver.slow = SLOW_RECEIVER
        stories = enrol(check_ins, chance, texts=TEXTS)
        stack.start(*stack.commands)
        seconds = kills * SECONDS_A_KILL
        crowd = runs.tell(stack, stories, clients=clients, seconds=seconds, seed=seed)
        kill_at_random(stack, kills, seconds, chance)
        runs.let_finish(stack, crowd, stories)
        _, figures = runs.judged(stack, stories, keep=keep)
        return figures


def kill_at_random(stack: Stack, kills: int, seconds: float, chance: random.Random) -> None:
    """That many, at random moments spread over the time; what was killed is away for a moment."""
    targets = {name: weight for name, weight in WEIGHTS.items() if name != "database" or stack.database.is_a_server}
    began = time.monotonic()
    for moment in sorted(chance.uniform(0, seconds) for _ in range(kills)):
        while (left := began + moment - time.monotonic()) > 0:
            time.sleep(min(0.1, left))
            stack.mend()
        stack.kill(chance.choices(list(targets), list(targets.values()))[0], chance)
        time.sleep(chance.uniform(0.05, 1.0))
        stack.mend()
