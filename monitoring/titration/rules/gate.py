"""The gate: may a due step of a signed plan be taken up, or must the present dose be kept?

Pure: evidence in, decision out. Everything unknown holds. Numbers marked *judgement* are this project's own.
"""

from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from monitoring.formatting import day_text

# Kept with every decision: the same evidence and version give the same answer, whenever it is looked at again.
GATE_VERSION: Final = "1"
# A check-in speaks for a dose only while it is recent (judgement: two missed daily check-ins are too many).
FRESH_DAYS: Final = 2
MOST_MISSED: Final = 2
# A step this late is no longer what the clinician planned (judgement): time has passed unseen.
LATE_DAYS: Final = 1
CLEAR_LEVEL: Final = 1  # none or info; a warning asks for a clinician within 24–72 h, so it is not clear
HOLDING_ALERT_LEVEL: Final = 2  # any alert that a clinician has yet to close, infos apart


class HoldReason(StrEnum):
    """Why a step is kept back, worst first."""

    OPEN_ALERT = "open_alert"
    SYMPTOMS = "symptoms"
    UNJUDGED = "unjudged"
    NOT_ACTIVE = "not_active"
    ABOVE_SIGNED = "above_signed"
    DOSE_MOVED = "dose_moved"
    CHECK_FAILED = "check_failed"
    NEW_FLAG = "new_flag"
    UNANSWERED_FLAG = "unanswered_flag"
    NO_REPORT = "no_report"
    STALE_REPORT = "stale_report"
    MISSED_CHECK_INS = "missed_check_ins"
    GAP = "gap"
    LATE = "late"
    CONFIRM = "confirm"


_WORST_FIRST: Final = tuple(HoldReason)
# What the signature no longer covers: no reason given later can stand in for a new plan.
_NEEDS_A_NEW_PLAN: Final = frozenset({HoldReason.NOT_ACTIVE, HoldReason.ABOVE_SIGNED, HoldReason.DOSE_MOVED})


@dataclass(frozen=True, slots=True)
class Report:
    """A check-in already sent. `level` None means that it could not be judged.

    `since_change` is False when it was sent before a dose of the regimen last changed: then it says nothing
    good of the doses taken now.
    """

    local_date: date
    level: int | None
    since_change: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """All the gate looks at, gathered in one transaction with the patient's row locked.

    Daily amounts are in the plan's unit. `expected_daily` is what the plan believes is taken now; `as_signed` and
    `highest_signed_daily` come from the copy of the steps that was made at the signature.
    """

    today: date
    due_on: date
    prescription_active: bool
    current_daily: Decimal | None
    expected_daily: Decimal | None
    next_daily: Decimal
    highest_signed_daily: Decimal
    last_change_on: date | None
    min_gap_days: int
    as_signed: bool = True
    changed_outside: bool = False
    reports: tuple[Report, ...] = ()
    missed_since_change: int = 0
    open_alerts: tuple[tuple[str, int], ...] = ()
    unanswered_flags: tuple[str, ...] = ()
    new_blocking_findings: tuple[str, ...] = ()
    regimen_check_failed: bool = False
    unresolved_medicines: int = 0

    @property
    def rising(self) -> bool:
        """Whether the step is a rise; an unknown present dose may hide one."""
        return self.current_daily is None or self.next_daily > self.current_daily


@dataclass(frozen=True, slots=True)
class Policy:
    confirm_each: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    code: HoldReason
    text: str


@dataclass(frozen=True, slots=True)
class Advance:
    """Take the signed dose up from today."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep the present dose; `reasons` say why, worst first."""

    reasons: tuple[Reason, ...] = field(default=())

    @property
    def only_waits_for_confirmation(self) -> bool:
        """Whether nothing is wrong: the plan asks for a clinician's word at each step."""
        return all(reason.code is HoldReason.CONFIRM for reason in self.reasons)


def decide(evidence: Evidence, policy: Policy) -> Advance | Hold:
    """Advance only when the plan's own conditions hold and fresh check-ins are clear; else hold, saying why.

    A step down asks for the same evidence as a step up: a taper that goes on over an unseen withdrawal does
    harm as a rise over unseen sedation does. Only the interaction flags count for a rise alone.
    """
    reasons = [
        *_plan_reasons(evidence),
        *_symptom_reasons(evidence),
        *(_interaction_reasons(evidence) if evidence.rising else ()),
    ]
    if policy.confirm_each:
        reasons.append(Reason(HoldReason.CONFIRM, "This plan asks a clinician to confirm each step."))
    ordered = sorted(reasons, key=lambda reason: _WORST_FIRST.index(reason.code))
    return Hold(tuple(ordered)) if ordered else Advance()


