"""What a clinician decides about a plan: sign it, cancel it, draw it up anew, release a step that is on hold."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.titration.actions import (
    PlanConflictError,
    PlanRefusedError,
    cancel_plan,
    release_step,
    sign_plan,
)
from monitoring.titration.forms import ReasonForm, SignForm
from monitoring.titration.models import TitrationPlan
from monitoring.titration.queries import why_not_plannable
from monitoring.titration.views.showing import breaches_of, facts_of, plan_or_404, show_plan


def act(
    request: SignedInRequest, plan: TitrationPlan, now: datetime, deed: Callable[[], object], done: str, **forms: Form
) -> HttpResponse:
    """Do it and go back to the plan; a refusal shows the plan as it is now, why on top, and what was typed."""
    try:
        deed()
    except (PlanRefusedError, PlanConflictError) as refusal:
        said = [breach.text for breach in refusal.breaches] if isinstance(refusal, PlanRefusedError) else [str(refusal)]
        status = 422 if isinstance(refusal, PlanRefusedError) else 409
        fresh = plan_or_404(request, plan.patient_id, plan.pk, now)
        return show_plan(request, fresh, now=now, status=status, page_errors=said, page_invalid=True, **forms)
    messages.success(request, done)
    return redirect("plan_detail", patient_id=plan.patient_id, plan_id=plan.pk)


def act_with_reason(
    request: SignedInRequest, patient_id: UUID, plan_id: UUID, *, name: str, deed: Callable[..., object], done: str
) -> HttpResponse:
    """Do what needs nothing but a written reason; `name` is that of its form."""
    now = timezone.now()
    plan = plan_or_404(request, patient_id, plan_id, now)
    form = ReasonForm(request.POST, prefix=name)
    shown = {f"{name}_form": form}
    if not form.is_valid():
        return show_plan(request, plan, now=now, status=422, form=form, **shown)
    given = {"reason": form.cleaned_data["reason"], "seen": request.POST.get("seen"), "by": request.user, "now": now}
    return act(request, plan, now, lambda: deed(plan=plan, **given), done, **shown)


@require_POST
@clinician_required
def plan_sign(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Sign a draft, with a reason for each guard rail passed."""
    now = timezone.now()
    plan = plan_or_404(request, patient_id, plan_id, now)
    form = SignForm(request.POST, breaches=breaches_of(plan, now), facts=facts_of(plan))
    if not form.is_valid():
        return show_plan(request, plan, now=now, status=422, sign_form=form, form=form)
    given, seen = form.cleaned_data, request.POST.get("seen")
    done = pgettext("staff", "Signed. Steps go on only while check-ins are clear.")
    return act(
        request, plan, now, lambda: sign_plan(plan=plan, exceptions=given, by=request.user, now=now, seen=seen), done,
        sign_form=SignForm(initial=given, breaches=breaches_of(plan, now), facts=facts_of(plan)),
    )  # fmt: skip


@require_POST
@clinician_required
def plan_cancel(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """End a plan; the present dose stays."""
    done = pgettext("staff", "Plan cancelled. The present dose stays.")
    return act_with_reason(request, patient_id, plan_id, name="cancel", deed=cancel_plan, done=done)


@require_POST
@clinician_required
def plan_replan(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Draw the same medicine up anew from where the patient is now; the running plan goes on until that is signed."""
    now = timezone.now()
    plan = plan_or_404(request, patient_id, plan_id, now)
    if why_not := why_not_plannable(plan.prescription, plan.patient.local_date(now)):
        return show_plan(request, plan, now=now, status=409, page_errors=[why_not], page_invalid=True)
    query = f"?prescription={plan.prescription_id}&direction={plan.direction}"
    return redirect(reverse("plan_new", args=[patient_id]) + query)


@require_POST
@clinician_required
def step_release(request: SignedInRequest, patient_id: UUID, plan_id: UUID, step_id: UUID) -> HttpResponse:
    """Take a held step up today, with a reason."""
    now = timezone.now()
    plan = plan_or_404(request, patient_id, plan_id, now)
    step = plan.steps.filter(pk=step_id).first()
    if step is None:
        raise Http404
    form = ReasonForm(request.POST, prefix="release")
    if not form.is_valid():
        return show_plan(request, plan, now=now, status=422, release_form=form, form=form)
    reason, seen = form.cleaned_data["reason"], request.POST.get("seen")
    done = pgettext("staff", "Step released. The new dose counts from today.")
    return act(
        request, plan, now, lambda: release_step(step=step, reason=reason, by=request.user, now=now, seen=seen), done,
        release_form=form,
    )  # fmt: skip
