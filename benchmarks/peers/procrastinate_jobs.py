"""Procrastinate, a queue inside PostgreSQL: a job for each check-in, and its worker.

Deferring the jobs is not counted, in its favour.
"""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from benchmarks.peers import rows

URL = os.environ["DATABASE_URL"]
procrastinate: Any = import_module("procrastinate")
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=URL))
connection = rows.connect()


@app.task(name="ask")  # type: ignore[untyped-decorator]
def ask(number: int) -> None:
    """The work of one."""
    rows.settle(connection, number)


def warm(_arguments: dict[str, Any]) -> int:
    """Its tables."""
    with app.replace_connector(procrastinate.SyncPsycopgConnector(conninfo=URL)) as here, here.open():
        here.schema_manager.apply_schema()
    return 0


def prepare(arguments: dict[str, Any]) -> int:
    """The rows, and a job for each that was due a minute ago."""
    count = int(arguments["count"])
    rows.make_due(connection, count)
    connection.execute("TRUNCATE procrastinate_jobs CASCADE")
    then = datetime.now(UTC) - timedelta(minutes=1)
    jobs: list[Any] = [{"number": number} for number in range(1, count + 1)]
    with app.replace_connector(procrastinate.SyncPsycopgConnector(conninfo=URL)) as here, here.open():
        here.tasks["ask"].configure(schedule_at=then).batch_defer(*jobs)
    return count


def run(arguments: dict[str, Any]) -> int:
    """Its worker until its queue is empty."""

    async def work() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False)

    asyncio.run(work())
    return rows.until_settled(connection, int(arguments["count"]))
