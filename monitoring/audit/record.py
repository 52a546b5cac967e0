"""The only writer of the audit log."""

import hashlib
import hmac
import json
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from monitoring.audit.models import ActorKind, AuditEvent, Outcome


@dataclass(frozen=True, slots=True)
class RequestContext:
    request_id: str = ""
    ip_address: str | None = None


request_context: ContextVar[RequestContext] = ContextVar("request_context", default=RequestContext())


class Actor(Protocol):
    """What the log needs to know of a person; `people.User` is one."""

    pk: Any
    email: str
    role: str


def canonical_bytes(event: AuditEvent) -> bytes:
    """The bytes the digest covers: every column but the key and the digest, sorted keys, UTC microseconds."""
    row = {
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [event.actor_kind, event.actor_id, event.actor_label, event.actor_role],
        "action": event.action,
        "outcome": event.outcome,
        "patient": str(event.patient_id or ""),
        "object": [event.object_type, event.object_id],
        "reason": event.reason,
        "detail": event.detail,
        "request": [event.request_id, event.ip_address or ""],
    }
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(event: AuditEvent) -> str:
    return hmac.new(settings.AUDIT_KEY.encode(), canonical_bytes(event), hashlib.sha256).hexdigest()


def record(
    *,
    action: str,
    now: datetime,
    by: Actor | None = None,
    job: str | None = None,
    anonymous: str | None = None,
    patient_id: UUID | None = None,
    object_type: str = "",
    object_id: object = "",
    outcome: str = Outcome.OK,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add one line to the audit log, in the caller's transaction.

    Exactly one of `by` (a person), `job` (a named sweep) and `anonymous` (the address somebody tried to sign in
    with) must be given: an event without an author is a ValueError. `detail` must be JSON of strings, integers,
    booleans, lists and objects: no floats, whose text differs between machines.
    """
    if sum(author is not None for author in (by, job, anonymous)) != 1:
        raise ValueError("An audit event has exactly one author: by=, job= or anonymous=.")
    context = request_context.get()
    event = AuditEvent(
        at=now,
        action=action,
        outcome=outcome,
        patient_id=patient_id,
        object_type=object_type,
        object_id=str(object_id),
        reason=reason,
        detail=detail or {},
        request_id=context.request_id,
        ip_address=context.ip_address,
    )
    if by is not None:
        event.actor_kind, event.actor_id = ActorKind.USER, str(by.pk)
        event.actor_label, event.actor_role = by.email, by.role
    elif job is not None:
        event.actor_kind, event.actor_label = ActorKind.JOB, job
    else:
        event.actor_kind, event.actor_label = ActorKind.ANONYMOUS, anonymous or ""
    event.digest = digest_of(event)
    event.save(force_insert=True)
    return event


def record_read(*, patient_id: UUID, what: str, by: Actor, now: datetime) -> AuditEvent:
    """Note that `by` was shown `what` of this patient; called before the answer is sent."""
    return record(action="patient.read", now=now, by=by, patient_id=patient_id, object_type=what)
