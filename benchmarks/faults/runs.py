"""What the runs share: stories are told to a stack, it is left to finish, and the histories are judged."""

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.faults.checker import Verdict, delays, judge, quantiles
from benchmarks.faults.clients import Crowd
from benchmarks.faults.cohort import as_kept, write_down
from benchmarks.faults.duty import look
from benchmarks.faults.history import PRESSING, Kill, Seen, Story, read, read_clients
from benchmarks.faults.stack import Stack

CLIENTS = 10
# A mail that was leaving when its sender was killed stays claimed for 45 s; then it leaves again.
LEASE_SECONDS = 60.0
# Ended as soon as all is done: only a run that fails, or a machine that is busy, takes so long.
DRAIN_SECONDS = 900.0


def sizes(parser: argparse.ArgumentParser, *, check_ins: int) -> None:
    """Options that these runs take alike."""
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--check-ins", type=int, default=check_ins)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--keep", action="store_true", help="leave the histories in their folder")


@contextmanager
def stacked(database: str, *, with_broker: bool = True, **environment: str) -> Iterator[Stack]:
    """A stack with its servers up and no process running; everything ends with the block."""
    stack = Stack(database, with_broker=with_broker, **environment)
    try:
        stack.begin()
        yield stack
    finally:
        stack.stop()


def tell(
    stack: Stack, stories: Sequence[Story], *, clients: int, seconds: float, seed: int, beside: tuple[int, ...] = ()
) -> Crowd:
    """Have clients begin to tell the stories, spread over about this time; `beside` are further web servers."""
    from django.db import connections

    connections.close_all()  # the server behind them may be killed
    write_down(stories, stack.folder)
    port = stack.address.port
    crowd = Crowd(stories, clients=clients, port=port, folder=stack.folder, seed=seed, beside=beside)
    crowd.begin(seconds)
    return crowd


def let_finish(stack: Stack, crowd: Crowd, stories: Sequence[Story], *, calm: float = LEASE_SECONDS) -> None:
    """Everything stays up until all were answered and told, and every claim of a dead sender has run out."""
    due = {story.recipient for story in stories if story.must_mail}
    began = time.monotonic()
    while time.monotonic() < began + DRAIN_SECONDS:
        if not crowd.busy and due <= stack.receiver.reached() and time.monotonic() > began + calm:
            break
        time.sleep(0.2)
        stack.mend()
    crowd.end()


def judged(stack: Stack, stories: Sequence[Story], *, keep: bool) -> tuple[Verdict, dict[str, object]]:
    """The verdict on a run, and its figures. The histories stay where they are for whoever wants to know why."""
    look(stories, port=stack.address.port, folder=stack.folder)
    said, mails = read_clients(stack.folder), list(stack.receiver.mails)
    kills, seen = (list(read(stack.folder / f"{name}.jsonl", kind)) for name, kind in (("kills", Kill), ("duty", Seen)))
    verdict = judge(stories, said, mails, kills, seen)
    figures: dict[str, Any] = {
        "database": "postgresql" if stack.database.is_a_server else "sqlite",
        **verdict.figures(),
        "seconds from sending to the receiver": {
            level: quantiles(delays(stories, said, mails, of=level)) for level in PRESSING
        },
        "tables": as_kept(),
    }
    stack.keep = keep or not verdict.passed
    if stack.keep:
        figures["histories"] = str(stack.folder)
    return verdict, figures
