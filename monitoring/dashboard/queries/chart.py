"""The dose–symptom timeline of one patient, read from the tables."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Final

from django.urls import reverse

from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.queries import context_of
from monitoring.checkins.queries.protocols import thresholds_to_judge_by
from monitoring.checkins.rules import Level, levels_for
from monitoring.dashboard.timeline import DoseLane, DoseSpan, Event, SymptomLane, Timeline, window
from monitoring.operations.queries import gaps_between
from monitoring.people.models import Patient
from monitoring.regimens.models import Override, Prescription, PrescriptionState
from monitoring.regimens.queries import daily_mg
from monitoring.titration.models import PlanState, StepState, TitrationStep
from monitoring.titration.queries import daily_of

WEEKS: Final = (4, 8, 26)
SYMPTOM_LANES: Final = (
    ("q1_sleepiness", "Sleepy", "side effect"),
    ("q2_breathing", "Breathing", "danger"),
    ("q3_standing", "Dizzy", "side effect"),
    ("q5_thinking", "Confused", "side effect"),
    ("q6_strength", "Weak legs", "side effect"),
    ("q4_fall", "Falls", "harm"),
)
KINDS: Final = {Level.WARNING: "check", Level.URGENT: "urgent", Level.EMERGENCY: "emergency"}
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
        symptoms=_symptom_lanes(patient, first, now),
        events=_events(patient, first, last),
        missed=frozenset(by_state[CheckInState.MISSED]),
        not_asked=frozenset(by_state[CheckInState.MISSED_SYSTEM]),
        unwatched=_unwatched(patient, first, now),
    )


def _unwatched(patient: Patient, first: date, now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The times in which no sweep ran since the patient is known here, by the patient's own clock."""
    known = max(datetime.combine(first, time.min, tzinfo=patient.zone), patient.registered_at)
    return tuple(
        (max(gap.from_at, known).astimezone(patient.zone), min(gap.to_at, now).astimezone(patient.zone))
        for gap in gaps_between(known, now)
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
    """The steps still to come of the signed plan, each until the next; while it is paused, the present dose alone."""
    if prescription.state != PrescriptionState.ACTIVE:
        return []
    steps = list(
        TitrationStep.objects.filter(
            plan__prescription=prescription, plan__state=PlanState.SIGNED, state__in=[StepState.PLANNED, StepState.HELD]
        )
        .moving()
        .order_by("due_on")
    )
    current = next((p for p in prescription.dose_periods.all() if p.ends_on is None), None)
    spans = []
    tomorrow = today + timedelta(days=1)
    first_step = max(steps[0].due_on, tomorrow) if steps else None
    if current is not None and (first_step is None or first_step > tomorrow):
        until = prescription.ends_on if first_step is None else first_step - timedelta(days=1)
        spans.append(DoseSpan(tomorrow, until, daily_mg(current.daily, current.unit), planned=True))
    for step, following in zip_longest(steps, steps[1:]):
        ends = following.due_on - timedelta(days=1) if following else None
        starts = max(step.due_on, tomorrow)
        if ends is None or ends >= starts:
            spans.append(DoseSpan(starts, ends, daily_mg(daily_of(step), step.unit), planned=True))
    return spans


def _symptom_lanes(patient: Patient, first: date, now: datetime) -> tuple[SymptomLane, ...]:
    today = patient.local_date(now)
    reports = SymptomReport.objects.filter(
        patient=patient, check_in__local_date__gte=first, check_in__local_date__lte=today
    ).values_list("check_in__local_date", "answers")
    by_question: dict[str, dict[date, int]] = {key: {} for key, _, _ in SYMPTOM_LANES}
    for day, answers in reports:
        for key, scores in by_question.items():
            # Two reports on one day: the worse one is drawn.
            if isinstance(score := answers.get(key), int):
                scores[day] = max(score, scores.get(day, 0))
    thresholds, _ = thresholds_to_judge_by(patient.clinic_id, now)
    context = context_of(patient, today)
    return tuple(
        SymptomLane(
            key=key,
            name=name,
            meaning=meaning,
            levels=tuple(KINDS.get(level, "") for level in levels_for(key, thresholds, context)),
            words=dict(enumerate(thresholds.questions[key].says)),
            scores=by_question[key],
        )
        for key, name, meaning in SYMPTOM_LANES
    )


def _events(patient: Patient, first: date, last: date) -> tuple[Event, ...]:
    found = [*_alerts(patient), *_answered_flags(patient), *_dose_steps(patient)]
    shown = [event for event in found if first <= event.day <= last]
    return tuple(sorted(shown, key=lambda event: (event.day, event.shape, event.text)))


def _alerts(patient: Patient) -> Iterable[Event]:
    # A hold is drawn as its step.
    alerts = Alert.objects.filter(patient=patient, level__gte=AlertLevel.WARNING).exclude(kind=AlertKind.STEP_HELD)
    for alert in alerts:
        why = alert.why[0] if alert.why else alert.get_kind_display()
        yield Event(
            alert.raised_at.astimezone(patient.zone).date(),
            SHAPES[AlertLevel(alert.level)],
            f"{why} ({alert.get_state_display().lower()})",
            reverse("alert", args=[alert.pk]),
            alert.get_level_display(),
        )


def _answered_flags(patient: Patient) -> Iterable[Event]:
    for override in Override.objects.filter(flag__patient=patient).select_related("flag", "by"):
        title = override.flag.finding.get("title") or override.flag.code
        text = f"{title}. {override.get_reason_display()} ({override.by.name})"
        url = reverse("flag", args=[patient.pk, override.flag_id])
        yield Event(override.at.astimezone(patient.zone).date(), "info", text, url, "Answered")


def _dose_steps(patient: Patient) -> Iterable[Event]:
    running = [PlanState.SIGNED, PlanState.COMPLETED, PlanState.SUPERSEDED]
    steps = TitrationStep.objects.filter(plan__patient=patient, plan__state__in=running)
    steps = steps.exclude(state=StepState.CANCELLED).exclude(state=StepState.PLANNED, plan__paused_at__isnull=False)
    for step in steps.select_related("plan__prescription"):
        dose = f"{daily_of(step).normalize():f} {step.unit} a day" if step.amounts else "none"
        held = step.state == StepState.HELD
        yield Event(
            step.due_on,
            "check" if held else "info",
            f"{step.plan.prescription.label}, {dose}",
            reverse("plan_detail", args=[patient.pk, step.plan_id]),
            "On hold" if held else step.get_state_display().capitalize(),
        )
