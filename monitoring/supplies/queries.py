"""What is left of each medicine, and until when it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription, PrescriptionState
from monitoring.regimens.queries.doses import dose_of, ingredient_dose, period_on
from monitoring.supplies.models import SupplyCount, SupplyWatch
from monitoring.supplies.rules import UNKNOWN, Cover, Daily, Loudness, cover, sooner, warning_for
from monitoring.titration.queries import running_plan

MG = "mg"


def patients_to_look_at(now: datetime, limit: int = 500) -> list[UUID]:
    """Patients whose supplies have not been looked at on their present day."""
    return list(SupplyWatch.objects.due(now).values_list("pk", flat=True)[:limit])


@dataclass(frozen=True, slots=True)
class Supply:
    """One medicine taken now, the newest count of it, and until when that lasts."""

    prescription: Prescription
    count: SupplyCount | None
    ends: Cover
    loudness: Loudness | None

    @property
    def last_day(self) -> date | None:
        return self.ends.last_day

    @property
    def is_counted(self) -> bool:
        return self.count is not None

    def is_over(self, today: date) -> bool:
        return self.ends.last_day is not None and self.ends.last_day < today


def supplies_of(patient: Patient, today: date) -> list[Supply]:
    """Every active medicine of the patient with what is left of it, as it stands on their day `today`."""
    active = Prescription.objects.filter(patient=patient, state=PrescriptionState.ACTIVE)
    newest: dict[UUID, SupplyCount] = {}
    for count in SupplyCount.objects.filter(patient=patient).select_related("counted_by").newest_first():
        newest.setdefault(count.prescription_id, count)
    return [_supply(each, newest.get(each.pk), today) for each in active.prefetch_related("dose_periods")]


def _supply(prescription: Prescription, count: SupplyCount | None, today: date) -> Supply:
    ends = UNKNOWN if count is None else _cover(prescription, count, today)
    return Supply(prescription, count, ends, warning_for(ends, today, frozenset(prescription.ingredients)))


def _cover(prescription: Prescription, count: SupplyCount, today: date) -> Cover:
    """Until when a count lasts: the sooner of going on as now and of the signed plan going on as drawn."""
    as_now = _as_written(prescription)
    going_on = cover(count.on_hand_mg, count.counted_on, as_now)
    plan = running_plan(prescription.pk)
    if plan is None:
        return going_on
    ahead = [(step.due_on, step.daily) for step in plan.steps.all() if step.state == "planned" and step.due_on > today]
    return sooner(going_on, cover(count.on_hand_mg, count.counted_on, _with_steps(as_now, ahead)))


def _as_written(prescription: Prescription) -> Daily:
    """What the dose periods say is taken on a day, in mg; None where that is not known or only “when needed”."""
    periods = list(prescription.dose_periods.all())
    ingredient = prescription.ingredients[0] if len(prescription.ingredients) == 1 else ""

    def daily(day: date) -> Decimal | None:
        if prescription.ends_on is not None and day > prescription.ends_on:
            return Decimal(0)
        dose = dose_of(period_on(periods, day))
        dose = ingredient_dose(dose, ingredient, prescription.ingredients, prescription.strengths)
        return None if dose is None or dose.as_needed else dose.daily_in(MG)

    return daily


def _with_steps(as_now: Daily, ahead: Sequence[tuple[date, Decimal]]) -> Daily:
    def daily(day: date) -> Decimal | None:
        reached = [amount for due_on, amount in ahead if due_on <= day]
        return reached[-1] if reached else as_now(day)

    return daily
