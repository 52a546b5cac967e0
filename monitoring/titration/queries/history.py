"""What was decided about a plan, and which of its doses was borne."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext

from interactions.medicines import Dose
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertOutcome
from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient, User
from monitoring.regimens.models import DosePeriod, DosePeriodSource, PrescriptionState
from monitoring.regimens.queries import cuts_baclofen_abruptly, dose_of
from monitoring.regimens.queries.doses import period_on
from monitoring.titration.models import DecisionKind, Direction, PlanDecision, PlanState, StepState, TitrationPlan
from monitoring.titration.queries.evidence import changed_outside
from monitoring.titration.queries.plans import (
    daily_in_plan_unit,
    digest,
    plan_mark,
    present_dose,
    running_plan,
    step_instant,
)
from monitoring.titration.rules import TOLERANCE_LOOK_BACK, DoseSpan, last_tolerated

# A hold's own alert and a message that did not leave say nothing of how a dose is borne.
_SAY_NOTHING_OF_THE_DOSE = (AlertKind.STEP_HELD, AlertKind.DELIVERY)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as it is shown. `who` is empty for the gate; `step` is the step's number, None for the plan."""

    what: DecisionKind
    at: datetime
    who: str
    reason: str
    step: int | None
    gate: str
    reasons: tuple[Mapping[str, str], ...]
    saw: Mapping[str, Any]
    detail: Mapping[str, Any] = field(default_factory=dict)


def decisions_of(plan: TitrationPlan) -> list[Decided]:
    """Every decision about a plan, newest first; for steps settled before decisions had rows, what the step kept."""
    rows = list(plan.decisions.select_related("step", "by"))
    told = {row.step_id for row in rows}
    found = [_decided(row) for row in rows]
    for step in plan.steps.select_related("released_by"):
        if step.pk not in told and step.settled_at is not None:
            found += _kept_by_step(step)
    # Of two in the same moment the one that was written later comes first.
    return sorted(found, key=lambda each: each.at)[::-1]


def _decided(row: PlanDecision) -> Decided:
    return Decided(
        DecisionKind(row.what), row.at, row.by.name if row.by else "", row.reason,
        row.step.number if row.step else None, row.gate, tuple(row.reasons), row.saw, row.detail,
    )  # fmt: skip


def _kept_by_step(step: Any) -> list[Decided]:
    """The last decision of a step from before decisions had rows; a release kept the hold it ended."""
    kept, number = step.decision, step.number
    gate, reasons, saw = kept.get("gate", ""), tuple(kept.get("reasons", ())), kept.get("saw", {})
    what = DecisionKind.HOLD if kept.get("decision") == "hold" else DecisionKind.ADVANCE
    first = Decided(what, step.settled_at, "", "", number, gate, reasons, saw)
    if step.released_at is None:
        return [first]
    who = step.released_by.name
    released = Decided(
        DecisionKind.RELEASE, step.released_at, who, step.released_reason, number, gate, (),
        kept.get("saw_at_release", {}),
    )  # fmt: skip
    return [first, released]


def decisions_since(plan: TitrationPlan, mark: str) -> list[PlanDecision]:
    """The decisions made after the page that carried this mark (`plan_mark`) was shown, oldest first."""
    _, _, latest = mark.rpartition("-")
    if not latest.isdecimal():
        return []
    return list(plan.decisions.filter(pk__gt=int(latest[:18])).select_related("by", "step"))


def just_decided(plan: TitrationPlan, what: DecisionKind, *, by: User, reason: str) -> bool:
    """Whether the plan's last decision is this very one: the same button, pressed twice."""
    last = plan.decisions.last()
    return last is not None and (last.what, last.by_id, last.reason) == (what, by.pk, reason)


@dataclass(frozen=True, slots=True)
class RollBack:
    """What a roll-back would do now. Without `dose` there is nothing to go back to, and `why_not` says why."""

    why_not: str = ""
    dose: Dose | None = None
    span: DoseSpan | None = None
    present: Decimal | None = None
    abrupt: bool = False


