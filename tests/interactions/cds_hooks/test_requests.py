"""A request that is not one of CDS Hooks 2.0 is refused, with the path of every fault."""

from typing import Any
from uuid import UUID

import pytest

from interactions.cds_hooks.requests import read_request
from interactions.cds_hooks.services import SERVICES
from tests.interactions.cds_hooks.builders import (
    AMITRIPTYLINE,
    INSTANCE,
    Json,
    bundle,
    condition,
    draft,
    egfr,
    faults,
    order,
    person,
    request,
    statement,
)


def test_a_good_request_is_read() -> None:
    read = read_request(
        request("order-select", fhirServer="https://ehr.example/r4"), service_id="evenkeel-order-select"
    )
    assert read.hook_instance == UUID(INSTANCE)
    assert (read.user_id, read.patient_id, read.encounter_id) == ("Practitioner/dr1", "p1", "e1")
    assert [each.identity for each in read.asked_about] == ["MedicationRequest/ami"]


def test_what_may_be_left_out_may_be_left_out() -> None:
    document = request("patient-view")
    del document["context"]["encounterId"]
    assert read_request(document, service_id="evenkeel-patient-view").encounter_id == ""


@pytest.mark.parametrize("document", [None, [], "order-sign", 3, True])
def test_anything_but_an_object_is_refused(document: object) -> None:
    assert faults(document, service="evenkeel-order-sign")[0] == 400


def test_an_unknown_service_and_the_wrong_hook_are_told() -> None:
    assert faults(request(), service="evenkeel-nothing")[0] == 404
    status, found = faults(request("order-sign"), service="evenkeel-order-select")
    assert status == 400
    assert "order-select" in found["hook"]


def changed(path: str, value: Any) -> Json:
    """A request with one value changed, or taken out where the value is `...`."""
    document = request("order-select")
    *above, last = path.split(".")
    place = document
    for step in above:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("hook", ..., "hook"),
        ("hook", 7, "hook"),
        ("hookInstance", ..., "hookInstance"),
        ("hookInstance", "17", "hookInstance"),
        ("hookInstance", f"{{{INSTANCE}}}", "hookInstance"),
        ("context", ..., "context"),
        ("context", [], "context"),
        ("context", {}, "context.userId"),
        ("context.userId", ..., "context.userId"),
        ("context.userId", "dr1", "context.userId"),
        ("context.userId", "Patient/p1", "context.userId"),
        ("context.userId", "Practitioner/", "context.userId"),
        ("context.patientId", ..., "context.patientId"),
        ("context.patientId", "", "context.patientId"),
        ("context.patientId", "Patient/p1", "context.patientId"),
        ("context.patientId", 17, "context.patientId"),
        ("context.patientId", "a" * 65, "context.patientId"),
        ("context.encounterId", "Encounter/1", "context.encounterId"),
        ("context.draftOrders", ..., "context.draftOrders"),
        ("context.draftOrders", [], "context.draftOrders"),
        ("context.draftOrders", {"resourceType": "MedicationRequest"}, "context.draftOrders.resourceType"),
        ("context.draftOrders", {"resourceType": "Bundle"}, "context.draftOrders.entry"),
        ("context.draftOrders", {"resourceType": "Bundle", "entry": {}}, "context.draftOrders.entry"),
        ("context.draftOrders", {"resourceType": "Bundle", "entry": [3]}, "context.draftOrders.entry[0]"),
        ("context.draftOrders", {"resourceType": "Bundle", "entry": [{}]}, "context.draftOrders.entry[0].resource"),
        (
            "context.draftOrders",
            {"resourceType": "Bundle", "entry": [{"resource": {}}]},
            "context.draftOrders.entry[0].resource.resourceType",
        ),
        ("context.draftOrders", {"resourceType": "Bundle", "entry": [AMITRIPTYLINE]}, "context.draftOrders.entry[0]"),
        ("context.selections", ..., "context.selections"),
        ("context.selections", [], "context.selections"),
        ("context.selections", "MedicationRequest/ami", "context.selections"),
        ("context.selections", [7], "context.selections[0]"),
        ("context.selections", ["MedicationRequest/other"], "context.selections[0]"),
        ("context.selections", ["MedicationRequest/ami", "ami"], "context.selections[1]"),
        ("prefetch", [], "prefetch"),
        ("prefetch.medicationRequests", [], "prefetch.medicationRequests"),
        ("prefetch.medicationRequests", "none", "prefetch.medicationRequests"),
        ("prefetch.medicationRequests", {}, "prefetch.medicationRequests"),
        ("prefetch.conditions", {"resourceType": "Bundle", "entry": 3}, "prefetch.conditions.entry"),
        ("fhirServer", "ehr.example", "fhirServer"),
        ("fhirServer", 3, "fhirServer"),
        ("fhirAuthorization", "secret", "fhirAuthorization"),
        ("extension", [], "extension"),
    ],
)
def test_a_fault_of_the_envelope_is_named_by_its_path(path: str, value: Any, place: str) -> None:
    status, found = faults(changed(path, value), service="evenkeel-order-select")
    assert status == 400
    assert place in found


def test_an_access_token_needs_its_server_and_its_fields() -> None:
    status, found = faults(request(fhirAuthorization={"access_token": "x", "token_type": "Basic", "expires_in": "300"}))
    assert status == 400
    assert found.keys() >= {
        "fhirServer",
        "fhirAuthorization.token_type",
        "fhirAuthorization.expires_in",
        "fhirAuthorization.scope",
        "fhirAuthorization.subject",
    }


