"""The tables as a new release changes them while the old one runs: first more than it knows, at last less."""

import threading
import time
from typing import Any, Final

import psycopg

# Written by every check-in, by every message, and by every alert.
TABLES: Final = ("monitoring_symptomreport", "monitoring_notification", "monitoring_alert")
LOCK_SECONDS: Final = 2
TRIES: Final = 30


def expand(url: str) -> None:
    """What Django makes of a nullable field, of one with `db_default`, and of an index built beside the work."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TABLES:
            _patiently(connection, f"ALTER TABLE {table} ADD COLUMN proof_note varchar(20) NULL")
            _patiently(connection, f"ALTER TABLE {table} ADD COLUMN proof_count integer DEFAULT 0 NOT NULL")
            connection.execute(f"CREATE INDEX CONCURRENTLY proof_{table} ON {table} (proof_count)")


def contract(url: str) -> None:
    """What the release after it does, when no process reads them any more."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TABLES:
            connection.execute(f"DROP INDEX CONCURRENTLY proof_{table}")
            _patiently(connection, f"ALTER TABLE {table} DROP COLUMN proof_note, DROP COLUMN proof_count")


def _patiently(connection: psycopg.Connection[Any], change: str) -> None:
    """Wait for the table two seconds at a time, as the migration's unit does: everybody else waits behind it."""
    connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    for _ in range(TRIES):
        try:
            connection.execute(change)
        except psycopg.errors.LockNotAvailable:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"{change}: the table was never free")


class Watch:
    """Each second, on a connection of its own: how long each vital sweep has been silent, and who is connected."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.silence: dict[str, float] = {}
        self.connections = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No more."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self._over.wait(1.0):
                self._look(connection)

    def _look(self, connection: psycopg.Connection[Any]) -> None:
        from monitoring.operations.rules import VITAL_SWEEPS

        ages = connection.execute(
            "SELECT name, extract(epoch FROM now() - last_finished_at)::float FROM monitoring_heartbeat"
        ).fetchall()
        for name, seconds in ages:
            if name in VITAL_SWEEPS:
                self.silence[name] = round(max(seconds, self.silence.get(name, 0.0)), 1)
        mine = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'evenkeel'"
        row = connection.execute(mine).fetchone()
        self.connections = max(self.connections, row[0] if row else 0)
