"""What the checker finds in the vignettes a record is told by the hook: the same codes at the same severities."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from interactions.checking.documents import read_case, screen_case
from tests.interactions.cds_hooks.builders import Json, ask, bundle, condition, egfr, order, person, request

CASES = yaml.safe_load((Path(__file__).parents[1] / "vignettes.yaml").read_text(encoding="utf-8"))["cases"]
# A hook request has no room for a check-in or for events like a pump alarm.
CASES = [case for case in CASES if not case.get("events") and not case.get("symptoms")]
ROUTES = {"transdermal": "45890007", "topical": "6064005", "vaginal": "16857009", "intrathecal": "72607000"}


def as_order(number: int, line: Json) -> Json:
    """A line of a regimen as an order whose dose stands in its name, as small systems send it."""
    changes: Json = {"authoredOn": line.get("start")}
    dosage: Json = {}
    if line.get("route"):
        code = ROUTES.get(line["route"])
        dosage["route"] = {"coding": [{"code": code}]} if code else {"text": line["route"]}
    if line.get("end"):
        dosage["timing"] = {"repeat": {"boundsPeriod": {"end": str(line["end"])}}}
        changes["status"] = "stopped" if date.fromisoformat(str(line["end"])) < date(2026, 6, 15) else "active"
    if dosage:
        changes["dosageInstruction"] = [dosage]
    made = order(f"m{number}", line.get("entered", ""), **changes)
    made["authoredOn"] = str(line["start"]) if line.get("start") else None
    return made


def as_record(case: dict[str, Any], on: date) -> Json:
    said = case.get("patient") or {}
    results = [egfr(said["egfr"], on=str(on))] if said.get("egfr") is not None else []
    if said.get("qtc_ms"):
        quantity = {"value": said["qtc_ms"], "unit": "ms"}
        results.append(egfr(0, code="8636-3", on=str(on), valueQuantity=quantity))
    conditions = said.get("conditions")
    born = {"birthDate": f"{on.year - said['age']}-{on:%m-%d}"} if said.get("age") is not None else {"birthDate": None}
    record: Json = {
        "patient": person(gender={"F": "female", "M": "male"}.get(said.get("sex", ""), "unknown"), **born),
        "medicationRequests": bundle(*(as_order(n, line) for n, line in enumerate(case["regimen"]))),
        "observations": bundle(*results),
        "conditions": None if conditions is None else bundle(*map(condition, conditions)),
    }
    return record


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_hook_finds_what_the_checker_finds(case: dict[str, Any]) -> None:
    on = date.fromisoformat(str(case.get("as_of", "2026-06-15")))
    keys = ("id", "patient", "regimen")
    document = {key: plain(case[key]) for key in keys if key in case}
    screening, _ = screen_case(read_case(document, today=on), lambda _: None)
    expected = {(finding.code, finding.severity.value) for finding in screening.findings if finding.code != "AMBIGUOUS"}
    document = request("patient-view", prefetch=as_record(case, on))
    if not (case.get("patient") or {}).get("conditions"):
        del document["prefetch"]["conditions"]
    given = ask(document, on=on)
    assert {(row.code, row.severity) for row in given.served if row.rule} == expected
    assert ("COULD_NOT_CHECK" in {row.code for row in given.served}) >= bool(screening.unresolved)


def plain(value: Any) -> Any:
    """Dates of the file as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, date) else value


def test_most_vignettes_can_be_asked_by_a_hook() -> None:
    assert len(CASES) >= 15
