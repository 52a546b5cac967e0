"""What a test that really commits leaves behind: nothing, and the same guards as before."""

from datetime import datetime

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection

from monitoring.audit.models import AuditEvent
from monitoring.audit.record import record
from monitoring.people.models import Patient
from tests.append_only import MADE_BY_MIGRATING


def filled() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model.objects.exists()}


@pytest.mark.core
@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_and_the_log_is_guarded_again(patient: Patient, now: datetime) -> None:
    kept = {name: rows(name) for name in MADE_BY_MIGRATING}
    assert {"monitoring_patient", "monitoring_auditevent"} <= filled()

    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)

    assert filled() == MADE_BY_MIGRATING
    assert {name: rows(name) for name in MADE_BY_MIGRATING} == kept
    record(action="x", now=now, job="tests")
    with pytest.raises(DatabaseError):
        AuditEvent.objects.update(action="y")


def rows(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 - a name of our own
        return list(cursor.fetchall())
