"""What a finding asks of a clinician, and which hazard it is. Pure: no Django."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from interactions.checking import Finding

# The pair this product is about always asks for a reason and never forbids: it stands on no
# high-priority list, so a hard stop would only teach people to click (hazard H14).
ALWAYS_ASKED: Final = frozenset({"PAIR_CNS"})
ASKED_SEVERITIES: Final = frozenset({"major", "contraindicated"})
# These speak of harm under way. Their answer is a person on an alert; holding a prescription back
# for them could hold back the remedy (restarting baclofen).
NEVER_HOLD: Final = frozenset({"WITHDRAWAL", "SYMPTOM"})

SEVERITY_ORDER: Final = ("none", "minor", "moderate", "major", "contraindicated")
NOTE_MIN_LENGTH: Final = 10
EXPIRY_DAYS: Final = {"contraindicated": 30, "major": 30}
EXPIRY_DAYS_OTHER: Final = 90

# A first day outside these is a slip of the keyboard (judgement).
LONGEST_AHEAD: Final = timedelta(days=366)
LONGEST_BACK: Final = timedelta(days=366 * 60)


def must_acknowledge(finding: Finding) -> bool:
    """Whether a clinician must answer this finding with a coded reason and a note.

    True for every major or contraindicated finding, whatever its state (active, residual or
    upcoming), and for the pair's own flag at any severity (judgement; hazards H13, H14).
    """
    return finding.code in ALWAYS_ASKED or str(finding.severity) in ASKED_SEVERITIES


def plausible_start(starts_on: date, today: date) -> bool:
    """Whether a medicine can begin on this day: at most a year ahead, at most sixty years ago."""
    return today - LONGEST_BACK <= starts_on <= today + LONGEST_AHEAD


def holds_prescription(code: str) -> bool:
    """Whether an unanswered flag of this code keeps a new prescription waiting."""
    return code not in NEVER_HOLD


def expires_on(severity: str, answered_on: date) -> date:
    """The last day on which an answer stands: 30 days for major and worse, else 90 (judgement)."""
    return answered_on + timedelta(days=EXPIRY_DAYS.get(severity, EXPIRY_DAYS_OTHER))


def fingerprint(finding: Finding, *, ahead: bool = False) -> str:
    """The identity of a hazard on a patient: its code, its rule and who takes part, in any order.

    `ahead` marks the coming form of a hazard that is present in a milder form today.
    """
    return hazard_mark(finding.code, finding.rule, finding.participants, ahead=ahead)


def hazard_mark(code: str, rule: str, participants: Iterable[str], *, ahead: bool = False) -> str:
    """The same of a finding as it is stored."""
    parts = [code, rule, *sorted(participants), *(["ahead"] if ahead else [])]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def by_fingerprint(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Findings by what they are. Of several alike the worst stands for all, today's and coming ones apart."""
    worst: dict[str, Finding] = {}
    ordered = sorted(findings, key=lambda finding: severity_rank(str(finding.severity)), reverse=True)
    today = {fingerprint(finding) for finding in ordered if str(finding.state) != "upcoming"}
    for finding in ordered:
        mark = fingerprint(finding)
        ahead = str(finding.state) == "upcoming" and mark in today
        worst.setdefault(fingerprint(finding, ahead=True) if ahead else mark, finding)
    return worst


def severity_rank(severity: str) -> int:
    """Place in the order of severities; a word outside it (a check-in level) ranks above all."""
    return SEVERITY_ORDER.index(severity) if severity in SEVERITY_ORDER else len(SEVERITY_ORDER)


def flag_mark(finding: Mapping[str, Any], status: str) -> str:
    """A short mark of what a reader was shown; it differs when there is something new to read."""
    shown = [
        finding.get("code"), finding.get("severity"), finding.get("state"),
        sorted(finding.get("participants", ())), sorted(_raising(finding)), finding.get("taken"), status,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:20]


def _raising(finding: Mapping[str, Any]) -> set[str]:
    return {factor["factor"] for factor in finding.get("factors", ()) if factor.get("effect") == "raises"}
