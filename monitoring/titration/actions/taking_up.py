"""The dose of a step that may be taken up is written, or the last step of a signed taper ends the medicine."""

from datetime import datetime, timedelta

from monitoring.people.models import Patient, User
from monitoring.regimens.actions import finish_taper, take_up_dose
from monitoring.titration.actions.errors import PlanConflictError
from monitoring.titration.actions.telling import tell_patient
from monitoring.titration.actions.watching import watch_over_plan, wind_down_watch
from monitoring.titration.models import Direction, PlanState, TitrationPlan, TitrationStep
from monitoring.titration.queries import OPEN_STEPS, amounts_of, step_instant


def take_up(*, step: TitrationStep, patient: Patient, by: User | None, job: str | None, now: datetime) -> None:
    """Write the step's dose from today, tell the patient, keep the check-ins running, and close a finished plan.

    Part of an action that holds the patient's lock and has claimed the step. Whatever the gate said, a step that
    the signature does not hold, or a rise that `regimens.actions.take_up_dose` refuses, is an error and is not
    written: PlanConflictError, RegimenConflict.
    """
    today, plan = patient.local_date(now), TitrationPlan.objects.select_related("prescription").get(pk=step.plan_id)
    gap = _signed_gap(plan, step)
    move_steps(step, patient, late=today - step.due_on)
    if amounts := amounts_of(step):
        take_up_dose(
            prescription=plan.prescription, amounts=amounts, times=tuple(step.times), unit=step.unit,
            from_day=today, step_id=step.pk, min_gap_days=gap, by=by, job=job, now=now,
        )  # fmt: skip
        watch_over_plan(plan=plan, patient=patient, by=by, job=job, now=now)
    else:
        finish_taper(prescription=plan.prescription, last_day=today - timedelta(days=1), by=by, job=job, now=now)
        why = "the medicine has ended"
        wind_down_watch(plan=plan, patient=patient, reason=why, stopped=True, by=by, job=job, now=now)
    tell_patient(patient, step, held=False, now=now)
    if not plan.steps.filter(state__in=OPEN_STEPS).exists():
        TitrationPlan.objects.filter(pk=plan.pk, state=PlanState.SIGNED).update(state=PlanState.COMPLETED)


def _signed_gap(plan: TitrationPlan, step: TitrationStep) -> int:
    """The days to keep before this step, by the signature; PlanConflictError when that does not hold this step."""
    signed = plan.signed_steps[step.number - 1] if step.number <= len(plan.signed_steps) else None
    if plan.state != PlanState.SIGNED or plan.signed_by_id is None or plan.paused:
        raise PlanConflictError("This plan does not run.")
    if signed is None or (signed["amounts"], signed["unit"]) != (step.amounts, step.unit):
        raise PlanConflictError("This step is not the one that was signed.")
    if not step.amounts and (plan.direction != Direction.TAPER or step.number != len(plan.signed_steps)):
        raise PlanConflictError("Only the last step of a signed taper ends a medicine.")
    return int(signed["gap"])


def move_steps(first: TitrationStep, patient: Patient, *, late: timedelta) -> None:
    """Move a step and every later one of its plan by as much; an earlier day than was signed is never set."""
    if late <= timedelta(0):
        return
    later = first.plan.steps.filter(number__gt=first.number, state__in=OPEN_STEPS)
    moved = [first, *later]
    for each in moved:
        each.due_on += late
        each.due_at = step_instant(patient, each.due_on)
    TitrationStep.objects.bulk_update(moved, ["due_on", "due_at"])
