"""The API's titration plans: those of a patient, a new draft, a signature."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from interactions.medicines.dosing import Schedule, dosing_facts
from monitoring.people.access import get_patient_or_404, get_visible_or_404, read_patient_or_404
from monitoring.people.doors import ApiRequest
from monitoring.people.models import Role
from monitoring.regimens.models import Prescription
from monitoring.rest.fields import PageQuery
from monitoring.rest.problems import conflict, fault, invalid
from monitoring.rest.views import ApiView, body_of, page_of, page_schema, query_of
from monitoring.titration.actions import (
    PlanConflictError,
    PlanRefusedError,
    check_guard_rails,
    draft_plan,
    planned_steps,
    sign_plan,
)
from monitoring.titration.models import PlanState, TitrationPlan
from monitoring.titration.queries import plan_mark, plannable, plans_of, present_dose
from monitoring.titration.schedule import PlannedStep, from_template
from monitoring.titration.serializers import Drawn, OwnPlan, PlanIn, PlanOut, SignatureIn, breach_faults

NOT_PLANNABLE = (
    "No plan can be drawn up for this. It must be an active prescription of this patient, of one medicine by mouth, "
    "taken every day in a dose that is known in mg."
)
GUARD_RAILS = "The plan breaks guard rails. Change it, or give a reason for each that is not hard."


class Plans(ApiView):
    """A patient's titration plans."""

    roles: ClassVar = {"get": {Role.CLINICIAN, Role.PATIENT}, "post": {Role.CLINICIAN}}

    @extend_schema(operation_id="plan_list", parameters=[PageQuery], responses=page_schema("PlanPage", PlanOut))
    def get(self, request: ApiRequest, patient_id: UUID) -> Response:
        """The plans, newest first, drafts with the guard rails they break. A patient sees what was signed, briefly."""
        query, now = query_of(request, PageQuery), timezone.now()
        patient = read_patient_or_404(request.user, patient_id, what="plans")
        today, clinician = patient.local_date(now), request.user.is_clinician
        plans = plans_of(patient, signed_only=not clinician)
        return page_of(request, [drawn(plan, today) for plan in plans], query, PlanOut if clinician else OwnPlan)

    @extend_schema(operation_id="plan_draft", request=PlanIn, responses={201: PlanOut})
    def post(self, request: ApiRequest, patient_id: UUID) -> Response:
        """Draw a plan up. Nothing happens to the dose before somebody signs it."""
        patient, now = get_patient_or_404(request.user, patient_id), timezone.now()
        given, today = body_of(request, PlanIn), patient.local_date(now)
        prescription = plannable(patient, given.pop("prescription"), today)
        if prescription is None:
            raise invalid([fault("prescription", NOT_PLANNABLE)])
        steps = _steps(given, prescription, today)
        try:
            plan = draft_plan(prescription=prescription, by=request.user, now=now, **steps)
        except PlanConflictError as stale:
            raise conflict(str(stale)) from None
        return Response(PlanOut(drawn(plan, today)).data, status=status.HTTP_201_CREATED)


class SignPlan(ApiView):
    """The signature on one plan."""

    roles: ClassVar = {"post": {Role.CLINICIAN}}

    @extend_schema(operation_id="plan_sign", request=SignatureIn, responses=PlanOut)
    def post(self, request: ApiRequest, plan_id: UUID) -> Response:
        """Sign a draft: its steps go on from now on while check-ins are clear."""
        plan, now = get_visible_or_404(TitrationPlan, request.user, plan_id), timezone.now()
        given = body_of(request, SignatureIn)
        try:
            signed = sign_plan(plan=plan, by=request.user, now=now, **given)
        except PlanRefusedError as refused:
            faults = breach_faults(refused.breaches)
            raise invalid(faults, code="guard-rails", detail=GUARD_RAILS) from None
        except PlanConflictError as stale:
            raise conflict(str(stale)) from None
        return Response(PlanOut(drawn(signed, plan.patient.local_date(now))).data)


def _steps(given: dict[str, Any], prescription: Prescription, today: date) -> dict[str, Any]:
    """The arguments of `draft_plan`: the steps sent, or those of the template beyond the present dose."""
    key, starts_on = given.pop("template"), given.pop("starts_on")
    if not key:
        return given | {"template": None, "steps": tuple(given["steps"])}
    template = _template(key, given["direction"], prescription)
    steps: tuple[PlannedStep, ...] = from_template(template, starts_on, present_dose(prescription, today).daily)
    if not steps:
        raise invalid([fault("template", "This schedule has no step beyond the present dose.")])
    return given | {"template": template, "steps": steps}


def _template(key: str, direction: str, prescription: Prescription) -> Schedule:
    schedules = dosing_facts(prescription.ingredients[0], prescription.route).schedules
    known = {schedule.id: schedule for schedule in schedules if schedule.direction == direction and schedule.steps}
    if key not in known:
        said = ", ".join(sorted(known)) or "none"
        raise invalid([fault("template", f"There is no such schedule for this medicine. Known: {said}.")])
    return known[key]


def drawn(plan: TitrationPlan, today: date) -> Drawn:
    """A plan with the guard rails it would break today, while it can still be changed."""
    if plan.state != PlanState.DRAFT:
        return Drawn(plan)
    breaches = check_guard_rails(
        patient=plan.patient, prescription=plan.prescription, direction=plan.direction,
        steps=planned_steps(plan), template=plan.template, today=today,
    )  # fmt: skip
    return Drawn(plan, breaches, plan_mark(plan, today))
