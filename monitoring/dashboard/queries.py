"""What the clinician's and the patient's first pages show, gathered from the features below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertState
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.rules import Level, current_thresholds
from monitoring.dashboard.timeline import DoseLane, DoseSpan, Event, SymptomLane, Timeline, window
from monitoring.people.models import Patient, User
from monitoring.regimens.models import Override, Prescription, PrescriptionState
from monitoring.regimens.queries import Line, daily_mg
from monitoring.titration.models import PlanState, StepState, TitrationStep
from monitoring.titration.queries import daily_of

WEEKS: Final = (4, 8, 26)
SYMPTOM_LANES: Final = (
    ("q1_sleepiness", "Sleepy"),
    ("q3_standing", "Dizzy"),
    ("q5_thinking", "Confused"),
    ("q6_strength", "Weak legs"),
    ("q4_fall", "Falls"),
)
SHAPES: Final = {
    AlertLevel.EMERGENCY: "emergency",
    AlertLevel.URGENT: "urgent",
    AlertLevel.WARNING: "check",
    AlertLevel.INFO: "info",
}


def timeline_of(patient: Patient, *, now: datetime, weeks: int) -> Timeline:
    """The dose–symptom timeline of the last `weeks` weeks, with the plan to come, in the patient's own days."""
    today = patient.local_date(now)
    first, last = window(today, weeks)
    check_ins = CheckIn.objects.filter(patient=patient, local_date__gte=first, local_date__lte=today)
    by_state: dict[str, set[date]] = {CheckInState.MISSED: set(), CheckInState.MISSED_SYSTEM: set()}
    for state, day in check_ins.filter(state__in=by_state).values_list("state", "local_date"):
        by_state[state].add(day)
    return Timeline(
        first=first,
        today=today,
        last=last,
        doses=_dose_lanes(patient, today),
        symptoms=_symptom_lanes(patient, first, today),
        events=_events(patient, first, last),
        missed=frozenset(by_state[CheckInState.MISSED]),
        not_asked=frozenset(by_state[CheckInState.MISSED_SYSTEM]),
    )


def _dose_lanes(patient: Patient, today: date) -> tuple[DoseLane, ...]:
    """A lane for each medicine of the pair the patient has had, and none for what is not counted in mg a day."""
    lanes = []
    rows = Prescription.objects.filter(patient=patient).exclude(
        state__in=[PrescriptionState.CANCELLED, PrescriptionState.AWAITING]
    )
    for key, name, style in (("baclofen", "Baclofen", "bac"), ("amitriptyline", "Amitriptyline", "ami")):
        spans: list[DoseSpan] = []
        for prescription in rows.prefetch_related("dose_periods"):
            if prescription.ingredients == [key] and prescription.route == "oral":
                spans += _spans(prescription, today)
                spans += _planned_spans(prescription, today)
        if spans:
            lanes.append(DoseLane(name, "mg a day", style, tuple(sorted(spans, key=lambda span: span.starts_on))))
    return tuple(lanes)


def _spans(prescription: Prescription, today: date) -> list[DoseSpan]:
    spans = []
    for period in prescription.dose_periods.all():
        starts = period.starts_on or prescription.starts_on
        ends = period.ends_on or prescription.ends_on
        if starts is not None and (ends is None or ends >= starts):
            shown = min(ends or today, today) if starts <= today else ends
            spans.append(DoseSpan(starts, shown, daily_mg(period.daily, period.unit), planned=starts > today))
    return spans


def _planned_spans(prescription: Prescription, today: date) -> list[DoseSpan]:
    """The steps still to come of the signed plan; each lasts until the next."""
    if prescription.state != PrescriptionState.ACTIVE:
        return []
    steps = list(
        TitrationStep.objects.filter(
            plan__prescription=prescription, plan__state=PlanState.SIGNED, state__in=[StepState.PLANNED, StepState.HELD]
        ).order_by("due_on")
    )
    current = next((p for p in prescription.dose_periods.all() if p.ends_on is None), None)
    spans = []
    tomorrow = today + timedelta(days=1)
    first_step = max(steps[0].due_on, tomorrow) if steps else None
    if current is not None and (first_step is None or first_step > tomorrow):
        until = None if first_step is None else first_step - timedelta(days=1)
        spans.append(DoseSpan(tomorrow, until, daily_mg(current.daily, current.unit), planned=True))
    for step, following in zip_longest(steps, steps[1:]):
        ends = following.due_on - timedelta(days=1) if following else None
        starts = max(step.due_on, tomorrow)
        if ends is None or ends >= starts:
            spans.append(DoseSpan(starts, ends, daily_mg(daily_of(step), step.unit), planned=True))
    return spans


