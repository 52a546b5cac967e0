"""Rows of the audit log can be added and read; the database itself refuses the rest."""

from typing import Any

from django.db import migrations

# Each table with the columns by which INSERT OR REPLACE would find a row to replace.
TABLES = {
    "monitoring_auditevent": ("id", "serial"),
    "monitoring_auditleaf": ("position", "event_id", "digest"),
    "monitoring_auditseal": ("id", "first_position", "last_position"),
}
REFUSAL = "the audit log is append-only"


def _sqlite(table: str, keys: tuple[str, ...]) -> list[str]:
    taken = " OR ".join(f"{key} = NEW.{key}" for key in keys)
    find = f"SELECT 1 FROM {table} WHERE {taken}"  # noqa: S608 - only the names above
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS ({find}) {refuse}",
    ]


def _postgresql(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION monitoring_refuse_audit_change()"
    )


def install(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION monitoring_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
    for table, keys in TABLES.items():
        postgresql = schema_editor.connection.vendor == "postgresql"
        for statement in [_postgresql(table)] if postgresql else _sqlite(table, keys):
            schema_editor.execute(statement)


def remove(_apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        if postgresql:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
        else:
            for name in ("no_update", "no_delete", "no_replace"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
    if postgresql:
        schema_editor.execute("DROP FUNCTION IF EXISTS monitoring_refuse_audit_change()")


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
