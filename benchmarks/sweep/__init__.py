"""Check-ins asked for a second: by one worker and by two, among many that are not due, beside peers.

Asked for means all of it: the row claimed, the message in the app and the mail in the outbox, the audit line, committed
on a durable database. The peers do less: each figure says what. The empty tick is what the sweep costs when nothing is
due; it should not grow with what is not.
"""

import argparse
import contextlib
from typing import Final

from benchmarks import database as server
from benchmarks.measuring import Job, Preparation, interleaved, ratio
from benchmarks.peers.apart import Apart
from benchmarks.peers.cql import NotRunError
from benchmarks.sweep import steps as gate
from benchmarks.sweep.ward import Ward, select_one
from tests.servers import Valkey

TICKS: Final = 200
ONE, TWO, ALONE = "asked, one worker", "asked, two workers", "asked one by one"
CLAIM = "claim only"
HEALTHCHECKS = "Healthchecks, marked one a loop"
CLOCKED = "django-celery-beat, clocked rows sent"
ETA = "Celery eta tasks, sent and settled"
PROCRASTINATE = "Procrastinate, settled"
PEERS: Final = {
    CLOCKED: "benchmarks.peers.clocked",
    ETA: "benchmarks.peers.eta",
    PROCRASTINATE: "benchmarks.peers.procrastinate_jobs",
}
ONLY_ON_POSTGRESQL: Final = frozenset({ETA, PROCRASTINATE})
EMPTY, BARE, SELECT = "empty tick", "empty tick, its statement alone", "SELECT 1"


def options(parser: argparse.ArgumentParser) -> None:
    """The sizes of a run."""
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--due", type=int, default=4_000, help="check-ins due in each round (default 4000)")
    parser.add_argument(
        "--not-due", type=int, nargs="+", default=[10_000, 1_000_000], help="rows not due (default 10000 1000000)"
    )
    parser.add_argument("--peer-items", type=int, default=400, help="items of each peer in a round (default 400)")
    parser.add_argument(
        "--clocked-items", type=int, default=2_000, help="clocked rows in a round: their cost grows (default 2000)"
    )
    parser.add_argument("--steps", type=int, default=30, help="dose steps in a round; 0: none (default 30)")


def run(
    rounds: int,
    seed: int,
    *,
    database: str,
    due: int,
    not_due: list[int],
    peer_items: int,
    clocked_items: int,
    steps: int,
) -> dict[str, object]:
    """The figures, what they are of each other, and which peers were not run and why."""
    server.start(database)
    ward = Ward(due, seed)
    figures, growth = _ticks(ward, rounds, not_due)
    with contextlib.ExitStack() as stack:
        jobs = _Jobs(ward, database, peer_items, clocked_items, stack)
        asked = interleaved(jobs.jobs, rounds, jobs.before)
    settled, share = gate.measure(rounds, seed, steps) if steps else ({}, {})
    return {
        "database": database,
        "durability": "as shipped: synchronous=FULL" if database == "sqlite" else server.DURABLE,
        "due each round": due,
        "rows not due": ward.ahead * ward.size,
        "items of a peer each round": peer_items,
        "clocked rows each round": clocked_items,
        "figures": {**figures, **asked, **settled},
        "ratios": {**_ratios(asked), **growth, **share},
        "not run": jobs.missing,
    }


def _ticks(ward: Ward, rounds: int, sizes: list[int]) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Ticks with nothing due at each size, each as often as it takes SELECT 1 in the same rounds."""
    figures: dict[str, dict[str, float]] = {}
    costs: dict[str, list[float]] = {EMPTY: [], BARE: []}
    ward.ask()
    for size in sorted(sizes):
        there = ward.fill(size)
        jobs: dict[str, Job] = {
            EMPTY: lambda: ward.tick(TICKS), BARE: lambda: ward.bare_tick(TICKS), SELECT: lambda: select_one(TICKS),
        }  # fmt: skip
        found = interleaved(jobs, rounds)
        figures |= {f"{name}, {there} not due": each for name, each in found.items()}
        for name, each in costs.items():
            each.append(ratio(found, SELECT, name))
    growth = {}
    for name, each in costs.items():
        growth[f"{name} in SELECT 1s, most rows"] = each[-1]
        growth[f"{name}, most rows over fewest"] = round(each[-1] / each[0], 3)
    return figures, growth


class _Jobs:
    """What is run in turn, each after what makes it due."""

    def __init__(self, ward: Ward, kind: str, peer_items: int, clocked_items: int, stack: contextlib.ExitStack) -> None:
        self.ward, self.items = ward, peer_items
        self.jobs: dict[str, Job] = {ONE: ward.ask, TWO: self._two, ALONE: lambda: ward.ask_alone(peer_items)}
        self.jobs[CLAIM] = ward.claim
        self.before: dict[str, Preparation] = dict.fromkeys(self.jobs, ward.make_due)
        self.missing: dict[str, str] = {}
        self.hands = [Apart("benchmarks.sweep.hand") for _ in range(2)]
        for hand in self.hands:
            hand.call("warm")
        self._add_healthchecks()
        broker = Valkey().start()
        stack.callback(broker.stop)
        for name, module in PEERS.items():
            if kind == "sqlite" and name in ONLY_ON_POSTGRESQL:
                self.missing[name] = "measured on PostgreSQL"
                continue
            try:
                peer = Apart(module, REDIS_URL=broker.url)
                stack.callback(peer.process.kill)
                self._add(name, peer, clocked_items if name == CLOCKED else peer_items)
            except NotRunError as reason:
                self.missing[name] = str(reason)

    def _two(self) -> int:
        for hand in self.hands:
            hand.send("run", now=self.ward.now.isoformat())
        for hand in self.hands:
            hand.answer()
        return self.ward.asked()

    def _add_healthchecks(self) -> None:
        from benchmarks.peers.healthchecks import Healthchecks

        peer, now = Healthchecks(), self.ward.now
        self.jobs[HEALTHCHECKS] = lambda: peer.run(now)
        self.before[HEALTHCHECKS] = lambda: peer.prepare(self.items, now)

    def _add(self, name: str, peer: Apart, count: int) -> None:
        peer.call("warm")
        self.jobs[name] = lambda: peer.call("run", count=count)
        self.before[name] = lambda: _done(peer.call("prepare", count=count))


def _done(_count: int) -> None:
    """A preparation returns nothing."""


def _ratios(found: dict[str, dict[str, float]]) -> dict[str, float]:
    """One worker as a multiple of everything else."""
    return {f"one worker over {name}": ratio(found, ONE, name) for name in found if name != ONE}
