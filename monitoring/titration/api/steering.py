"""One plan through the API: how it stands, and what a clinician decides about it while it runs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from monitoring.audit.record import record_read
from monitoring.people.access import get_visible_or_404
from monitoring.people.doors import ApiRequest
from monitoring.people.models import Role
from monitoring.regimens.actions import NeedsTaper
from monitoring.rest.problems import conflict, fault, invalid
from monitoring.rest.views import ApiView, body_of
from monitoring.titration.actions import (
    PlanConflictError,
    cancel_plan,
    pause_plan,
    release_step,
    resume_plan,
    roll_back_plan,
)
from monitoring.titration.api.plans import drawn
from monitoring.titration.models import TitrationPlan
from monitoring.titration.queries import decisions_of, outlook_of, plan_mark, roll_back_mark, roll_back_offer
from monitoring.titration.serializers.steering import PlanStands, ReasonIn, RollBackIn, Standing

CLINICIANS: dict[str, Any] = {"post": {Role.CLINICIAN}}


def standing(plan: TitrationPlan, now: datetime) -> Standing:
    """Everything a clinician decides on, as the tables stand now."""
    today = plan.patient.local_date(now)
    offer = roll_back_offer(plan, patient=plan.patient, now=now)
    return Standing(
        replace(drawn(plan, today), mark=plan_mark(plan, today)), outlook_of(plan, now), offer,
        roll_back_mark(plan, offer, today), tuple(decisions_of(plan)),
    )  # fmt: skip


def _decide(request: ApiRequest, plan_id: UUID, kind: type[ReasonIn], deed: Callable[..., object]) -> Response:
    """Do it and answer with the plan as it then stands; a refusal is a 409 that says what changed.

    Whether the plan is theirs is asked before what they sent is read: the answer must not tell.
    """
    plan, now = get_visible_or_404(TitrationPlan, request.user, plan_id), timezone.now()
    given = body_of(request, kind)
    try:
        deed(plan=plan, by=request.user, now=now, **given)
    except PlanConflictError as stale:
        raise conflict(str(stale)) from None
    except NeedsTaper as abrupt:
        raise invalid([fault(abrupt.field, abrupt.message)], code="needs-taper") from None
    fresh = TitrationPlan.objects.get(pk=plan.pk)
    record_read(patient_id=fresh.patient_id, what="plans", by=request.user, now=now)
    return Response(PlanStands(standing(fresh, now)).data)


class OnePlan(ApiView):
    """How one plan stands."""

    roles: ClassVar = {"get": {Role.CLINICIAN}}

    @extend_schema(operation_id="plan_read", responses=PlanStands)
    def get(self, request: ApiRequest, plan_id: UUID) -> Response:
        """The plan, what would hold its next step now, the roll-back on offer, and every decision so far."""
        plan, now = get_visible_or_404(TitrationPlan, request.user, plan_id), timezone.now()
        record_read(patient_id=plan.patient_id, what="plans", by=request.user, now=now)
        return Response(PlanStands(standing(plan, now)).data)


class PausePlan(ApiView):
    """A plan stands still."""

    roles: ClassVar = CLINICIANS

    @extend_schema(operation_id="plan_pause", request=ReasonIn, responses=PlanStands)
    def post(self, request: ApiRequest, plan_id: UUID) -> Response:
        """Pause a signed plan: the present dose and the check-ins go on, no step is due."""
        return _decide(request, plan_id, ReasonIn, pause_plan)


class ResumePlan(ApiView):
    """A paused plan goes on."""

    roles: ClassVar = CLINICIANS

    @extend_schema(operation_id="plan_resume", request=ReasonIn, responses=PlanStands)
    def post(self, request: ApiRequest, plan_id: UUID) -> Response:
        """Let a paused plan go on; each step moves by the days of the pause. After a long pause sign anew instead."""
        return _decide(request, plan_id, ReasonIn, resume_plan)


class RollBackPlan(ApiView):
    """Back to the last dose that was borne."""

    roles: ClassVar = CLINICIANS

    @extend_schema(operation_id="plan_roll_back", request=RollBackIn, responses=PlanStands)
    def post(self, request: ApiRequest, plan_id: UUID) -> Response:
        """Take the dose of `roll_back` from today and pause the plan. An abrupt fall of baclofen needs its reason."""
        return _decide(request, plan_id, RollBackIn, roll_back_plan)


class CancelPlan(ApiView):
    """A plan ends before its last step."""

    roles: ClassVar = CLINICIANS

    @extend_schema(operation_id="plan_cancel", request=ReasonIn, responses=PlanStands)
    def post(self, request: ApiRequest, plan_id: UUID) -> Response:
        """End a draft or signed plan; the present dose stays."""
        return _decide(request, plan_id, ReasonIn, cancel_plan)


class ReleaseStep(ApiView):
    """A step that is on hold."""

    roles: ClassVar = CLINICIANS

    @extend_schema(operation_id="step_release", request=ReasonIn, responses=PlanStands)
    def post(self, request: ApiRequest, plan_id: UUID, step_id: UUID) -> Response:
        """Take a held step up today. Send the `mark` of `next_step` as `seen`: worse news since is a 409."""

        def release(plan: TitrationPlan, **given: Any) -> None:
            step = plan.steps.filter(pk=step_id).first()
            if step is None:
                raise Http404
            release_step(step=step, **given)

        return _decide(request, plan_id, ReasonIn, release)
