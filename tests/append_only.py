"""Lets tests that really commit empty the database after them, which triggers on append-only tables would refuse."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management.commands import flush as flushing
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


# The same after every migration, and no test writes there.
MADE_BY_MIGRATING = {"django_content_type", "auth_permission"}


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


@contextmanager
def unguarded(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """What somebody with every right on the database can do: no trigger runs, and no reference is checked."""
    if not _ignores_triggers(connection):
        with triggers_dropped(connection):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")


def allow_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the flush after a transactional test empty every table, and do it in a moment.

    Django truncates, which makes some hundred files anew, and then tells every app that it was migrated, which writes
    the permissions and the kinds of content again: both took longer than most of the tests.
    """
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_all(self: Any, sql_list: Any) -> Any:
        connection = connections[self.connection.alias]
        if _ignores_triggers(connection):
            return flush(self, sql_list)
        with triggers_dropped(connection):
            return flush(self, sql_list)

    monkeypatch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_all)
    monkeypatch.setattr(flushing, "sql_flush", emptying)
    monkeypatch.setattr(flushing, "emit_post_migrate_signal", lambda *_: None)


def emptying(style: object, connection: BaseDatabaseWrapper, **options: object) -> list[str]:
    """What empties every table that a test may have written to, once nobody else is writing."""
    quote = connection.ops.quote_name
    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [quote(table) for table in sorted(set(found) - MADE_BY_MIGRATING)]
    deletes = [f"DELETE FROM {table}" for table in tables]  # noqa: S608 - names of our own tables
    if connection.vendor != "postgresql":
        return deletes
    before = [f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"]
    if _ignores_triggers(connection):
        before.append("SET LOCAL session_replication_role = replica")
    return ["; ".join([*before, *deletes])]


def _ignores_triggers(connection: BaseDatabaseWrapper) -> bool:
    """Whether this account may tell the database to run no trigger and check no reference until the commit."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return bool(cursor.fetchone()[0] == "on")
