"""Every decision about a plan is kept as it was made, and a page that is out of date is told what was decided since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext

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
    if not told:
        raise PlanConflictError(
            pgettext("staff", "This changed after you opened the page. Look at it again, then decide.")
        )
    text = pgettext("staff", "This changed after you opened the page: %(told)s. Look at it again, then decide.")
    raise PlanConflictError(text % {"told": "; ".join(told)})


def _told(decision: PlanDecision) -> str:
    said = decision.get_what_display().lower()
    if decision.by is not None:
        said = pgettext("staff", "%(what)s by %(name)s") % {"what": said, "name": decision.by.name}
    if decision.step is not None:
        said = pgettext("staff", "step %(number)s, %(what)s") % {"number": decision.step.number, "what": said}
    return said
