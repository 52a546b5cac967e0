"""A clinician lets a signed plan stand still, lets it go on, or goes back to the last dose that was borne."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import pgettext

from monitoring.audit.record import record
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import NeedsTaper, RegimenError, change_dose, lock_patient
from monitoring.titration.actions.errors import PlanConflictError
from monitoring.titration.actions.keeping import keep_decision, refuse_changed
from monitoring.titration.actions.taking_up import move_steps
from monitoring.titration.actions.telling import tell_patient
from monitoring.titration.actions.watching import watch_over_plan, wind_down_watch
from monitoring.titration.models import DecisionKind, PlanState, TitrationPlan, TitrationStep
from monitoring.titration.queries import (
    OPEN_STEPS,
    PLAN_UNIT,
    RollBack,
    gather_evidence,
    just_decided,
    plan_mark,
    roll_back_mark,
    roll_back_offer,
    why_plan_not_resumed,
)
from monitoring.titration.rules import Evidence, days_to_move, never_released


@transaction.atomic
def pause_plan(*, plan: TitrationPlan, reason: str, by: User, now: datetime, seen: str | None = None) -> TitrationPlan:
    """Let a signed plan stand still: the present dose and the check-ins go on, no step is due, held steps stay held.

    PlanConflictError for a plan that does not run or is paused already, and for one that is not the one that was
    `seen` (`queries.plan_mark`). The same pause sent twice is one.
    """
    patient = lock_patient(plan.patient_id)
    plan = _fresh(plan)
    if plan.paused and just_decided(plan, DecisionKind.PAUSE, by=by, reason=reason):
        return plan
    refuse_changed(plan, seen, plan_mark(plan, patient.local_date(now)))
    _must_run(plan)
    if plan.paused:
        raise PlanConflictError(pgettext("staff", "This plan is paused already."))
    _set_pause(plan, reason=reason, by=by, now=now)
    evidence = _evidence_of_next(plan, patient, now)
    decision = keep_decision(plan=plan, what=DecisionKind.PAUSE, by=by, reason=reason, evidence=evidence, now=now)
    record(
        action="plan.pause", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
    )  # fmt: skip
    tell_patient(patient, decision, held=True, now=now)
    return plan


@transaction.atomic
def resume_plan(*, plan: TitrationPlan, reason: str, by: User, now: datetime, seen: str | None = None) -> TitrationPlan:
    """Let a paused plan go on: every step to come moves by the days it stood still, so no dose is cut short.

    A plan paused for more than `rules.LONGEST_PAUSE_DAYS`, or whose dose is no longer where its signature left it, is
    signed anew instead: PlanConflictError, as for a plan that is not paused or not the one that was `seen`.
    """
    patient = lock_patient(plan.patient_id)
    plan = _fresh(plan)
    if not plan.paused and just_decided(plan, DecisionKind.RESUME, by=by, reason=reason):
        return plan
    today = patient.local_date(now)
    refuse_changed(plan, seen, plan_mark(plan, today))
    _must_run(plan)
    if plan.paused_at is None:
        raise PlanConflictError(pgettext("staff", "This plan is not paused."))
    evidence = _evidence_of_next(plan, patient, now)
    blockers = never_released(evidence) if evidence else ()
    if why := why_plan_not_resumed(plan, patient=patient, blockers=blockers, now=now):
        raise PlanConflictError(" ".join([*why, pgettext("staff", "Plan anew from here.")]))
    days = days_to_move(patient.local_date(plan.paused_at), today)
    first = _next_step(plan)
    if first is not None:
        move_steps(first, patient, late=timedelta(days=days))
    _clear_pause(plan)
    watch_over_plan(plan=plan, patient=patient, by=by, now=now)
    keep_decision(
        plan=plan, what=DecisionKind.RESUME, by=by, reason=reason, evidence=evidence, detail={"days": days}, now=now
    )
    record(
        action="plan.resume", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        detail={"days": days},
    )  # fmt: skip
    return plan


@transaction.atomic
def roll_back_plan(
    *,
    plan: TitrationPlan,
    reason: str,
    by: User,
    now: datetime,
    seen: str | None = None,
    without_taper_reason: str = "",
) -> TitrationPlan:
    """Go back today to the last dose of this plan that was borne (`queries.roll_back_offer`), and pause the plan.

    Never to a higher dose, to an unknown one or to none: PlanConflictError then, and when the offer is not the one
    that was `seen` (`queries.roll_back_mark`). A fall of baclofen that counts as abrupt needs its own reason
    (regimens.NeedsTaper otherwise; S08 and judgement) and is watched as any such fall. What was signed beyond this
    dose is not resumed: a new plan is signed. The same roll-back sent twice is one.
    """
    patient = lock_patient(plan.patient_id)
    plan = _fresh(plan)
    if just_decided(plan, DecisionKind.ROLL_BACK, by=by, reason=reason):
        return plan
    offer = roll_back_offer(plan, patient=patient, now=now)
    refuse_changed(plan, seen, roll_back_mark(plan, offer, patient.local_date(now)))
    if offer.dose is None or offer.span is None:
        raise PlanConflictError(offer.why_not)
    evidence = _evidence_of_next(plan, patient, now)
    _lower(plan, offer, patient, without_taper_reason=without_taper_reason, by=by, now=now)
    if plan.state == PlanState.SIGNED and not plan.paused:
        _set_pause(plan, reason=reason, by=by, now=now)
    moved = {"from": f"{offer.present:f}", "to": f"{offer.span.daily:f}", "unit": PLAN_UNIT}
    detail = {**moved, "without_taper": offer.abrupt}
    decision = keep_decision(
        plan=plan, what=DecisionKind.ROLL_BACK, by=by, reason=reason, evidence=evidence, detail=detail, now=now
    )
    record(
        action="plan.roll_back", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        detail=detail,
    )  # fmt: skip
    _watch_after_fall(plan, patient, by=by, now=now)
    tell_patient(patient, decision, held=False, now=now)
    return plan


def _lower(
    plan: TitrationPlan, offer: RollBack, patient: Patient, *, without_taper_reason: str, by: User, now: datetime
) -> None:
    """Write the lower dose as any dose a clinician sets; NeedsTaper passes, any other refusal is a conflict."""
    if offer.dose is None:
        raise PlanConflictError(offer.why_not)
    try:
        change_dose(
            prescription=plan.prescription, dose=offer.dose, sig="", from_day=patient.local_date(now), by=by, now=now,
            expected_version=plan.prescription.version, without_taper_reason=without_taper_reason,
        )  # fmt: skip
    except NeedsTaper:
        raise
    except RegimenError as refused:
        raise PlanConflictError(refused.message) from None


def _watch_after_fall(plan: TitrationPlan, patient: Patient, *, by: User, now: datetime) -> None:
    if plan.state == PlanState.SIGNED:
        watch_over_plan(plan=plan, patient=patient, by=by, now=now)
    else:
        why = "the dose went back"
        wind_down_watch(plan=plan, patient=patient, reason=why, stopped=False, by=by, now=now)


def _fresh(plan: TitrationPlan) -> TitrationPlan:
    fresh: TitrationPlan = TitrationPlan.objects.select_related("prescription", "patient").get(pk=plan.pk)
    return fresh


def _must_run(plan: TitrationPlan) -> None:
    if not TitrationPlan.objects.running().filter(pk=plan.pk).exists():
        raise PlanConflictError(pgettext("staff", "This plan does not run any more."))


def _set_pause(plan: TitrationPlan, *, reason: str, by: User, now: datetime) -> None:
    plan.paused_at, plan.paused_by, plan.paused_reason = now, by, reason
    plan.save(update_fields=["paused_at", "paused_by", "paused_reason"])


def _clear_pause(plan: TitrationPlan) -> None:
    plan.paused_at, plan.paused_by, plan.paused_reason = None, None, ""
    plan.save(update_fields=["paused_at", "paused_by", "paused_reason"])


def _next_step(plan: TitrationPlan) -> TitrationStep | None:
    waiting: TitrationStep | None = plan.steps.filter(state__in=OPEN_STEPS).order_by("number").first()
    return waiting


def _evidence_of_next(plan: TitrationPlan, patient: Patient, now: datetime) -> Evidence | None:
    """What the gate sees of the next step, to be kept with the decision; None when no step is to come."""
    step = _next_step(plan)
    return None if step is None else gather_evidence(step, patient=patient, now=now)
