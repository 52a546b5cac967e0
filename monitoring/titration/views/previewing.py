"""What a clinician reads beside a draft: the watch for withdrawal, and the plan drawn after what came before it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from interactions.medicines.dosing import DosingFacts, Guide
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import check_guard_rails
from monitoring.titration.actions.watching import WATCHED_AFTER_LAST_STEP, WEEKLY_AFTER_STOP
from monitoring.titration.forms import basis_text
from monitoring.titration.models import Direction, PlanState, TitrationPlan
from monitoring.titration.queries.preview import preview_of, preview_with
from monitoring.titration.rules.tablets import Tablet, tablets_from
from monitoring.titration.schedule import PlannedStep
from monitoring.titration.svg import WIDTH, draw, height
from monitoring.titration.timeline import Preview, stretches
from monitoring.titration.views.rails import lines_of

logger = logging.getLogger(__name__)

# Tables of the release that speak of ending a medicine, by ingredient.
_GUIDES = {"baclofen": ("withdrawal_signs", "withdrawal_risk"), "amitriptyline": ("amitriptyline_ending",)}


@dataclass(frozen=True, slots=True)
class WithdrawalWatch:
    """How a taper is watched, and what for: each guide of the release with what it rests on."""

    guides: tuple[tuple[Guide, str], ...]
    daily_days: int = WATCHED_AFTER_LAST_STEP
    weekly_weeks: int = WEEKLY_AFTER_STOP.days // 7


def withdrawal_watch(prescription: Prescription, facts: DosingFacts) -> WithdrawalWatch:
    """The watch over a taper of this medicine; without guides the release has no signs of it."""
    ingredient = prescription.ingredients[0] if prescription.ingredients else ""
    found = [facts.guides[key] for key in _GUIDES.get(ingredient, ()) if key in facts.guides]
    return WithdrawalWatch(tuple((guide, basis_text(guide.sources, guide.evidence, facts)) for guide in found))


def draft_context(plan: TitrationPlan, facts: DosingFacts, on: date) -> dict[str, Any]:
    """What the draft's page shows beside its steps; a plan that is no draft has only its watch."""
    context: dict[str, Any] = {}
    if plan.direction == Direction.TAPER:
        context["watch"] = withdrawal_watch(plan.prescription, facts)
    if plan.state == PlanState.DRAFT:
        context |= {**picture_of(preview_of(plan, on)), "tablets": tablets_from(plan.tablets)}
    return context


def picture_of(preview: Preview) -> dict[str, Any]:
    """A preview drawn and in rows; a fault in drawing leaves the rows, and the page says that it is one."""
    shown: dict[str, Any] = {"preview": preview, "stretches": stretches(preview), "chart": None}
    try:
        return shown | {"chart": draw(preview), "chart_size": (WIDTH, height(preview))}
    except Exception:  # whatever is wrong with the picture, what it shows must reach the reader
        logger.exception("a preview of a plan could not be drawn")
        return shown


@dataclass(frozen=True, slots=True)
class Sketch:
    """Steps that are not kept anywhere yet, and what they are drawn for."""

    prescription: Prescription
    direction: str
    steps: Sequence[PlannedStep]
    template: str
    tablets: Sequence[Tablet]


def look_at(sketch: Sketch, patient: Patient, facts: DosingFacts, on: date) -> dict[str, Any]:
    """The picture of a sketch over the weeks before, and the guard rails it would break."""
    steps = sorted(sketch.steps, key=lambda step: step.on)
    breaches = check_guard_rails(
        patient=patient, prescription=sketch.prescription, direction=sketch.direction, steps=steps,
        template=sketch.template, today=on, tablets=tuple(sketch.tablets),
    )  # fmt: skip
    turns = tuple((step.on, step.daily) for step in steps)
    picture = picture_of(preview_with(patient, sketch.prescription, turns, on))
    return {**picture, "sketched": True, "step_count": len(steps), "rails": lines_of(breaches, facts, steps)}
