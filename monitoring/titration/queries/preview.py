"""What came before a plan, read from the tables to be drawn beside it."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import prefetch_related_objects

from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription
from monitoring.titration.models import TitrationPlan, TitrationStep
from monitoring.titration.queries.plans import daily_in_plan_unit, present_dose
from monitoring.titration.rules.beside import PAIR
from monitoring.titration.timeline import DoseSpan, Lane, Preview, Turn, clipped, planned_spans, window

_STYLES = {"baclofen": "bac", "amitriptyline": "ami"}


def preview_of(plan: TitrationPlan, on: date) -> Preview:
    """The plan's steps after the doses and check-ins of the weeks before `on`; the other of the pair beside it."""
    return preview_with(plan.patient, plan.prescription, _turns(plan.steps.all()), on)


def preview_with(patient: Patient, prescription: Prescription, turns: Sequence[Turn], on: date) -> Preview:
    """The same for steps that are not kept anywhere yet, oldest first."""
    prefetch_related_objects([prescription], "dose_periods")
    first, last = window(on, turns)
    lanes = [_lane(prescription, turns, on, (first, last))]
    for row in _beside(prescription):
        ahead = TitrationStep.objects.ahead().filter(plan__prescription=row).order_by("number")
        lane = _lane(row, _turns(ahead), on, (first, last))
        lanes += [lane] if lane.spans else []
    levels, missed = _check_ins(patient, first, on)
    return Preview(first, on, last, tuple(lanes), levels, missed)


def _beside(prescription: Prescription) -> list[Prescription]:
    partner = PAIR.get(prescription.ingredients[0] if prescription.ingredients else "")
    rows = Prescription.objects.filter(patient=prescription.patient_id).taken().prefetch_related("dose_periods")
    return [row for row in rows if partner in row.ingredients]


def _turns(steps: Iterable[TitrationStep]) -> tuple[Turn, ...]:
    return tuple((step.due_on, step.daily) for step in steps)


def _lane(row: Prescription, turns: Sequence[Turn], on: date, shown: tuple[date, date]) -> Lane:
    first, last = shown
    spans = list(_taken(row, on))
    if turns or row.ends_on is None or row.ends_on > on:
        end = last if turns or row.ends_on is None else row.ends_on
        spans += planned_spans(turns, present_dose(row, on).daily, on, end)
    style = _STYLES.get(row.ingredients[0] if row.ingredients else "", "other")
    return Lane(row.label.capitalize(), style, clipped(spans, first, last))


def _taken(row: Prescription, on: date) -> Iterable[DoseSpan]:
    """The doses recorded up to `on`; one that was begun before anybody wrote it down fills the window."""
    for period in row.dose_periods.all():
        starts, ends = period.starts_on or row.starts_on or date.min, period.ends_on or row.ends_on or on
        if starts <= min(ends, on):
            yield DoseSpan(starts, min(ends, on), daily_in_plan_unit(row, period))


def _check_ins(patient: Patient, first: date, last: date) -> tuple[dict[date, int | None], frozenset[date]]:
    """The worst level of each day, an unjudged one above all others, and the days on which none was sent."""
    reports = SymptomReport.objects.filter(patient=patient, check_in__local_date__range=(first, last))
    levels: dict[date, int | None] = {}
    for day, level in reports.values_list("check_in__local_date", "level"):
        known = levels.get(day, 0)
        levels[day] = None if level is None or known is None else max(level, known)
    asked = CheckIn.objects.filter(patient=patient, state=CheckInState.MISSED, local_date__range=(first, last))
    return levels, frozenset(asked.values_list("local_date", flat=True))
