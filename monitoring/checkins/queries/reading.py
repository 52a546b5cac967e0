"""What is due, what was answered, and what was missed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from monitoring.alerts.models import Alert, AlertKind
from monitoring.checkins.models import CheckIn, CheckInSchedule, CheckInState, ReportChannel, SymptomReport
from monitoring.checkins.rules import CheckInContext, Level, PastAnswers, Standing, read_answers, standing_of
from monitoring.people.models import Patient

COPD = "copd"


def patients_to_plan(now: datetime, limit: int = 500) -> list[UUID]:
    """Patients whose next occasions are to be laid out, longest waiting first."""
    rows = CheckInSchedule.objects.to_plan(now).order_by("plan_next_at").values_list("patient_id", flat=True)
    return list(dict.fromkeys(rows[:limit]))


def check_ins_to_ask(now: datetime, limit: int = 500) -> list[UUID]:
    """Occasions that are open and were not announced yet."""
    return list(CheckIn.objects.to_remind(now).order_by("opens_at").values_list("pk", flat=True)[:limit])


def check_ins_overdue(now: datetime, limit: int = 500) -> list[UUID]:
    """Occasions whose window has passed without a report."""
    return list(CheckIn.objects.overdue(now).order_by("closes_at").values_list("pk", flat=True)[:limit])


def context_of(patient: Patient, on: date) -> CheckInContext:
    """What the thresholds need to know of the patient on `on`; what was never recorded stays unknown."""
    conditions = patient.conditions
    return CheckInContext(
        on=on,
        age=patient.age_on(on),
        egfr=patient.egfr,
        sex=patient.sex,
        copd=None if conditions is None else COPD in conditions,
        baseline_qtc_ms=patient.qtc_ms,
    )


def past_answers(patient: Patient, before: date, days: int) -> tuple[PastAnswers, ...]:
    """The answers of the `days` days before `before`, oldest first."""
    rows = SymptomReport.objects.filter(patient=patient).of_days(before - timedelta(days=days), before)
    return tuple(
        PastAnswers(on, read_answers(answers)) for on, answers in rows.values_list("check_in__local_date", "answers")
    )


def check_in_to_fill(patient: Patient, now: datetime) -> CheckIn | None:
    """The open check-in to go on with: one that was begun, else the scheduled one."""
    waiting = list(CheckIn.objects.open_at(now).filter(patient=patient))
    return min(waiting, key=lambda each: (not each.draft, each.schedule_id is None, each.opens_at), default=None)


def occasion_at(patient: Patient, at: datetime) -> CheckIn | None:
    """The scheduled occasion whose window holds this moment, whatever became of it; None without one."""
    there = CheckIn.objects.filter(patient=patient, schedule__isnull=False, opens_at__lte=at, closes_at__gt=at)
    found: CheckIn | None = there.exclude(state=CheckInState.CANCELLED).order_by("-opens_at").first()
    return found


def draft_answers(check_in: CheckIn) -> Mapping[str, object]:
    """The answers given so far in a form that is being filled in."""
    answers = check_in.draft.get("answers", {}) if isinstance(check_in.draft, dict) else {}
    return answers if isinstance(answers, dict) else {}


def last_level(patient: Patient) -> Level | None:
    """The level of the last report, “none” before the first one; None when it could not be judged."""
    report = SymptomReport.objects.filter(patient=patient).only("level").first()
    if report is None:
        return Level.NONE
    return None if report.level is None else Level(report.level)


def missed_in_a_row(patient: Patient) -> int:
    """Occasions missed by the patient since their last report; days the system did not ask do not count."""
    missed = CheckIn.objects.filter(patient=patient, state=CheckInState.MISSED)
    last = SymptomReport.objects.filter(patient=patient).values_list("submitted_at", flat=True).first()
    return (missed.filter(closes_at__gt=last) if last else missed).count()


def history(patient: Patient, limit: int = 60) -> "QuerySet[CheckIn]":
    """The patient's past occasions with their reports, newest first; neither planned nor abandoned ones."""
    return (
        CheckIn.objects.filter(patient=patient)
        .exclude(state__in=[CheckInState.DUE, CheckInState.CANCELLED])
        .select_related("report")[:limit]
    )


