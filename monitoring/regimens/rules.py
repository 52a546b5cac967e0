"""What a finding asks of a clinician, and when stopping baclofen needs a taper. Pure: no Django."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
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

WATCH_DAYS_AFTER_STOP: Final = 7
LONG_USE_DAYS: Final = 28
BRIDGED_GAP_DAYS: Final = 7
TAPER_MIN_DAYS: Final = 7
LARGEST_LAST_STEP_MG: Final = Decimal(10)
HIGH_DOSE_MG: Final = Decimal(30)
LARGEST_FALL_MG: Final = Decimal(10)

_USUAL: Final = ("will_monitor", "dose_adjusted", "tolerated", "specialist", "not_applicable")
_REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    "PAIR_CNS": ("will_monitor", "dose_adjusted", "tolerated", "local_product", "specialist", "not_applicable"),
    "TCA_CLASS": ("will_monitor", "dose_adjusted", "tolerated", "local_product", "specialist", "not_applicable"),
    "MAOI": ("specialist", "will_monitor", "short_course", "not_applicable"),
    "SEROTONERGIC_MAOI_LIKE": ("specialist", "will_monitor", "short_course", "not_applicable"),
    "OPIOID_STACK": ("will_monitor", "dose_adjusted", "tolerated", "short_course", "specialist", "not_applicable"),
    "DUPLICATE": ("planned_switch", "dose_adjusted", "will_monitor", "not_applicable"),
    "WITHDRAWAL": ("taper_arranged", "will_monitor", "specialist", "not_applicable"),
    "SYMPTOM": ("will_monitor", "dose_adjusted", "taper_arranged", "not_applicable"),
}


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


def reasons_for(code: str) -> tuple[str, ...]:
    """The four to six coded reasons that make sense for a finding of this code, likeliest first."""
    return _REASONS.get(code, _USUAL)


def expires_on(severity: str, answered_on: date) -> date:
    """The last day on which an answer stands: 30 days for major and worse, else 90 (judgement)."""
    return answered_on + timedelta(days=EXPIRY_DAYS.get(severity, EXPIRY_DAYS_OTHER))


def fingerprint(finding: Finding, *, ahead: bool = False) -> str:
    """The identity of a hazard on a patient: its code, its rule and who takes part, in any order.

    `ahead` marks the coming form of a hazard that is present in a milder form today.
    """
    parts = [finding.code, finding.rule, *sorted(finding.participants), *(["ahead"] if ahead else [])]
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


def _raising(finding: Mapping[str, Any]) -> set[str]:
    return {factor["factor"] for factor in finding.get("factors", ()) if factor.get("effect") == "raises"}


def needs_reopening(answered_severity: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Why an answered flag must be answered again, or "" when the answer still stands.

    `answered_severity` is the severity that was answered; `old` and `new` are findings as stored.
    A severity above the answered one, or a risk factor that was not there before, asks again.
    """
    if severity_rank(new["severity"]) > severity_rank(answered_severity):
        return f"severity rose from {answered_severity} to {new['severity']}"
    added = _raising(new) - _raising(old)
    if added:
        return f"new risk factor: {', '.join(sorted(added))}"
    return ""


