"""What a clinician reads beside a draft: the watch for withdrawal, and the plan drawn after what came before it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from interactions.medicines.dosing import DosingFacts, Guide
from monitoring.regimens.models import Prescription
from monitoring.titration.actions.watching import WATCHED_AFTER_LAST_STEP, WEEKLY_AFTER_STOP
from monitoring.titration.forms import basis_text
from monitoring.titration.models import Direction, PlanState, TitrationPlan
from monitoring.titration.queries.preview import preview_of
from monitoring.titration.rules.tablets import tablets_from
from monitoring.titration.svg import WIDTH, draw, height
from monitoring.titration.timeline import stretches

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
        preview = preview_of(plan, on)
        context |= {"preview": preview, "chart": draw(preview), "chart_size": (WIDTH, height(preview))}
        context |= {"stretches": stretches(preview), "tablets": tablets_from(plan.tablets)}
    return context