def test_every_fault_is_told_at_once() -> None:
    document = request("order-select", context={"patientId": "", "userId": 7})
    document["hookInstance"] = "?"
    _, found = faults(document)
    assert found.keys() >= {"hookInstance", "context.userId", "context.patientId"}


def medicine(**changes: Any) -> Json:
    return request("order-sign", draft("x", "baclofen", **changes))


X = "context.draftOrders.entry[0].resource"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (medicine(dosageInstruction={}), f"{X}.dosageInstruction"),
        (medicine(dosageInstruction=[{"timing": {"repeat": {"period": "1"}}}]),
         f"{X}.dosageInstruction[0].timing.repeat.period"),
        (medicine(authoredOn="31/12/2026"), f"{X}.authoredOn"),
        (medicine(medicationCodeableConcept={}), f"{X}.medicationCodeableConcept"),
        (medicine(medicationCodeableConcept="baclofen"), f"{X}.medicationCodeableConcept"),
        (medicine(medicationCodeableConcept={"coding": [{"code": 7}]}),
         f"{X}.medicationCodeableConcept.coding[0].code"),
        (medicine(status=1), f"{X}.status"),
        (request("order-sign", {**draft("x", "baclofen"), "subject": {"reference": "Patient/p2"}}),
         f"{X}.subject.reference"),
        (request("order-sign", {**draft("x", "baclofen"), "resourceType": "MedicationOrder"}), f"{X}.resourceType"),
        (request("order-sign", {**draft("x", "a knee"), "resourceType": "ProcedureRequest"}), f"{X}.resourceType"),
        (request(prefetch={"medicationRequests": bundle(order("y", "baclofen", authoredOn="soon"))}),
         "prefetch.medicationRequests.entry[0].resource.authoredOn"),
        (request(prefetch={"conditions": bundle(condition("COPD", clinicalStatus="active"))}),
         "prefetch.conditions.entry[0].resource.clinicalStatus"),
        (request(prefetch={"conditions": bundle(condition("COPD", assertedDate="2020-03-01"))}),
         "prefetch.conditions.entry[0].resource.assertedDate"),
        (request(prefetch={"observations": bundle(egfr("38"))}),
         "prefetch.observations.entry[0].resource.valueQuantity.value"),
        (request("order-sign", draft("x", "baclofen"), draft("x", "tramadol")),
         "context.draftOrders.entry[1].resource.id"),
        (request(prefetch={"medicationRequests": bundle({**order("y", "b"), "resourceType": "MedicationOrder"})}),
         "prefetch.medicationRequests.entry[0].resource.resourceType"),
        (request(prefetch={"medicationStatements": bundle(statement("y", "baclofen", taken="n"))}),
         "prefetch.medicationStatements.entry[0].resource.taken"),
        (request(prefetch={"patient": person(id="p2")}), "prefetch.patient.id"),
        (request(prefetch={"patient": person(birthDate="the first of May")}), "prefetch.patient.birthDate"),
        (request(prefetch={"patient": condition("COPD")}), "prefetch.patient.resourceType"),
        (request(prefetch={"medicationRequests": bundle({**order("y", "b"), "subject": {"reference": "Patient/q"}})}),
         "prefetch.medicationRequests.entry[0].resource.subject.reference"),
    ],
)  # fmt: skip
def test_a_resource_that_cannot_be_used_is_named_by_its_path(document: Json, place: str) -> None:
    status, found = faults(document)
    assert status == 422
    assert place in found


def deep(levels: int) -> Json:
    inner: Json = {"leaf": [1]}
    for _ in range(levels):
        inner = {"a": inner}
    return inner


def test_what_is_nested_too_deeply_or_too_large_is_refused_with_its_place() -> None:
    status, found = faults(request(prefetch={"patient": person(extension=[deep(80)])}))
    assert status == 422
    assert next(iter(found)).startswith("prefetch.patient.extension[0].a")
    crowd = [{"resource": {"resourceType": "Flag"}} for _ in range(20_001)]
    status, found = faults(request(prefetch={"flags": {"resourceType": "Bundle", "entry": crowd}}))
    assert (status, list(found)) == (400, ["prefetch"])
    many = [draft(f"d{number}", "baclofen") for number in range(501)]
    assert "context.draftOrders.entry" in faults(request("order-sign", *many))[1]
    numbers = {"resourceType": "Basic", "extension": [1] * 500_000}
    assert faults(request(prefetch={"numbers": numbers}))[0] == 422


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.id)
def test_a_service_is_described_as_discovery_asks(service: Any) -> None:
    said = service.as_dict()
    assert said["id"] == f"evenkeel-{said['hook']}"
    assert all(said[key] for key in ("title", "description", "usageRequirements"))
    assert (
        "not read from the FHIR server" in said["usageRequirements"] or "Nothing is read" in said["usageRequirements"]
    )
    assert set(said["prefetch"]) == {
        "patient", "medicationRequests", "medicationStatements", "conditions", "observations",
    }  # fmt: skip
    for template in said["prefetch"].values():
        assert template.count("{{context.patientId}}") == 1
        assert template.replace("{{context.patientId}}", "").count("{") == 0
