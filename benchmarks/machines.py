"""Two machines of the shipped units on one PostgreSQL and one broker: nothing is lost and nothing done twice.

Under check-ins at both web servers: two clocks tick at once, one machine loses its power and comes back, the tables
grow as a new release makes them grow, and each machine is restarted as a new release restarts it. The judge compares
what the clients were answered with what the receivers took; see `benchmarks.faults.checker`.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from benchmarks.faults import runs
from benchmarks.faults.clients import Crowd
from benchmarks.faults.cohort import enrol
from benchmarks.faults.growing import Watch, contract, expand
from benchmarks.faults.history import Said, Story, clock, read_clients
from benchmarks.faults.machine import Machine
from benchmarks.faults.stack import Stack

CHECK_INS: Final = 1_200
A_SECOND: Final = 4.0
SECONDS: Final = 10.0
TEXTS: Final = 0.2
CALM_SECONDS: Final = 15.0
# /readyz and the banner speak after so long a silence of a sweep.
LONGEST_SILENCE: Final = 120.0


def options(parser: argparse.ArgumentParser) -> None:
    """The sizes of a run."""
    runs.sizes(parser, check_ins=CHECK_INS)
    parser.set_defaults(database="postgresql")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of calm, and of a machine being away")


def run(
    _rounds: int, seed: int, *, database: str, check_ins: int, clients: int, keep: bool, seconds: float
) -> dict[str, object]:
    """One run. At most `check_ins` are told: as many as there is time for until everything has been done."""
    if database != "postgresql":
        raise SystemExit("Several machines need PostgreSQL.")
    with runs.stacked(database) as stack:
        machines = Machine(stack, "one"), Machine(stack, "two")
        stack.address = type(stack.address)("127.0.0.1", machines[0].port)
        stories = enrol(check_ins, random.Random(seed), texts=TEXTS)
        for machine in machines:
            machine.prepare()
            machine.start()
        for machine in machines:
            machine.wait()
        stack.until(lambda: all(machine.ask("/readyz") == 200 for machine in machines), "the first sweeps have run")
        watch = Watch(stack.database.url)
        crowd = runs.tell(
            stack, stories, clients=clients, seconds=check_ins / A_SECOND, seed=seed, beside=(machines[1].port,)
        )
        phases = _phases(stack, machines, crowd, seconds)
        told = _told(stack, crowd, stories)
        watch.stop()
        _, figures = runs.judged(stack, told, keep=keep)
        return _with_bounds(stack, figures, phases, watch, [name for each in machines for name in each.forced])


def _phases(stack: Stack, machines: tuple[Machine, Machine], crowd: Crowd, seconds: float) -> dict[str, list[float]]:
    """What happens, one after the other, while the crowd goes on; when each began and ended."""
    one, two = machines
    at: dict[str, list[float]] = {}

    def phase(name: str, *deeds: Any) -> None:
        began = clock()
        for deed in deeds:
            deed()
        at[name] = [began, clock()]

    def calm() -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.2)
            stack.mend()

    phase("two clocks at once", calm)
    phase("a machine without power", two.kill, calm, two.start, two.wait)
    phase("the tables grow", lambda: expand(stack.database.url), calm)
    phase("web servers reloaded", one.reload, two.reload)
    phase("machines restarted", one.restart, two.restart)
    phase("what nobody reads is taken away", lambda: contract(stack.database.url), calm)
    if not crowd.busy:
        raise RuntimeError("the clients had told everything before it was over: --check-ins must be more")
    return at


def _told(stack: Stack, crowd: Crowd, stories: Sequence[Story]) -> list[Story]:
    """Let what was begun come to its end: the stories that were begun."""
    crowd.told_enough()
    while any(thread.is_alive() for thread in crowd.threads):
        time.sleep(0.2)
        stack.mend()
    begun = {said.story for said in read_clients(stack.folder)}
    told = [story for story in stories if story.number in begun]
    runs.let_finish(stack, crowd, told, calm=CALM_SECONDS)
    return told


def _with_bounds(
    stack: Stack, figures: dict[str, Any], phases: dict[str, list[float]], watch: "Watch", forced: list[str]
) -> dict[str, object]:
    """Beside the judge's: no error was answered, nothing had to be forced, and no sweep was silent for long."""
    said = read_clients(stack.folder)
    errors = Counter(line.problem for line in said if _is_an_error(line))
    silent = {name: seconds for name, seconds in watch.silence.items() if seconds > LONGEST_SILENCE}
    promises = {
        "errors answered": sum(errors.values()),
        "processes that had to be forced to end": len(forced),
        "sweeps silent for more than 120 s": len(silent),
    }
    return {
        **figures,
        "broken": {**figures["broken"], **promises},
        "errors": dict(errors),
        "forced": forced,
        "longest silence of a sweep, seconds": dict(sorted(watch.silence.items())),
        "connections to the database at most": watch.connections,
        "phases": {name: _of_phase(said, *times) for name, times in phases.items()},
        "passed": bool(figures["passed"]) and not any(promises.values()),
    }


def _is_an_error(line: Said) -> bool:
    """A connection that a machine drops or refuses is asked again at the other one; an answer of its own is none."""
    return line.what == "failed" and line.problem[:1].isdigit()


def _of_phase(said: Sequence[Said], began: float, ended: float) -> dict[str, object]:
    within = [line for line in said if began <= line.at < ended]
    return {
        "seconds": round(ended - began, 1),
        "answered": sum(line.what == "answered" for line in within),
        "asked again": dict(Counter(line.problem for line in within if line.what == "failed")),
    }
