"""What one shift hands to the next, as it stood at one moment: of the patients the reader may see, and of no other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from monitoring.alerts.models import Alert, AlertDeed, AlertEvent
from monitoring.alerts.rules import due_words, reason_line, span_words
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.operations.queries import gaps_between
from monitoring.people.models import Absence, Patient, User
from monitoring.titration.models import StepState, TitrationStep

# A shift, twice over: whoever comes back after a day off sees the whole of it (judgement).
SPAN: Final = timedelta(hours=24)
NOBODY: Final = "Nobody"
_HOLDS: Final = {AlertDeed.TAKEN: "taken", AlertDeed.SNOOZED: "snoozed"}
# A new report or a next telling leaves an alert with whoever holds it.
_LEAVES: Final = (AlertDeed.REPORTED, AlertDeed.LIFTED, AlertDeed.ESCALATED, AlertDeed.HANDED_ON)


@dataclass(frozen=True, slots=True)
class Part:
    """One section: what fits on the sheet, and how many more there are."""

    rows: Sequence[Any]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An alert that was open, as its history says it stood."""

    alert: Alert
    level: int
    owner: str
    state: str
    since: datetime
    waits: str
    due: str
    overdue: bool

    @property
    def why(self) -> str:
        return reason_line(self.alert.why)[0] or self.alert.get_kind_display()


@dataclass(frozen=True, slots=True)
class Handover:
    """The sheet. `at` is the moment it speaks of; everything else is told from there."""

    at: datetime
    patients: int
    open: Part
    closed: Part
    due: Part
    held: Part
    missed: Part
    away: Part
    outages: Part
    shown: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def by_owner(self) -> dict[str, list[OpenRow]]:
        """The open alerts under whoever had them, those that nobody had first."""
        found: dict[str, list[OpenRow]] = {}
        for row in sorted(self.open.rows, key=lambda each: (each.owner != NOBODY, each.owner)):
            found.setdefault(row.owner, []).append(row)
        return found


def handover(user: User, at: datetime) -> Handover:
    """What is open, closed, due, held and missed at `at`, who is away, and when nobody watched; eleven queries."""
    visible = Patient.objects.visible_to(user)
    start, end = at - SPAN, at + SPAN
    closed = AlertEvent.objects.filter(what=AlertDeed.CLOSED, at__gt=start, at__lte=at, alert__patient__in=visible)
    steps = TitrationStep.objects.filter(plan__patient__in=visible).select_related(
        "plan__prescription", "plan__patient"
    )
    missed = CheckIn.objects.filter(
        patient__in=visible, state=CheckInState.MISSED, closes_at__gt=start, closes_at__lte=at
    )
    away = Absence.objects.standing().filter(user__clinic=user.clinic_id, starts_at__lt=end, ends_at__gt=at)
    gaps = gaps_between(start, at)
    parts = {
        "open": _part(_open_rows(visible, at), 24),
        "closed": _part(closed.select_related("alert__patient", "by").order_by("-level", "-at", "id"), 14),
        "due": _part(steps.ahead().moving().filter(_due(at, end)).order_by("due_at", "pk"), 12),
        "held": _part(steps.ahead().filter(state=StepState.HELD).order_by("due_at", "pk"), 10),
        "missed": _part(missed.select_related("patient").order_by("closes_at", "pk"), 12),
        "away": _part(away.select_related("user", "cover").order_by("starts_at", "pk"), 8),
        "outages": _part(gaps, 4),
    }
    return Handover(at=at, patients=visible.count(), shown=_patients_in(parts), **parts)


def _due(at: datetime, end: datetime) -> Q:
    return Q(state=StepState.PLANNED, due_at__lte=end) & (Q(due_at__gt=at) | Q(settled_at__isnull=True))


def _part(found: "QuerySet[Any] | Sequence[Any]", most: int) -> Part:
    rows = list(found[:most])
    if len(rows) < most:
        return Part(rows, len(rows))
    return Part(rows, found.count() if isinstance(found, QuerySet) else len(found))


def _patients_in(parts: dict[str, Part]) -> frozenset[UUID]:
    return frozenset(
        [row.alert.patient_id for name in ("open", "closed") for row in parts[name].rows]
        + [row.plan.patient_id for name in ("due", "held") for row in parts[name].rows]
        + [row.patient_id for row in parts["missed"].rows]
    )


def _open_rows(visible: QuerySet[Patient], at: datetime) -> list[OpenRow]:
    """Every alert that was open at `at`, most pressing first."""
    alerts = Alert.objects.filter(patient__in=visible, raised_at__lte=at)
    alerts = alerts.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=at)).select_related("patient")
    deeds = AlertEvent.objects.filter(alert__in=alerts.order_by().values("pk"), at__lte=at).select_related("by")
    history: dict[UUID, list[AlertEvent]] = {}
    for deed in deeds.order_by("id"):
        history.setdefault(deed.alert_id, []).append(deed)
    rows = [_open_row(alert, history.get(alert.pk, []), at) for alert in alerts]
    return sorted(rows, key=lambda row: (not row.overdue, -row.level, row.alert.raised_at, str(row.alert.pk)))


def _open_row(alert: Alert, history: Iterable[AlertEvent], at: datetime) -> OpenRow:
    level, owner, state, since = alert.level, NOBODY, "new", alert.raised_at
    for deed in history:
        level = deed.level
        if deed.what not in _LEAVES:
            state, since = _HOLDS.get(AlertDeed(deed.what), "new"), deed.at
            owner = deed.by.name if state != "new" and deed.by else NOBODY
    return OpenRow(
        alert, level, owner, state, since,
        waits=span_words(at - alert.raised_at),
        due=due_words(alert.due_at, at),
        overdue=alert.due_at <= at and state != "snoozed",
    )  # fmt: skip
