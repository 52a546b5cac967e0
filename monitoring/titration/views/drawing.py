"""A plan is drawn up, and its draft is redrawn."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from interactions.medicines.dosing import Schedule, dosing_facts
from monitoring.people.access import SignedInRequest, clinician_required
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries import dose_on
from monitoring.titration.actions import PlanConflictError, draft_plan, planned_steps, redraw_plan
from monitoring.titration.forms import (
    BaseStepFormSet,
    Ground,
    Left,
    PlanStartForm,
    StepFormSet,
    initial_rows,
    tablets_initial,
    tablets_of_product,
)
from monitoring.titration.models import Direction, PlanState, TitrationPlan
from monitoring.titration.queries import Course, course_of, plan_mark, present_dose, running_plan
from monitoring.titration.queries.beside import others_of
from monitoring.titration.queries.drawing import latest_tablets, steps_left
from monitoring.titration.rules import Present, ruling_schedule
from monitoring.titration.rules.beside import latest_change
from monitoring.titration.rules.rails import why_gentler
from monitoring.titration.rules.tablets import tablets_from
from monitoring.titration.rules.ways import proposed_way, ways_of
from monitoring.titration.views.looking import show_look, wants_to_look
from monitoring.titration.views.previewing import Sketch, look_at, withdrawal_watch
from monitoring.titration.views.showing import facts_of, plan_or_404, read_patient, show_plan


@require_http_methods(["GET", "HEAD", "POST"])
@clinician_required
def plan_new(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """Choose a labelled schedule, the steps left of a plan, or numbers; the steps become a draft."""
    now = timezone.now()
    patient = read_patient(request, patient_id, now)
    form, context = _start_form(request, patient)
    context |= _start_sketch(form, context["course"].prescription, patient)
    if wants_to_look(request):
        return show_look(request, "monitoring/titration/plan_new.html", context)
    if request.method == "POST" and form.is_valid():
        try:
            plan = _draft(request, form, context["course"].prescription, now)
            return redirect("plan_detail", patient_id=patient.pk, plan_id=plan.pk)
        except PlanConflictError as conflict:
            form.add_error(None, str(conflict))
    return render(request, "monitoring/titration/plan_new.html", context, status=422 if form.errors else 200)


def _start_sketch(form: PlanStartForm, prescription: Prescription, patient: Patient) -> dict[str, Any]:
    """The steps that the form asks for, drawn; before anything is chosen, those that are proposed."""
    asked = form if form.is_bound else _as_proposed(form)
    if not asked.is_valid():
        return {}
    given, ground, (template, _) = asked.cleaned_data, form.ground, _paced_by(asked)
    sketch = Sketch(prescription, ground.direction, given["steps"], template.id if template else "", given["tablets"])
    return look_at(sketch, patient, ground.facts, ground.today)


def _as_proposed(form: PlanStartForm) -> PlanStartForm:
    values = {name: form[name].value() for name in form.fields}
    return PlanStartForm({name: value for name, value in values.items() if value is not None}, ground=form.ground)


def _draft(request: SignedInRequest, form: PlanStartForm, prescription: Prescription, now: datetime) -> TitrationPlan:
    given = form.cleaned_data
    template, speed = _paced_by(form)
    return draft_plan(
        prescription=prescription, direction=form.ground.direction, steps=given["steps"], note="", template=template,
        policy=given["policy"], tablets=given["tablets"], speed=speed,
        by=request.user, now=now,
    )  # fmt: skip


def _paced_by(form: PlanStartForm) -> tuple[Schedule | None, str]:
    """The schedule and the pace of what was chosen; what is left of a plan goes on as that plan was paced."""
    ground, source = form.ground, form.cleaned_data["source"]
    if source == form.LEFT and ground.left:
        return ground.facts.schedule(ground.left.template), ground.left.speed
    way = ground.way(source)
    return (way.schedule, way.pace) if way else (None, "")


def _start_form(request: HttpRequest, patient: Patient) -> tuple[PlanStartForm, dict[str, Any]]:
    """The form for the prescription and direction in the query, with what is shown beside it; else 404."""
    today = patient.local_date(timezone.now())
    course = course_of(_chosen_prescription(request, patient), today)
    if course.why_not:
        raise Http404
    direction = Direction.TAPER if request.GET.get("direction") == Direction.TAPER else Direction.UP
    running = running_plan(course.prescription.pk)
    ground = _ground(patient, course, direction, running, today)
    sent = request.POST if request.method == "POST" else None
    form = PlanStartForm(sent, ground=ground, initial=_initial(course.prescription, running, today))
    context = {"patient": patient, "form": form, "course": course, "tapering": direction == Direction.TAPER}
    return form, context | {"running": running, "watch": withdrawal_watch(course.prescription, ground.facts)}


def _ground(
    patient: Patient, course: Course, direction: Direction, running: TitrationPlan | None, today: date
) -> Ground:
    prescription = course.prescription
    facts, age = dosing_facts(prescription.ingredients[0], prescription.route), patient.age_on(today)
    schedule = ruling_schedule(direction, facts, egfr=patient.egfr, age=age)
    because = why_gentler(facts, egfr=patient.egfr, age=age)
    ways = ways_of(facts, direction, schedule)
    return Ground(
        facts=facts, present=course.present, direction=direction, today=today, ways=ways, because=because,
        proposed=proposed_way(ways, schedule, course.present.daily, delicate=bool(because)),
        left=_left(running, direction, course.present), ends_on=prescription.ends_on,
        other_changed=latest_change(others_of(prescription, today), today),
    )  # fmt: skip


def _left(running: TitrationPlan | None, direction: Direction, present: Present) -> Left | None:
    steps = steps_left(running, direction, present.daily)
    return Left(steps, running.version, running.template, running.speed) if running and steps else None


def _initial(prescription: Prescription, running: TitrationPlan | None, today: date) -> dict[str, Any]:
    """What is known already: how many doses a day, the tablets, and how the running plan goes on."""
    known = latest_tablets(prescription) or tablets_of_product(prescription.strengths)
    taken = dose_on(prescription, today)
    more = {"policy": running.policy} if running else {}
    return {"doses": len(taken.amounts) if taken and taken.amounts else None, **tablets_initial(known), **more}


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
    """Change the steps of a draft, one line each; “look” draws what is typed and keeps nothing."""
    now = timezone.now()
    plan = plan_or_404(request, patient_id, plan_id, now)
    if plan.state != PlanState.DRAFT:
        said = pgettext("staff", "This plan is no longer a draft. Plan anew instead.")
        return show_plan(request, plan, now=now, status=409, page_errors=[said], page_invalid=True)
    posted, today = request.POST if request.method == "POST" else None, plan.patient.local_date(now)
    formset = _step_forms(plan, posted, today)
    if wants_to_look(request):
        return show_look(request, "monitoring/titration/plan_edit.html", _edit_context(request, plan, formset, today))
    if posted is not None and formset.is_valid():
        return _redraw(request, plan, formset)
    context = _edit_context(request, plan, formset, today) | {"page_invalid": posted is not None}
    return render(request, "monitoring/titration/plan_edit.html", context, status=200 if posted is None else 422)


def _edit_context(
    request: SignedInRequest, plan: TitrationPlan, formset: BaseStepFormSet, today: date
) -> dict[str, Any]:
    """The form, and what is typed in it drawn; nothing is drawn of what cannot be read."""
    tablets = tablets_from(plan.tablets)
    context: dict[str, Any] = {
        "patient": plan.patient, "plan": plan, "formset": formset, "tablets": tablets,
        "mark": request.POST.get("seen") or plan_mark(plan, today),
    }  # fmt: skip
    if formset.is_bound and not formset.is_valid():
        return context
    steps = formset.planned_steps() if formset.is_bound else planned_steps(plan)
    sketch = Sketch(plan.prescription, plan.direction, steps, plan.template, tablets)
    return context | look_at(sketch, plan.patient, facts_of(plan), today)


def _step_forms(plan: TitrationPlan, posted: QueryDict | None, today: date) -> BaseStepFormSet:
    return StepFormSet(
        posted, initial=initial_rows(planned_steps(plan)), direction=plan.direction,
        daily=present_dose(plan.prescription, today).daily,
        form_kwargs={"tablets": tablets_from(plan.tablets), "today": today},
    )  # fmt: skip


def _redraw(request: SignedInRequest, plan: TitrationPlan, formset: BaseStepFormSet) -> HttpResponse:
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
