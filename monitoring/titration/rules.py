"""The gate: may a due step of a signed plan be taken up, or must the present dose be kept?

Pure: evidence in, decision out. Everything unknown holds. Numbers marked *judgement* are this project's own.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

# A check-in speaks for a dose only while it is recent (judgement: two missed daily check-ins are too many).
FRESH_DAYS: Final = 2
# A step this late is no longer what the clinician planned (judgement): time has passed unseen.
LATE_DAYS: Final = 1
CLEAR_LEVEL: Final = 1  # none or info; a warning asks for a clinician within 24–72 h, so it is not clear
HOLDING_ALERT_LEVEL: Final = 2  # any alert that a clinician has yet to close, infos apart


class HoldReason(StrEnum):
    NOT_ACTIVE = "not_active"
    CONFIRM = "confirm"
    LATE = "late"
    NO_REPORT = "no_report"
    STALE_REPORT = "stale_report"
    UNJUDGED = "unjudged"
    SYMPTOMS = "symptoms"
    OPEN_ALERT = "open_alert"
    MISSED_CHECK_INS = "missed_check_ins"
    UNANSWERED_FLAG = "unanswered_flag"
    NEW_FLAG = "new_flag"
    CHECK_FAILED = "check_failed"
    GAP = "gap"
    ABOVE_SIGNED = "above_signed"
    DOSE_MOVED = "dose_moved"


@dataclass(frozen=True, slots=True)
class Report:
    """A check-in already sent. `level` None means that it could not be judged."""

    local_date: date
    level: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All the gate looks at, gathered in one transaction with the patient's row locked.

    Daily amounts are in the plan's unit. `expected_daily` is what the plan believes is taken now.
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
    reports: tuple[Report, ...] = ()
    missed_since_change: int = 0
    open_alerts: tuple[tuple[str, int], ...] = ()
    unanswered_flags: tuple[str, ...] = ()
    new_blocking_findings: tuple[str, ...] = ()
    regimen_check_failed: bool = False
    unresolved_medicines: int = 0

    @property
    def rising(self) -> bool:
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
    return Hold(tuple(reasons)) if reasons else Advance()


def _plan_reasons(evidence: Evidence) -> list[Reason]:
    reasons = []
    if not evidence.prescription_active:
        reasons.append(Reason(HoldReason.NOT_ACTIVE, "The prescription is not active."))
    if evidence.next_daily > evidence.highest_signed_daily:
        reasons.append(Reason(HoldReason.ABOVE_SIGNED, "The step is above the highest dose that was signed."))
    if evidence.current_daily != evidence.expected_daily:
        reasons.append(Reason(HoldReason.DOSE_MOVED, "The dose was changed outside this plan since it was signed."))
    if (evidence.today - evidence.due_on).days > LATE_DAYS:
        text = f"The step was due on {evidence.due_on:%d %b %Y} and was not settled in time."
        reasons.append(Reason(HoldReason.LATE, text))
    since = None if evidence.last_change_on is None else (evidence.today - evidence.last_change_on).days
    if since is not None and since < evidence.min_gap_days:
        text = f"Only {since} days since the last change; this plan keeps at least {evidence.min_gap_days}."
        reasons.append(Reason(HoldReason.GAP, text))
    return reasons


def _symptom_reasons(evidence: Evidence) -> list[Reason]:
    reasons = []
    for kind, level in sorted(evidence.open_alerts, key=lambda alert: -alert[1]):
        if level >= HOLDING_ALERT_LEVEL:
            reasons.append(Reason(HoldReason.OPEN_ALERT, f"An alert is open: {kind}."))
    # What was reported before the last change says nothing about the dose taken now.
    relevant = [
        report
        for report in evidence.reports
        if evidence.last_change_on is None or report.local_date >= evidence.last_change_on
    ]
    if not relevant:
        reasons.append(Reason(HoldReason.NO_REPORT, "No check-in since the dose last changed."))
        return reasons
    latest = max(relevant, key=lambda report: report.local_date)
    age = (evidence.today - latest.local_date).days
    if age > FRESH_DAYS:
        reasons.append(Reason(HoldReason.STALE_REPORT, f"The last check-in is {age} days old."))
    recent = [report for report in relevant if (evidence.today - report.local_date).days <= FRESH_DAYS]
    if any(report.level is None for report in recent):
        reasons.append(Reason(HoldReason.UNJUDGED, "A recent check-in could not be judged."))
    if any(report.level is not None and report.level > CLEAR_LEVEL for report in [*recent, latest]):
        reasons.append(Reason(HoldReason.SYMPTOMS, "A recent check-in was not clear."))
    if evidence.missed_since_change > FRESH_DAYS:
        text = f"{evidence.missed_since_change} check-ins missed since the dose last changed."
        reasons.append(Reason(HoldReason.MISSED_CHECK_INS, text))
    return reasons


def _interaction_reasons(evidence: Evidence) -> list[Reason]:
    reasons = []
    if evidence.regimen_check_failed:
        reasons.append(Reason(HoldReason.CHECK_FAILED, "The interaction check could not be run."))
    if evidence.unresolved_medicines:
        text = f"{evidence.unresolved_medicines} medicines could not be checked."
        reasons.append(Reason(HoldReason.CHECK_FAILED, text))
    if evidence.unanswered_flags:
        text = f"Interaction flags wait for an answer: {', '.join(sorted(evidence.unanswered_flags))}."
        reasons.append(Reason(HoldReason.UNANSWERED_FLAG, text))
    if evidence.new_blocking_findings:
        text = f"The next dose raises a new interaction finding: {', '.join(sorted(evidence.new_blocking_findings))}."
        reasons.append(Reason(HoldReason.NEW_FLAG, text))
    return reasons
