"""A plan is drawn up, redrawn or signed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import pgettext

from interactions.medicines import usual_times
from interactions.medicines.dosing import Schedule, dosing_facts
from monitoring.audit.record import record
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import cover_by_plan, end_cover, lock_patient
from monitoring.regimens.models import Prescription
from monitoring.titration.actions.ending import close_plan
from monitoring.titration.actions.errors import PlanConflictError, PlanRefusedError, refuse_stale
from monitoring.titration.actions.watching import end_watch, watch_over_plan
from monitoring.titration.models import Direction, PlanState, StepPolicy, TitrationPlan, TitrationStep
from monitoring.titration.queries import (
    PLAN_UNIT,
    amounts_of,
    plan_mark,
    present_dose,
    running_plan,
    step_instant,
    why_not_plannable,
)
from monitoring.titration.queries.beside import others_of
from monitoring.titration.rules import Breach, Present, guard_rails, ruling_schedule
from monitoring.titration.rules.tablets import Tablet, tablets_from, tablets_to_store
from monitoring.titration.schedule import PlannedStep


def check_guard_rails(
    *,
    patient: Patient,
    prescription: Prescription,
    direction: str,
    steps: Sequence[PlannedStep],
    template: str,
    today: date,
    tablets: Sequence[Tablet] = (),
) -> tuple[Breach, ...]:
    """The guard rails these steps would break for this patient today; nothing is stored."""
    facts = dosing_facts(prescription.ingredients[0] if prescription.ingredients else "", prescription.route)
    return guard_rails(
        steps,
        direction=direction,
        present=present_dose(prescription, today),
        facts=facts,
        template=facts.schedule(template),
        egfr=patient.egfr,
        age=patient.age_on(today),
        today=today,
        others=others_of(prescription, today),
        tablets=tablets,
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
    tablets: Sequence[Tablet] = (),
    speed: str = "",
) -> TitrationPlan:
    """Draw a plan up, its amounts in mg. Nothing happens to the dose before somebody signs it.

    `tablets` are those the patient has, none when unknown; `speed` is the pace of a taper. Raises PlanConflictError
    for a prescription that no plan can be drawn up for.
    """
    patient = lock_patient(prescription.patient_id)
    today = patient.local_date(now)
    prescription = Prescription.objects.get(pk=prescription.pk)
    if why_not := why_not_plannable(prescription, today):
        raise PlanConflictError(why_not)
    latest = TitrationPlan.objects.filter(prescription=prescription).order_by("-version").first()
    plan = TitrationPlan.objects.create(
        patient=patient, prescription=prescription, version=latest.version + 1 if latest else 1, direction=direction,
        template=template.id if template else "", speed=speed, tablets=tablets_to_store(tablets),
        policy=StepPolicy(policy), start_daily=_text(present_dose(prescription, today).daily), note=note,
        created_at=now, created_by=by,
    )  # fmt: skip
    _write_steps(plan, patient, steps)
    record(
        action="plan.draft", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        detail={"version": plan.version, "direction": direction, "steps": len(steps)},
    )  # fmt: skip
    return plan


@transaction.atomic
def redraw_plan(
    *,
    plan: TitrationPlan,
    steps: Sequence[PlannedStep],
    policy: str,
    note: str,
    by: User,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Replace the steps of a draft. PlanConflictError when it was signed (a signed plan is never edited) or when
    it is not the one that was `seen` (`queries.plan_mark`)."""
    patient = lock_patient(plan.patient_id)
    refuse_stale(seen, plan_mark(_fresh(plan), patient.local_date(now)))
    changed = TitrationPlan.objects.filter(pk=plan.pk, state=PlanState.DRAFT).update(
        policy=StepPolicy(policy), note=note
    )
    if not changed:
        raise PlanConflictError(pgettext("staff", "This plan is no longer a draft. Make a new version instead."))
    # The form asks for amounts alone: as many doses a day as before keep their times.
    times = {len(step.times): tuple(step.times) for step in plan.steps.all()}
    plan.steps.all().delete()
    _write_steps(plan, patient, [replace(s, times=times.get(len(s.amounts), ())) for s in steps])
    record(
        action="plan.redraw", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        detail={"steps": len(steps)},
    )  # fmt: skip


def _fresh(plan: TitrationPlan) -> TitrationPlan:
    fresh: TitrationPlan = TitrationPlan.objects.select_related("prescription", "patient").get(pk=plan.pk)
    return fresh


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"


def _write_steps(plan: TitrationPlan, patient: Patient, steps: Sequence[PlannedStep]) -> None:
    TitrationStep.objects.bulk_create(
        TitrationStep(
            plan=plan,
            number=number,
            due_on=step.on,
            due_at=step_instant(patient, step.on),
            amounts=[_text(amount) for amount in step.amounts],
            unit=PLAN_UNIT,
            times=list(step.times or usual_times(len(step.amounts))),
        )
        for number, step in enumerate(steps, start=1)
    )


