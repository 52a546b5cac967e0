"""Fill in who takes what from the prescriptions there are."""

from typing import Any

from django.db import migrations

BATCH = 5_000


def fill(apps: Any, schema_editor: Any) -> None:
    """An ingredient of every prescription that counts in a screening, once for each patient."""
    prescriptions = apps.get_model("monitoring", "Prescription").objects.using(schema_editor.connection.alias)
    taken = apps.get_model("monitoring", "RegimenIngredient")
    held: list[Any] = []
    counted = prescriptions.exclude(state="cancelled").exclude(stop_reason="never_taken")
    for patient_id, ingredients in counted.values_list("patient_id", "ingredients").iterator(BATCH):
        held += [taken(patient_id=patient_id, ingredient=each) for each in ingredients]
        if len(held) >= BATCH:
            taken.objects.using(schema_editor.connection.alias).bulk_create(held, ignore_conflicts=True)
            held = []
    taken.objects.using(schema_editor.connection.alias).bulk_create(held, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0003_rollouts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
