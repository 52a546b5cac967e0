"""A plan that stands still is not forgotten: its care team is asked again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import AlertKind, AlertLevel
from monitoring.audit.record import record
from monitoring.regimens.actions import lock_patient
from monitoring.titration.actions.keeping import keep_decision
from monitoring.titration.models import DecisionKind, TitrationPlan
from monitoring.titration.queries import Outlook, outlook_of
from monitoring.titration.queries.waiting import forgotten_plans
from monitoring.titration.rules import HoldReason


@transaction.atomic
def remind_of_plan(*, plan_id: UUID, now: datetime, job: str) -> bool:
    """Raise a warning about a step that stays on hold without an open alert, or a plan paused beyond the limit.

    The dose stays as it is: nothing is taken up here. What is wrong now is read anew, so that the alert does not
    repeat a reason that has gone. False when there is nothing to remind of any more. Days: judgement.
    """
    found = TitrationPlan.objects.filter(pk=plan_id).values_list("patient_id", flat=True).first()
    if found is None:
        return False
    patient = lock_patient(found)
    plan = forgotten_plans(now).select_related("prescription", "patient").filter(pk=plan_id).first()
    outlook = outlook_of(plan, now) if plan is not None else None
    if plan is None or outlook is None:
        return False
    since = plan.paused_at or outlook.step.settled_at or now
    days = (patient.local_date(now) - patient.local_date(since)).days
    keep_decision(
        plan=plan, what=DecisionKind.REMIND, step=outlook.step, reasons=outlook.reasons, evidence=outlook.evidence,
        detail={"days": days}, job=job, now=now,
    )  # fmt: skip
    raise_alert(
        patient=patient, kind=AlertKind.STEP_HELD, level=AlertLevel.WARNING, why=_why(plan, outlook, days),
        source_type="step", source_id=outlook.step.pk, now=now, job=job,
    )  # fmt: skip
    record(
        action="plan.remind", now=now, job=job, patient_id=patient.pk, object_type="plan", object_id=plan.pk,
        detail={"days": days, "paused": plan.paused},
    )  # fmt: skip
    return True


def _why(plan: TitrationPlan, outlook: Outlook, days: int) -> list[str]:
    name = plan.prescription.label
    if plan.paused:
        return [f"{name}: the plan has been paused for {days} days. Plan anew, or cancel it."]
    # That it is late by now is what the first line says.
    still = [reason.text for reason in outlook.reasons if reason.code is not HoldReason.LATE]
    head = f"{name}: step {outlook.step.number} has been on hold for {days} days, and its alert is closed."
    return [head, *(still or ["Nothing speaks against it now. Release it, or plan anew."])]
