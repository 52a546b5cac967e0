"""Every decision about a plan is kept as it was made, and a page that is out of date is told what was decided since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitoring.people.models import User
from monitoring.titration.actions.errors import PlanConflictError
from monitoring.titration.models import DecisionKind, PlanDecision, TitrationPlan, TitrationStep
from monitoring.titration.queries import decisions_since
from monitoring.titration.rules import GATE_VERSION, Evidence, Reason, record_of


def keep_decision(
    *,
    plan: TitrationPlan,
    what: DecisionKind,
    now: datetime,
    by: User | None = None,
    job: str | None = None,
    step: TitrationStep | None = None,
    reason: str = "",
    reasons: Sequence[Reason] = (),
    evidence: Evidence | None = None,
    detail: Mapping[str, Any] | None = None,
) -> PlanDecision:
    """Add a decision to the plan's history, with the evidence it was made on; part of an action.

    The database refuses one of a person without a reason, and a second taking up of one step.
    """
    kept: PlanDecision = PlanDecision.objects.create(
        plan=plan, step=step, what=what, at=now, by=by, job=job or "", reason=reason,
        gate=GATE_VERSION if evidence is not None else "",
        reasons=[{"code": each.code.value, "text": each.text} for each in reasons],
        saw=record_of(evidence) if evidence is not None else {}, detail=dict(detail or {}),
    )  # fmt: skip
    return kept


def refuse_changed(plan: TitrationPlan, seen: str | None, mark: str) -> None:
    """Raise PlanConflictError when the page that was `seen` is not what is there, naming what was decided since.

    None says that nothing was shown.
    """
    if seen is None or seen == mark:
        return
    told = [_told(decision) for decision in decisions_since(plan, seen)]
    what = f": {'; '.join(told)}" if told else ""
    raise PlanConflictError(f"This changed after you opened the page{what}. Look at it again, then decide.")


def _told(decision: PlanDecision) -> str:
    about = f"step {decision.step.number}, " if decision.step is not None else ""
    who = f" by {decision.by.name}" if decision.by is not None else ""
    return f"{about}{decision.get_what_display().lower()}{who}"
