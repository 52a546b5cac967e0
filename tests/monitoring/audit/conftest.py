"""A sealed log, and the rights of somebody who owns the database."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from monitoring.audit.actions import seal_events
from monitoring.audit.record import record
from tests.append_only import unguarded


@pytest.fixture
def log(transactional_db: None, now: datetime) -> list[int]:
    """Nine events: two seals of four, and one event not sealed yet. The ids, in order."""
    ids = []
    for number in range(9):
        event = record(
            action=f"deed.{number}",
            now=now + timedelta(seconds=number),
            job="tests",
            reason="because",
            detail={"n": number},
        )
        ids.append(event.pk)
        if number in {3, 7}:
            assert seal_events(now=now, job="tests") == 4
    return ids


@pytest.fixture
def sql() -> Iterator[Callable[..., int]]:
    """Raw SQL as the owner of the database, past the triggers."""

    def execute(statement: str, *params: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.rowcount

    with unguarded(connection):
        if connection.vendor == "sqlite":
            execute("PRAGMA ignore_check_constraints = ON")
        yield execute
    if connection.vendor == "sqlite":
        execute("PRAGMA ignore_check_constraints = OFF")
