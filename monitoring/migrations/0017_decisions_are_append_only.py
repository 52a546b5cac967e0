"""Versions that were in force and decisions that were made can be added and read; the database refuses the rest."""

from typing import Any

from django.db import migrations

# Each table with the ways in which INSERT OR REPLACE would find a row to replace.
TABLES = {
    "monitoring_plandecision": (
        "id = NEW.id",
        "step_id = NEW.step_id AND what IN ('advance', 'release') AND NEW.what IN ('advance', 'release')",
    ),
    "monitoring_protocolversion": ("id = NEW.id", "clinic_id = NEW.clinic_id AND number = NEW.number"),
    "monitoring_escalationpolicy": (
        "id = NEW.id",
        "clinic_id = NEW.clinic_id AND level = NEW.level AND number = NEW.number",
    ),
}
REFUSAL = "what was decided is append-only"


def _sqlite(table: str, ways: tuple[str, ...]) -> list[str]:
    taken = " OR ".join(f"({way})" for way in ways)
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
        "FOR EACH STATEMENT EXECUTE FUNCTION monitoring_refuse_decision_change()"
    )


def install(_apps: Any, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION monitoring_refuse_decision_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table, ways in TABLES.items():
        for statement in [_postgresql(table)] if postgresql else _sqlite(table, ways):
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
        schema_editor.execute("DROP FUNCTION IF EXISTS monitoring_refuse_decision_change()")


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0016_two_people_for_a_policy")]

    operations = [migrations.RunPython(install, remove)]