def _symptom_lanes(patient: Patient, first: date, today: date) -> tuple[SymptomLane, ...]:
    reports = SymptomReport.objects.filter(
        patient=patient, check_in__local_date__gte=first, check_in__local_date__lte=today
    ).values_list("check_in__local_date", "answers")
    by_question: dict[str, dict[date, int]] = {key: {} for key, _ in SYMPTOM_LANES}
    for day, answers in reports:
        for key, scores in by_question.items():
            # Two reports on one day: the worse one is drawn.
            if isinstance(score := answers.get(key), int):
                scores[day] = max(score, scores.get(day, 0))
    rules = current_thresholds().questions
    return tuple(
        SymptomLane(
            key=key,
            name=name,
            highest=len(rules[key].levels) - 1,
            alert_from=next(score for score, level in enumerate(rules[key].levels) if level >= Level.WARNING),
            words=dict(enumerate(rules[key].says)),
            scores=by_question[key],
        )
        for key, name in SYMPTOM_LANES
    )


def _events(patient: Patient, first: date, last: date) -> tuple[Event, ...]:
    zone = patient.zone
    found = []
    # A hold is drawn as its step.
    alerts = Alert.objects.filter(patient=patient, level__gte=AlertLevel.WARNING).exclude(kind=AlertKind.STEP_HELD)
    for alert in alerts:
        day = alert.raised_at.astimezone(zone).date()
        why = alert.why[0] if alert.why else alert.get_kind_display()
        text = f"{alert.get_level_display()}: {why} ({alert.get_state_display().lower()})"
        found.append(Event(day, SHAPES[AlertLevel(alert.level)], text, reverse("alert", args=[alert.pk])))
    for override in Override.objects.filter(flag__patient=patient).select_related("flag", "by"):
        text = f"{override.flag.code} answered by {override.by.name}: {override.get_reason_display()}"
        found.append(Event(override.at.astimezone(zone).date(), "info", text))
    for step in _steps_around(patient):
        dose = f"{daily_of(step).normalize():f} {step.unit} a day" if step.amounts else "none"
        when = f"{step.get_state_display().capitalize()}: {step.plan.prescription.label}, {dose}"
        url = reverse("plan_detail", args=[patient.pk, step.plan_id])
        found.append(Event(step.due_on, "check" if step.state == StepState.HELD else "info", when, url))
    shown = [event for event in found if first <= event.day <= last]
    return tuple(sorted(shown, key=lambda event: (event.day, event.shape, event.text)))


def _steps_around(patient: Patient) -> Iterable[TitrationStep]:
    running = [PlanState.SIGNED, PlanState.COMPLETED, PlanState.SUPERSEDED]
    return (
        TitrationStep.objects.filter(plan__patient=patient, plan__state__in=running)
        .exclude(state=StepState.CANCELLED)
        .select_related("plan__prescription")
    )


def next_steps(patient: Patient) -> list[TitrationStep]:
    """The next step of each signed plan: held ones first, since they wait for somebody."""
    steps = (
        TitrationStep.objects.filter(plan__patient=patient, plan__state=PlanState.SIGNED)
        .filter(state__in=[StepState.PLANNED, StepState.HELD])
        .select_related("plan__prescription")
        .order_by("plan", "number")
    )
    first_of: dict[object, TitrationStep] = {}
    for step in steps:
        first_of.setdefault(step.plan_id, step)
    return sorted(first_of.values(), key=lambda step: (step.state != StepState.HELD, step.due_on))


def patients_for(user: User, query: str) -> QuerySet[Patient]:
    """The patients a clinician may see, with what the list shows of each, found by name, identifier or birth date."""
    reports = SymptomReport.objects.filter(patient=OuterRef("pk"))
    alerts = Alert.objects.filter(patient=OuterRef("pk")).exclude(state=AlertState.CLOSED).order_by("-level")
    found = Patient.objects.visible_to(user).annotate(
        last_report_at=Subquery(reports.values("submitted_at")[:1]),
        last_level=Subquery(reports.values("level")[:1]),
        alert_level=Subquery(alerts.values("level")[:1]),
    )
    for word in query.split():
        found = found.filter(_matches(word))
    return found


def _matches(word: str) -> Q:
    matches = Q(family_name__icontains=word) | Q(given_names__icontains=word) | Q(identifier__icontains=word)
    try:
        return matches | Q(birth_date=date.fromisoformat(word))
    except ValueError:
        return matches


@dataclass(frozen=True, slots=True)
class TodayDose:
    """A medicine as the patient reads it: absolute amounts for the day, never a difference."""

    label: str
    words: str
    changed_today: bool


def doses_today(lines: Sequence[Line], today: date) -> list[TodayDose]:
    """What to take today, in the patient's words, from the regimen's active lines."""
    found = []
    for line in lines:
        dose, prescription = line.dose, line.prescription
        words = dose.patient_words() if dose is not None else "Take it as your label says."
        new = prescription.dose_periods.filter(starts_on=today).exclude(source="prescribed").exists()
        found.append(TodayDose(prescription.label, words, new))
    return found
