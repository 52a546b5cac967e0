"""What a card offers to do: take a draft order back, or put the hazard on record. Never a dose, never a stop."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from interactions.cds_hooks.checked import Checked
from interactions.cds_hooks.writing import clean, label
from interactions.checking import Finding, Severity
from interactions.fhir import Line
from interactions.knowledge.loader import current_release

_ACT_CODES: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_DUPLICATE: Final = {"system": _ACT_CODES, "code": "DUPTHPY", "display": "Duplicate Therapy Alert"}
_INTERACTION: Final = {"system": _ACT_CODES, "code": "DRG", "display": "Drug Interaction Alert"}
_FHIR_SEVERITY: Final = {
    Severity.CONTRAINDICATED: "high",
    Severity.MAJOR: "high",
    Severity.MODERATE: "moderate",
    Severity.MINOR: "low",
}
_LONGEST_NAME: Final = 300


def suggestions_for(
    finding: Finding, checked: Checked, lines: Sequence[Line], *, rule_url: str, new_uuid: Callable[[], UUID]
) -> dict[str, Any]:
    """The suggestions of a card with how they may be picked: none or one."""
    held = checked.held()
    found = [_take_back(line, new_uuid()) for line in lines if _may_be_taken_back(line, held)]
    issue = detected_issue(finding, checked, lines, rule_url=rule_url)
    found.append(
        {
            "label": "Record this hazard in the chart",
            "uuid": str(new_uuid()),
            "actions": [
                {"type": "create", "description": "Create a DetectedIssue that names the medicines", "resource": issue}
            ],
        }
    )
    return {"suggestions": found, "selectionBehavior": "at-most-one"}


def _may_be_taken_back(line: Line, held: frozenset[str]) -> bool:
    """Only a draft with an id, and only of a medicine that is not on the list, running or just ended.

    Taking back the renewal of a running medicine would be a way to stop it, and baclofen that stops abruptly
    can kill: no card offers that.
    """
    is_draft = line.draft and line.medicine.identity and line.medicine.status == "draft"
    return bool(is_draft) and held.isdisjoint(line.resolution.ingredients)


def _take_back(line: Line, uuid: UUID) -> dict[str, Any]:
    name = label(line.said[:_LONGEST_NAME])
    return {
        "label": f"Take back the draft order: {name}",
        "uuid": str(uuid),
        "actions": [
            {"type": "delete", "description": f"Delete the draft order of {name}", "resourceId": line.medicine.identity}
        ],
    }


def detected_issue(finding: Finding, checked: Checked, lines: Sequence[Line], *, rule_url: str) -> dict[str, Any]:
    """The finding as a DetectedIssue of FHIR R4, preliminary until a person takes it over."""
    substances = current_release().substances
    called = [substances[key].name for key in finding.participants if key in substances]
    code: dict[str, Any] = {"text": f"{finding.title} ({', '.join(called)})" if called else finding.title}
    if finding.code == "DUPLICATE":
        code["coding"] = [_DUPLICATE]
    elif len(finding.participants) > 1:
        code["coding"] = [_INTERACTION]
    issue: dict[str, Any] = {
        "resourceType": "DetectedIssue",
        "status": "preliminary",
        "code": code,
        "patient": {"reference": f"Patient/{checked.request.patient_id}"},
        "identifiedDateTime": checked.on.isoformat(),
        "detail": _sentence([*finding.effects, *(factor.detail for factor in finding.factors)]),
        "evidence": [{"code": [{"text": f"evidence: {finding.evidence}; rule {finding.rule}"}]}],
        "reference": rule_url,
    }
    if isinstance(finding.severity, Severity) and finding.severity in _FHIR_SEVERITY:
        issue["severity"] = _FHIR_SEVERITY[finding.severity]
    if implicated := [_implicated(line) for line in lines]:
        issue["implicated"] = implicated
    return issue


def _implicated(line: Line) -> dict[str, str]:
    name = label(line.said[:_LONGEST_NAME])
    found = {"display": name} if name else {}
    if line.medicine.identity:
        found["reference"] = line.medicine.identity
    return found or {"display": "a medicine without a name"}


def _sentence(parts: Sequence[str]) -> str:
    return clean("; ".join(part.rstrip(".") for part in parts), 2_000) + "."
