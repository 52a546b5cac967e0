"""What the log is sealed with: keyed digests over one event, and over a run of events and the seal before it."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from monitoring.audit.models import AuditEvent, AuditLeaf, AuditSeal


def _mac(content: bytes) -> "hmac.HMAC":
    if not settings.AUDIT_KEY:
        raise ImproperlyConfigured("AUDIT_KEY is empty: the audit log can be neither written nor checked.")
    return hmac.new(settings.AUDIT_KEY.encode(), content, hashlib.sha256)


def key_id() -> str:
    """Tells the present audit key from another one, without telling the key."""
    return _mac(b"evenkeel audit key").hexdigest()[:16]


def canonical_bytes(event: AuditEvent) -> bytes:
    """The bytes the digest covers: every column but the key and the digest, sorted keys, UTC microseconds."""
    row = {
        "serial": str(event.serial),
        "at": _instant(event.at),
        "actor": [event.actor_kind, event.actor_id, event.actor_label, event.actor_role],
        "clinic": event.clinic_id and str(event.clinic_id),
        "action": event.action,
        "outcome": event.outcome,
        "patient": event.patient_id and str(event.patient_id),
        "object": [event.object_type, event.object_id],
        "reason": event.reason,
        "detail": event.detail,
        "request": [event.request_id, event.ip_address],
    }
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(event: AuditEvent) -> str:
    """HMAC-SHA-256 over the event, in hex."""
    return _mac(canonical_bytes(event)).hexdigest()


def is_authentic(event: AuditEvent) -> bool:
    """Whether this program wrote the row, and it still says what it said then."""
    return hmac.compare_digest(digest_of(event).encode(), event.digest.encode())


class SealDigest:
    """The digest of a seal, fed leaf by leaf: it also covers the seal before, the span, the time and the key."""

    def __init__(self, seal: AuditSeal, *, previous: str) -> None:
        head = f"{previous}|{seal.first_position}|{seal.last_position}|{_instant(seal.sealed_at)}|{seal.key_id}"
        self._mac = _mac(head.encode())

    def add(self, leaf: AuditLeaf) -> None:
        self._mac.update(f"\n{leaf.position}:{leaf.event_id}:{leaf.digest}".encode())

    def hexdigest(self) -> str:
        return self._mac.hexdigest()


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
