"""A plan is drawn up, and its draft is redrawn."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from interactions.medicines.dosing import dosing_facts
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import PlanConflictError, draft_plan, planned_steps, redraw_plan
from monitoring.titration.forms import PlanStartForm, StepFormSet, initial_rows
from monitoring.titration.models import Direction, PlanState, TitrationPlan
from monitoring.titration.queries import Course, course_of, plan_mark, running_plan
from monitoring.titration.rules import ruling_schedule
from monitoring.titration.views.showing import plan_or_404, read_patient, show_plan


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def plan_new(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """Choose a labelled schedule or give numbers; the steps become a draft."""
    now = timezone.now()
    patient = read_patient(request, patient_id, now)
    form, context = _start_form(request, patient)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            plan = draft_plan(
                prescription=context["course"].prescription, direction=form.direction, steps=given["steps"], note="",
                template=form.facts.schedule(given["source"]), policy=given["policy"], by=request.user, now=now,
            )  # fmt: skip
            return redirect("plan_detail", patient_id=patient.pk, plan_id=plan.pk)
        except PlanConflictError as conflict:
            form.add_error(None, str(conflict))
    return render(request, "monitoring/titration/plan_new.html", context, status=422 if form.errors else 200)


def _start_form(request: HttpRequest, patient: Patient) -> tuple[PlanStartForm, dict[str, Any]]:
    """The form for the prescription and direction in the query, with what is shown beside it; else 404."""
    today = patient.local_date(timezone.now())
    course = course_of(_chosen_prescription(request, patient), today)
    if course.why_not:
        raise Http404
    direction = Direction.TAPER if request.GET.get("direction") == Direction.TAPER else Direction.UP
    form = _form_for(request, patient, course, direction, today)
    context = {"patient": patient, "form": form, "course": course, "tapering": direction == Direction.TAPER}
    return form, context | {"running": running_plan(course.prescription.pk)}


def _form_for(
    request: HttpRequest, patient: Patient, course: Course, direction: Direction, today: date
) -> PlanStartForm:
    facts = dosing_facts(course.prescription.ingredients[0], course.prescription.route)
    return PlanStartForm(
        request.POST if request.method == "POST" else None, facts=facts, present=course.present, direction=direction,
        today=today, suggested=ruling_schedule(direction, facts, egfr=patient.egfr, age=patient.age_on(today)),
    )  # fmt: skip


def _chosen_prescription(request: HttpRequest, patient: Patient) -> Prescription:
    try:
        key = UUID(request.GET.get("prescription", ""))
    except ValueError:
        raise Http404 from None
    found: Prescription | None = Prescription.objects.filter(patient=patient, pk=key).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def plan_edit(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """Change the steps of a draft, one line each."""
    now = timezone.now()
    plan = plan_or_404(request, patient_id, plan_id, now)
    if plan.state != PlanState.DRAFT:
        said = "This plan is no longer a draft. Plan anew instead."
        return show_plan(request, plan, now=now, status=409, page_errors=[said], page_invalid=True)
    posted = request.POST if request.method == "POST" else None
    formset = StepFormSet(posted, initial=initial_rows(planned_steps(plan)))
    if posted is not None and formset.is_valid():
        return _redraw(request, plan, formset)
    context = {"patient": plan.patient, "plan": plan, "formset": formset, "page_invalid": posted is not None}
    context["mark"] = request.POST.get("seen") or plan_mark(plan, plan.patient.local_date(now))
    return render(request, "monitoring/titration/plan_edit.html", context, status=200 if posted is None else 422)


def _redraw(request: SignedInRequest, plan: TitrationPlan, formset: Any) -> HttpResponse:
    now = timezone.now()
    try:
        redraw_plan(
            plan=plan, steps=formset.planned_steps(), policy=plan.policy, note=plan.note, by=request.user, now=now,
            seen=request.POST.get("seen"),
        )  # fmt: skip
    except PlanConflictError as conflict:
        fresh = plan_or_404(request, plan.patient_id, plan.pk, now)
        return show_plan(request, fresh, now=now, status=409, page_errors=[str(conflict)], page_invalid=True)
    return redirect("plan_detail", patient_id=plan.patient_id, plan_id=plan.pk)