def planned_steps(plan: TitrationPlan) -> tuple[PlannedStep, ...]:
    """The plan's steps as the rules read them."""
    return tuple(PlannedStep(step.due_on, amounts_of(step), tuple(step.times)) for step in plan.steps.all())


@transaction.atomic
def sign_plan(
    *, plan: TitrationPlan, exceptions: Mapping[str, str], by: User, now: datetime, seen: str | None = None
) -> TitrationPlan:
    """Sign a draft: from now on its steps are pre-authorised, and daily check-ins watch over them.

    `exceptions` holds a written reason for each guard rail passed on purpose, by rule. A hard breach, or one without
    a reason, raises PlanRefusedError; a draft that is not the one that was `seen` (`queries.plan_mark`), or whose
    prescription cannot be planned, PlanConflictError. A signed plan of the same prescription is replaced by this one.
    """
    patient = lock_patient(plan.patient_id)
    plan, today = _fresh(plan), patient.local_date(now)
    if plan.state != PlanState.DRAFT:
        raise PlanConflictError(pgettext("staff", "This plan is no longer a draft."))
    refuse_stale(seen, plan_mark(plan, today))
    if why_not := why_not_plannable(plan.prescription, today):
        raise PlanConflictError(why_not)
    breaches = check_guard_rails(
        patient=patient, prescription=plan.prescription, direction=plan.direction,
        steps=planned_steps(plan), template=plan.template, today=today, tablets=tablets_from(plan.tablets),
    )  # fmt: skip
    refused = [breach for breach in breaches if breach.hard or not exceptions.get(breach.rule, "").strip()]
    if refused:
        raise PlanRefusedError(refused)
    older = running_plan(plan.prescription_id)
    if older is not None:
        close_plan(older, PlanState.SUPERSEDED)
        end_watch(plan=older, reason="replaced by a newer plan", by=by, now=now)
    _put_signature(plan, patient, breaches, exceptions, by=by, now=now)
    _cover(plan, patient, now)
    watch_over_plan(plan=plan, patient=patient, by=by, now=now)
    record(
        action="plan.sign", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        detail={
            "version": plan.version,
            "exceptions": [breach.rule for breach in breaches],
            "steps": len(plan.signed_steps),
            "replaces": str(older.pk) if older else "",
        },
    )  # fmt: skip
    return plan


def _cover(plan: TitrationPlan, patient: Patient, now: datetime) -> None:
    """Answers to interactions cover what an increase may reach; a taper keeps to what is covered now."""
    if plan.direction == Direction.UP:
        highest = max((step.daily for step in plan.steps.all()), default=Decimal(0))
        cover_by_plan(prescription=plan.prescription, up_to=highest, unit=PLAN_UNIT, now=now)
    else:
        end_cover(
            prescription=plan.prescription, reached=present_dose(plan.prescription, patient.local_date(now)).daily
        )


def _put_signature(
    plan: TitrationPlan,
    patient: Patient,
    breaches: Sequence[Breach],
    exceptions: Mapping[str, str],
    *,
    by: User,
    now: datetime,
) -> None:
    """Keep with the plan what this signature covers: from which dose, which steps, which limits were passed."""
    today = patient.local_date(now)
    present = present_dose(plan.prescription, today)
    facts = dosing_facts(plan.prescription.ingredients[0], plan.prescription.route)
    ruling = facts.schedule(plan.template) or ruling_schedule(
        plan.direction, facts, egfr=patient.egfr, age=patient.age_on(today)
    )
    plan.state, plan.signed_at, plan.signed_by = PlanState.SIGNED, now, by
    plan.start_daily = _text(present.daily)
    plan.min_gap_days = ruling.min_gap_days if ruling else 0
    plan.signed_steps = _as_signed(plan, present)
    plan.guard_exceptions = [
        {
            "rule": breach.rule,
            "step": breach.step,
            "limit": breach.text,
            "sources": list(breach.sources),
            "evidence": breach.evidence,
            "reason": exceptions[breach.rule].strip(),
        }
        for breach in breaches
    ]
    plan.save()


def _as_signed(plan: TitrationPlan, present: Present) -> list[dict[str, Any]]:
    """Every step with the days to keep since the dose before; before the first one no more than the usual gap."""
    signed: list[dict[str, Any]] = []
    before = present.since
    for step in plan.steps.all():
        gap = 0 if before is None else max(0, (step.due_on - before).days)
        kept = gap if signed else min(gap, plan.min_gap_days)
        signed.append({"amounts": step.amounts, "unit": step.unit, "gap": kept})
        before = step.due_on
    return signed
