"""A patient's plans, and one plan with everything a clinician decides on."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from interactions.medicines import Dose
from interactions.medicines.dosing import DosingFacts, dosing_facts
from monitoring.audit.record import record_read
from monitoring.formatting import NBSP
from monitoring.people.access import SignedInRequest, clinician_required, get_patient_or_404
from monitoring.people.models import Patient
from monitoring.regimens.queries import dose_words
from monitoring.titration.actions import check_guard_rails, planned_steps
from monitoring.titration.forms import ReasonForm, SignForm, basis_text
from monitoring.titration.forms.steering import RollBackForm
from monitoring.titration.models import Direction, PlanState, TitrationPlan, TitrationStep
from monitoring.titration.queries import (
    Course,
    Decided,
    amounts_of,
    course_of,
    courses_of,
    daily_of,
    decisions_of,
    next_step_of,
    open_hold_alert,
    outlook_of,
    plan_mark,
    plans_of,
    roll_back_mark,
    roll_back_offer,
    running_plan,
)
from monitoring.titration.rules import FRESH_DAYS, LONGEST_PAUSE_DAYS, MOST_MISSED, Breach
from monitoring.titration.rules.reading import evidence_lines
from monitoring.titration.rules.tablets import tablets_from, tablets_words
from monitoring.titration.views.previewing import draft_context
from monitoring.titration.views.rails import BreachLine, lines_of


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A decision as it is shown, with what was seen in words."""

    decided: Decided
    saw: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of the plan's table, with its change against the line before."""

    step: TitrationStep
    doses: str
    daily: Decimal
    change: Decimal | None
    percent: int | None
    breaches: tuple[BreachLine, ...]
    tablets: tuple[str, ...] = ()

    @property
    def size(self) -> Decimal | None:
        """The change without its sign."""
        return None if self.change is None else abs(self.change)


def read_patient(request: SignedInRequest, patient_id: UUID, now: datetime) -> Patient:
    """The patient of this page, with the reading noted in the audit log; 404 when it is not theirs."""
    patient = get_patient_or_404(request.user, patient_id)
    record_read(patient_id=patient.pk, what="plans", by=request.user, now=now)
    return patient


def plan_or_404(request: SignedInRequest, patient_id: UUID, plan_id: UUID, now: datetime) -> TitrationPlan:
    """A plan of the patient in the address, as it stands now."""
    patient = read_patient(request, patient_id, now)
    plan: TitrationPlan | None = plans_of(patient).filter(pk=plan_id).first()
    if plan is None:
        raise Http404
    return plan


def facts_of(plan: TitrationPlan) -> DosingFacts:
    """What the release says about dosing this plan's medicine."""
    prescription = plan.prescription
    return dosing_facts(prescription.ingredients[0] if prescription.ingredients else "", prescription.route)


def breaches_of(plan: TitrationPlan, now: datetime) -> tuple[Breach, ...]:
    """The guard rails that a draft would break if it were signed now; nothing for a plan that is no draft."""
    if plan.state != PlanState.DRAFT:
        return ()
    return check_guard_rails(
        patient=plan.patient, prescription=plan.prescription, direction=plan.direction,
        steps=planned_steps(plan), template=plan.template, today=plan.patient.local_date(now),
        tablets=tablets_from(plan.tablets),
    )  # fmt: skip


