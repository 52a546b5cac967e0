"""A plan is drawn up, redrawn, signed or cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from interactions.medicines import usual_times
from interactions.medicines.dosing import Schedule, dosing_facts
from monitoring.audit.record import record
from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import ScheduleSource
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import lock_patient
from monitoring.regimens.models import Prescription, PrescriptionState
from monitoring.regimens.queries import dose_on
from monitoring.titration.actions.errors import PlanConflictError, PlanRefusedError
from monitoring.titration.models import PlanState, StepPolicy, StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries import amounts_of, step_instant
from monitoring.titration.schedule import Breach, PlannedStep, guard_rails

# Daily check-ins run through the plan and this many days past its last step (judgement).
WATCHED_AFTER_LAST_STEP = 14


def check_guard_rails(
    *,
    patient: Patient,
    prescription: Prescription,
    direction: str,
    steps: Sequence[PlannedStep],
    template: str,
    today: date,
) -> tuple[Breach, ...]:
    """The guard rails these steps would break for this patient today; nothing is stored."""
    current = dose_on(prescription, today)
    facts = dosing_facts(prescription.ingredients[0] if prescription.ingredients else "", prescription.route)
    return guard_rails(
        steps,
        direction=direction,
        current_daily=current.daily if current else None,
        facts=facts,
        template=facts.schedule(template),
        egfr=patient.egfr,
        age=patient.age_on(today),
        today=today,
    )


@transaction.atomic
def draft_plan(
    *,
    prescription: Prescription,
    direction: str,
    steps: Sequence[PlannedStep],
    template: Schedule | None,
    policy: str,
    note: str,
    by: User,
    now: datetime,
) -> TitrationPlan:
    """Draw a plan up. Nothing happens to the dose before somebody signs it."""
    patient = lock_patient(prescription.patient_id)
    current = dose_on(prescription, patient.local_date(now))
    latest = TitrationPlan.objects.filter(prescription=prescription).order_by("-version").first()
    plan = TitrationPlan.objects.create(
        patient=patient,
        prescription=prescription,
        version=latest.version + 1 if latest else 1,
        direction=direction,
        template=template.id if template else "",
        policy=StepPolicy(policy),
        start_daily=str(current.daily) if current and current.daily is not None else "",
        min_gap_days=template.min_gap_days if template else 0,
        note=note,
        created_at=now,
        created_by=by,
    )
    _write_steps(plan, patient, steps, unit=current.unit if current else "mg")
    record(
        action="plan.draft", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        detail={"version": plan.version, "direction": direction, "steps": len(steps)},
    )  # fmt: skip
    return plan


@transaction.atomic
def redraw_plan(
    *, plan: TitrationPlan, steps: Sequence[PlannedStep], policy: str, note: str, by: User, now: datetime
) -> None:
    """Replace the steps of a draft. A plan that was signed is never edited: PlanConflictError."""
    patient = lock_patient(plan.patient_id)
    changed = TitrationPlan.objects.filter(pk=plan.pk, state=PlanState.DRAFT).update(
        policy=StepPolicy(policy), note=note
    )
    if not changed:
        raise PlanConflictError("This plan is no longer a draft. Make a new version instead.")
    unit = plan.steps.values_list("unit", flat=True).first() or "mg"
    # The form asks for amounts alone: as many doses a day as before keep their times.
    times = {len(step.times): tuple(step.times) for step in plan.steps.all()}
    plan.steps.all().delete()
    _write_steps(plan, patient, [replace(s, times=times.get(len(s.amounts), ())) for s in steps], unit=unit)
    record(
        action="plan.redraw", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        detail={"steps": len(steps)},
    )  # fmt: skip


def _write_steps(plan: TitrationPlan, patient: Patient, steps: Sequence[PlannedStep], *, unit: str) -> None:
    TitrationStep.objects.bulk_create(
        TitrationStep(
            plan=plan,
            number=number,
            due_on=step.on,
            due_at=step_instant(patient, step.on),
            amounts=[f"{amount.normalize():f}" for amount in step.amounts],
            unit=unit,
            times=list(step.times or usual_times(len(step.amounts))),
        )
        for number, step in enumerate(steps, start=1)
    )


def planned_steps(plan: TitrationPlan) -> tuple[PlannedStep, ...]:
    return tuple(PlannedStep(step.due_on, amounts_of(step), tuple(step.times)) for step in plan.steps.all())


@transaction.atomic
def sign_plan(*, plan: TitrationPlan, exceptions: Mapping[str, str], by: User, now: datetime) -> TitrationPlan:
    """Sign a draft: from now on its steps are pre-authorised, and daily check-ins watch over them.

    `exceptions` holds a written reason for each guard rail passed on purpose, by rule. A hard breach, or one without
    a reason, raises PlanRefusedError. A signed plan of the same prescription is replaced by this one.
    """
    patient = lock_patient(plan.patient_id)
    plan = TitrationPlan.objects.select_related("prescription").get(pk=plan.pk)
    if plan.state != PlanState.DRAFT:
        raise PlanConflictError("This plan is no longer a draft.")
    if plan.prescription.state != PrescriptionState.ACTIVE:
        raise PlanConflictError("The prescription is not active yet. Answer its interaction flags first.")
    today = patient.local_date(now)
    breaches = check_guard_rails(
        patient=patient, prescription=plan.prescription, direction=plan.direction,
        steps=planned_steps(plan), template=plan.template, today=today,
    )  # fmt: skip
    refused = [breach for breach in breaches if breach.hard or not exceptions.get(breach.rule, "").strip()]
    if refused:
        raise PlanRefusedError(refused)
    for older in TitrationPlan.objects.filter(prescription=plan.prescription, state=PlanState.SIGNED):
        _close(older, PlanState.SUPERSEDED)
    plan.state, plan.signed_at, plan.signed_by = PlanState.SIGNED, now, by
    plan.guard_exceptions = [
        {
            "rule": b.rule,
            "step": b.step,
            "limit": b.text,
            "sources": list(b.sources),
            "reason": exceptions[b.rule].strip(),
        }
        for b in breaches
    ]
    plan.save(update_fields=["state", "signed_at", "signed_by", "guard_exceptions"])
    last_day = plan.steps.order_by("-due_on").values_list("due_on", flat=True)[0]
    start_schedule(
        patient=patient, source=ScheduleSource.PLAN, source_id=plan.pk, starts_on=today, by=by, now=now,
        daily_days=(last_day - today).days + WATCHED_AFTER_LAST_STEP,
    )  # fmt: skip
    record(
        action="plan.sign", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        detail={"version": plan.version, "exceptions": [b.rule for b in breaches]},
    )  # fmt: skip
    return plan


def _close(plan: TitrationPlan, state: PlanState) -> None:
    plan.steps.filter(state__in=[StepState.PLANNED, StepState.HELD]).update(state=StepState.CANCELLED)
    TitrationPlan.objects.filter(pk=plan.pk).update(state=state)


@transaction.atomic
def cancel_plan(*, plan: TitrationPlan, reason: str, by: User, now: datetime) -> None:
    """End a draft or signed plan. The present dose stays as it is."""
    patient = lock_patient(plan.patient_id)
    open_states = [PlanState.DRAFT, PlanState.SIGNED]
    if not TitrationPlan.objects.filter(pk=plan.pk, state__in=open_states).exists():
        raise PlanConflictError("This plan has already ended.")
    _close(plan, PlanState.CANCELLED)
    TitrationPlan.objects.filter(pk=plan.pk).update(cancelled_at=now, cancelled_by=by, cancelled_reason=reason)
    record(
        action="plan.cancel",
        now=now,
        by=by,
        patient_id=patient.pk,
        object_type="plan",
        object_id=plan.pk,
        reason=reason,
    )
