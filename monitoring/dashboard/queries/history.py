"""What a patient can look back on, day by day and in words: check-ins, doses, and what the clinic answered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from monitoring.alerts.models import Alert, AlertKind, AlertOutcome, AlertState
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.rules.questions import QUESTIONS
from monitoring.checkins.views.results import words_of
from monitoring.intakes.models import DoseReport
from monitoring.intakes.queries import reports_between
from monitoring.people.models import Patient
from monitoring.regimens.models import DosePeriod, Prescription

LANE_DAYS: Final = 28
LANES: Final = ("q1_sleepiness", "q3_standing", "q5_thinking", "q6_strength", "q4_fall", "q9_mood")
# What concerns the clinic's own work, such as a message that could not be sent, is not the patient's to read.
WHAT: Final[Mapping[str, Promise]] = {
    AlertKind.SYMPTOMS: pgettext_lazy("clinical", "Something you told us needed a look"),
    AlertKind.UNJUDGED: pgettext_lazy("clinical", "A person at your clinic had to read your check-in"),
    AlertKind.MISSED_CHECK_IN: pgettext_lazy("clinical", "A check-in did not reach us"),
    AlertKind.STEP_HELD: pgettext_lazy("clinical", "Your dose was kept as it was for now"),
    AlertKind.WITHDRAWAL: pgettext_lazy("clinical", "Your clinic looks out for signs of too little baclofen"),
    AlertKind.SUPPLY: pgettext_lazy("clinical", "Your tablets may run out"),
    AlertKind.DOSES: pgettext_lazy("clinical", "What you told us of your doses needed a look"),
}
REPLIES: Final[Mapping[str, Promise]] = {
    AlertOutcome.CALLED: pgettext_lazy("clinical", "Your clinic called you"),
    AlertOutcome.DOSE_CHANGED: pgettext_lazy("clinical", "Your clinic changed your dose"),
    AlertOutcome.ADVICE: pgettext_lazy("clinical", "Your clinic gave you advice"),
    AlertOutcome.SENT_FOR_HELP: pgettext_lazy("clinical", "Your clinic sent for help"),
    AlertOutcome.FALSE_ALARM: pgettext_lazy("clinical", "Your clinic looked, and all was well"),
}
_ENDED: Final = (CheckInState.SUBMITTED, CheckInState.MISSED, CheckInState.MISSED_SYSTEM)


@dataclass(frozen=True, slots=True)
class Said:
    """An alert in the patient's words; `reply` is what became of it, "" while the clinic has not answered."""

    what: Promise
    level: int
    taken: bool
    reply: Promise | str = ""
    replied_at: datetime | None = None


@dataclass(slots=True)
class HistoryDay:
    """One day, newest first on the page."""

    day: date
    check_ins: list[tuple[CheckIn, str]] = field(default_factory=list)
    doses: list[DoseReport] = field(default_factory=list)
    alerts: list[Said] = field(default_factory=list)
    changes: list[Prescription] = field(default_factory=list)


def history_days(patient: Patient, today: date) -> list[date]:
    """Every day up to today on which anything happened, newest first."""
    check_ins = CheckIn.objects.filter(patient=patient, state__in=_ENDED).values_list("local_date", flat=True)
    doses = DoseReport.objects.filter(patient=patient).values_list("local_date", flat=True)
    alerts = (patient.local_date(at) for at in _alerts(patient).values_list("raised_at", flat=True))
    changes = _changes(patient, today).values_list("starts_on", flat=True)
    return sorted({*check_ins, *doses, *alerts, *(day for day in changes if day is not None)}, reverse=True)


def history_of(patient: Patient, days: Iterable[date], today: date) -> list[HistoryDay]:
    """What happened on these days, in their order."""
    wanted = list(days)
    if not wanted:
        return []
    found = {day: HistoryDay(day) for day in wanted}
    first, last = min(wanted), max(wanted)
    between = CheckIn.objects.filter(patient=patient, state__in=_ENDED, local_date__gte=first, local_date__lte=last)
    for check_in in between.select_related("report"):
        words = words_of(check_in.report) if hasattr(check_in, "report") else ""
        _add(found, check_in.local_date, "check_ins", (check_in, words))
    for dose in reports_between(patient, first, last):
        _add(found, dose.local_date, "doses", dose)
    for alert in _alerts(patient).order_by("raised_at", "id"):
        _add(found, patient.local_date(alert.raised_at), "alerts", _said(alert))
    for period in _changes(patient, today).select_related("prescription"):
        if period.starts_on is not None:
            _add(found, period.starts_on, "changes", period.prescription)
    return [found[day] for day in wanted]


def _add(found: Mapping[date, HistoryDay], day: date, kind: str, what: object) -> None:
    if day in found:
        getattr(found[day], kind).append(what)


def _alerts(patient: Patient) -> "QuerySet[Alert]":
    return Alert.objects.filter(patient=patient, kind__in=WHAT)


def _changes(patient: Patient, today: date) -> "QuerySet[DosePeriod]":
    taken = Prescription.objects.filter(patient=patient).taken()
    return DosePeriod.objects.filter(prescription__in=taken, starts_on__lte=today)


def _said(alert: Alert) -> Said:
    return Said(
        WHAT[alert.kind],
        alert.level,
        taken=alert.state == AlertState.TAKEN,
        reply=REPLIES.get(alert.outcome, ""),
        replied_at=alert.closed_at,
    )


@dataclass(frozen=True, slots=True)
class Lane:
    """One symptom over the last four weeks: the worst answer of each day, from 0 to `highest`."""

    key: str
    first: date
    last: date
    highest: int
    scores: Mapping[date, int]

    @property
    def question(self) -> str:
        return QUESTIONS[self.key].label

    @property
    def latest_words(self) -> str:
        return QUESTIONS[self.key].words(self.scores[max(self.scores)])

    @property
    def worst_words(self) -> str:
        return QUESTIONS[self.key].words(max(self.scores.values()))


def lanes_of(patient: Patient, today: date) -> list[Lane]:
    """The symptoms with at least two answers in the last four weeks."""
    first = today - timedelta(days=LANE_DAYS - 1)
    rows = SymptomReport.objects.filter(patient=patient).of_days(first, today + timedelta(days=1))
    scores: dict[str, dict[date, int]] = defaultdict(dict)
    for day, answers in rows.values_list("check_in__local_date", "answers"):
        for key in LANES:
            if isinstance(score := answers.get(key), int):
                scores[key][day] = max(score, scores[key].get(day, 0))
    return [
        Lane(key, first, today, len(QUESTIONS[key].options) - 1, scores[key]) for key in LANES if len(scores[key]) > 1
    ]
