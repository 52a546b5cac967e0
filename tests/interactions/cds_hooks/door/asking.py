"""Requests as a hospital's system sends them."""

import json
from typing import Any

from django.test import Client

ROOT = "/cds-services"
ORDER_SIGN = f"{ROOT}/evenkeel-order-sign"
FEEDBACK = f"{ORDER_SIGN}/feedback"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
# Their names, as RxNorm codes of ingredients.
BACLOFEN, AMITRIPTYLINE, PARACETAMOL = ("1292", "baclofen"), ("704", "amitriptyline"), ("161", "acetaminophen")


def draft(medicine: tuple[str, str], number: int = 1, amount: float = 10) -> dict[str, Any]:
    """A draft order of a medicine by its code."""
    code, name = medicine
    return {
        "resource": {
            "resourceType": "MedicationRequest", "id": f"draft-{number}", "status": "draft", "intent": "order",
            "subject": {"reference": "Patient/maya"}, "authoredOn": "2026-06-15",
            "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code, "display": name}], "text": name},
            "dosageInstruction": [
                {
                    "text": f"{amount} mg at night",
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                    "doseAndRate": [{"doseQuantity": {"value": amount, "unit": "mg",
                                                      "system": "http://unitsofmeasure.org", "code": "mg"}}],
                }
            ],
        }
    }  # fmt: skip


def bundle(*entries: dict[str, Any], kind: str = "searchset") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def order_sign(*medicines: tuple[str, str], **changed: Any) -> dict[str, Any]:
    """A clinician is about to sign orders for these; nothing else is known of the patient."""
    drafts = bundle(*(draft(each, number) for number, each in enumerate(medicines, start=1)), kind="collection")
    patient = {"resourceType": "Patient", "id": "maya", "gender": "female", "birthDate": "1957-03-14"}
    empty = bundle()
    document = {
        "hook": "order-sign", "hookInstance": INSTANCE, "fhirServer": "https://ehr.hospital.example/fhir",
        "context": {"userId": "Practitioner/alice", "patientId": "maya", "draftOrders": drafts},
        "prefetch": {"patient": patient} | dict.fromkeys(_other_keys(), empty),
    }  # fmt: skip
    return {name: value for name, value in (document | changed).items() if value is not None}


def _other_keys() -> list[str]:
    from interactions.cds_hooks.services import SERVICES

    service = next(service for service in SERVICES if service.id == "evenkeel-order-sign")
    return [key for key in service.prefetch if key != "patient"]


PAIR = (BACLOFEN, AMITRIPTYLINE)


class Asker:
    """A program that calls: with the same headers each time, and no cookies."""

    def __init__(self, **headers: str) -> None:
        self.client, self.headers = Client(raise_request_exception=False), headers

    def get(self, path: str = ROOT, **headers: str) -> Any:
        return self.client.get(path, headers=self.headers | headers)

    def post(self, body: Any, path: str = ORDER_SIGN, kind: str = "application/json", **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(path, data, content_type=kind, headers=self.headers | headers)

    def ask(self, *medicines: tuple[str, str], **headers: str) -> list[dict[str, Any]]:
        """The cards for orders of these medicines."""
        response = self.post(order_sign(*medicines), **headers)
        assert response.status_code == 200, response.content
        cards: list[dict[str, Any]] = response.json()["cards"]
        return cards


def feedback(*items: dict[str, Any]) -> dict[str, Any]:
    return {"feedback": list(items)}


def overridden(card: str, /, **changed: Any) -> dict[str, Any]:
    """A clinician went on in spite of a card, and said why: in the shape that the public test client sends."""
    good = {
        "card": card, "outcome": "overridden", "outcomeTimestamp": "2026-06-15T09:00:30.123Z",
        "overrideReason": {"reason": {"code": "benefit-outweighs-risk", "system": "https://evenkeel.example/reasons"}},
    }  # fmt: skip
    return {name: value for name, value in (good | changed).items() if value is not None}


def issues(response: Any) -> list[dict[str, Any]]:
    """The issues of an OperationOutcome, which every refusal is."""
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert response["Cache-Control"] == "no-store"
    found: list[dict[str, Any]] = outcome["issue"]
    assert all(issue["severity"] == "error" and issue["code"] and issue["diagnostics"] for issue in found)
    return found
