"""The pages on which a clinician draws up, signs and steers a plan."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interactions.medicines import Dose
from interactions.medicines.dosing import dosing_facts
from monitoring.audit.record import record_read
from monitoring.people.access import SignedInRequest, clinician_required, get_patient_or_404
from monitoring.people.models import Patient
from monitoring.regimens.models import DosePeriod, Prescription, PrescriptionState
from monitoring.regimens.queries import dose_on
from monitoring.titration.actions import (
    PlanConflictError,
    PlanRefusedError,
    cancel_plan,
    check_guard_rails,
    draft_plan,
    planned_steps,
    redraw_plan,
    release_step,
    sign_plan,
)
from monitoring.titration.forms import PlanStartForm, ReasonForm, SignForm, StepFormSet, initial_rows
from monitoring.titration.models import Direction, PlanState, StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries import amounts_of, daily_of
from monitoring.titration.schedule import Breach


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of the plan's table, with its change against the line before."""

    step: TitrationStep
    doses: str
    daily: Decimal
    change: Decimal | None
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A prescription, the dose in force, and whether baclofen must not simply end."""

    prescription: Prescription
    current: DosePeriod | None


def _read(request: SignedInRequest, patient_id: UUID, now: datetime) -> Patient:
    patient = get_patient_or_404(request.user, patient_id)
    record_read(patient_id=patient.pk, what="plans", by=request.user, now=now)
    return patient


def _plan(patient: Patient, plan_id: UUID) -> TitrationPlan:
    plan: TitrationPlan | None = (
        TitrationPlan.objects.filter(patient=patient, pk=plan_id).select_related("prescription", "signed_by").first()
    )
    if plan is None:
        raise Http404
    plan.patient = patient
    return plan


def _breaches(plan: TitrationPlan, today: date) -> tuple[Breach, ...]:
    if plan.state != PlanState.DRAFT:
        return ()
    return check_guard_rails(
        patient=plan.patient, prescription=plan.prescription, direction=plan.direction,
        steps=planned_steps(plan), template=plan.template, today=today,
    )  # fmt: skip


def _rows(plan: TitrationPlan, breaches: tuple[Breach, ...]) -> list[StepRow]:
    before = Decimal(plan.start_daily) if plan.start_daily else None
    rows = []
    for step in plan.steps.select_related("released_by"):
        daily = daily_of(step)
        amounts = amounts_of(step)
        doses = Dose(amounts, step.unit, times=tuple(step.times)).by_time() if amounts else "none"
        own = tuple(breach for breach in breaches if breach.step == step.number)
        rows.append(StepRow(step, doses, daily, None if before is None else daily - before, own))
        before = daily
    return rows


@require_safe
@clinician_required
def plan_list(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    now = timezone.now()
    patient = _read(request, patient_id, now)
    today = patient.local_date(now)
    active = Prescription.objects.filter(patient=patient, state=PrescriptionState.ACTIVE)
    context = {
        "patient": patient,
        "courses": [Course(prescription, dose_on(prescription, today)) for prescription in active],
        "plans": TitrationPlan.objects.filter(patient=patient).select_related("prescription", "signed_by"),
    }
    return render(request, "monitoring/titration/plan_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def plan_new(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    now = timezone.now()
    patient = _read(request, patient_id, now)
    prescription = _chosen_prescription(request, patient)
    direction = Direction.TAPER if request.GET.get("direction") == Direction.TAPER else Direction.UP
    current = dose_on(prescription, patient.local_date(now))
    facts = dosing_facts(prescription.ingredients[0], prescription.route)
    form = PlanStartForm(
        request.POST or None, facts=facts, current=current, direction=direction, today=patient.local_date(now)
    )
    if request.method == "POST" and form.is_valid():
        plan = draft_plan(
            prescription=prescription, direction=direction, steps=form.cleaned_data["steps"],
            template=facts.schedule(form.cleaned_data["source"]), policy=form.cleaned_data["policy"],
            note="", by=request.user, now=now,
        )  # fmt: skip
        return redirect("plan_detail", patient_id=patient.pk, plan_id=plan.pk)
    course = Course(prescription, current)
    context = {"patient": patient, "form": form, "course": course, "tapering": direction == Direction.TAPER}
    return render(request, "monitoring/titration/plan_new.html", context, status=422 if form.errors else 200)


def _chosen_prescription(request: HttpRequest, patient: Patient) -> Prescription:
    """The prescription named in the query, of this patient, active and of one understood ingredient; else 404."""
    try:
        key = UUID(request.GET.get("prescription", ""))
    except ValueError:
        raise Http404 from None
    found: Prescription | None = Prescription.objects.filter(
        patient=patient, pk=key, state=PrescriptionState.ACTIVE
    ).first()
    if found is None or len(found.ingredients) != 1:
        raise Http404
    return found


@require_safe
@clinician_required
def plan_detail(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    now = timezone.now()
    patient = _read(request, patient_id, now)
    return _show(request, _plan(patient, plan_id), now=now)


def _show(
    request: SignedInRequest, plan: TitrationPlan, *, now: datetime, status: int = 200, **forms: Any
) -> HttpResponse:
    """The plan's page; a refused form comes back on it with its errors."""
    breaches = _breaches(plan, plan.patient.local_date(now))
    context: dict[str, Any] = {
        "patient": plan.patient,
        "plan": plan,
        "rows": _rows(plan, breaches),
        "plan_breaches": [breach for breach in breaches if breach.step == 0],
        "hard": [breach for breach in breaches if breach.hard],
        "sign_form": SignForm(breaches=breaches),
        "release_form": ReasonForm(prefix="release"),
        "cancel_form": ReasonForm(prefix="cancel"),
        "held": plan.steps.filter(state=StepState.HELD).first(),
        "can_sign": plan.prescription.state == PrescriptionState.ACTIVE,
    }
    return render(request, "monitoring/titration/plan_detail.html", {**context, **forms}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def plan_edit(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    now = timezone.now()
    patient = _read(request, patient_id, now)
    plan = _plan(patient, plan_id)
    formset = StepFormSet(request.POST or None, initial=initial_rows(planned_steps(plan)))
    if request.method == "POST" and formset.is_valid():
        try:
            redraw_plan(
                plan=plan, steps=formset.planned_steps(), policy=plan.policy, note=plan.note, by=request.user, now=now
            )
        except PlanConflictError as conflict:
            return _show(request, plan, now=now, status=409, page_errors=[str(conflict)])
        return redirect("plan_detail", patient_id=patient.pk, plan_id=plan.pk)
    context = {"patient": patient, "plan": plan, "formset": formset, "page_invalid": request.method == "POST"}
    status = 422 if request.method == "POST" else 200
    return render(request, "monitoring/titration/plan_edit.html", context, status=status)


@require_POST
@clinician_required
def plan_sign(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    now = timezone.now()
    plan = _plan(_read(request, patient_id, now), plan_id)
    form = SignForm(request.POST, breaches=_breaches(plan, plan.patient.local_date(now)))
    if not form.is_valid():
        return _show(request, plan, now=now, status=422, sign_form=form, form=form)
    try:
        sign_plan(plan=plan, exceptions=form.cleaned_data, by=request.user, now=now)
    except PlanRefusedError as refused:
        return _show(request, plan, now=now, status=422, page_errors=[b.text for b in refused.breaches])
    except PlanConflictError as conflict:
        return _show(request, plan, now=now, status=409, page_errors=[str(conflict)])
    messages.success(request, "Signed. Steps go on only while check-ins are clear.")
    return redirect("plan_detail", patient_id=patient_id, plan_id=plan_id)


@require_POST
@clinician_required
def plan_cancel(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    now = timezone.now()
    plan = _plan(_read(request, patient_id, now), plan_id)
    form = ReasonForm(request.POST, prefix="cancel")
    if not form.is_valid():
        return _show(request, plan, now=now, status=422, cancel_form=form, form=form)
    try:
        cancel_plan(plan=plan, reason=form.cleaned_data["reason"], by=request.user, now=now)
    except PlanConflictError as conflict:
        return _show(request, plan, now=now, status=409, page_errors=[str(conflict)])
    messages.success(request, "Plan cancelled. The present dose stays.")
    return redirect("plan_list", patient_id=patient_id)


@require_POST
@clinician_required
def plan_replan(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """A new draft for the same prescription, to be drawn from where the patient is now."""
    plan = _plan(_read(request, patient_id, timezone.now()), plan_id)
    url = f"?prescription={plan.prescription_id}&direction={plan.direction}"
    response = redirect("plan_new", patient_id=patient_id)
    response["Location"] += url
    return response


@require_POST
@clinician_required
def step_release(request: SignedInRequest, patient_id: UUID, plan_id: UUID, step_id: UUID) -> HttpResponse:
    now = timezone.now()
    plan = _plan(_read(request, patient_id, now), plan_id)
    step = plan.steps.filter(pk=step_id).first()
    if step is None:
        raise Http404
    form = ReasonForm(request.POST, prefix="release")
    if not form.is_valid():
        return _show(request, plan, now=now, status=422, release_form=form, form=form)
    try:
        release_step(step=step, reason=form.cleaned_data["reason"], by=request.user, now=now)
    except PlanConflictError as conflict:
        return _show(request, plan, now=now, status=409, page_errors=[str(conflict)])
    messages.success(request, "Step released. The new dose counts from today.")
    return redirect("plan_detail", patient_id=patient_id, plan_id=plan_id)
