"""Requests shaped like those that the standard and PDDI-CDS publish as examples, quirks included.

Written here in the shape of the originals, cut to what matters: the examples of the standard's hook pages leave
out the type of the draft Bundle and put the dose where FHIR STU3 had it; those of PDDI-CDS put the user beside
the context, use retired hooks, and carry resources of STU3.
"""

import copy
from typing import Any

import pytest

from tests.interactions.cds_hooks.builders import Json, ask, card, codes, faults

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
PATIENT = {"reference": "Patient/1288992"}
SUSPENSION = "Amoxicillin 120 MG/ML / clavulanate potassium 8.58 MG/ML Oral Suspension"
DIET: Json = {
    "resourceType": "NutritionOrder", "id": "pureeddiet-simple", "status": "draft", "patient": PATIENT,
    "dateTime": "2014-09-17",
    "oralDiet": {"type": [{"text": "Pureed diet"}]},
}  # fmt: skip


def antibiotic(**dosage: Any) -> Json:
    return {
        "resourceType": "MedicationRequest", "id": "smart-MedicationRequest-103",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Amoxicillin</div>'},
        "status": "draft", "intent": "order", "subject": PATIENT,
        "medicationCodeableConcept": {
            "coding": [{"system": RXNORM, "code": "617993", "display": SUSPENSION}], "text": SUSPENSION,
        },
        "dosageInstruction": [
            {
                "text": "5 mL bid x 10 days",
                "timing": {"repeat": {"boundsPeriod": {"start": "2005-01-04"}, "frequency": 2, "period": 1,
                                      "periodUnit": "d"}},
                **dosage,
            }
        ],
    }  # fmt: skip


FIVE_ML = {"value": 5, "unit": "mL", "system": "http://unitsofmeasure.org", "code": "mL"}
AT_THE_TOP = antibiotic(doseQuantity=FIVE_ML)
NOT_IN_A_LIST = antibiotic(doseAndRate={"doseQuantity": FIVE_ML})


def of_the_standard(hook: str, order: Json) -> Json:
    context: Json = {
        "userId": "PractitionerRole/123", "patientId": "1288992", "encounterId": "89284",
        "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": DIET}, {"resource": order}]},
    }  # fmt: skip
    if hook == "order-select":
        context["selections"] = ["NutritionOrder/pureeddiet-simple", "MedicationRequest/smart-MedicationRequest-103"]
    return {
        "hook": hook, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "fhirServer": "https://ehr.example/r4",
        "context": context, "prefetch": {"medicationRequests": None},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("hook", "order"), [("order-sign", AT_THE_TOP), ("order-select", NOT_IN_A_LIST), ("order-sign", NOT_IN_A_LIST)]
)
def test_the_examples_of_the_standard_are_answered(hook: str, order: Json) -> None:
    assert set(codes(ask(of_the_standard(hook, order)))) <= {"COULD_NOT_CHECK"}
    document = copy.deepcopy(of_the_standard(hook, order))
    document["context"]["draftOrders"]["entry"][1]["resource"]["medicationCodeableConcept"] = {"text": "Foozlemab"}
    given = ask(document)
    assert codes(given) == ["COULD_NOT_CHECK"]
    assert "Foozlemab" in given.cards[0]["summary"]


def test_the_opioid_example_of_dstu2_is_refused_with_its_place() -> None:
    document = of_the_standard("order-sign", AT_THE_TOP)
    del document["context"]["draftOrders"]
    document["context"]["medications"] = [{"resourceType": "MedicationOrder", "id": "medrx001", "status": "draft"}]
    document["prefetch"] = {"medication": {"response": {"status": "200 OK"}, "resource": {}}}
    status, found = faults(document)
    assert status == 400
    assert found.keys() >= {"context.medications", "context.draftOrders", "prefetch.medication"}


