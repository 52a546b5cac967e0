"""The patient's own home page: what to take today, and what may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitoring.dashboard.queries.patients import next_steps
from monitoring.intakes.queries import MedicineDay, Slot, medicines_on
from monitoring.people.models import Patient
from monitoring.regimens.queries import Regimen
from monitoring.titration.models import StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries import PLAN_UNIT
from monitoring.titration.rules.tablets import Tablet, tablets_from, tablets_words


@dataclass(frozen=True, slots=True)
class TodayMedicine:
    """A medicine as the patient reads it today: absolute amounts dose by dose, never a difference.

    `doses` hold each dose with the tablets it is made of, in words; "" where the plan does not know the tablets.
    """

    medicine: MedicineDay
    doses: tuple[tuple[Slot, str], ...]


def medicines_today(patient: Patient, today: date) -> list[TodayMedicine]:
    """What to take today, baclofen first."""
    running = TitrationPlan.objects.running().filter(patient=patient)
    tablets = {plan.prescription_id: tablets_from(plan.tablets) for plan in running}
    return [_today(each, tablets.get(each.prescription.pk, ())) for each in medicines_on(patient, today)]


def _today(medicine: MedicineDay, tablets: Sequence[Tablet]) -> TodayMedicine:
    slots = medicine.taking.slots
    amounts = [slot.amount for slot in slots]
    made = tablets_words(amounts, tablets) if all(slot.unit == PLAN_UNIT for slot in slots) else ()
    words = made or ("",) * len(slots)
    return TodayMedicine(medicine, tuple(zip(slots, words, strict=True)))


@dataclass(frozen=True, slots=True)
class ChangeAhead:
    """A dose that may become another, or a medicine that may begin.

    `on` None is a step on hold, or a plan that is `paused`: nothing changes for now.
    """

    label: str
    on: date | None
    starts: bool = False
    paused: bool = False


def _change_by(step: TitrationStep) -> ChangeAhead:
    waits = step.state == StepState.HELD or step.plan.paused
    return ChangeAhead(step.plan.prescription.label, None if waits else step.due_on, paused=step.plan.paused)


def changes_ahead(patient: Patient, regimen: Regimen) -> list[ChangeAhead]:
    """What may change for the patient: held steps first, then by day. Amounts are told on the day, not before."""
    steps = next_steps(patient)
    found = [_change_by(step) for step in steps]
    in_plan = {step.plan.prescription_id for step in steps}
    found += [
        ChangeAhead(line.prescription.label, line.next_period.starts_on)
        for line in regimen.active
        if line.next_period is not None and line.prescription.pk not in in_plan
    ]
    found += [
        ChangeAhead(line.prescription.label, line.prescription.starts_on, starts=True)
        for line in regimen.planned
        if line.prescription.starts_on is not None
    ]
    return sorted(found, key=lambda change: (change.on is not None, change.on or date.min, change.label))
