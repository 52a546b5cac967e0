"""Lets tests that really commit empty the database after them, which triggers on append-only tables would refuse."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.migrations import RunPython

MIGRATIONS = (
    "0002_audit_triggers",
    "0017_decisions_are_append_only",
    "0020_read_agreed_and_noted",
    "0023_preferences_and_reviewed_copy",
    "0027_dose_reports_are_append_only",
)
# What those migrations run of their own is nothing but triggers.
TRIGGERS = [
    operation
    for name in MIGRATIONS
    for operation in importlib.import_module(f"monitoring.migrations.{name}").Migration.operations
    if isinstance(operation, RunPython)
]


@contextmanager
def triggers_dropped(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """What the owner of the database can always do: take the triggers away, and put them back."""
    with connection.schema_editor() as editor:
        for triggers in TRIGGERS:
            triggers.reverse_code(None, editor)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            for triggers in TRIGGERS:
                triggers.code(None, editor)


def allow_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the flush after a transactional test drop the triggers for as long as it lasts."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_all(self: Any, sql_list: Any) -> Any:
        connection = connections[self.connection.alias]
        with triggers_dropped(connection):
            return flush(self, sql_list)

    monkeypatch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_all)
