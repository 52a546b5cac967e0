"""What the replay job reads: everything about a few patients in a fixed number of queries."""

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from monitoring.backtests.models import BacktestRun
from monitoring.backtests.rules import LOOK_BACK, Place, Schedule, StoredReport, follows
from monitoring.checkins.models import (
    CheckIn,
    CheckInPreference,
    CheckInSchedule,
    CheckInState,
    ScheduleSource,
    SymptomReport,
)
from monitoring.checkins.queries import context_of
from monitoring.checkins.rules import CadenceRule, Level, read_answers, read_vitals
from monitoring.checkins.rules.judging import read_context
from monitoring.people.models import CareTeamMembership, Patient

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Past:
    """What is replayed of one patient; reports from before the first day serve as history alone."""

    patient: Patient
    reports: list[StoredReport] = field(default_factory=list)
    not_readable: int = 0
    schedules: list[Schedule] = field(default_factory=list)
    team: list[Place] = field(default_factory=list)
    missed: Mapping[str, int] = field(default_factory=dict)


def runs_to_work_on(now: datetime, limit: int = 20) -> list[UUID]:
    """Replays that nobody is working on, the oldest first."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    return list(BacktestRun.objects.live().filter(free).order_by("asked_at", "pk").values_list("pk", flat=True)[:limit])


def patients_to_replay(run: BacktestRun) -> QuerySet[Patient]:
    """The patients of the clinic that a replay still has to take, in its order."""
    patients = Patient.objects.filter(clinic=run.proposal.clinic_id, registered_at__lte=run.asked_at)
    if run.cursor is not None:
        patients = patients.filter(pk__gt=run.cursor)
    return patients.order_by("pk")


def pasts_of(patients: Sequence[Patient], run: BacktestRun, rule: CadenceRule) -> list[Past]:
    """Everything that a replay of these patients weighs, as of the moment it was asked for."""
    pasts = {patient.pk: Past(patient) for patient in patients}
    _add_reports(pasts, run)
    _add_schedules(pasts, run, rule)
    _add_teams(pasts, ZoneInfo(run.proposal.clinic.time_zone))
    _add_missed(pasts, run)
    return list(pasts.values())


def _add_reports(pasts: Mapping[UUID, Past], run: BacktestRun) -> None:
    first = run.first_day - LOOK_BACK - timedelta(days=1)
    rows = SymptomReport.objects.filter(patient__in=pasts, check_in__local_date__gte=first)
    rows = rows.annotate(known_at=Coalesce("entered_at", "submitted_at")).filter(known_at__lte=run.asked_at)
    for row in rows.select_related("check_in").order_by("known_at", "pk"):
        past = pasts[row.patient_id]
        try:
            past.reports.append(_stored(row, past.patient))
        except (ValueError, KeyError, TypeError):
            past.not_readable += 1
            logger.error("report_not_replayed", extra={"report": str(row.pk)})


def _stored(row: SymptomReport, patient: Patient) -> StoredReport:
    kept = row.judged_with
    occasion = row.check_in
    return StoredReport(
        key=str(row.check_in_id),
        known_at=row.entered_at or row.submitted_at,
        occasion=occasion.local_date,
        answers=read_answers(row.answers),
        vitals=read_vitals(row.vitals),
        note=row.note,
        context=context_of(patient, patient.local_date(row.submitted_at)) if kept is None else read_context(kept),
        asked_on=occasion.local_date if occasion.schedule_id else None,
        stored=None if row.level is None else Level(row.level),
        stored_by=row.threshold_version,
        context_kept=kept is not None,
    )


def _add_schedules(pasts: Mapping[UUID, Past], run: BacktestRun, rule: CadenceRule) -> None:
    # Who is asked by days of their own is not touched by the rule.
    apart = set(
        CheckInPreference.objects.filter(patient__in=pasts)
        .exclude(every_days__isnull=True, ends_on__isnull=True)
        .values_list("patient_id", flat=True)
    )
    rows = CheckInSchedule.objects.filter(patient__in=pasts, created_at__lte=run.asked_at, starts_on__lte=run.last_day)
    for row in rows.order_by("created_at", "pk"):
        past, after_stop = pasts[row.patient_id], row.source == ScheduleSource.STOP
        ended = row.ended_at if row.ended_at and row.ended_at <= run.asked_at else None
        past.schedules.append(
            Schedule(
                row.cadence,
                None if ended is None else past.patient.local_date(ended),
                after_stop,
                by_rule=row.patient_id not in apart and follows(row.cadence, rule, after_stop=after_stop),
            )
        )


def _add_teams(pasts: Mapping[UUID, Past], zone: ZoneInfo) -> None:
    for row in CareTeamMembership.objects.filter(patient__in=pasts).order_by("joined_at", "pk"):
        until = None if row.left_at is None else row.left_at.astimezone(zone).date()
        pasts[row.patient_id].team.append(Place(str(row.clinician_id), row.joined_at.astimezone(zone).date(), until))


def _add_missed(pasts: Mapping[UUID, Past], run: BacktestRun) -> None:
    missed = CheckIn.objects.filter(
        patient__in=pasts, local_date__gte=run.first_day, local_date__lte=run.last_day,
        state__in=[CheckInState.MISSED, CheckInState.MISSED_SYSTEM],
    )  # fmt: skip
    counted: dict[UUID, Counter[str]] = defaultdict(Counter)
    for patient_id, state in missed.values_list("patient_id", "state"):
        counted[patient_id][state] += 1
    for patient_id, states in counted.items():
        pasts[patient_id].missed = states