def open_occasions(patient: Patient, now: datetime) -> list[CheckIn]:
    """The scheduled occasions that have opened and wait for an answer, newest first."""
    due = CheckIn.objects.filter(patient=patient, state=CheckInState.DUE, schedule__isnull=False, opens_at__lte=now)
    return list(due.order_by("-opens_at"))


def standing(check_in: CheckIn, now: datetime) -> Standing:
    """How an occasion stands at `now`, as pages tell it."""
    return standing_of(
        state=check_in.state,
        opens_at=check_in.opens_at,
        closes_at=check_in.closes_at,
        asked_at=check_in.reminded_at,
        late_at=check_in.late_at,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How the occasions of the last weeks ended: each kind of silence counted apart."""

    sent: int
    sent_late: int
    by_phone: int
    missed: int
    not_asked: int

    @property
    def asked(self) -> int:
        """Occasions at which the patient could answer."""
        return self.sent + self.missed


def tally_of(patient: Patient, now: datetime, days: int = 30) -> Tally:
    """The tally of the last `days` days, today's occasion left out while it is open."""
    ended = CheckIn.objects.filter(patient=patient, schedule__isnull=False, opens_at__gt=now - timedelta(days=days))
    sent = Q(state=CheckInState.SUBMITTED)
    counts = ended.aggregate(
        sent=Count("pk", filter=sent),
        sent_late=Count("pk", filter=sent & Q(report__submitted_at__gte=F("late_at"), reminded_at__isnull=False)),
        by_phone=Count("pk", filter=sent & Q(report__channel=ReportChannel.PHONE)),
        missed=Count("pk", filter=Q(state=CheckInState.MISSED)),
        not_asked=Count("pk", filter=Q(state=CheckInState.MISSED_SYSTEM)),
    )
    return Tally(**counts)


def occasions(patient: Patient, *, state: str = "") -> "QuerySet[CheckIn]":
    """Every occasion of a patient with its report, newest first, those to come among them; of one state if asked."""
    found = CheckIn.objects.filter(patient=patient).select_related("report__submitted_by")
    return found.filter(state=state) if state else found


@dataclass(frozen=True, slots=True)
class HomeCheckIn:
    """The check-in part of the patient's home page."""

    to_fill: CheckIn | None
    begun: bool
    sent_today: bool
    next_opens_at: datetime | None
    is_late: bool = False


def home_check_in(patient: Patient, now: datetime) -> HomeCheckIn:
    """What the patient's home page says about check-ins at `now`."""
    to_fill = check_in_to_fill(patient, now)
    upcoming = CheckIn.objects.filter(patient=patient, state=CheckInState.DUE, opens_at__gt=now)
    return HomeCheckIn(
        to_fill=to_fill,
        begun=to_fill is not None and bool(to_fill.draft),
        is_late=to_fill is not None and standing(to_fill, now) is Standing.LATE,
        sent_today=SymptomReport.objects.filter(patient=patient, check_in__local_date=patient.local_date(now)).exists(),
        next_opens_at=upcoming.order_by("opens_at").values_list("opens_at", flat=True).first(),
    )


def clinic_looks_by(report: SymptomReport, now: datetime) -> datetime | None:
    """When the clinic means to have looked at this report, if that is still ahead: its open alert's due time."""
    kind = AlertKind.UNJUDGED if report.level is None else AlertKind.SYMPTOMS
    level = Level.URGENT if report.level is None else report.level
    alert = Alert.objects.open().filter(patient=report.patient_id, kind=kind, level=level, due_at__gt=now).first()
    return None if alert is None else alert.due_at
