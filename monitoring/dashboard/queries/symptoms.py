"""The answers of check-ins as lanes, each day over the rule that judged it, and what they tell of the doses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

from interactions.checking.citing import ingredient_name
from monitoring.checkins.models import SymptomReport
from monitoring.checkins.queries import context_of
from monitoring.checkins.queries.protocols import thresholds_named
from monitoring.checkins.rules import Level, Thresholds, ThresholdsError, current_thresholds, levels_for
from monitoring.checkins.rules.thresholds import CURRENT_VERSION
from monitoring.dashboard.timeline import RuleSpan, SymptomLane
from monitoring.intakes.models import DoseReportKind
from monitoring.intakes.queries import reports_between
from monitoring.people.models import Patient
from monitoring.protocols.models import ProtocolVersion
from monitoring.protocols.rules import label_of, number_in

# Every lane in its place on the chart: side effects first in the order in which they are feared, then what else is
# asked. Nothing that is asked speaks of benefit.
LANES: Final = (
    ("q1_sleepiness", "Sleepy", "side effect"),
    ("q2_breathing", "Breathing", "danger"),
    ("q3_standing", "Dizzy", "side effect"),
    ("q5_thinking", "Confused", "side effect"),
    ("q6_strength", "Weak legs", "side effect"),
    ("q4_fall", "Falls", "harm"),
    ("q8_body", "Mouth, bowel, eyes", "side effect"),
    ("q7_heart", "Heart", "side effect"),
    ("q9_mood", "Mood", "symptom"),
)
BODY: Final = "q8_body"
DOSES: Final = "q10_doses_other"
KINDS: Final = {Level.WARNING: "check", Level.URGENT: "urgent", Level.EMERGENCY: "emergency"}
MISSED: Final = ("missed_1", "missed_3plus_or_ran_out")
EXTRA: Final = "extra_dose"
NOT_TAKEN: Final = frozenset({DoseReportKind.SKIPPED, DoseReportKind.STOPPED})


@dataclass(frozen=True, slots=True)
class DayReport:
    """One check-in: the day it was asked for, its answers, and the thresholds that judged it."""

    day: date
    answers: Mapping[str, Any]
    version: str


@dataclass(slots=True)
class Told:
    """Doses told as not taken, or taken twice, in words by day: of any medicine (""), or of one ingredient."""

    missed: dict[str, dict[date, str]] = field(default_factory=dict)
    extra: dict[str, dict[date, str]] = field(default_factory=dict)

    def of(self, ingredient: str) -> tuple[dict[date, str], dict[date, str]]:
        """Missed and extra doses that may be of this ingredient."""
        return (
            {**self.missed.get("", {}), **self.missed.get(ingredient, {})},
            {**self.extra.get("", {}), **self.extra.get(ingredient, {})},
        )


def reports_of(patient: Patient, first: date, today: date) -> tuple[DayReport, ...]:
    """Every check-in of these days, oldest first."""
    rows = SymptomReport.objects.filter(
        patient=patient, check_in__local_date__gte=first, check_in__local_date__lte=today
    ).order_by("check_in__local_date", "submitted_at", "id")
    told = rows.values_list("check_in__local_date", "answers", "threshold_version")
    return tuple(DayReport(day, answers, version) for day, answers, version in told)


def told_of_doses(patient: Patient, reports: Iterable[DayReport], first: date, today: date) -> Told:
    """Doses missed or taken twice: as reported one by one, and as check-ins say.

    Check-ins ask of all medicines together, so each lane shows what they say.
    """
    told = Told()
    for row in reports_between(patient, first, today):
        kind = DoseReportKind(row.kind)
        days = told.missed if kind in NOT_TAKEN else told.extra if kind is DoseReportKind.EXTRA else None
        if days is None:
            continue
        for ingredient in row.prescription.ingredients:
            said = f"{ingredient_name(ingredient)}: dose {row.get_kind_display()}"
            days.setdefault(ingredient, {})[row.local_date] = said
    says = current_thresholds().choices[DOSES].options
    for report in reports:
        chosen = report.answers.get(DOSES) or ()
        for option in MISSED:
            if option in chosen:
                told.missed.setdefault("", {})[report.day] = says[option].says
        if EXTRA in chosen:
            told.extra.setdefault("", {})[report.day] = says[EXTRA].says
    return told


def symptom_lanes(
    patient: Patient, reports: Sequence[DayReport], days: tuple[date, date], now: datetime
) -> tuple[SymptomLane, ...]:
    """A lane for each question, with the levels of the version in force on each day from the first to the last."""
    versions = versions_by_day(patient, reports, days, now)
    known: dict[str, Thresholds] = {}
    for label in set(versions.values()):
        known[label] = _thresholds(patient, label)
    newest = known[versions[days[1]]]
    return tuple(
        _body_lane(name, meaning, reports, versions, known)
        if key == BODY
        else SymptomLane(
            key, name, meaning, _rules(key, patient, versions, known), dict(enumerate(newest.questions[key].says)),
            _scores(key, reports),
        )
        for key, name, meaning in LANES
    )  # fmt: skip


def versions_by_day(
    patient: Patient, reports: Iterable[DayReport], days: tuple[date, date], now: datetime
) -> dict[date, str]:
    """The name of the thresholds that judged each day, or would have: what a verdict of the day names comes first.

    Before the first version of the clinic's own it is the release that judged last; of none is known, today's.
    """
    told = {report.day: report.version for report in reports if report.version}
    rows = ProtocolVersion.objects.filter(clinic=patient.clinic_id, in_force_from__lte=now).order_by("number")
    own = list(rows.values_list("in_force_from", "number", "based_on"))
    release = next((label for label in told.values() if not number_in(label)), CURRENT_VERSION)
    found: dict[date, str] = {}
    for ahead in range((days[1] - days[0]).days + 1):
        day = days[0] + timedelta(days=ahead)
        ends = min(datetime.combine(day + timedelta(days=1), time.min, tzinfo=patient.zone), now)
        label = told.get(day, "")
        if label and not number_in(label):
            release = label
        in_force = [label_of(based_on, number) for since, number, based_on in own if since <= ends]
        found[day] = label or (in_force[-1] if in_force else release)
    return found


def _thresholds(patient: Patient, label: str) -> Thresholds:
    """The thresholds of a version; where they cannot be relied on any more, the release as it stands."""
    try:
        return thresholds_named(patient.clinic_id, label)
    except ThresholdsError:
        return current_thresholds()


def _rules(
    key: str, patient: Patient, versions: Mapping[date, str], known: Mapping[str, Thresholds]
) -> tuple[RuleSpan, ...]:
    """The rule of one question in spans of days that are judged alike: the version, and the margin age leaves."""
    levels: dict[tuple[str, int], tuple[str, ...]] = {}
    by_day = []
    for day, label in versions.items():
        context = context_of(patient, day)
        mark = (label, context.age if context.age is not None else -1)
        if mark not in levels:
            levels[mark] = tuple(KINDS.get(level, "") for level in levels_for(key, known[label], context))
        by_day.append((day, label, levels[mark]))
    spans = []
    for (label, kinds), alike in groupby(by_day, key=lambda each: each[1:]):
        covered = [day for day, _, _ in alike]
        spans.append(RuleSpan(covered[0], covered[-1], kinds, label))
    return tuple(spans)


def _scores(key: str, reports: Iterable[DayReport]) -> dict[date, int]:
    """The score of each day. Two reports on one day: the worse one is drawn."""
    scores: dict[date, int] = {}
    for report in reports:
        if isinstance(score := report.answers.get(key), int):
            scores[report.day] = max(score, scores.get(report.day, 0))
    return scores


def _body_lane(
    name: str, meaning: str, reports: Iterable[DayReport], versions: Mapping[date, str], known: Mapping[str, Thresholds]
) -> SymptomLane:
    """What was ticked of the body, at the height of the worst level the version of the day gives it."""
    scores: dict[date, int] = {}
    said: dict[date, str] = {}
    for report in reports:
        chosen = report.answers.get(BODY)
        if not chosen:
            continue
        options = known[versions[report.day]].choices[BODY].options
        level = max((int(options[each].level) for each in chosen if each in options), default=0)
        if level >= scores.get(report.day, 0):
            scores[report.day] = level
            said[report.day] = ", ".join(options[each].says for each in chosen if each in options)
    kinds = tuple(KINDS.get(level, "") for level in Level)
    spans = [
        RuleSpan(alike[0], alike[-1], kinds, label)
        for label, days in groupby(versions, key=versions.__getitem__)
        if (alike := list(days))
    ]
    return SymptomLane(BODY, name, meaning, tuple(spans), {0: "none of these"}, scores, said)
