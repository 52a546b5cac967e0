"""The operation by which a migration makes tables append-only: the database itself refuses to change what was kept.

Migrations that ran before this module was written carry the same statements of their own.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import migrations

_SQLITE: Final = ("no_update", "no_delete", "no_replace")


def append_only(tables: Mapping[str, tuple[str, ...]], *, function: str, refusal: str) -> migrations.RunPython:
    """Refuse UPDATE, DELETE and TRUNCATE on `tables` with the words `refusal`.

    Each table comes with the ways, as SQL conditions on NEW, in which SQLite's INSERT OR REPLACE would find a row to
    replace. `function` names the function that PostgreSQL's triggers call.
    """

    def install(_apps: Any, schema_editor: Any) -> None:
        postgresql = schema_editor.connection.vendor == "postgresql"
        if postgresql:
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for table, ways in tables.items():
            for statement in [_postgresql(table, function)] if postgresql else _sqlite(table, ways, refusal):
                schema_editor.execute(statement)

    def remove(_apps: Any, schema_editor: Any) -> None:
        postgresql = schema_editor.connection.vendor == "postgresql"
        for table in tables:
            if postgresql:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            else:
                for name in _SQLITE:
                    schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {function}()")

    return migrations.RunPython(install, remove)


def _sqlite(table: str, ways: tuple[str, ...], refusal: str) -> list[str]:
    taken = " OR ".join(f"({way})" for way in ways)
    find = f"SELECT 1 FROM {table} WHERE {taken}"  # noqa: S608 - only names that migrations give
    refuse = f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    conditions = ("BEFORE UPDATE", "BEFORE DELETE", "BEFORE INSERT")
    when = ("", "", f" WHEN EXISTS ({find})")
    return [
        f"CREATE TRIGGER {table}_{name} {before} ON {table}{only} {refuse}"
        for name, before, only in zip(_SQLITE, conditions, when, strict=True)
    ]


def _postgresql(table: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )
