"""The database itself refuses to change the log, whoever asks."""
# ruff: noqa: S608 - attacking by hand-made SQL is the point

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from monitoring.audit.actions import seal_events
from monitoring.audit.models import AuditEvent, AuditLeaf, AuditSeal
from monitoring.audit.record import record

pytestmark = [pytest.mark.django_db, pytest.mark.core]

TABLES = ["monitoring_auditevent", "monitoring_auditleaf", "monitoring_auditseal"]
KEYS = {"monitoring_auditevent": "id", "monitoring_auditleaf": "position", "monitoring_auditseal": "id"}


@pytest.fixture
def sealed(now: datetime) -> None:
    for number in range(3):
        record(action=f"deed.{number}", now=now, job="tests")
    assert seal_events(now=now, job="tests") == 3


def refused(sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def rows() -> tuple[int, int, int]:
    return AuditEvent.objects.count(), AuditLeaf.objects.count(), AuditSeal.objects.count()


@pytest.mark.parametrize("table", TABLES)
def test_update_and_delete_are_refused(sealed: None, table: str) -> None:
    refused(f"UPDATE {table} SET digest = 'x'")
    refused(f"DELETE FROM {table}")
    assert rows() == (3, 3, 1)


@pytest.mark.parametrize("table", TABLES)
def test_truncate_and_replace_are_refused(sealed: None, table: str) -> None:
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
    else:
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {KEYS[table]} = 1")
        refused(f"REPLACE INTO {table} SELECT * FROM {table}")
        refused(f"UPDATE OR REPLACE {table} SET digest = 'x'")
    assert rows() == (3, 3, 1)


def test_replacing_by_another_unique_column_is_refused_too(sealed: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    columns = [field.column for field in AuditEvent._meta.concrete_fields]
    values = ", ".join("999" if column == "id" else column for column in columns)
    oldest = "(SELECT MIN(id) FROM monitoring_auditevent)"
    source = f"SELECT {values} FROM monitoring_auditevent WHERE id = {oldest}"
    refused(f"INSERT OR REPLACE INTO monitoring_auditevent ({', '.join(columns)}) {source}")
    assert rows() == (3, 3, 1)


def test_the_orm_is_refused_as_well(sealed: None) -> None:
    event = AuditEvent.objects.first()
    assert event is not None
    for attempt in (event.save, event.delete, lambda: AuditEvent.objects.update(reason="x")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()


def test_adding_goes_on(sealed: None, now: datetime) -> None:
    record(action="one.more", now=now, job="tests")
    assert AuditEvent.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_the_triggers_can_be_taken_off_and_put_back_by_migrating(now: datetime) -> None:
    from django.core.management import call_command

    record(action="deed", now=now, job="tests")
    try:
        call_command("migrate", "monitoring", "0001", verbosity=0)
        assert AuditEvent.objects.update(reason="x") == 1
    finally:
        call_command("migrate", "monitoring", verbosity=0)
    refused("UPDATE monitoring_auditevent SET reason = 'y'")
