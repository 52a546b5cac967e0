"""The rows that queues settle, each by an update of its own that is committed."""

import os
import time
from typing import Any

import psycopg

TABLE = "CREATE TABLE IF NOT EXISTS bench_due (id bigint PRIMARY KEY, asked_at timestamptz)"
LONGEST_SECONDS = 120.0


def connect() -> "psycopg.Connection[Any]":
    """To the database of the run; every statement commits."""
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def make_due(connection: "psycopg.Connection[Any]", count: int) -> None:
    """As many rows as that, none of them asked for."""
    connection.execute(TABLE)
    connection.execute("TRUNCATE bench_due")
    connection.execute("INSERT INTO bench_due SELECT n, NULL FROM generate_series(1, %s) n", [count])


def settle(connection: "psycopg.Connection[Any]", number: int) -> None:
    """The update."""
    connection.execute("UPDATE bench_due SET asked_at = now() WHERE id = %s AND asked_at IS NULL", [number])


def until_settled(connection: "psycopg.Connection[Any]", count: int) -> int:
    """Wait until all are; RuntimeError when they never are."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        left = connection.execute("SELECT count(*) FROM bench_due WHERE asked_at IS NULL").fetchone()
        if left == (0,):
            return count
        time.sleep(0.02)
    raise RuntimeError(f"not all of {count} were settled within {LONGEST_SECONDS:g} s")
