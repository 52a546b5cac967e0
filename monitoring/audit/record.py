"""The only writer of the audit log."""

import json
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn, Protocol
from uuid import UUID

from django.db import transaction

from monitoring.audit.digests import digest_of
from monitoring.audit.models import ActorKind, AuditEvent, Outcome


@dataclass(frozen=True, slots=True)
class RequestContext:
    request_id: str = ""
    ip_address: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What differs between the lines of one deed that was done to many things."""

    patient_id: UUID | None
    object_type: str = ""
    object_id: object = ""
    detail: dict[str, Any] | None = None


request_context: ContextVar[RequestContext] = ContextVar("request_context", default=RequestContext())  # noqa: B039 - it is frozen


class Actor(Protocol):
    """What the log needs to know of a person; `people.User` is one."""

    pk: Any
    email: str
    role: str

    @property
    def clinic_id(self) -> Any: ...


def record(
    *,
    action: str,
    now: datetime,
    by: Actor | None = None,
    job: str | None = None,
    anonymous: str | None = None,
    clinic_id: UUID | None = None,
    patient_id: UUID | None = None,
    object_type: str = "",
    object_id: object = "",
    outcome: str = Outcome.OK,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add one line to the audit log, in the caller's transaction.

    Exactly one of `by` (a person), `job` (a named sweep) and `anonymous` (the address somebody tried to sign in
    with) must be given: an event without an author is a ValueError. `detail` is JSON; dates, decimals and ids in it
    are kept as text, a float is a ValueError because its text differs between machines. `clinic_id` is needed only
    where neither the author nor the patient tells the clinic.
    """
    event = AuditEvent(
        at=now,
        action=action,
        outcome=outcome,
        patient_id=patient_id,
        object_type=object_type,
        object_id=str(object_id),
        reason=reason,
        detail=_plain(detail or {}),
    )
    _sign(event, by=by, job=job, anonymous=anonymous, clinic_id=clinic_id)
    event.save(force_insert=True)
    return event


def record_read(*, patient_id: UUID, what: str, by: Actor, now: datetime) -> AuditEvent:
    """Note that `by` was shown `what` of this patient; called before the answer is sent."""
    return record(action="patient.read", now=now, by=by, patient_id=patient_id, object_type=what)


def record_reads(*, patient_ids: Iterable[UUID], what: str, by: Actor, now: datetime) -> int:
    """Note that `by` was shown `what` (a list page) of these patients: an event for each, in one insert."""
    lines = [Line(patient_id, object_type=what) for patient_id in dict.fromkeys(patient_ids)]
    return record_many(action="patient.read", now=now, by=by, lines=lines)


def record_many(
    *, action: str, now: datetime, lines: Iterable[Line], by: Actor | None = None, job: str | None = None
) -> int:
    """Add the lines of one deed done to many things, in one insert and the caller's transaction; the count of them.

    Each is what `record` would have written for it, digest and all.
    """
    events = [
        AuditEvent(
            at=now,
            action=action,
            patient_id=line.patient_id,
            object_type=line.object_type,
            object_id=str(line.object_id),
            detail=_plain(line.detail or {}),
        )
        for line in lines
    ]
    for event in events:
        _sign(event, by=by, job=job)
    AuditEvent.objects.bulk_create(events, batch_size=500)
    return len(events)


def record_denial(
    *,
    action: str,
    by: Actor,
    now: datetime,
    patient_id: UUID | None = None,
    object_type: str = "",
    object_id: object = "",
    reason: str = "",
) -> AuditEvent:
    """Note that `by` was refused. In a transaction of its own, which the refused work's rollback cannot take along.

    Calling it inside a transaction is a RuntimeError: access is decided at the door, before work begins.
    """
    with transaction.atomic(durable=True):
        return record(
            action=action,
            now=now,
            by=by,
            patient_id=patient_id,
            object_type=object_type,
            object_id=object_id,
            outcome=Outcome.DENIED,
            reason=reason,
        )


def _sign(
    event: AuditEvent,
    *,
    by: Actor | None = None,
    job: str | None = None,
    anonymous: str | None = None,
    clinic_id: UUID | None = None,
) -> None:
    if sum(author is not None for author in (by, job, anonymous)) != 1:
        raise ValueError("An audit event has exactly one author: by=, job= or anonymous=.")
    if by is not None:
        event.actor_kind, event.actor_id = ActorKind.USER, str(by.pk)
        event.actor_label, event.actor_role = by.email, by.role
    elif job is not None:
        event.actor_kind, event.actor_label = ActorKind.JOB, job
    else:
        event.actor_kind, event.actor_label = ActorKind.ANONYMOUS, anonymous or ""
    event.clinic_id = clinic_id or (by.clinic_id if by is not None else None)
    context = request_context.get()
    event.request_id, event.ip_address = context.request_id, context.ip_address
    event.digest = digest_of(event)


def _plain(detail: dict[str, Any]) -> dict[str, Any]:
    """The detail as any database gives it back, so that its digest holds."""
    plain: dict[str, Any] = json.loads(json.dumps(detail, default=_as_text), parse_float=_refuse_float)
    return plain


def _as_text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"An audit detail cannot hold a {type(value).__name__}.")


def _refuse_float(text: str) -> NoReturn:
    raise ValueError(f"An audit detail cannot hold the float {text}; pass a Decimal.")