def never_released(evidence: Evidence) -> tuple[Reason, ...]:
    """Why a clinician cannot release this step and must plan anew: the signature does not cover it any more."""
    return tuple(reason for reason in _plan_reasons(evidence) if reason.code in _NEEDS_A_NEW_PLAN)


def record_of(evidence: Evidence) -> dict[str, Any]:
    """The evidence as JSON values, to be kept with the decision that was made on it."""
    return {name: _plain(value) for name, value in asdict(evidence).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _plan_reasons(evidence: Evidence) -> list[Reason]:
    reasons = [*_signature_reasons(evidence)]
    if (evidence.today - evidence.due_on).days > LATE_DAYS:
        text = f"The step was due on {day_text(evidence.due_on)} and was not settled in time."
        reasons.append(Reason(HoldReason.LATE, text))
    since = None if evidence.last_change_on is None else (evidence.today - evidence.last_change_on).days
    if since is not None and since < evidence.min_gap_days:
        days = "1 day" if since == 1 else f"{since} days"
        text = f"Only {days} since the last change; this plan keeps at least {evidence.min_gap_days}."
        reasons.append(Reason(HoldReason.GAP, text))
    return reasons


def _signature_reasons(evidence: Evidence) -> list[Reason]:
    reasons = []
    if not evidence.prescription_active:
        reasons.append(Reason(HoldReason.NOT_ACTIVE, "The medicine is not taken now: its prescription is not active."))
    if not evidence.as_signed or evidence.next_daily > evidence.highest_signed_daily:
        reasons.append(Reason(HoldReason.ABOVE_SIGNED, "This step is not the one that was signed."))
    if evidence.current_daily is None:
        reasons.append(Reason(HoldReason.DOSE_MOVED, "The dose taken now is not known."))
    elif evidence.changed_outside or evidence.current_daily != evidence.expected_daily:
        reasons.append(Reason(HoldReason.DOSE_MOVED, "The dose was changed outside this plan since it was signed."))
    return reasons


def _symptom_reasons(evidence: Evidence) -> list[Reason]:
    reasons = []
    for kind, level in sorted(evidence.open_alerts, key=lambda alert: -alert[1]):
        if level >= HOLDING_ALERT_LEVEL:
            reasons.append(Reason(HoldReason.OPEN_ALERT, f"An alert is open: {kind}."))
    if evidence.missed_since_change > MOST_MISSED:
        text = f"{evidence.missed_since_change} check-ins missed since the dose last changed."
        reasons.append(Reason(HoldReason.MISSED_CHECK_INS, text))
    return [*reasons, *_report_reasons(evidence)]


def _report_reasons(evidence: Evidence) -> list[Reason]:
    """Bad news counts whenever it is recent; good news only when it speaks of the doses taken now."""
    reasons = []
    recent = [report for report in evidence.reports if (evidence.today - report.local_date).days <= FRESH_DAYS]
    relevant = [report for report in evidence.reports if report.since_change]
    if any(report.level is None for report in recent):
        reasons.append(Reason(HoldReason.UNJUDGED, "A recent check-in could not be judged."))
    if any(report.level is not None and report.level > CLEAR_LEVEL for report in recent):
        reasons.append(Reason(HoldReason.SYMPTOMS, "A recent check-in was not clear."))
    if not relevant:
        return [*reasons, Reason(HoldReason.NO_REPORT, "No check-in since a dose last changed.")]
    age = min((evidence.today - report.local_date).days for report in relevant)
    if age > FRESH_DAYS:
        reasons.append(Reason(HoldReason.STALE_REPORT, f"The last check-in is {age} days old."))
    return reasons


def _interaction_reasons(evidence: Evidence) -> list[Reason]:
    reasons = []
    if evidence.regimen_check_failed:
        reasons.append(Reason(HoldReason.CHECK_FAILED, "The interaction check could not be run."))
    if evidence.unresolved_medicines:
        count = evidence.unresolved_medicines
        text = "1 medicine could not be checked." if count == 1 else f"{count} medicines could not be checked."
        reasons.append(Reason(HoldReason.CHECK_FAILED, text))
    if evidence.unanswered_flags:
        text = f"Interaction flags wait for an answer: {', '.join(sorted(evidence.unanswered_flags))}."
        reasons.append(Reason(HoldReason.UNANSWERED_FLAG, text))
    if evidence.new_blocking_findings:
        text = f"At the next dose interactions need an answer: {', '.join(sorted(evidence.new_blocking_findings))}."
        reasons.append(Reason(HoldReason.NEW_FLAG, text))
    return reasons
