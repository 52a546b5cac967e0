"""Finding events in the log."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from monitoring.audit.models import AuditEvent, AuditEventQuerySet

USUAL_SPAN: Final = timedelta(days=92)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What an admin asks of the log. Days are in UTC and both are included; empty asks nothing."""

    actor: str = ""
    action: str = ""
    patient: UUID | None = None
    since: date
    until: date | None = None

    def as_detail(self) -> dict[str, Any]:
        """The part that was really asked, for the log's own line about it."""
        return {name: value for name, value in asdict(self).items() if value}


def find(reader: Any, search: Search) -> AuditEventQuerySet:
    """The events that `reader` may see and that answer `search`, newest first.

    `actor` is any part of an address or name of a job, or a whole user id; `action` is a verb or its first words.
    """
    found = AuditEvent.objects.visible_to(reader).filter(at__gte=_midnight(search.since))
    if search.until:
        found = found.filter(at__lt=_midnight(search.until + timedelta(days=1)))
    if search.actor:
        found = found.filter(Q(actor_label__icontains=search.actor) | Q(actor_id=search.actor))
    if search.action:
        found = found.filter(action__istartswith=search.action)
    if search.patient:
        found = found.filter(patient_id=search.patient)
    return found.order_by("-id")


def last_verification() -> AuditEvent | None:
    """The log's own line about the last time it was checked."""
    return AuditEvent.objects.filter(action="audit.verify").order_by("-id").first()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
