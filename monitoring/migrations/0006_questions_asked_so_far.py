"""Write down the questions that the kept flags asked so far, as well as that can be told from them."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations

BATCH = 2_000


def fill(apps: Any, schema_editor: Any) -> None:
    """For each flag that asks or was answered: when it was raised, how that ended, and whether it asks now."""
    alias = schema_editor.connection.alias
    flags = apps.get_model("monitoring", "InteractionFlag").objects.using(alias).prefetch_related("overrides")
    question = apps.get_model("monitoring", "Question")
    made: list[Any] = []
    for flag in flags.order_by("pk").iterator(BATCH):
        made += [question(flag=flag, release=flag.release, **fields) for fields in questions_of(flag)]
        if len(made) >= BATCH:
            question.objects.using(alias).bulk_create(made)
            made = []
    question.objects.using(alias).bulk_create(made)


def questions_of(flag: Any) -> Iterator[dict[str, Any]]:
    answers = sorted(flag.overrides.all(), key=lambda answer: answer.at)
    if not answers and not flag.blocking:
        return
    first = {"at": flag.raised_at, "causes": ["new"], "severity": flag.severity}
    if answers:
        yield first | {"severity": answers[0].severity, "outcome": "answered", "settled_at": answers[0].at}
        if flag.status == "open" and flag.blocking:
            yield {"at": flag.checked_at, "causes": ["not_recorded"], "severity": flag.severity}
    elif flag.status == "resolved":
        yield first | {"outcome": "gone", "settled_at": flag.resolved_at}
    else:
        yield first


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0005_answers_remember")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
