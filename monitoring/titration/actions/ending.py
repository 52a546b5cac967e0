"""A plan ends before its last step: somebody cancels it, or its medicine has ended."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext

from monitoring.audit.record import record
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import end_cover, lock_patient
from monitoring.titration.actions.errors import PlanConflictError
from monitoring.titration.actions.keeping import refuse_changed
from monitoring.titration.actions.watching import end_watch, wind_down_watch
from monitoring.titration.models import PlanState, StepState, TitrationPlan
from monitoring.titration.queries import OPEN_STEPS, plan_mark, present_dose

MEDICINE_ENDED = "the medicine was stopped"


def close_plan(plan: TitrationPlan, state: PlanState) -> None:
    """Part of an action: no step of the plan is taken up any more."""
    plan.steps.filter(state__in=OPEN_STEPS).update(state=StepState.CANCELLED)
    TitrationPlan.objects.filter(pk=plan.pk).update(state=state)


@transaction.atomic
def cancel_plan(*, plan: TitrationPlan, reason: str, by: User, now: datetime, seen: str | None = None) -> None:
    """End a draft or signed plan. The present dose stays; after a change, check-ins go on for a while.

    PlanConflictError when it has ended, or is not the one that was `seen` (`queries.plan_mark`). The same
    cancellation sent twice is one.
    """
    patient = lock_patient(plan.patient_id)
    plan = TitrationPlan.objects.select_related("prescription", "patient").get(pk=plan.pk)
    if plan.state == PlanState.CANCELLED and (plan.cancelled_by_id, plan.cancelled_reason) == (by.pk, reason):
        return
    refuse_changed(plan, seen, plan_mark(plan, patient.local_date(now)))
    if plan.state not in {PlanState.DRAFT, PlanState.SIGNED}:
        raise PlanConflictError(pgettext("staff", "This plan has already ended."))
    if plan.state == PlanState.SIGNED:
        today = patient.local_date(now)
        end_cover(prescription=plan.prescription, reached=present_dose(plan.prescription, today).daily)
    close_plan(plan, PlanState.CANCELLED)
    TitrationPlan.objects.filter(pk=plan.pk).update(cancelled_at=now, cancelled_by=by, cancelled_reason=reason)
    _wind_down(plan, patient, reason="the plan was cancelled", stopped=False, by=by, job=None, now=now)
    record(
        action="plan.cancel", now=now, by=by, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
    )  # fmt: skip


@transaction.atomic
def end_overtaken_plan(*, plan_id: UUID, now: datetime, job: str) -> bool:
    """Cancel a signed plan whose medicine was stopped or taken back; False when there is none to cancel.

    Until this sweep comes nothing of the plan counts either: the queries leave it out. Named as having cancelled
    it is whoever ended the medicine, since that is what ended the plan.
    """
    found = TitrationPlan.objects.filter(pk=plan_id).values_list("patient_id", flat=True).first()
    if found is None:
        return False
    patient = lock_patient(found)
    plan = TitrationPlan.objects.overtaken().select_related("prescription__stopped_by").filter(pk=plan_id).first()
    if plan is None:
        return False
    close_plan(plan, PlanState.CANCELLED)
    who = plan.prescription.stopped_by
    if who is not None:
        TitrationPlan.objects.filter(pk=plan.pk).update(
            cancelled_at=now, cancelled_by=who, cancelled_reason=MEDICINE_ENDED
        )
    _wind_down(plan, patient, reason=MEDICINE_ENDED, stopped=True, by=None, job=job, now=now)
    record(
        action="plan.cancel", now=now, job=job, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        reason="medicine_ended",
    )  # fmt: skip
    return True


def _wind_down(
    plan: TitrationPlan, patient: Patient, *, reason: str, stopped: bool, by: User | None, job: str | None,
    now: datetime,
) -> None:  # fmt: skip
    """After a dose step, check-ins go on for a while; a plan that changed nothing leaves none behind."""
    if plan.steps.filter(state=StepState.ADVANCED).exists():
        wind_down_watch(plan=plan, patient=patient, reason=reason, stopped=stopped, by=by, job=job, now=now)
    else:
        end_watch(plan=plan, reason=reason, by=by, job=job, now=now)
