"""Celery tasks with an `eta`, a message for each check-in: sent to a real broker and run by a real worker.

Both are counted, the sending and the settling, since a message is the only place where such a check-in stands.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from celery import Celery

from benchmarks.peers import rows
from config import services

app = Celery("eta", fixups=[], broker=services.broker(os.environ["REDIS_URL"]))
app.conf.update(timezone="UTC", task_acks_late=True, worker_prefetch_multiplier=1, task_default_queue="eta")
connection = rows.connect()


@app.task(name="ask", ignore_result=True)
def ask(number: int) -> None:
    """The work of one."""
    rows.settle(connection, number)


def warm(_arguments: dict[str, Any]) -> int:
    """Start the worker; it ends with this process."""
    from tests.servers import die_with_parent

    command = [
        sys.executable, "-m", "celery", "-A", "benchmarks.peers.eta", "worker", "--pool", "solo", "--loglevel", "ERROR",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    import signal

    subprocess.Popen(command, stdout=sys.stderr, preexec_fn=die_with_parent(signal.SIGKILL))  # noqa: PLW1509
    return run({"count": prepare({"count": 5})})


def prepare(arguments: dict[str, Any]) -> int:
    """The rows alone."""
    rows.make_due(connection, arguments["count"])
    return int(arguments["count"])


def run(arguments: dict[str, Any]) -> int:
    """Send a message for each, due at once, and wait until the worker has settled the last."""
    now = datetime.now(UTC)
    with app.producer_pool.acquire(block=True) as producer:
        for number in range(1, arguments["count"] + 1):
            ask.apply_async((number,), eta=now, producer=producer)
    return rows.until_settled(connection, arguments["count"])