def roll_back_offer(plan: TitrationPlan, *, patient: Patient, now: datetime) -> RollBack:
    """The last dose of this plan that was borne and lies below the present one, or why there is none."""
    today = patient.local_date(now)
    present = present_dose(plan.prescription, today)
    if why_not := _why_no_roll_back(plan, today, present.daily):
        return RollBack(why_not, present=present.daily)
    spans = dict(_spans(plan, patient, present.since))
    span = last_tolerated(list(spans), present.daily)
    dose = dose_of(spans[span]) if span is not None else None
    if dose is None:
        text = pgettext(
            "staff",
            "No lower dose of this plan is known to have been borne: check-ins were not clear, or there are none. "
            "Set the dose by hand.",
        )
        return RollBack(text, present=present.daily)
    abrupt = cuts_baclofen_abruptly(plan.prescription, dose, today)
    return RollBack("", dose, span, present.daily, abrupt)


def roll_back_mark(plan: TitrationPlan, offer: RollBack, on: date) -> str:
    """A short mark of the roll-back a reader was shown: of the plan, and of the dose it would go back to."""
    mark = plan_mark(plan, on)
    amounts = [str(amount) for amount in offer.dose.amounts] if offer.dose is not None else []
    return f"{digest([mark, amounts, offer.abrupt, offer.why_not])}-{mark.rpartition('-')[2]}"


def _why_no_roll_back(plan: TitrationPlan, today: date, daily: Decimal | None) -> str:
    running = running_plan(plan.prescription_id)
    replaced = plan.state != PlanState.SIGNED and (plan.state != PlanState.COMPLETED or running is not None)
    steps = list(plan.steps.all())
    reasons = (
        (pgettext("staff", "This plan does not run."), replaced),
        (
            pgettext("staff", "A roll-back only lowers a dose. To go back up in a taper, set the dose by hand."),
            plan.direction == Direction.TAPER,
        ),
        (
            pgettext("staff", "The medicine is not taken now."),
            plan.prescription.state != PrescriptionState.ACTIVE,
        ),
        (pgettext("staff", "The dose taken now is not known. Record it first."), daily is None),
        (
            pgettext("staff", "The dose went back already. To go lower, set it by hand."),
            plan.decisions.filter(what=DecisionKind.ROLL_BACK).exists(),
        ),
        (
            pgettext("staff", "The dose was changed outside this plan. Set it by hand."),
            changed_outside(plan, steps, today),
        ),
        (
            pgettext("staff", "No step of this plan has been taken up: there is no dose to go back to."),
            all(step.state != StepState.ADVANCED for step in steps),
        ),
    )
    return next((reason for reason, applies in reasons if applies), "")


def _spans(plan: TitrationPlan, patient: Patient, present_since: date | None) -> list[tuple[DoseSpan, DosePeriod]]:
    """The doses of this plan before the present one: its steps', and the one it was signed upon."""
    periods = [each for each in plan.prescription.dose_periods.all() if each.starts_on != present_since]
    ids = {step.pk for step in plan.steps.all()}
    own = [each for each in periods if each.source == DosePeriodSource.STEP and each.source_id in ids]
    firsts = [each.starts_on for each in own if each.starts_on is not None]
    start = period_on(periods, min(firsts, default=present_since or date.max) - timedelta(days=1))
    found = [*own, *([start] if start is not None and start not in own else [])]
    return [(_span(plan, patient, each, each.ends_on), each) for each in found if each.ends_on is not None]


def _span(plan: TitrationPlan, patient: Patient, period: DosePeriod, last: date) -> DoseSpan:
    first = max(period.starts_on or date.min, last - TOLERANCE_LOOK_BACK)
    after = last + timedelta(days=1)
    levels = SymptomReport.objects.filter(patient=patient).of_days(first, after).values_list("level", flat=True)
    return DoseSpan(
        daily_in_plan_unit(plan.prescription, period), first, last, tuple(levels), _alerts_in(patient, first, after)
    )


def _alerts_in(patient: Patient, first: date, after: date) -> int:
    """How many alerts speak against a dose: those still open, and urgent ones that were no false alarm."""
    raised = Alert.objects.filter(
        patient=patient, raised_at__gte=step_instant(patient, first), raised_at__lt=step_instant(patient, after)
    ).exclude(kind__in=_SAY_NOTHING_OF_THE_DOSE)
    still_open = raised.open().filter(level__gte=AlertLevel.WARNING)
    closed = raised.filter(level__gte=AlertLevel.URGENT).exclude(outcome=AlertOutcome.FALSE_ALARM)
    return (still_open | closed).distinct().count()