def of_pddi_cds(hook: str = "order-sign") -> Json:
    """Digoxin with cyclosporine, as the guide's request files have it."""

    def medicine(identity: str, code: str, display: str, **more: Any) -> Json:
        return {
            "resourceType": "MedicationRequest", "id": identity, "meta": {"versionId": "1"}, "status": "active",
            "intent": "order", "category": {"coding": [{"code": "outpatient"}]},
            "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code, "display": display}]},
            "subject": {"reference": "Patient/f301"}, "context": {"reference": "Encounter/e301"},
            "authoredOn": "2018-08-02", **more,
        }  # fmt: skip

    drafted = medicine("digoxin-order-select-test", "197605", "Digoxin 0.2 MG Oral Capsule", status="draft")
    del drafted["intent"]
    drafted["dosageInstruction"] = [
        {"doseQuantity": {"value": 1, "system": "http://unitsofmeasure.org", "code": "{pill}"},
         "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}},
    ]  # fmt: skip
    context: Json = {
        "patientId": "f301", "encounterId": "e301",
        "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": drafted}]},
    }  # fmt: skip
    if hook == "order-select":
        context["selections"] = ["MedicationRequest/digoxin-order-select-test"]
    held = medicine("r301", "315749", "Cyclosporine 100 MG")
    person = {"resourceType": "Patient", "id": "f301", "gender": "male", "birthDate": "1982-01-07"}
    return {
        "hookInstance": "226b8876-8786-439c-8056-42d98bd33bee", "hook": hook,
        "fhirServer": "http://localhost:2020/baseDstu3", "userId": "Practitioner/COREPRACTITIONER1", "patient": "f301",
        "extension": {"pddi-configuration-items": {"filter-out-repeated-alerts": True, "alert-non-serious": True}},
        "context": context,
        "prefetch": {
            "item1": {"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{"resource": person}]},
            "item2": {"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{"resource": held}]},
            "item3": {"resourceType": "Bundle", "type": "searchset", "total": 0},
        },
    }  # fmt: skip


def adapted(document: Json) -> Json:
    """With the user where CDS Hooks 2.0 has it."""
    moved = copy.deepcopy(document)
    moved["context"]["userId"] = moved.pop("userId")
    return moved


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_a_request_of_pddi_cds_is_refused_raw_and_answered_when_adapted(hook: str) -> None:
    status, found = faults(of_pddi_cds(hook))
    assert status == 400
    assert found.keys() == {"context.userId", "userId"}
    document = adapted(of_pddi_cds(hook))
    assert set(codes(ask(document))) <= {"COULD_NOT_CHECK"}
    held = document["prefetch"]["item2"]["entry"][0]["resource"]["medicationCodeableConcept"]
    held["coding"][0] |= {"code": "197391", "display": "baclofen 10 MG Oral Tablet"}
    ordered = document["context"]["draftOrders"]["entry"][0]["resource"]["medicationCodeableConcept"]
    ordered["coding"][0] |= {"code": "856834", "display": "amitriptyline hydrochloride 25 MG Oral Tablet"}
    given = ask(document)
    assert "PAIR_CNS" in codes(given)
    assert "25 mg once a day" in card(given, "PAIR_CNS")["detail"]


def test_its_condition_of_stu3_is_refused_with_its_place() -> None:
    ulcer = {
        "resourceType": "Condition", "id": "c101", "clinicalStatus": "active", "verificationStatus": "differential",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "12847006", "display": "Duodenal ulcer"}]},
        "subject": {"reference": "Patient/f301"}, "assertedDate": "2020-03-01",
    }  # fmt: skip
    document = adapted(of_pddi_cds())
    document["prefetch"]["item6"] = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": ulcer}]}
    status, found = faults(document)
    assert status == 422
    assert list(found) == ["prefetch.item6.entry[0].resource.clinicalStatus"]


def test_its_retired_hook_is_refused_and_the_new_one_named() -> None:
    document = {
        "hookInstance": "9d02e4d7-2d5b-492f-8f77-ce36dda0647d", "hook": "medication-prescribe", "applyCql": "true",
        "fhirServer": "http://localhost/baseDstu3", "user": "Practitioner/example",
        "context": {
            "patientId": "Patient/patient-digoxin", "encounterId": "Encounter/encounter-digoxin",
            "medications": {"resourceType": "Bundle", "entry": [{"resourceType": "MedicationRequest"}]},
            "prefetch": {"item1": {"resource": {"resourceType": "Bundle"}}},
        },
    }  # fmt: skip
    status, found = faults(document, service="evenkeel-order-sign")
    assert status == 400
    assert "order-sign" in found["hook"]
    assert found.keys() >= {
        "context.medications", "context.prefetch", "context.patientId", "context.userId", "user", "context.draftOrders",
    }  # fmt: skip
