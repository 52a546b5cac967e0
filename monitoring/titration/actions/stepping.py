"""A due step goes through the gate, or a clinician releases one that was held."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind, AlertLevel
from monitoring.audit.record import record
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import RegimenConflict, lock_patient
from monitoring.titration.actions.errors import PlanConflictError, refuse_stale
from monitoring.titration.actions.keeping import keep_decision
from monitoring.titration.actions.taking_up import take_up
from monitoring.titration.actions.telling import tell_patient
from monitoring.titration.models import DecisionKind, PlanState, StepPolicy, StepState, TitrationStep
from monitoring.titration.queries import OPEN_STEPS, gather_evidence, hold_mark, step_instant
from monitoring.titration.rules import (
    GATE_VERSION,
    Advance,
    Evidence,
    Hold,
    Policy,
    decide,
    never_released,
    not_yet_released,
    record_of,
)


@transaction.atomic
def settle_step(*, step_id: UUID, now: datetime, job: str) -> bool:
    """Put one due step through the gate: take the signed dose up, or hold and raise an alert.

    Returns False when there was nothing to settle: another worker was first, the plan ended or is paused, an earlier
    step of it is still open, or the patient now lives in a zone where the day has not come. The patient's row is
    locked before anything is read, so what the gate saw is what is true when it acts.
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
        raise PlanConflictError(pgettext("staff", "This step has just been settled by somebody else."))


def _advance(step: TitrationStep, patient: Patient, evidence: Evidence, *, now: datetime, job: str) -> None:
    decision = {"decision": "advance", "gate": GATE_VERSION, "reasons": [], "saw": record_of(evidence)}
    _claim(step, old=StepState.PLANNED, new=StepState.ADVANCED, now=now, decision=decision)
    keep_decision(plan=step.plan, what=DecisionKind.ADVANCE, step=step, evidence=evidence, job=job, now=now)
    record(
        action="step.advance", now=now, job=job, patient_id=patient.pk, object_type="step", object_id=step.pk,
        detail={"number": step.number, "gate": GATE_VERSION},
    )  # fmt: skip
    take_up(step=step, patient=patient, by=None, job=job, now=now)


def _hold(step: TitrationStep, patient: Patient, evidence: Evidence, hold: Hold, *, now: datetime, job: str) -> None:
    reasons = [{"code": reason.code.value, "text": reason.text} for reason in hold.reasons]
    decision = {"decision": "hold", "gate": GATE_VERSION, "reasons": reasons, "saw": record_of(evidence)}
    _claim(step, old=StepState.PLANNED, new=StepState.HELD, now=now, decision=decision)
    keep_decision(
        plan=step.plan, what=DecisionKind.HOLD, step=step, reasons=hold.reasons, evidence=evidence, job=job, now=now
    )
    level = AlertLevel.INFO if hold.only_waits_for_confirmation else AlertLevel.WARNING
    raise_alert(
        patient=patient, kind=AlertKind.STEP_HELD, level=level, why=[reason.text for reason in hold.reasons],
        source_type="step", source_id=step.pk, now=now, job=job,
    )  # fmt: skip
    record(
        action="step.hold", now=now, job=job, patient_id=patient.pk, object_type="step", object_id=step.pk,
        detail={"number": step.number, "gate": GATE_VERSION, "reasons": [reason["code"] for reason in reasons]},
    )  # fmt: skip
    tell_patient(patient, step, held=True, now=now)


@transaction.atomic
def release_step(*, step: TitrationStep, reason: str, by: User, now: datetime, seen: str | None = None) -> None:
    """A clinician takes a held step up today, with a reason. Later steps move by as many days as it was late.

    The signature is the limit: a step that is not as signed, a dose that moved outside the plan, or a medicine that
    is not being taken is a PlanConflictError. So is, for a rise, an open urgent alert or a dose that has not lasted
    as long as was signed; a paused plan; and worse news than was `seen` (`queries.hold_mark`). The same release sent
    twice is done once.
    """
    patient = lock_patient(step.plan.patient_id)
    step = TitrationStep.objects.select_related("plan__prescription").get(pk=step.pk)
    if step.released_at is not None and (step.released_by_id, step.released_reason) == (by.pk, reason):
        return
    if step.state != StepState.HELD or step.plan.state != PlanState.SIGNED:
        raise PlanConflictError(pgettext("staff", "This step is not on hold any more."))
    evidence = gather_evidence(step, patient=patient, now=now)
    _refuse_release(evidence, seen)
    decision = {**step.decision, "released": True, "saw_at_release": record_of(evidence)}
    _claim(step, old=StepState.HELD, new=StepState.ADVANCED, now=now, decision=decision)
    TitrationStep.objects.filter(pk=step.pk).update(released_at=now, released_by=by, released_reason=reason)
    keep_decision(
        plan=step.plan, what=DecisionKind.RELEASE, step=step, evidence=evidence, by=by, reason=reason, now=now
    )
    record(
        action="step.release", now=now, by=by, patient_id=patient.pk, object_type="step", object_id=step.pk,
        detail={"number": step.number, "gate": GATE_VERSION},
    )  # fmt: skip
    try:
        take_up(step=step, patient=patient, by=by, job=None, now=now)
    except RegimenConflict as refused:
        raise PlanConflictError(refused.message) from None


def _refuse_release(evidence: Evidence, seen: str | None) -> None:
    if blockers := never_released(evidence):
        raise PlanConflictError(
            " ".join([*(blocker.text for blocker in blockers), pgettext("staff", "Plan anew from here.")])
        )
    refuse_stale(seen, hold_mark(evidence))
    if blockers := not_yet_released(evidence):
        raise PlanConflictError(" ".join(blocker.text for blocker in blockers))
