"""The list of patients, what it shows of each, and how many checked in today."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import pgettext_lazy

from monitoring.alerts.models import Alert, AlertState
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.people.models import Patient, User
from monitoring.regimens.models import InteractionFlag
from monitoring.titration.models import StepState, TitrationStep

DAYS_SHOWN: Final = 14
QUIET_FOR: Final = timedelta(days=7)


class Show(models.TextChoices):
    """Which of their patients a clinician looks through."""

    ALERT = "alert", pgettext_lazy("staff", "With an open alert")
    HELD = "held", pgettext_lazy("staff", "Step on hold")
    FLAGS = "flags", pgettext_lazy("staff", "Interaction to answer")
    QUIET = "quiet", pgettext_lazy("staff", "No check-in for 7 days")


@dataclass(frozen=True, slots=True)
class PatientFilters:
    """What the list shows: one `Show` or "", worst first or by name, and whom a name was found to mean."""

    show: str = ""
    worst_first: bool = False
    patients: Collection[UUID] | None = None


def patients_for(user: User, filters: PatientFilters, now: datetime) -> QuerySet[Patient]:
    """The patients a clinician may see, with what the list shows of each.

    In the order of their names as they are read aloud, small letters among the capitals.
    """
    reports = SymptomReport.objects.filter(patient=OuterRef("pk")).order_by("-submitted_at")
    alerts = Alert.objects.filter(patient=OuterRef("pk")).exclude(state=AlertState.CLOSED).order_by("-level")
    steps = TitrationStep.objects.ahead().filter(plan__patient=OuterRef("pk"))
    unanswered = InteractionFlag.objects.unanswered().filter(patient=OuterRef("pk")).order_by()
    asking = unanswered.values("patient").annotate(how_many=Count("pk"))
    found: QuerySet[Patient] = Patient.objects.visible_to(user).annotate(
        last_report_at=Subquery(reports.values("submitted_at")[:1]),
        alert_level=Subquery(alerts.values("level")[:1]),
        held_step_on=Subquery(steps.filter(state=StepState.HELD).order_by("due_on").values("due_on")[:1]),
        to_answer=Coalesce(Subquery(asking.values("how_many")[:1]), 0),
        next_step_on=Subquery(steps.moving().order_by("due_on").values("due_on")[:1]),
    )
    if filters.patients is not None:
        found = found.filter(pk__in=filters.patients)
    found = _shown(found, filters.show, now)
    order = (Lower("family_name"), Lower("given_names"), "pk")
    return (
        found.order_by(F("alert_level").desc(nulls_last=True), *order)
        if filters.worst_first
        else found.order_by(*order)
    )


def _shown(found: QuerySet[Patient], show: str, now: datetime) -> QuerySet[Patient]:
    conditions = {
        Show.ALERT: Q(alert_level__isnull=False),
        Show.HELD: Q(held_step_on__isnull=False),
        Show.FLAGS: Q(to_answer__gt=0),
        Show.QUIET: Q(last_report_at__isnull=True) | Q(last_report_at__lt=now - QUIET_FOR),
    }
    return found.filter(conditions[Show(show)]) if show in conditions else found


@dataclass(frozen=True, slots=True)
class Lately:
    """One patient’s last 14 days, oldest first: the level of each day’s worst report, and the days missed.

    A day on which nobody asked is in neither; a report that could not be judged has the level None.
    """

    today: date
    levels: Mapping[date, int | None] = field(default_factory=dict)
    missed: frozenset[date] = frozenset()

    @property
    def days(self) -> list[date]:
        return [self.today - timedelta(days=back) for back in reversed(range(DAYS_SHOWN))]


def lately_of(patients: Iterable[Patient], now: datetime) -> dict[UUID, Lately]:
    """The last 14 days of these patients, each by their own calendar; two queries for all of them."""
    todays = {patient.pk: patient.local_date(now) for patient in patients}
    if not todays:
        return {}
    first = min(todays.values()) - timedelta(days=DAYS_SHOWN - 1)
    levels: dict[UUID, dict[date, int | None]] = {key: {} for key in todays}
    reports = SymptomReport.objects.filter(patient__in=todays, check_in__local_date__gte=first)
    for key, day, level in reports.order_by().values_list("patient", "check_in__local_date", "level"):
        levels[key][day] = _worse(levels[key][day], level) if day in levels[key] else level
    missed: dict[UUID, set[date]] = {key: set() for key in todays}
    gaps = CheckIn.objects.filter(patient__in=todays, state=CheckInState.MISSED, local_date__gte=first)
    for key, day in gaps.order_by().values_list("patient", "local_date"):
        missed[key].add(day)
    return {key: Lately(today, levels[key], frozenset(missed[key] - set(levels[key]))) for key, today in todays.items()}


def _worse(one: int | None, other: int | None) -> int | None:
    """Not judged is worse than any level: nobody knows what it was."""
    return None if one is None or other is None else max(one, other)


def received_today(user: User, now: datetime) -> int:
    """How many check-ins of patients `user` may see have come in since midnight at the clinic."""
    zone = ZoneInfo(user.clinic.time_zone)
    midnight = datetime.combine(now.astimezone(zone).date(), time(0), tzinfo=zone)
    reports = SymptomReport.objects.filter(patient__in=Patient.objects.visible_to(user))
    return reports.filter(submitted_at__gte=midnight, submitted_at__lte=now).count()
