"""The dose–symptom timeline of one patient, read from the tables."""

from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Final

from django.db.models import Min

from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.dashboard.queries.happenings import events_of
from monitoring.dashboard.queries.symptoms import Told, reports_of, symptom_lanes, told_of_doses
from monitoring.dashboard.timeline import DoseLane, DoseSpan, Timeline, folded, window, window_from
from monitoring.operations.queries import gaps_between
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription, PrescriptionState
from monitoring.regimens.queries import daily_mg
from monitoring.titration.models import PlanState, StepState, TitrationStep
from monitoring.titration.queries import daily_of

WEEKS: Final = (4, 8, 26)
LANES_IN_FULL: Final = 7
# All there is ends here, so that the page stays small (judgement): what is older, the lists of the record have.
LONGEST: Final = timedelta(weeks=156)
# The pair this system watches: its ingredient, its name and its style on the chart.
PAIR: Final = (("baclofen", "Baclofen", "bac"), ("amitriptyline", "Amitriptyline", "ami"))
AT_NIGHT: Final = frozenset({"evening", "night"})


def timeline_of(patient: Patient, *, now: datetime, weeks: int | None) -> Timeline:
    """The dose–symptom timeline of the last `weeks` weeks, with the plan to come, in the patient's own days.

    Without `weeks` it begins with what is known of the patient first, three years ago at the most.
    """
    today = patient.local_date(now)
    first, last = window(today, weeks) if weeks else window_from(first_known(patient, today), today)
    by_state = _silent_days(patient, first, today)
    reports = reports_of(patient, first, today)
    full, rest = folded(symptom_lanes(patient, reports, (first, today), now), LANES_IN_FULL)
    return Timeline(
        first=first,
        today=today,
        last=last,
        doses=_dose_lanes(patient, today, told_of_doses(patient, reports, first, today)),
        symptoms=full,
        folded=rest,
        events=events_of(patient, first, last, now),
        missed=by_state[CheckInState.MISSED],
        not_asked=by_state[CheckInState.MISSED_SYSTEM],
        unwatched=_unwatched(patient, first, now),
    )


def first_known(patient: Patient, today: date) -> date:
    """The day from which anything is known: the first dose, the first check-in, or the registration."""
    begun = Prescription.objects.filter(patient=patient).taken().aggregate(day=Min("starts_on"))["day"]
    asked = CheckIn.objects.filter(patient=patient).aggregate(day=Min("local_date"))["day"]
    known = [day for day in (begun, asked, patient.local_date(patient.registered_at)) if day is not None]
    return max(min([*known, today]), today - LONGEST)


def _silent_days(patient: Patient, first: date, today: date) -> dict[str, frozenset[date]]:
    """The days without an answer: those the patient missed, and those on which nobody asked."""
    days: dict[str, set[date]] = {CheckInState.MISSED: set(), CheckInState.MISSED_SYSTEM: set()}
    rows = CheckIn.objects.filter(patient=patient, local_date__gte=first, local_date__lte=today, state__in=days)
    for state, day in rows.values_list("state", "local_date"):
        days[state].add(day)
    return {state: frozenset(found) for state, found in days.items()}


def _unwatched(patient: Patient, first: date, now: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The times in which no sweep ran since the patient is known here, by the patient's own clock."""
    known = max(datetime.combine(first, time.min, tzinfo=patient.zone), patient.registered_at)
    return tuple(
        (max(gap.from_at, known).astimezone(patient.zone), min(gap.to_at, now).astimezone(patient.zone))
        for gap in gaps_between(known, now)
    )


def _dose_lanes(patient: Patient, today: date, told: Told) -> tuple[DoseLane, ...]:
    """A lane for each medicine of the pair the patient has had, and none for what is not counted in mg a day."""
    lanes = []
    rows = Prescription.objects.filter(patient=patient).exclude(
        state__in=[PrescriptionState.CANCELLED, PrescriptionState.AWAITING]
    )
    for key, name, style in PAIR:
        spans: list[DoseSpan] = []
        times: set[str] = set()
        for prescription in rows.prefetch_related("dose_periods"):
            if prescription.ingredients == [key] and prescription.route == "oral":
                spans += _spans(prescription, today)
                spans += _planned_spans(prescription, today)
                times |= _times(prescription)
        if spans:
            ordered = tuple(sorted(spans, key=lambda span: span.starts_on))
            unit = "mg a night" if times and times <= AT_NIGHT else "mg a day"
            lanes.append(DoseLane(name, unit, style, ordered, *told.of(key)))
    return tuple(lanes)


def _times(prescription: Prescription) -> set[str]:
    """The times of day of every dose ever ordered; one without a time counts as a time of its own."""
    periods = prescription.dose_periods.all()
    return {each for period in periods for each in (period.times or ["not written"])}


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
