"""Finding events in the log."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from monitoring.audit.models import ActorKind, AuditEvent, AuditEventQuerySet, Outcome

USUAL_SPAN: Final = timedelta(days=92)
# What `record_reads` notes: pages and files that name many patients at once, which is not to open one's record.
LISTS: Final = (
    "backtest", "education list", "failed_messages", "handover", "override report", "override report export",
    "patient list", "people I help", "rollout", "search", "worklist",
)  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class OpenedDay:
    """That one person opened one record on one calendar day: how often, when last, and which parts of it."""

    actor_id: str
    role: str
    day: date
    times: int
    last: datetime
    parts: tuple[str, ...] = ()


def days_opened(patient_id: UUID, *, since: datetime, zone: tzinfo, but: Iterable[str] = ()) -> QuerySet[Any, Any]:
    """Who opened this record from `since` on, a row for each person and day of `zone`, the latest first.

    Lists in which the patient stood among others are left out, and so are the roles in `but`. For `with_parts`.
    """
    by_day = _reads(patient_id, since, zone).exclude(actor_role__in=list(but))
    rows = by_day.values("actor_id", "actor_role", "day").annotate(times=Count("pk"), last=Max("at"))
    found: QuerySet[Any, Any] = rows.order_by("-last", "actor_id")
    return found


def with_parts(rows: Iterable[dict[str, Any]], patient_id: UUID, zone: tzinfo) -> list[OpenedDay]:
    """These rows of `days_opened` with what was looked at on each of the days; one query."""
    rows = list(rows)
    if not rows:
        return []
    since = datetime.combine(min(row["day"] for row in rows), time.min, tzinfo=zone)
    reads = _reads(patient_id, since, zone).filter(actor_id__in={row["actor_id"] for row in rows})
    parts: dict[tuple[str, str, date], list[str]] = {}
    for read in reads.values("actor_id", "actor_role", "day", "object_type").distinct().order_by("object_type"):
        parts.setdefault((read["actor_id"], read["actor_role"], read["day"]), []).append(read["object_type"])
    return [
        OpenedDay(
            row["actor_id"], row["actor_role"], row["day"], row["times"], row["last"],
            tuple(parts[row["actor_id"], row["actor_role"], row["day"]]),
        )
        for row in rows
    ]  # fmt: skip


def _reads(patient_id: UUID, since: datetime, zone: tzinfo) -> QuerySet[Any, Any]:
    reads = AuditEvent.objects.filter(
        patient_id=patient_id, at__gte=since, action="patient.read", outcome=Outcome.OK, actor_kind=ActorKind.USER
    )
    found: QuerySet[Any, Any] = reads.exclude(object_type__in=LISTS).annotate(day=TruncDate("at", tzinfo=zone))
    return found


def turned_away(patient_id: UUID, *, since: datetime) -> AuditEventQuerySet:
    """Who asked for this record from `since` on and was refused, the latest first."""
    refused = AuditEvent.objects.filter(patient_id=patient_id, at__gte=since, outcome=Outcome.DENIED)
    return refused.order_by("-id")


def stepped_in(patient_id: UUID, *, since: datetime) -> AuditEventQuerySet:
    """Who joined the care team from `since` on because an alert had reached them, the latest first.

    That is a person who joined by themselves, and took an alert of the patient's at that moment.
    """
    took = AuditEvent.objects.filter(
        patient_id=patient_id, action="alert.take", at=OuterRef("at"), actor_id=OuterRef("actor_id")
    )
    joined = AuditEvent.objects.filter(
        Exists(took), patient_id=patient_id, at__gte=since, action="care_team.join", object_id=F("actor_id")
    )
    return joined.order_by("-id")