@require_safe
@clinician_required
def plan_list(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """The patient's plans, and each medicine a plan can be drawn up for."""
    now = timezone.now()
    patient = read_patient(request, patient_id, now)
    context = {
        "patient": patient,
        "courses": courses_of(patient, patient.local_date(now)),
        "plans": [(plan, next_step_of(plan)) for plan in plans_of(patient)],
    }
    return render(request, "monitoring/titration/plan_list.html", context)


@require_safe
@clinician_required
def plan_detail(request: SignedInRequest, patient_id: UUID, plan_id: UUID) -> HttpResponse:
    """One plan: its steps, what the gate looks at, and what can be done with it."""
    now = timezone.now()
    return show_plan(request, plan_or_404(request, patient_id, plan_id, now), now=now)


def show_plan(
    request: SignedInRequest, plan: TitrationPlan, *, now: datetime, status: int = 200, **more: Any
) -> HttpResponse:
    """The plan's page; a refused form comes back on it with its errors."""
    running = running_plan(plan.prescription_id)
    context: dict[str, Any] = {
        "patient": plan.patient,
        "plan": plan,
        **{f"{name}_form": ReasonForm(prefix=name) for name in ("release", "cancel", "pause", "resume")},
        "outlook": outlook_of(plan, now),
        "hold_alert": open_hold_alert(plan.patient),
        "replaces": running if running is not None and running.pk != plan.pk else None,
        "history": _history(plan),
        "longest_pause": LONGEST_PAUSE_DAYS,
        **_way_back(plan, now),
        **draft_context(plan, facts_of(plan), plan.patient.local_date(now)),
        **_steps_and_rails(plan, now),
    }
    return render(request, "monitoring/titration/plan_detail.html", {**context, **more}, status=status)


def _history(plan: TitrationPlan) -> list[HistoryLine]:
    """Every decision so far, newest first; of a draft there is none."""
    decided = decisions_of(plan) if plan.state != PlanState.DRAFT else []
    return [HistoryLine(each, evidence_lines(each.saw)) for each in decided]


def _way_back(plan: TitrationPlan, now: datetime) -> dict[str, Any]:
    """The roll-back on offer, for a rise that runs or has just come to its end."""
    if plan.direction != Direction.UP or plan.state not in {PlanState.SIGNED, PlanState.COMPLETED}:
        return {}
    offer = roll_back_offer(plan, patient=plan.patient, now=now)
    return {
        "way_back": offer,
        "way_back_words": dose_words(offer.dose) if offer.dose is not None else "",
        "way_back_mark": roll_back_mark(plan, offer, plan.patient.local_date(now)),
        "roll_back_form": RollBackForm(prefix="roll_back", abrupt=offer.abrupt),
    }


def _steps_and_rails(plan: TitrationPlan, now: datetime) -> dict[str, Any]:
    """The table of steps, the guard rails they break, and what the signature would cover."""
    today, facts, breaches = plan.patient.local_date(now), facts_of(plan), breaches_of(plan, now)
    course = course_of(plan.prescription, today)
    return {
        "course": course,
        "rows": step_rows(plan, course, breaches, facts),
        "plan_breaches": lines_of((breach for breach in breaches if breach.step == 0), facts),
        "hard": [breach for breach in breaches if breach.hard],
        "exceptions": _passed(plan, facts),
        "template": facts.schedule(plan.template),
        "sign_form": SignForm(breaches=breaches, facts=facts),
        "mark": plan_mark(plan, today),
        "fresh_days": FRESH_DAYS,
        "most_missed": MOST_MISSED,
    }


def _passed(plan: TitrationPlan, facts: DosingFacts) -> list[tuple[dict[str, Any], str]]:
    """The guard rails that the signature passed on purpose, and what each rests on."""
    return [(one, basis_text(one["sources"], one.get("evidence", ""), facts)) for one in plan.guard_exceptions]


def step_rows(plan: TitrationPlan, course: Course, breaches: tuple[Breach, ...], facts: DosingFacts) -> list[StepRow]:
    """The plan's table: each step's doses, its daily total, and the change against the dose before."""
    signed_upon = Decimal(plan.start_daily) if plan.start_daily else None
    before = course.present.daily if plan.state == PlanState.DRAFT else signed_upon
    tablets = tablets_from(plan.tablets)
    rows = []
    for step in plan.steps.select_related("released_by"):
        daily = daily_of(step)
        doses = doses_words(step)
        own = lines_of((breach for breach in breaches if breach.step == step.number), facts)
        change = None if before is None else daily - before
        percent = None if change is None or not before else round(100 * abs(change) / before)
        made = tablets_words(amounts_of(step), tablets) if tablets and step.amounts else ()
        rows.append(StepRow(step, doses, daily, change, percent, own, made))
        before = daily
    return rows


def doses_words(step: TitrationStep) -> str:
    """Each dose of a step's day with its time, numbers and units kept on one line."""
    if not step.amounts:
        return "none"
    said = Dose(amounts_of(step), step.unit, times=tuple(step.times)).by_time()
    return said.replace(f" {step.unit}", f"{NBSP}{step.unit}")
