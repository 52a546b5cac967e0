"""Old processes go on while the tables change: a migration adds, and what it adds they need not know."""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Up to the one before it a migration was applied while nothing ran; from it on processes are at work meanwhile.
FIRST = 6
# Only a release later, when no process reads it any more, and said by its name.
TAKES_AWAY = (
    migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel,
    migrations.AlterModelTable, migrations.AlterUniqueTogether,
)  # fmt: skip


def numbered() -> dict[str, migrations.Migration]:
    """The migrations of both apps that must let old processes go on, by name."""
    found = MigrationLoader(None).disk_migrations
    return {
        name: migration
        for (app, name), migration in sorted(found.items())
        if app in {"monitoring", "interactions"} and int(name[:4]) >= FIRST
    }


def obstacles(migration: migrations.Migration, before: ProjectState) -> list[str]:
    """What of it the processes of the release before could not live with."""
    made: set[str] = set()
    found: list[str] = []
    for operation in migration.operations:
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        elif isinstance(operation, migrations.AddField) and operation.model_name_lower not in made:
            field = operation.field
            if not (field.null or field.has_db_default() or field.many_to_many):
                found.append(f"{operation.model_name}.{operation.name} is neither nullable nor has a db_default")
        elif isinstance(operation, migrations.AlterField) and operation.model_name_lower not in made:
            model = before.models[migration.app_label, operation.model_name_lower]
            if model.fields[operation.name].null and not operation.field.null:
                found.append(f"{operation.model_name}.{operation.name} may no longer be empty")
        elif isinstance(operation, TAKES_AWAY) and "contract" not in migration.name:
            found.append(f"{operation.describe()}, in a migration whose name does not say contract")
    return found


def test_a_migration_only_adds_what_the_release_before_can_live_with() -> None:
    loader = MigrationLoader(None)
    wrong = {
        name: found
        for name, migration in numbered().items()
        if (found := obstacles(migration, loader.project_state((migration.app_label, name), at_end=False)))
    }
    assert numbered()
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "operation", "why"),
    [
        ("0099_more", migrations.AddField("alert", "colour", models.CharField(max_length=9)), "neither nullable"),
        ("0099_less", migrations.RemoveField("alert", "level"), "does not say contract"),
        ("0099_must", migrations.AlterField("alert", "taken_at", models.DateTimeField()), "no longer be empty"),
        ("0099_contract", migrations.RemoveField("alert", "level"), None),
        ("0099_fine", migrations.AddField("alert", "colour", models.CharField(max_length=9, db_default="")), None),
    ],
)
def test_a_migration_that_old_processes_break_on_is_found(name: str, operation: Operation, why: str | None) -> None:
    made = type("Migration", (migrations.Migration,), {"operations": [operation]})
    loader = MigrationLoader(None)
    found = obstacles(made(name, "monitoring"), loader.project_state(loader.graph.leaf_nodes("monitoring")))
    assert (not found) if why is None else why in " ".join(found)
