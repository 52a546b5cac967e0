"""Hook requests for tests, and their answers with every card held against the standard."""

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from interactions.cds_hooks.requests import RequestFaultError, read_request
from interactions.cds_hooks.services import Answer, answer
from interactions.checking import Adjustments
from tests.interactions.fhir import builders as fhir

TODAY = date(2026, 6, 15)
BASE = "https://evenkeel.example"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
HERE = Path(__file__).parent
ME = {"reference": "Patient/p1"}

Json = dict[str, Any]


@lru_cache
def validator(name: str) -> Draft202012Validator:
    schema = json.loads((HERE / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def order(identity: str, text: str, **changes: Any) -> Json:
    return {**fhir.order(text, **changes), "id": identity, "subject": ME}


def draft(identity: str, text: str, **changes: Any) -> Json:
    return order(identity, text, **{"status": "draft", **changes})


def statement(identity: str, text: str, **changes: Any) -> Json:
    resource = order(identity, text)
    del resource["intent"], resource["authoredOn"]
    return {**resource, "resourceType": "MedicationStatement", "effectivePeriod": {"start": "2026-03-01"}, **changes}


def condition(text: str, **changes: Any) -> Json:
    return {**fhir.condition(text), "subject": ME, **changes}


def egfr(value: object, **changes: Any) -> Json:
    return {**fhir.egfr(value, **changes), "subject": ME}


def person(**changes: Any) -> Json:
    return {"resourceType": "Patient", "id": "p1", "birthDate": "1970-05-01", "gender": "female", **changes}


def bundle(*resources: Json, **changes: Any) -> Json:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": resource} for resource in resources],
        **changes,
    }


def dosage(value: object, **repeat: Any) -> list[Json]:
    return fhir.dosage(value, **repeat)


BACLOFEN = order("bac", "baclofen 10 MG Oral Tablet", rxcui="197391", dosageInstruction=dosage(10, frequency=3))
AMITRIPTYLINE = draft("ami", "amitriptyline 25 MG Oral Tablet", rxcui="856834", dosageInstruction=dosage(25))
METFORMIN = order("met", "metformin 500 mg")
ALL_KNOWN: Json = {
    "patient": person(),
    "medicationRequests": None,
    "medicationStatements": None,
    "conditions": None,
    "observations": bundle(egfr(90)),
}


def request(hook: str = "order-sign", *drafts: Json, **changes: Any) -> Json:
    """A request of a hook; ``prefetch`` is laid over a record where all is known and no medicine is taken."""
    context: Json = {"userId": "Practitioner/dr1", "patientId": "p1", "encounterId": "e1"}
    if hook != "patient-view":
        context["draftOrders"] = bundle(*(drafts or (AMITRIPTYLINE,)))
    if hook == "order-select":
        context["selections"] = [f"MedicationRequest/{each['id']}" for each in drafts or (AMITRIPTYLINE,)]
    prefetch = {**ALL_KNOWN, **changes.pop("prefetch", {})}
    context |= changes.pop("context", {})
    return {"hook": hook, "hookInstance": INSTANCE, "context": context, "prefetch": prefetch, **changes}


def uuids() -> Iterator[UUID]:
    return (UUID(int=number) for number in count(1))


def ask(document: Any, *, service: str = "", on: date = TODAY, adjustments: Adjustments | None = None) -> Answer:
    """The answer of the service for the document's hook; every card of it is valid."""
    hook = document.get("hook") if isinstance(document, dict) else "order-sign"
    numbers = uuids()
    read = read_request(document, service_id=service or f"evenkeel-{hook}")
    given = answer(read, on=on, base_url=BASE, new_uuid=lambda: next(numbers), adjustments=adjustments or {})
    check(given)
    return given


def check(given: Answer) -> None:
    """Hold an answer against the standard: its schema, no empty values, and one served row for each card."""
    cards = json.loads(json.dumps(given.cards))
    validator("response").validate({"cards": cards})
    assert [str(row.uuid) for row in given.served] == [card["uuid"] for card in cards]
    assert [row.indicator for row in given.served] == [card["indicator"] for card in cards]
    for card in cards:
        no_empty_values(card)
        for suggestion in card.get("suggestions", ()):
            for action in suggestion["actions"]:
                if action["type"] == "create":
                    validator("detected_issue").validate(action["resource"])


def no_empty_values(value: Any) -> None:
    """No null, "", [] or {} anywhere."""
    assert value not in (None, "", [], {})
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        no_empty_values(each)


def codes(given: Answer) -> list[str]:
    return [row.code for row in given.served]


def card(given: Answer, code: str) -> Json:
    """The only card of a code."""
    (found,) = [card for card, row in zip(given.cards, given.served, strict=True) if row.code == code]
    return found


def faults(document: Any, *, service: str = "") -> tuple[int, dict[str, str]]:
    """The status and the faults of a request that is refused, by path."""
    with pytest.raises(RequestFaultError) as refused:
        ask(document, service=service)
    assert refused.value.faults
    assert all(text for _, text in refused.value.faults)
    return refused.value.status, dict(refused.value.faults)
