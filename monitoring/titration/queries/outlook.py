"""What the gate would see of a plan's next step if it were settled now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import pgettext

from monitoring.people.models import Patient
from monitoring.titration.models import DecisionKind, PlanState, StepState, TitrationPlan, TitrationStep
from monitoring.titration.queries.evidence import gather_evidence, hold_mark
from monitoring.titration.queries.plans import OPEN_STEPS
from monitoring.titration.rules import (
    Evidence,
    Hold,
    HoldReason,
    Policy,
    Reason,
    decide,
    never_released,
    not_yet_released,
    why_not_resumed,
)

# These speak of the day on which a step is settled, not of how things stand today.
_OF_THE_DAY = frozenset({HoldReason.GAP, HoldReason.LATE})


@dataclass(frozen=True, slots=True)
class Outlook:
    """How the next step stands: what would hold it, and what forbids a release for good or for now.

    `why_not_resumed` says why a paused plan must be signed anew. `mark` is that of the news shown (`hold_mark`).
    """

    step: TitrationStep
    evidence: Evidence
    reasons: tuple[Reason, ...]
    blockers: tuple[Reason, ...]
    waits_for: tuple[Reason, ...]
    why_not_resumed: tuple[str, ...]
    mark: str


def next_step_of(plan: TitrationPlan) -> TitrationStep | None:
    """The first step of a plan that was not taken up; its steps are prefetched or read at once."""
    waiting = (step for step in plan.steps.all() if step.state in OPEN_STEPS)
    return min(waiting, key=lambda step: step.number, default=None)


def outlook_of(plan: TitrationPlan, now: datetime) -> Outlook | None:
    """What the gate would see of a signed plan's next step now; None without one."""
    step = next_step_of(plan) if plan.state == PlanState.SIGNED else None
    if step is None:
        return None
    patient = plan.patient
    evidence = gather_evidence(step, patient=patient, now=now)
    blockers = never_released(evidence)
    return Outlook(
        step, evidence, _reasons_now(evidence, step), blockers, not_yet_released(evidence),
        why_plan_not_resumed(plan, patient=patient, blockers=blockers, now=now), hold_mark(evidence),
    )  # fmt: skip


def why_plan_not_resumed(
    plan: TitrationPlan, *, patient: Patient, blockers: Sequence[Reason], now: datetime
) -> tuple[str, ...]:
    """Why a paused plan must be signed anew; empty when it may go on, or is not paused.

    `blockers` are what its signature does not cover any more (`rules.never_released`).
    """
    if plan.paused_at is None:
        return ()
    if plan.decisions.filter(what=DecisionKind.ROLL_BACK).exists():
        return (pgettext("staff", "The dose went back. What was signed beyond it needs a new signature."),)
    return why_not_resumed(patient.local_date(plan.paused_at), patient.local_date(now), blockers)


def _reasons_now(evidence: Evidence, step: TitrationStep) -> tuple[Reason, ...]:
    decision = decide(evidence, Policy())
    if not isinstance(decision, Hold):
        return ()
    held = step.state == StepState.HELD
    shown = (reason for reason in decision.reasons if reason.code is not HoldReason.PAUSED)
    return tuple(reason for reason in shown if held or reason.code not in _OF_THE_DAY)
