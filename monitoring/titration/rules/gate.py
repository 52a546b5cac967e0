"""The gate: may a due step of a signed plan be taken up, or must the present dose be kept?

Pure: evidence in, decision out. Everything unknown holds. Numbers marked *judgement* are this project's own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from monitoring.formatting import day_text
from monitoring.titration.rules.beside import TOGETHER_DAYS
from monitoring.titration.rules.evidence import EXTRA_DOSE, MISSED_SOME, RAN_OUT, Evidence, Report

# Kept with every decision: the same evidence and version give the same answer, whenever it is looked at again.
# 2: doses missed or taken extra, times in which no sweep ran, pauses, and changes of the other medicine of the pair
# are evidence too.
# 3: so are reports of single doses that stand apart from check-ins.
GATE_VERSION: Final = "3"
# A check-in speaks for a dose only while it is recent (judgement: two missed daily check-ins are too many).
FRESH_DAYS: Final = 2
MOST_MISSED: Final = 2
# A dose or two forgotten once says little; twice since the change, and the dose was not really taken (judgement).
MOST_DAYS_WITH_MISSED_DOSES: Final = 1
# Three single doses are as many as a check-in’s “three or more” (judgement, as there).
SEVERAL_DOSES: Final = 3
# A step this late is no longer what the clinician planned (judgement): time has passed unseen.
LATE_DAYS: Final = 1
CLEAR_LEVEL: Final = 1  # none or info; a warning asks for a clinician within 24–72 h, so it is not clear
HOLDING_ALERT_LEVEL: Final = 2  # any alert that a clinician has yet to close, infos apart
URGENT_ALERT_LEVEL: Final = 3  # over such an alert nobody raises a dose, with whatever reason


class HoldReason(StrEnum):
    """Why a step is kept back, worst first."""

    OPEN_ALERT = "open_alert"
    SYMPTOMS = "symptoms"
    UNJUDGED = "unjudged"
    NOT_ACTIVE = "not_active"
    ABOVE_SIGNED = "above_signed"
    DOSE_MOVED = "dose_moved"
    MISSED_DOSES = "missed_doses"
    EXTRA_DOSE = "extra_dose"
    CHECK_FAILED = "check_failed"
    NEW_FLAG = "new_flag"
    UNANSWERED_FLAG = "unanswered_flag"
    BOTH_CHANGED = "both_changed"
    NO_REPORT = "no_report"
    STALE_REPORT = "stale_report"
    DOSES_UNKNOWN = "doses_unknown"
    MISSED_CHECK_INS = "missed_check_ins"
    PAUSED = "paused"
    OUTAGE = "outage"
    CATCHING_UP = "catching_up"
    GAP = "gap"
    LATE = "late"
    CONFIRM = "confirm"


_WORST_FIRST: Final = tuple(HoldReason)
# What the signature no longer covers: no reason given later can stand in for a new plan.
_NEEDS_A_NEW_PLAN: Final = frozenset({HoldReason.NOT_ACTIVE, HoldReason.ABOVE_SIGNED, HoldReason.DOSE_MOVED})


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
        *_time_reasons(evidence),
        *_symptom_reasons(evidence),
        *_dose_reasons(evidence),
        *_pair_reasons(evidence),
        *(_interaction_reasons(evidence) if evidence.rising else ()),
    ]
    if policy.confirm_each:
        reasons.append(Reason(HoldReason.CONFIRM, "This plan asks a clinician to confirm each step."))
    ordered = sorted(reasons, key=lambda reason: _WORST_FIRST.index(reason.code))
    return Hold(tuple(ordered)) if ordered else Advance()


def never_released(evidence: Evidence) -> tuple[Reason, ...]:
    """Why a clinician cannot release this step and must plan anew: the signature does not cover it any more."""
    return tuple(reason for reason in _plan_reasons(evidence) if reason.code in _NEEDS_A_NEW_PLAN)


def not_yet_released(evidence: Evidence) -> tuple[Reason, ...]:
    """Why a clinician cannot release this step now, though it may be released later.

    A paused plan is resumed first. A rise waits until every urgent alert is closed and until the dose before it has
    lasted as long as was signed: who wants it sooner signs a new plan.
    """
    reasons = [reason for reason in _time_reasons(evidence) if reason.code is HoldReason.PAUSED]
    if evidence.rising:
        reasons += [
            Reason(HoldReason.OPEN_ALERT, f"An urgent alert is open: {kind}. Close it first.")
            for kind, level in evidence.open_alerts
            if level >= URGENT_ALERT_LEVEL
        ]
        reasons += _gap_reasons(evidence)
    return tuple(reasons)


def _plan_reasons(evidence: Evidence) -> list[Reason]:
    reasons = [*_signature_reasons(evidence)]
    if (evidence.today - evidence.due_on).days > LATE_DAYS:
        text = f"The step was due on {day_text(evidence.due_on)} and was not settled in time."
        reasons.append(Reason(HoldReason.LATE, text))
    return [*reasons, *_gap_reasons(evidence)]


def _gap_reasons(evidence: Evidence) -> list[Reason]:
    since = None if evidence.last_change_on is None else (evidence.today - evidence.last_change_on).days
    if since is None or since >= evidence.min_gap_days:
        return []
    text = f"Only {_days(since)} since the last change; this plan keeps at least {evidence.min_gap_days}."
    return [Reason(HoldReason.GAP, text)]


def _time_reasons(evidence: Evidence) -> list[Reason]:
    """A pause, and a clock that stood still: what happened meanwhile is for a person to look at."""
    reasons = []
    if evidence.paused:
        reasons.append(Reason(HoldReason.PAUSED, "The plan is paused."))
    if evidence.gaps:
        text = "Monitoring did not run for a while when this step was due. Look at what happened in that time."
        reasons.append(Reason(HoldReason.OUTAGE, text))
    if evidence.catching_up:
        text = "Monitoring is still catching up after a gap: reports may be missing here."
        reasons.append(Reason(HoldReason.CATCHING_UP, text))
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
    recent = [report for report in evidence.reports if _age(evidence, report) <= FRESH_DAYS]
    relevant = [report for report in evidence.reports if report.since_change]
    if any(report.level is None for report in recent):
        reasons.append(Reason(HoldReason.UNJUDGED, "A recent check-in could not be judged."))
    if any(report.level is not None and report.level > CLEAR_LEVEL for report in recent):
        reasons.append(Reason(HoldReason.SYMPTOMS, "A recent check-in was not clear."))
    if not relevant:
        return [*reasons, Reason(HoldReason.NO_REPORT, "No check-in since a dose last changed.")]
    age = min(_age(evidence, report) for report in relevant)
    if age > FRESH_DAYS:
        reasons.append(Reason(HoldReason.STALE_REPORT, f"The last check-in is {age} days old."))
    return reasons


def _dose_reasons(evidence: Evidence) -> list[Reason]:
    """What check-ins since the last change say of the doses themselves; a question left out is not a zero."""
    relevant = [report for report in evidence.reports if report.since_change]
    told: dict[date, set[str]] = {}
    for report in relevant:
        if report.doses is not None:
            told.setdefault(report.local_date, set()).update(report.doses)
    reasons = _missed_reasons(evidence, told)
    extra = any(EXTRA_DOSE in said for said in told.values()) or any(each.extra for each in evidence.doses_told)
    if extra:
        reasons.append(Reason(HoldReason.EXTRA_DOSE, "An extra dose was taken since the last change."))
    silent = {report.local_date for report in relevant} - told.keys()
    fresh = [report for report in relevant if _age(evidence, report) <= FRESH_DAYS]
    if (fresh and all(report.doses is None for report in fresh)) or len(silent) > MOST_MISSED:
        text = f"Check-ins of {_days(len(silent))} do not say whether doses were missed."
        reasons.append(Reason(HoldReason.DOSES_UNKNOWN, text))
    return reasons


def _missed_reasons(evidence: Evidence, told: Mapping[date, Collection[str]]) -> list[Reason]:
    """Doses missed by what check-ins tell, by day, and by reports of single doses: whichever says more counts."""
    single = {each.local_date: each.missed for each in evidence.doses_told if each.missed}
    if any(RAN_OUT in said for said in told.values()) or sum(single.values()) >= SEVERAL_DOSES:
        text = "Three or more doses were missed, or the tablets ran out, since the last change."
        return [Reason(HoldReason.MISSED_DOSES, text)]
    days = len({day for day, said in told.items() if MISSED_SOME in said} | single.keys())
    if days > MOST_DAYS_WITH_MISSED_DOSES:
        return [Reason(HoldReason.MISSED_DOSES, f"Doses were missed on {days} days since the last change.")]
    return []


def _pair_reasons(evidence: Evidence) -> list[Reason]:
    """One change at a time, up or down: else nobody can tell which medicine did what (judgement)."""
    if evidence.other_changed is None:
        return []
    name, day = evidence.other_changed
    since = (evidence.today - day).days
    if since >= TOGETHER_DAYS:
        return []
    ago = "today" if not since else f"{_days(since)} ago"
    text = f"{name} changed {ago}, {day_text(day)}. The two are kept {TOGETHER_DAYS} days apart (judgement)."
    return [Reason(HoldReason.BOTH_CHANGED, text)]


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


def _age(evidence: Evidence, report: Report) -> int:
    return (evidence.today - report.local_date).days


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
