"""Somebody with every right on the database changes the log, with the triggers taken away: the check sees it."""
# ruff: noqa: S608 - attacking by hand-made SQL is the point

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from monitoring.audit.actions import check_log, seal_events
from monitoring.audit.models import AuditEvent, AuditLeaf
from monitoring.audit.record import record
from monitoring.audit.verification import CouldNotCheckError, FaultKind, verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.core]


def kinds() -> set[str]:
    return {fault.kind for fault in verify().faults}


def test_an_untouched_log_is_intact(log: list[int]) -> None:
    result = verify()
    assert result.intact
    assert (result.checked, result.unsealed) == (9, 1)


def test_an_empty_log_is_intact() -> None:
    assert verify().intact


SPOILT = {
    "at": "2001-01-01 00:00:00+00", "actor_kind": "user", "actor_id": "7", "actor_label": "someone@else.example",
    "actor_role": "admin", "action": "other.deed", "outcome": "denied", "object_type": "x", "object_id": "y",
    "reason": "", "request_id": "z", "ip_address": "192.0.2.9", "digest": "0" * 64,
    "serial": "00000000000040008000000000000001", "clinic_id": "00000000000040008000000000000002",
    "patient_id": "00000000000040008000000000000003", "detail": '{"n": 99}',
}  # fmt: skip


@pytest.mark.parametrize("column", sorted(SPOILT))
def test_an_edited_column_is_seen(log: list[int], sql: Callable[..., int], column: str) -> None:
    seen = {}
    for place in (0, 4, 7, 8):
        with transaction.atomic():
            assert sql(f"UPDATE monitoring_auditevent SET {column} = %s WHERE id = %s", SPOILT[column], log[place]) == 1
            seen[place] = [(fault.kind, log.index(fault.event_id)) for fault in verify().faults]
            transaction.set_rollback(True)
    sealed = {place: [(FaultKind.EDITED, place)] for place in (0, 4, 7)}
    assert seen == {**sealed, 8: [(FaultKind.INSERTED, 8)]}
    assert verify().intact


