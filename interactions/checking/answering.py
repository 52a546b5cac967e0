"""What a screened case is answered with: one JSON object, or lines for a person to read."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from interactions.checking.documents import Case
from interactions.checking.entries import Entry
from interactions.checking.exposure import CheckInSummary, Route
from interactions.checking.findings import Finding, Screening
from interactions.knowledge.loader import current_release
from interactions.medicines.dose import Dose, format_amount


def as_json(case: Case, screening: Screening, check_in: CheckInSummary | None) -> dict[str, Any]:
    """The answer to one document, as the public contract has it."""
    answer: dict[str, Any] = {"id": case.id, "as_of": case.on.isoformat(), **screening.as_dict()}
    answer["medicines"] = [medicine_as_json(entry) for entry in case.entries]
    # In the order in which they were written, since a person looks for them there.
    answer["unresolved"] = [line.as_dict() for entry in case.entries for line in entry.unresolved]
    answer["check_in"] = None if check_in is None else _check_in(check_in)
    answer["ignored"] = list(case.ignored)
    return answer


def _check_in(check_in: CheckInSummary) -> dict[str, Any]:
    return {"level": check_in.level.value, "reasons": list(check_in.reasons)}


def medicine_as_json(entry: Entry) -> dict[str, Any]:
    """JSON of one medicine as it was understood, with what it comes to a day."""
    substances = current_release().substances
    doses = {exposure.ingredient: exposure.dose for exposure in entry.exposures}
    found = entry.resolution
    return {
        "entered": entry.entered,
        "ingredients": [
            {"name": substances[key].name, "rxcui": substances[key].rxcui, "daily_dose": _daily(doses[key])}
            for key in found.ingredients
        ],
        "route": None if entry.route is Route.UNKNOWN else entry.route.value,
        "daily_dose": _daily(entry.dose),
        "match": found.match.value,
        "needs_confirmation": found.needs_confirmation,
        "problems": list(entry.problems),
    }


def _daily(dose: Dose | None) -> dict[str, str] | None:
    if dose is None or dose.daily is None:
        return None
    # Three places are finer than any dose; a third of a tablet must not print its whole period.
    return {"amount": format_amount(dose.daily.quantize(Decimal("0.001"))), "unit": dose.unit}


def as_text(case: Case, screening: Screening, check_in: CheckInSummary | None) -> str:
    """The answer for a person at a terminal."""
    return "\n".join(_lines(case, screening, check_in))


def _lines(case: Case, screening: Screening, check_in: CheckInSummary | None) -> Iterator[str]:
    name = "" if case.id is None else f"{case.id}: "
    yield f"{name}{screening.overall.upper()} on {case.on.isoformat()} (knowledge {screening.release})"
    for entry in case.entries:
        dose = f", {entry.dose.describe()}" if entry.dose is not None else ""
        means = " + ".join(entry.resolution.ingredients) or "NOT CHECKED, not understood"
        confirm = " - please confirm" if entry.resolution.needs_confirmation else ""
        yield f"  {entry.entered or entry.code} -> {means}{dose}{confirm}"
    for finding in screening.findings:
        yield from _finding_lines(finding)
    if screening.not_understood:
        yield f"  Not understood: {'; '.join(screening.not_understood)}"
    if screening.not_checked:
        yield f"  Could not be judged without: {', '.join(screening.not_checked)}"
    if check_in is not None:
        yield f"  Check-in: {check_in.level.value}"
        yield from (f"    - {reason}" for reason in check_in.reasons)
    if case.ignored:
        yield f"  Ignored: {', '.join(case.ignored)}"


def _finding_lines(finding: Finding) -> Iterator[str]:
    when = f", from {finding.starts.isoformat()}" if finding.starts else ""
    who = " + ".join(finding.participants)
    yield f"  [{finding.severity.value}] {finding.code}: {finding.title} ({who}; {finding.state.value}{when})"
    yield from (f"    {factor.effect}: {factor.detail}" for factor in finding.factors)
    if finding.unknown:
        yield f"    not known: {', '.join(finding.unknown)}"
    yield from (f"    * {advice}" for advice in finding.management)
    yield f"    sources: {', '.join(finding.sources)} ({finding.evidence})"
