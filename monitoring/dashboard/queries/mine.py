"""The patient's own home page: what to take today, and what may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitoring.dashboard.queries.patients import next_steps
from monitoring.people.models import Patient
from monitoring.regimens.models import DosePeriodSource
from monitoring.regimens.queries import Line, Regimen
from monitoring.titration.models import StepState, TitrationStep

BY_MOUTH: Final = "oral"
PUMP: Final = "intrathecal"


@dataclass(frozen=True, slots=True)
class TodayDose:
    """A medicine as the patient reads it: absolute amounts for the day, never a difference."""

    label: str
    words: str
    changed_today: bool


def doses_today(lines: Sequence[Line], today: date) -> list[TodayDose]:
    """What to take today, in the patient's words, from the regimen's active lines."""
    return [
        TodayDose(line.prescription.label, words_for_patient(line), changed_today=_changed_on(line, today))
        for line in lines
    ]


def words_for_patient(line: Line) -> str:
    """How to use one medicine. An amount is told only for what is swallowed and was understood.

    What goes on the skin or into the spine is never “taken”, and a dose we do not know is not made up: the
    label has it.
    """
    row = line.prescription
    if row.route == PUMP:
        return "Your pump gives it."
    if row.route != BY_MOUTH or not row.ingredients or row.not_understood:
        return "Use it as your label says."
    return line.dose.patient_words() if line.dose is not None else "Take it as your label says."


def _changed_on(line: Line, today: date) -> bool:
    periods = line.prescription.dose_periods.all()
    return any(period.starts_on == today and period.source != DosePeriodSource.PRESCRIBED for period in periods)


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