def flag_mark(finding: Mapping[str, Any], status: str) -> str:
    """A short mark of what a reader was shown; it differs when there is something new to read."""
    shown = [
        finding.get("code"), finding.get("severity"), finding.get("state"),
        sorted(finding.get("participants", ())), sorted(_raising(finding)), status,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class DoseSpan:
    """A daily amount in mg over days, both ends included; None is unknown (or, at the end, open)."""

    start: date | None
    end: date | None
    daily_mg: Decimal | None


def combined(courses: Iterable[Sequence[DoseSpan]], until: date) -> tuple[DoseSpan, ...]:
    """Several courses of one ingredient as one: daily amounts added where they overlap, oldest first.

    A new strength or brand does not begin the use anew: gaps of up to seven days are bridged, and what
    lies before a longer one is left out. Spans after `until` are left out.
    """
    spans = [span for course in courses for span in course if (span.start or date.min) <= until]
    edges = {span.start or date.min for span in spans}
    edges |= {span.end + timedelta(days=1) for span in spans if span.end is not None and span.end < until}
    days = sorted(edges)
    result: list[DoseSpan] = []
    for index, day in enumerate(days):
        present = [span for span in spans if (span.start or date.min) <= day <= (span.end or date.max)]
        if not present:
            continue
        amounts = [span.daily_mg for span in present]
        total = None if None in amounts else sum((amount for amount in amounts if amount is not None), Decimal(0))
        end = days[index + 1] - timedelta(days=1) if index + 1 < len(days) else until
        if result and (day - (result[-1].end or day)).days > BRIDGED_GAP_DAYS:
            result = []
        result.append(DoseSpan(None if day == date.min else day, end, total))
    return tuple(result)


def _days_of_use(spans: Sequence[DoseSpan], last_day: date) -> int | None:
    starts = [span.start for span in spans]
    known = [start for start in starts if start is not None]
    if None in starts or not known:
        return None
    return (last_day - min(known)).days + 1


def _at(spans: Iterable[DoseSpan], day: date) -> Decimal | None:
    for span in spans:
        if (span.start is None or span.start <= day) and (span.end is None or day <= span.end):
            return span.daily_mg
    return None


def long_use(spans: Sequence[DoseSpan], last_day: date) -> bool:
    """At least four weeks of use; an unknown start counts as long, since unknown never lowers a risk."""
    days = _days_of_use(spans, last_day)
    return days is None or days >= LONG_USE_DAYS


def tapered(spans: Sequence[DoseSpan], last_day: date) -> bool:
    """Whether the doses up to `last_day` make a taper: the fall began at least seven days before the
    end, and what is left at the end is at most 10 mg a day. Unknown doses make none.

    Source: the working definition of an abrupt stop (judgement; labels ask for a slow reduction, S08).
    """
    used = [span for span in spans if span.start is None or span.start <= last_day]
    run: list[tuple[date | None, Decimal]] = []
    for span in reversed(used):
        if span.daily_mg is None or (run and span.daily_mg < run[-1][1]):
            break
        run.append((span.start, span.daily_mg))
    if not run or run[0][1] > LARGEST_LAST_STEP_MG:
        return False
    peak = run[-1][1]
    falls = [start for start, daily in run if daily < peak and start is not None]
    return bool(falls) and (last_day - min(falls)).days >= TAPER_MIN_DAYS


def stop_needs_taper(spans: Sequence[DoseSpan], last_day: date, *, route: str) -> bool:
    """Whether stopping baclofen after `last_day` is abrupt, so that a taper or a reason is due.

    `spans` are the doses so far in mg a day. Oral use counts from four weeks; intrathecal use from
    the first day (boxed warning, S07); a skin product never. Sources: S06, S08, S34 and judgement.
    """
    if route == "topical":
        return False
    if route == "intrathecal":
        return True
    return long_use(spans, last_day) and not tapered(spans, last_day)


def abrupt_fall(spans: Sequence[DoseSpan], new_daily_mg: Decimal | None, from_day: date, *, route: str) -> bool:
    """Whether a lower baclofen dose from `from_day` falls too fast after long use.

    Too fast: half or more of the day's total in one step, or more than 10 mg a day within seven
    days from 30 mg a day or more (judgement, built on the label's advice to reduce slowly, S08).
    """
    before = from_day - timedelta(days=1)
    current = _at(spans, before)
    if route == "topical" or current is None or new_daily_mg is None or new_daily_mg >= current:
        return False
    if not long_use(spans, before):
        return False
    if new_daily_mg <= current / 2:
        return True
    week_ago = _at(spans, from_day - timedelta(days=TAPER_MIN_DAYS))
    highest = max(current, week_ago) if week_ago is not None else current
    return highest >= HIGH_DOSE_MG and highest - new_daily_mg > LARGEST_FALL_MG
