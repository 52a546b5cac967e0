import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from monitoring.audit.digests import canonical_bytes, is_authentic
from monitoring.audit.middleware import canonical_address
from monitoring.audit.models import AuditEvent
from monitoring.audit.record import RequestContext, record, record_denial, record_reads, request_context
from monitoring.people.models import Patient, User

pytestmark = pytest.mark.django_db


def test_an_event_has_exactly_one_author(clinician: User, now: datetime) -> None:
    for authors in ({}, {"by": clinician, "job": "sweep"}, {"job": "sweep", "anonymous": "x"}):
        with pytest.raises(ValueError, match="exactly one author"):
            record(action="x", now=now, **authors)  # type: ignore[arg-type]


@pytest.mark.core
@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", "::1", "2001:DB8:0:0:0:0:0:1", "::ffff:192.0.2.7"])
@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"b": 1, "a": [True, None, "ü", "e\u0301", 10**12], "c": {"z": "", "y": "\n"}},
        {"when": datetime(2026, 1, 2, tzinfo=UTC), "dose": Decimal("10.50"), "id": uuid.UUID(int=1)},
    ],
)
def test_a_row_read_back_is_what_was_written(clinician: User, detail: dict[str, Any], address: str) -> None:
    token = request_context.set(RequestContext(request_id="r1", ip_address=canonical_address(address)))
    moment = datetime(2026, 6, 15, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5)))
    written = record(action="x.y", now=moment, by=clinician, patient_id=uuid.uuid4(), reason="because", detail=detail)
    request_context.reset(token)
    read = AuditEvent.objects.get(pk=written.pk)
    assert is_authentic(read)
    assert canonical_bytes(read) == canonical_bytes(written)


@pytest.mark.parametrize("address", ["", "unix:", "not an address", "300.1.1.1"])
def test_what_is_no_address_is_none(address: str) -> None:
    assert canonical_address(address) is None


def test_a_float_is_refused(now: datetime) -> None:
    with pytest.raises(ValueError, match="float"):
        record(action="x", now=now, job="t", detail={"deep": [{"dose": 0.1}]})


def test_without_a_key_nothing_is_written(now: datetime, settings: Any) -> None:
    settings.AUDIT_KEY = ""
    with pytest.raises(ImproperlyConfigured):
        record(action="x", now=now, job="t")
    assert not AuditEvent.objects.exists()


def test_a_list_page_notes_each_patient_once(
    patient: Patient, other_patient: Patient, clinician: User, now: datetime
) -> None:
    shown = [patient.pk, other_patient.pk, patient.pk]
    assert record_reads(patient_ids=shown, what="list", by=clinician, now=now) == 2
    reads = AuditEvent.objects.filter(action="patient.read")
    assert {event.patient_id for event in reads} == {patient.pk, other_patient.pk}
    assert all(is_authentic(event) for event in reads)


@pytest.mark.django_db(transaction=True)
def test_the_work_that_fails_takes_its_line_along_but_not_the_denial(clinician: User, now: datetime) -> None:
    before = AuditEvent.objects.count()
    with transaction.atomic():
        record(action="x", now=now, by=clinician)
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == before
    record_denial(action="x", by=clinician, now=now)
    with pytest.raises(RuntimeError), transaction.atomic():
        record_denial(action="x", by=clinician, now=now)
    assert AuditEvent.objects.count() == before + 1


def test_canonical_bytes_cover_every_column(clinician: User, now: datetime) -> None:
    """A column added to the log later must be covered too: each change of a value changes the bytes."""
    event = record(action="x", now=now, by=clinician)
    uncovered = {"id", "digest"}
    for field in AuditEvent._meta.concrete_fields:
        if field.name in uncovered:
            continue
        before, value = canonical_bytes(event), getattr(event, field.attname)
        other = _another(value, field.get_internal_type())
        setattr(event, field.attname, other)
        assert canonical_bytes(event) != before, field.name
        setattr(event, field.attname, value)
    json.loads(canonical_bytes(event))


def _another(value: Any, kind: str) -> Any:
    return {
        "UUIDField": uuid.uuid4(),
        "DateTimeField": datetime(1999, 1, 1, tzinfo=UTC),
        "JSONField": {"other": 1},
        "GenericIPAddressField": "192.0.2.99",
    }.get(kind, f"{value}x")
