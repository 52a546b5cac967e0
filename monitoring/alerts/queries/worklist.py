"""What a clinician's worklist and the escalation sweep ask."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When

from monitoring.alerts.models import Alert, AlertDeed, AlertEvent, AlertKind, AlertLevel, AlertQuerySet, AlertState
from monitoring.notifications.queries import refs_told
from monitoring.operations.models import Heartbeat
from monitoring.people.models import CareTeamMembership, User
from monitoring.people.queries import stands_in_for

ESCALATION_SWEEP = "escalate_unanswered_alerts"
OPEN = "open"
# What puts an alert before somebody anew, and what takes it off them.
STIRRED: Final = (
    AlertDeed.RAISED, AlertDeed.LIFTED, AlertDeed.CAME_BACK, AlertDeed.WOKE, AlertDeed.RELEASED,
    AlertDeed.TAKE_TIMED_OUT,
)  # fmt: skip
ANSWERED: Final = (AlertDeed.TAKEN, AlertDeed.SNOOZED, AlertDeed.CLOSED)
LEVEL_NAMES = {level.name.lower(): level for level in AlertLevel}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the worklist shows; empty means everything open.

    `owner` is "me", "none" or "others"; `team` is "cover" for the patients of those one stands in for; `patients`
    are those that a name was found to mean, None when no name was asked for.
    """

    state: str = OPEN
    owner: str = ""
    level: str = ""
    text: str = ""
    kind: str = ""
    overdue: bool = False
    team: str = ""
    patients: Collection[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures beside the worklist's filters; `unanswered` counts what is urgent or worse and nobody has."""

    open: int
    overdue: int
    mine: int
    others: int
    unowned: int
    snoozed: int
    unanswered: int


def _overdue(now: datetime) -> Q:
    return Q(due_at__lte=now, state__in=[AlertState.NEW, AlertState.TAKEN])


def _owned_by(user: User) -> Q:
    return Q(state=AlertState.TAKEN, taken_by=user) | Q(state=AlertState.SNOOZED, snoozed_by=user)


OWNERS: Final[Mapping[str, Callable[[User], Q]]] = {
    "me": _owned_by,
    "none": lambda _: Q(state=AlertState.NEW),
    "others": lambda user: Q(state__in=[AlertState.TAKEN, AlertState.SNOOZED]) & ~_owned_by(user),
}
COVER: Final = "cover"


def worklist(user: User, filters: Filters, now: datetime) -> AlertQuerySet:
    """The alerts `user` may see, most pressing first: overdue, then level, then age."""
    alerts = narrowed(user, filters, now)
    alerts = alerts.select_related("patient", "taken_by", "snoozed_by", "closed_by", "follows__closed_by")
    if filters.state == AlertState.CLOSED:
        return alerts.order_by("-closed_at", "id")
    overdue = Case(When(_overdue(now), then=Value(True)), default=Value(False), output_field=BooleanField())
    marked: AlertQuerySet = alerts.annotate(is_overdue=overdue)
    return marked.order_by("-is_overdue", "-level", "raised_at", "id")


def narrowed(user: User, filters: Filters, now: datetime) -> AlertQuerySet:
    """The alerts `user` may see that pass the filters, in no order."""
    alerts: AlertQuerySet = Alert.objects.visible_to(user)
    alerts = alerts.filter(state=filters.state) if filters.state in AlertState.values else alerts.open()
    if filters.owner in OWNERS:
        alerts = alerts.filter(OWNERS[filters.owner](user))
    if filters.level in LEVEL_NAMES:
        alerts = alerts.filter(level=LEVEL_NAMES[filters.level])
    if filters.kind in AlertKind.values:
        alerts = alerts.filter(kind=filters.kind)
    if filters.overdue:
        alerts = alerts.filter(_overdue(now))
    if filters.team == COVER:
        absent = [person.pk for person in stands_in_for(user, now)]
        theirs = CareTeamMembership.objects.current().filter(clinician__in=absent)
        alerts = alerts.filter(patient__in=theirs.values("patient"))
    if filters.patients is not None:
        alerts = alerts.filter(patient__in=filters.patients)
    return _named(alerts, filters.text)


def _named(alerts: AlertQuerySet, text: str) -> AlertQuerySet:
    for word in text.split():
        alerts = alerts.filter(
            Q(patient__family_name__icontains=word)
            | Q(patient__given_names__icontains=word)
            | Q(patient__identifier__icontains=word)
        )
    return alerts


@dataclass(frozen=True, slots=True)
class News:
    """How many alerts came up, and how many others have answered, since a worklist was drawn."""

    new: int = 0
    answered: int = 0


def news_since(user: User, filters: Filters, since: datetime, now: datetime) -> News:
    """What others and the sweeps did to the alerts of this worklist since then; one’s own deeds are no news."""
    deeds = AlertEvent.objects.filter(at__gt=since).exclude(by=user)
    fresh = deeds.filter(what__in=STIRRED, alert__in=narrowed(user, filters, now).values("pk"))
    seen = Alert.objects.visible_to(user).filter(Q(closed_at__isnull=True) | Q(closed_at__gt=since))
    gone = deeds.filter(what__in=ANSWERED, alert__in=seen.values("pk")).exclude(alert__in=fresh.values("alert"))
    return News(new=_distinct(fresh), answered=_distinct(gone))


def _distinct(deeds: QuerySet[AlertEvent]) -> int:
    return deeds.order_by().values("alert").distinct().count()


def counts(user: User, now: datetime) -> Counts:
    """How many open alerts `user` may see, by what stands beside the filters; one query."""
    figures = Alert.objects.visible_to(user).open().aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=_overdue(now)),
        mine=Count("pk", filter=_owned_by(user)),
        others=Count("pk", filter=OWNERS["others"](user)),
        unowned=Count("pk", filter=Q(state=AlertState.NEW)),
        snoozed=Count("pk", filter=Q(state=AlertState.SNOOZED)),
        unanswered=Count("pk", filter=Q(state=AlertState.NEW, level__gte=AlertLevel.URGENT)),
    )  # fmt: skip
    return Counts(**figures)


