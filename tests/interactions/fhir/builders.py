"""Small FHIR R4 documents for tests, shaped as records systems send them."""

from typing import Any

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"
PATIENT_URL = "urn:uuid:6d367230-21b3-4816-8d8c-5239028c388f"


def patient(**changes: Any) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:example", "value": "T-100"}],
        "name": [{"use": "official", "family": "Tester", "given": ["Ida", "May"]}],
        "gender": "female",
        "birthDate": "1946-06-07",
    }
    return {**resource, **changes}


def order(text: str, *, rxcui: str = "", **changes: Any) -> dict[str, Any]:
    concept: dict[str, Any] = {"text": text}
    if rxcui:
        concept["coding"] = [{"system": RXNORM, "code": rxcui, "display": text}]
    resource: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": PATIENT_URL},
        "medicationCodeableConcept": concept,
        "authoredOn": "2026-03-01",
    }
    return {**resource, **changes}


def dosage(
    value: object = None, *, frequency: int = 1, text: str = "", route: str = "26643006", **repeat: Any
) -> list[dict[str, Any]]:
    found: dict[str, Any] = {
        "timing": {"repeat": {"frequency": frequency, "period": 1, "periodUnit": "d", **repeat}},
        "route": {"coding": [{"system": "http://snomed.info/sct", "code": route}]},
    }
    if value is not None:
        found["doseAndRate"] = [{"doseQuantity": {"value": value, "unit": "mg", "code": "mg"}}]
    if text:
        found["text"] = text
    return [found]


def condition(text: str, *, clinical: str = "active") -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "subject": {"reference": PATIENT_URL},
        "clinicalStatus": {"coding": [{"code": clinical}]},
        "code": {"text": text},
    }


def egfr(value: object, on: str = "2026-05-01T09:00:00Z", code: str = "98979-8", **changes: Any) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": PATIENT_URL},
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "effectiveDateTime": on,
        "valueQuantity": {"value": value, "unit": "mL/min/{1.73_m2}", "code": "mL/min/{1.73_m2}"},
    }
    return {**resource, **changes}


def bundle(*resources: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    entries = []
    for number, resource in enumerate(resources):
        url = PATIENT_URL if resource.get("resourceType") == "Patient" else f"urn:uuid:0000{number:04}"
        entries.append({"fullUrl": url, "resource": resource})
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


PAIR = (
    order("baclofen 10 MG Oral Tablet", rxcui="197391", dosageInstruction=dosage(10, frequency=3)),
    order("amitriptyline hydrochloride 25 MG Oral Tablet", rxcui="856834", dosageInstruction=dosage(25)),
)
