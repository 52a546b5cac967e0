"""A due step goes through the gate, or a clinician releases one that was held."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind, AlertLevel
from monitoring.audit.record import record
from monitoring.notifications.actions import queue_for_many
from monitoring.notifications.models import Channel, Template
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import finish_taper, lock_patient, take_up_dose
from monitoring.titration.actions.errors import PlanConflictError, refuse_stale
from monitoring.titration.actions.watching import watch_over_plan, wind_down_watch
from monitoring.titration.models import PlanState, StepPolicy, StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries import OPEN_STEPS, amounts_of, gather_evidence, hold_mark, step_instant
from monitoring.titration.rules import (
    GATE_VERSION,
    Advance,
    Evidence,
    Hold,
    Policy,
    decide,
    never_released,
    record_of,
)


@transaction.atomic
def settle_step(*, step_id: UUID, now: datetime, job: str) -> bool:
    """Put one due step through the gate: take the signed dose up, or hold and raise an alert.

    Returns False when there was nothing to settle: another worker was first, the plan ended, an earlier step of it
    is still open, or the patient now lives in a zone where the day has not come. The patient's row is locked before
    anything is read, so what the gate saw is what is true when it acts.
    """
    found = TitrationStep.objects.filter(pk=step_id).values_list("plan__patient_id", flat=True).first()
    if found is None:
        return False
    patient = lock_patient(found)
    step = TitrationStep.objects.due(now).select_related("plan__prescription").filter(pk=step_id).first()
    if step is None or step.plan.steps.filter(number__lt=step.number, state__in=OPEN_STEPS).exists():
        return False
    due_at = step_instant(patient, step.due_on)
    if now < due_at:
        TitrationStep.objects.filter(pk=step.pk, state=StepState.PLANNED).update(due_at=due_at)
        return False
    evidence = gather_evidence(step, patient=patient, now=now)
    decision = decide(evidence, Policy(confirm_each=step.plan.policy == StepPolicy.CONFIRM_EACH))
    if isinstance(decision, Advance):
        _advance(step, patient, evidence, now=now, job=job)
    else:
        _hold(step, patient, evidence, decision, now=now, job=job)
    return True


def _claim(
    step: TitrationStep, *, old: StepState, new: StepState, now: datetime, decision: Mapping[str, object]
) -> None:
    claimed = TitrationStep.objects.filter(pk=step.pk, state=old).update(state=new, settled_at=now, decision=decision)
    if claimed != 1:
        raise PlanConflictError("This step has just been settled by somebody else.")


def _advance(step: TitrationStep, patient: Patient, evidence: Evidence, *, now: datetime, job: str) -> None:
    decision = {"decision": "advance", "gate": GATE_VERSION, "reasons": [], "saw": record_of(evidence)}
    _claim(step, old=StepState.PLANNED, new=StepState.ADVANCED, now=now, decision=decision)
    record(
        action="step.advance", now=now, job=job, patient_id=patient.pk, object_type="step", object_id=step.pk,
        detail={"number": step.number, "gate": GATE_VERSION},
    )  # fmt: skip
    _take_up(step, patient, by=None, job=job, now=now)


def _hold(step: TitrationStep, patient: Patient, evidence: Evidence, hold: Hold, *, now: datetime, job: str) -> None:
    reasons = [{"code": reason.code.value, "text": reason.text} for reason in hold.reasons]
    decision = {"decision": "hold", "gate": GATE_VERSION, "reasons": reasons, "saw": record_of(evidence)}
    _claim(step, old=StepState.PLANNED, new=StepState.HELD, now=now, decision=decision)
    level = AlertLevel.INFO if hold.only_waits_for_confirmation else AlertLevel.WARNING
    raise_alert(
        patient=patient, kind=AlertKind.STEP_HELD, level=level, why=[reason.text for reason in hold.reasons],
        source_type="step", source_id=step.pk, now=now, job=job,
    )  # fmt: skip
    record(
        action="step.hold", now=now, job=job, patient_id=patient.pk, object_type="step", object_id=step.pk,
        detail={"number": step.number, "gate": GATE_VERSION, "reasons": [reason["code"] for reason in reasons]},
    )  # fmt: skip
    _tell(step, patient, Template.DOSE_HELD, now=now)


@transaction.atomic
def release_step(*, step: TitrationStep, reason: str, by: User, now: datetime, seen: str | None = None) -> None:
    """A clinician takes a held step up today, with a reason. Later steps move by as many days as it was late.

    The signature is the limit: a step that is not as signed, a dose that moved outside the plan, or a medicine that
    is not being taken is a PlanConflictError, and so is worse news than was `seen` (`queries.hold_mark`).
    """
    patient = lock_patient(step.plan.patient_id)
    step = TitrationStep.objects.select_related("plan__prescription").get(pk=step.pk)
    if step.state != StepState.HELD or step.plan.state != PlanState.SIGNED:
        raise PlanConflictError("This step is not on hold any more.")
    evidence = gather_evidence(step, patient=patient, now=now)
    if blockers := never_released(evidence):
        raise PlanConflictError(" ".join([*(blocker.text for blocker in blockers), "Plan anew from here."]))
    refuse_stale(seen, hold_mark(evidence))
    decision = {**step.decision, "released": True, "saw_at_release": record_of(evidence)}
    _claim(step, old=StepState.HELD, new=StepState.ADVANCED, now=now, decision=decision)
    TitrationStep.objects.filter(pk=step.pk).update(released_at=now, released_by=by, released_reason=reason)
    record(
        action="step.release", now=now, by=by, patient_id=patient.pk, object_type="step", object_id=step.pk,
        detail={"number": step.number},
    )  # fmt: skip
    _take_up(step, patient, by=by, job=None, now=now)


def _move_to_today(step: TitrationStep, patient: Patient, now: datetime) -> None:
    """A step taken up late moves, and every later one with it: each dose lasts as long as was signed."""
    late = patient.local_date(now) - step.due_on
    if late <= timedelta(0):
        return
    moved = [step, *step.plan.steps.filter(number__gt=step.number, state__in=OPEN_STEPS)]
    for each in moved:
        each.due_on += late
        each.due_at = step_instant(patient, each.due_on)
    TitrationStep.objects.bulk_update(moved, ["due_on", "due_at"])


def _take_up(step: TitrationStep, patient: Patient, *, by: User | None, job: str | None, now: datetime) -> None:
    """Write the step's dose from today, tell the patient, keep the check-ins running, and close a finished plan."""
    today, plan = patient.local_date(now), step.plan
    _move_to_today(step, patient, now)
    if amounts := amounts_of(step):
        take_up_dose(
            prescription=plan.prescription, amounts=amounts, times=tuple(step.times), unit=step.unit,
            from_day=today, step_id=step.pk, by=by, job=job, now=now,
        )  # fmt: skip
        watch_over_plan(plan=plan, patient=patient, by=by, job=job, now=now)
    else:
        finish_taper(prescription=plan.prescription, last_day=today - timedelta(days=1), by=by, job=job, now=now)
        why = "the medicine has ended"
        wind_down_watch(plan=plan, patient=patient, reason=why, stopped=True, by=by, job=job, now=now)
    _tell(step, patient, Template.DOSE_STEP, now=now)
    if not plan.steps.filter(state__in=OPEN_STEPS).exists():
        TitrationPlan.objects.filter(pk=plan.pk, state=PlanState.SIGNED).update(state=PlanState.COMPLETED)


def _tell(step: TitrationStep, patient: Patient, template: Template, *, now: datetime) -> None:
    """A message to the patient that names no dose: the dose stands on their own page, as one whole amount."""
    if patient.user is not None:
        queue_for_many(
            recipients=[patient.user], channels=[Channel.IN_APP, Channel.EMAIL], template=template, ref_type="step",
            ref_id=step.pk, urgent=False, dedupe_key=f"step {step.pk} {template}", now=now,
        )  # fmt: skip