def test_every_column_is_tried() -> None:
    assert {field.column for field in AuditEvent._meta.concrete_fields} == {"id", *SPOILT}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "yesterday"), ("detail", "{"), ("detail", '"\\ud800"'), ("detail", "[" * 5000), ("serial", "7"),
        ("patient_id", ""), ("ip_address", ""), ("detail", '{"n": 0.0}'),
    ],
)  # fmt: skip
def test_what_cannot_even_be_read_is_an_edit(log: list[int], sql: Callable[..., int], column: str, value: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL does not store such values")
    sql(f"UPDATE monitoring_auditevent SET {column} = %s WHERE id = %s", value, log[0])
    result = verify()
    assert [(fault.kind, fault.event_id) for fault in result.faults] == [(FaultKind.EDITED, log[0])]
    assert result.checked == 9


def test_the_order_of_keys_in_a_detail_is_no_edit(now: datetime, sql: Callable[..., int]) -> None:
    event = record(action="x", now=now, job="tests", detail={"a": 1, "b": {"c": 2, "d": 3}})
    seal_events(now=now, job="tests")
    sql("UPDATE monitoring_auditevent SET detail = %s WHERE id = %s", '{"b": {"d": 3, "c": 2},  "a": 1}', event.pk)
    assert verify().intact


@pytest.mark.parametrize("place", [0, 3, 5, 7])
def test_a_deleted_event_is_missed(log: list[int], sql: Callable[..., int], place: int) -> None:
    sql("DELETE FROM monitoring_auditevent WHERE id = %s", log[place])
    result = verify()
    assert [(fault.kind, fault.event_id) for fault in result.faults] == [(FaultKind.MISSING, log[place])]


@pytest.mark.parametrize("place", [0, 3, 5, 7])
def test_deleting_its_place_as_well_does_not_hide_it(log: list[int], sql: Callable[..., int], place: int) -> None:
    sql("DELETE FROM monitoring_auditevent WHERE id = %s", log[place])
    sql("DELETE FROM monitoring_auditleaf WHERE event_id = %s", log[place])
    result = verify()
    assert [(fault.kind, fault.position) for fault in result.faults] == [(FaultKind.MISSING, place + 1)]


def test_closing_the_gap_does_not_hide_it(log: list[int], sql: Callable[..., int]) -> None:
    sql("DELETE FROM monitoring_auditevent WHERE id = %s", log[2])
    sql("DELETE FROM monitoring_auditleaf WHERE position = 3")
    for position in range(4, 9):
        sql("UPDATE monitoring_auditleaf SET position = %s WHERE position = %s", position - 1, position)
    sql("UPDATE monitoring_auditseal SET last_position = last_position - 1")
    sql("UPDATE monitoring_auditseal SET first_position = first_position - 1 WHERE first_position > 1")
    assert kinds() == {FaultKind.REORDERED}


def test_a_seal_taken_away_is_missed(log: list[int], sql: Callable[..., int]) -> None:
    sql("DELETE FROM monitoring_auditseal WHERE first_position = 1")
    assert FaultKind.MISSING in kinds()


def test_the_last_seal_taken_away_is_missed(log: list[int], sql: Callable[..., int]) -> None:
    sql("DELETE FROM monitoring_auditseal WHERE first_position = 5")
    assert kinds() == {FaultKind.MISSING}


@pytest.mark.parametrize("column", ["sealed_at", "last_position", "key_id", "digest"])
def test_an_edited_seal_is_seen(log: list[int], sql: Callable[..., int], column: str) -> None:
    value = {"sealed_at": "2001-01-01 00:00:00+00", "last_position": 9, "key_id": "f" * 16, "digest": "0" * 64}[column]
    sql(f"UPDATE monitoring_auditseal SET {column} = %s WHERE first_position = 5", value)
    assert not verify().intact


@pytest.mark.parametrize("is_sealed_later", [False, True])
def test_a_forged_event_is_seen_and_never_sealed(
    log: list[int], sql: Callable[..., int], now: datetime, is_sealed_later: bool
) -> None:
    forged = _copy(sql, log[8], serial="00000000000040008000000000000009", action="alert.take")
    if is_sealed_later:
        assert seal_events(now=now, job="tests") == 1
    result = verify()
    assert [(fault.kind, fault.event_id) for fault in result.faults] == [(FaultKind.INSERTED, forged)]
    assert not AuditLeaf.objects.filter(event_id=forged).exists()


@pytest.mark.parametrize("place", [1, 8])
def test_a_copied_event_is_seen(log: list[int], sql: Callable[..., int], now: datetime, place: int) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite cannot drop the unique serial, which refuses the copy")
    sql("ALTER TABLE monitoring_auditevent DROP CONSTRAINT monitoring_auditevent_serial_key")
    try:
        copy = _copy(sql, log[place])
        assert seal_events(now=now, job="tests") == 1
        result = verify()
        assert [(fault.kind, fault.event_id) for fault in result.faults] == [(FaultKind.INSERTED, copy)]
        sql("DELETE FROM monitoring_auditevent WHERE id = %s", copy)
    finally:
        sql("ALTER TABLE monitoring_auditevent ADD CONSTRAINT monitoring_auditevent_serial_key UNIQUE (serial)")


def test_a_renumbered_event_is_seen(log: list[int], sql: Callable[..., int], now: datetime) -> None:
    sql("UPDATE monitoring_auditevent SET id = %s WHERE id = %s", log[8] + 100, log[2])
    assert seal_events(now=now, job="tests") == 1, "only the one that waited"
    assert kinds() >= {FaultKind.REORDERED}


def test_two_events_that_changed_places_are_seen(log: list[int], sql: Callable[..., int]) -> None:
    one, two = log[1], log[6]
    _swap(sql, "monitoring_auditevent", "id", one, two)
    result = verify()
    assert [(fault.kind, fault.event_id) for fault in result.faults] == [
        (FaultKind.REORDERED, one), (FaultKind.REORDERED, two),
    ]  # fmt: skip


def test_moving_their_places_along_does_not_hide_it(log: list[int], sql: Callable[..., int]) -> None:
    _swap(sql, "monitoring_auditevent", "id", log[1], log[2])
    _swap(sql, "monitoring_auditleaf", "event_id", log[1], log[2])
    assert kinds() == {FaultKind.REORDERED}


def test_sealing_the_remains_anew_is_seen_by_who_knows_the_head(
    log: list[int], sql: Callable[..., int], now: datetime
) -> None:
    head = verify().head
    assert verify(known_head=head).intact
    sql("DELETE FROM monitoring_auditleaf")
    sql("DELETE FROM monitoring_auditseal")
    sql("DELETE FROM monitoring_auditevent WHERE id = %s", log[4])
    seal_events(now=now, job="tests")
    assert verify().intact, "without the head nothing can tell"
    assert [fault.kind for fault in verify(known_head=head).faults] == [FaultKind.MISSING]


def test_a_head_that_is_none_is_refused() -> None:
    with pytest.raises(CouldNotCheckError):
        verify(known_head="nonsense")


def test_another_key_is_no_tampering_but_nothing_can_be_said(log: list[int], settings: Any) -> None:
    settings.AUDIT_KEY = "another key"
    with pytest.raises(CouldNotCheckError):
        verify()


def test_the_command_says_what_and_where_by_its_exit_code(
    log: list[int], sql: Callable[..., int], settings: Any
) -> None:
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert out.getvalue().startswith("Intact: 9 events checked, 1 not sealed yet.")
    sql("UPDATE monitoring_auditevent SET reason = 'x' WHERE id = %s", log[5])
    for form in ("text", "json"):
        out = StringIO()
        with pytest.raises(SystemExit) as caught:
            call_command("audit_verify", format=form, stdout=out)
        assert caught.value.code == 1
        assert "edited" in out.getvalue()
        assert str(log[5]) in out.getvalue()
    settings.AUDIT_KEY = ""
    with pytest.raises(CommandError) as failed:
        call_command("audit_verify", stdout=out)
    assert failed.value.returncode == 2
    with pytest.raises(SystemExit) as caught:
        call_command("audit_verify", format="json", stdout=out)
    assert caught.value.code == 2


def test_the_check_is_noted_in_the_log(log: list[int], sql: Callable[..., int], now: datetime) -> None:
    assert check_log(now=now, job="verify_audit").intact
    sql("UPDATE monitoring_auditevent SET reason = 'x' WHERE id = %s", log[5])
    check_log(now=now, job="verify_audit")
    outcomes = AuditEvent.objects.filter(action="audit.verify").order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == ["ok", "failed"]


def _copy(sql: Callable[..., int], pk: int, **changes: str) -> int:
    columns = [field.column for field in AuditEvent._meta.concrete_fields]
    new_pk = pk + 1000
    values = ", ".join(str(new_pk) if column == "id" else "%s" if column in changes else column for column in columns)
    params = [changes[column] for column in columns if column in changes]
    source = f"SELECT {values} FROM monitoring_auditevent WHERE id = %s"
    assert sql(f"INSERT INTO monitoring_auditevent ({', '.join(columns)}) {source}", *params, pk) == 1
    return new_pk


def _swap(sql: Callable[..., int], table: str, column: str, one: int, two: int) -> None:
    for old, new in ((one, -1), (two, one), (-1, two)):
        assert sql(f"UPDATE {table} SET {column} = %s WHERE {column} = %s", new, old) == 1
