"""A kept decision's evidence, in words. Pure: what `record_of` wrote, by whichever version of the gate.

What an older gate did not look at is said not to have been looked at.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from monitoring.formatting import day_text, dose_text
from monitoring.titration.rules.evidence import EXTRA_DOSE, MISSED_SOME, RAN_OUT

NOT_LOOKED_AT: Final = "not looked at by the gate of that time"
_LEVELS: Final = ("none", "Info", "Check", "Urgent", "Emergency")
_DOSES: Final[Mapping[str, str]] = {
    MISSED_SOME: "one or two doses missed", RAN_OUT: "three or more missed, or ran out", EXTRA_DOSE: "an extra dose",
}  # fmt: skip


def evidence_lines(saw: Mapping[str, Any], unit: str = "mg") -> tuple[tuple[str, str], ...]:
    """What the gate saw as pairs of a name and words; empty for a decision that kept no evidence."""
    if not saw:
        return ()
    return (
        ("Dose then", _dose(saw.get("current_daily"), unit)),
        ("Next dose", _dose(saw.get("next_daily"), unit)),
        ("Last change", _last_change(saw)),
        ("Check-ins since then", _check_ins(saw.get("reports", ()))),
        ("Missed check-ins", str(saw.get("missed_since_change", NOT_LOOKED_AT))),
        ("Doses missed or extra", _doses(saw.get("reports", ()))),
        ("Single doses reported", _single_doses(saw)),
        ("Open alerts", _alerts(saw.get("open_alerts", ()))),
        ("Other medicine of the pair", _other(saw)),
        ("Interactions", _interactions(saw)),
        ("Monitoring since it was due", _watch(saw)),
    )


def _dose(amount: str | None, unit: str) -> str:
    return "not known" if amount is None else f"{dose_text(Decimal(amount), unit)} a day"


def _last_change(saw: Mapping[str, Any]) -> str:
    since, today = saw.get("last_change_on"), saw.get("today")
    if since is None or today is None:
        return "not known"
    days = (date.fromisoformat(today) - date.fromisoformat(since)).days
    return f"{day_text(date.fromisoformat(since))}, {days} days before; signed: at least {saw.get('min_gap_days', 0)}"


def _check_ins(reports: Sequence[Mapping[str, Any]]) -> str:
    relevant = [report for report in reports if report.get("since_change")]
    if not relevant:
        return "none"
    latest = max(relevant, key=lambda report: str(report["local_date"]))
    levels = [report["level"] for report in relevant]
    worst = "one could not be judged" if None in levels else f"worst level {_LEVELS[max(levels)]}"
    return f"{len(relevant)}, the last on {day_text(date.fromisoformat(latest['local_date']))}; {worst}"


def _doses(reports: Sequence[Mapping[str, Any]]) -> str:
    relevant = [report for report in reports if report.get("since_change")]
    if relevant and all("doses" not in report for report in relevant):
        return NOT_LOOKED_AT
    told = [report["doses"] for report in relevant if report.get("doses") is not None]
    if not told:
        return "not known"
    said = [words for key, words in _DOSES.items() if any(key in doses for doses in told)]
    silent = len(relevant) - len(told)
    found = ", ".join(said) or "none"
    return f"{found}; {silent} of {len(relevant)} check-ins do not say" if silent else found


def _single_doses(saw: Mapping[str, Any]) -> str:
    if "doses_told" not in saw:
        return NOT_LOOKED_AT
    missed = sum(each["missed"] for each in saw["doses_told"])
    said = ["1 missed" if missed == 1 else f"{missed} missed"] if missed else []
    if any(each["extra"] for each in saw["doses_told"]):
        said.append("more than planned")
    return ", ".join(said) or "none missed, none too many"


def _alerts(alerts: Sequence[Sequence[Any]]) -> str:
    return "; ".join(f"{kind} ({_LEVELS[level]})" for kind, level in alerts) or "none"


def _other(saw: Mapping[str, Any]) -> str:
    if "other_changed" not in saw:
        return NOT_LOOKED_AT
    if saw["other_changed"] is None:
        return "no change without a reason"
    name, day = saw["other_changed"]
    return f"{name} last changed {day_text(date.fromisoformat(day))}"


def _interactions(saw: Mapping[str, Any]) -> str:
    if saw.get("regimen_check_failed"):
        return "could not be checked"
    found = []
    if saw.get("unresolved_medicines"):
        found.append(f"{saw['unresolved_medicines']} medicines not understood")
    found += [f"{code} unanswered" for code in saw.get("unanswered_flags", ())]
    found += [f"{code} new at the next dose" for code in saw.get("new_blocking_findings", ())]
    return "; ".join(found) or "checked, none to answer"


def _watch(saw: Mapping[str, Any]) -> str:
    if "gaps" not in saw:
        return NOT_LOOKED_AT
    found = [f"did not run {start[:16].replace('T', ' ')} to {end[:16].replace('T', ' ')} UTC"
             for start, end in saw["gaps"]]  # fmt: skip
    if saw.get("catching_up"):
        found.append("was catching up")
    return "; ".join(found) or "ran"
