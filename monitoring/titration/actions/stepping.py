"""A due step goes through the gate, or a clinician releases one that was held."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind, AlertLevel
from monitoring.audit.record import record
from monitoring.notifications.actions import queue_notification
from monitoring.notifications.models import Channel
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import finish_taper, lock_patient, take_up_dose
from monitoring.regimens.models import PrescriptionState
from monitoring.titration.actions.errors import PlanConflictError
from monitoring.titration.models import PlanState, StepPolicy, StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries import amounts_of, gather_evidence, step_instant
from monitoring.titration.rules import Advance, Hold, Policy, decide


@transaction.atomic
def settle_step(*, step_id: UUID, now: datetime, job: str) -> bool:
    """Put one due step through the gate: take the signed dose up, or hold and raise an alert.

    Returns False when the step was no longer there to settle (another worker, a cancelled plan, a held step before
    it). The patient's row is locked before anything is read, so what the gate saw is what is true when it acts.
    """
    found = TitrationStep.objects.filter(pk=step_id).values_list("plan__patient_id", flat=True).first()
    if found is None:
        return False
    patient = lock_patient(found)
    step = TitrationStep.objects.due(now).select_related("plan__prescription").filter(pk=step_id).first()
    if step is None or step.plan.steps.filter(state=StepState.HELD).exists():
        return False
    evidence = gather_evidence(step, patient=patient, now=now)
    decision = decide(evidence, Policy(confirm_each=step.plan.policy == StepPolicy.CONFIRM_EACH))
    if isinstance(decision, Advance):
        _advance(step, patient, now=now, job=job)
    else:
        _hold(step, patient, decision, now=now, job=job)
    return True


def _claim(
    step: TitrationStep, *, old: StepState, new: StepState, now: datetime, decision: Mapping[str, object]
) -> None:
    claimed = TitrationStep.objects.filter(pk=step.pk, state=old).update(state=new, settled_at=now, decision=decision)
    if claimed != 1:
        raise PlanConflictError("This step has just been settled by somebody else.")


def _advance(step: TitrationStep, patient: Patient, *, now: datetime, job: str) -> None:
    _claim(
        step,
        old=StepState.PLANNED,
        new=StepState.ADVANCED,
        now=now,
        decision={"decision": "advance", "reasons": []},
    )
    record(
        action="step.advance", now=now, job=job, patient_id=patient.pk, object_type="step", object_id=step.pk,
        detail={"number": step.number, "amounts": step.amounts, "unit": step.unit},
    )  # fmt: skip
    _take_up(step, patient, by=None, job=job, now=now)


def _hold(step: TitrationStep, patient: Patient, hold: Hold, *, now: datetime, job: str) -> None:
    reasons = [{"code": reason.code.value, "text": reason.text} for reason in hold.reasons]
    _claim(
        step,
        old=StepState.PLANNED,
        new=StepState.HELD,
        now=now,
        decision={"decision": "hold", "reasons": reasons},
    )
    level = AlertLevel.INFO if hold.only_waits_for_confirmation else AlertLevel.WARNING
    raise_alert(
        patient=patient, kind=AlertKind.STEP_HELD, level=level, why=[reason.text for reason in hold.reasons],
        source_type="step", source_id=step.pk, now=now, job=job,
    )  # fmt: skip
    record(
        action="step.hold", now=now, job=job, patient_id=patient.pk, object_type="step", object_id=step.pk,
        detail={"number": step.number, "reasons": [reason["code"] for reason in reasons]},
    )  # fmt: skip


@transaction.atomic
def release_step(*, step: TitrationStep, reason: str, by: User, now: datetime) -> None:
    """A clinician takes a held step up today, with a reason. Later steps move by as many days as it was late."""
    patient = lock_patient(step.plan.patient_id)
    step = TitrationStep.objects.select_related("plan__prescription").get(pk=step.pk)
    if step.state != StepState.HELD or step.plan.state != PlanState.SIGNED:
        raise PlanConflictError("This step is not on hold any more.")
    if step.plan.prescription.state != PrescriptionState.ACTIVE:
        raise PlanConflictError("The prescription is not active.")
    _claim(
        step,
        old=StepState.HELD,
        new=StepState.ADVANCED,
        now=now,
        decision={**step.decision, "released": True},
    )
    TitrationStep.objects.filter(pk=step.pk).update(released_at=now, released_by=by, released_reason=reason)
    _postpone_later_steps(step, days=(patient.local_date(now) - step.due_on).days, patient=patient)
    record(
        action="step.release", now=now, by=by, patient_id=patient.pk, object_type="step", object_id=step.pk,
        reason=reason, detail={"number": step.number, "amounts": step.amounts, "unit": step.unit},
    )  # fmt: skip
    _take_up(step, patient, by=by, job=None, now=now)


def _postpone_later_steps(step: TitrationStep, *, days: int, patient: Patient) -> None:
    if days <= 0:
        return
    for later in step.plan.steps.filter(number__gt=step.number, state=StepState.PLANNED):
        later.due_on += timedelta(days=days)
        later.due_at = step_instant(patient, later.due_on)
        later.save(update_fields=["due_on", "due_at"])


def _take_up(step: TitrationStep, patient: Patient, *, by: User | None, job: str | None, now: datetime) -> None:
    """Write the step's dose from today, tell the patient, and close the plan after its last step."""
    today = patient.local_date(now)
    amounts = amounts_of(step)
    if amounts:
        take_up_dose(
            prescription=step.plan.prescription, amounts=amounts, times=tuple(step.times), unit=step.unit,
            from_day=today, step_id=step.pk, by=by, job=job, now=now,
        )  # fmt: skip
    else:
        finish_taper(prescription=step.plan.prescription, last_day=today - timedelta(days=1), by=by, job=job, now=now)
    if patient.user is not None:
        for channel in (Channel.IN_APP, Channel.EMAIL):
            queue_notification(
                recipient=patient.user, channel=channel, template="dose_changed", ref_type="step", ref_id=step.pk,
                urgent=False, dedupe_key=f"step:{step.pk}:{channel}", now=now,
            )  # fmt: skip
    if not step.plan.steps.filter(state__in=[StepState.PLANNED, StepState.HELD]).exists():
        TitrationPlan.objects.filter(pk=step.plan_id, state=PlanState.SIGNED).update(state=PlanState.COMPLETED)