def calling_for_help(user: User) -> QuerySet[Alert]:
    """Unanswered alerts of other teams of the clinic that the escalation has brought to `user`.

    They may not see the patient; they may see that somebody must step in.
    """
    visible = Alert.objects.visible_to(user).values("pk")
    told = refs_told(user, "alert")
    return (
        Alert.objects.filter(patient__clinic=user.clinic_id, state=AlertState.NEW, pk__in=told)
        .exclude(pk__in=visible)
        .order_by("-level", "raised_at", "id")
    )


def covered_in(alert: Alert, user: User, now: datetime) -> list[User]:
    """The members of the patient's care team for whom `user` stands in."""
    members = CareTeamMembership.objects.current().filter(patient=alert.patient_id).values_list("clinician", flat=True)
    team = set(members)
    return [person for person in stands_in_for(user, now) if person.pk in team]


def open_alerts_of(patient_id: UUID) -> QuerySet[Alert]:
    """One patient's open alerts, worst first; the caller has checked who asks."""
    return Alert.objects.open().filter(patient=patient_id).order_by("-level", "raised_at", "id")


def earlier_alerts(alert: Alert, limit: int = 5) -> list[Alert]:
    """The patient's closed alerts of the same kind, newest first."""
    same = Alert.objects.filter(patient=alert.patient_id, kind=alert.kind, state=AlertState.CLOSED)
    return list(same.exclude(pk=alert.pk).select_related("closed_by").order_by("-closed_at", "id")[:limit])


def last_check() -> datetime | None:
    """When the sweep that passes alerts on last finished; None when it has never run."""
    beat = Heartbeat.objects.filter(name=ESCALATION_SWEEP).first()
    return beat.last_finished_at if beat else None
