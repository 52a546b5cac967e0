"""Rows of one instant come in one order: left to the database, a list read page by page shows one twice, one never."""

import pytest
from django.apps import apps
from django.db.models import CharField, DateTimeField, IntegerField, Model, UniqueConstraint
from django.test.utils import isolate_apps


def left_to_chance(model: type[Model]) -> bool:
    """Whether two rows of the model may stand on the same place of its order."""
    ordered_by = {str(name).lstrip("-").replace("pk", "id") for name in model._meta.ordering}
    by_itself = {field.name for field in model._meta.fields if field.unique and not field.null}
    together = [
        set(rule.fields)
        for rule in model._meta.constraints
        if isinstance(rule, UniqueConstraint) and rule.condition is None
    ]
    return bool(ordered_by) and not ordered_by & by_itself and not any(names <= ordered_by for names in together)


def test_no_order_of_a_model_is_left_to_chance() -> None:
    models = [model for app in ("monitoring", "interactions") for model in apps.get_app_config(app).get_models()]
    assert any(model._meta.ordering for model in models)
    assert [model.__name__ for model in models if left_to_chance(model)] == []


@pytest.mark.parametrize(
    ("order", "chance"),
    [([], False), (["-at"], True), (["-at", "name"], True), (["-at", "id"], False), (["name", "-number"], False)],
)
def test_an_order_in_which_two_rows_tie_is_found(order: list[str], chance: bool) -> None:
    with isolate_apps("monitoring"):

        class Row(Model):
            at = DateTimeField()
            name = CharField(max_length=9)
            number = IntegerField()

            class Meta:
                app_label = "monitoring"
                ordering = order
                constraints = (UniqueConstraint(fields=["name", "number"], name="once"),)

            def __str__(self) -> str:
                return self.name

    assert left_to_chance(Row) is chance
