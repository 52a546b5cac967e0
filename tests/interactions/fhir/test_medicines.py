"""Which medicine a line means, whether it counts, and over which days."""

from datetime import date
from typing import Any

import pytest

from interactions.checking import Route
from interactions.fhir import FaultError, Line, Node, line_of, read_medicine, settle
from tests.interactions.fhir.builders import RXNORM, dosage, order

TODAY = date(2026, 6, 15)
ATC = "http://www.whocc.no/atc"
SNOMED = "http://snomed.info/sct"


def concept(*codings: tuple[str, str, str], text: str = "") -> dict[str, Any]:
    said = [
        {"system": system, "code": code, **({"display": words} if words else {})} for system, code, words in codings
    ]
    return {**({"coding": said} if said else {}), **({"text": text} if text else {})}


def line(resource: dict[str, Any], medications: dict[str, Node] | None = None, *, draft: bool = False) -> Line:
    return line_of(read_medicine(Node(resource, "here"), medications or {}, draft=draft), on=TODAY, draft=draft)


def of_concept(*codings: tuple[str, str, str], text: str = "") -> Line:
    return line(order("", medicationCodeableConcept=concept(*codings, text=text)))


@pytest.mark.parametrize(
    ("codings", "text", "ingredients"),
    [
        ([(RXNORM, "197391", "")], "", {"baclofen"}),
        ([(RXNORM, "1292", "")], "", {"baclofen"}),
        ([(ATC, "M03BX01", "")], "", {"baclofen"}),
        ([(SNOMED, "387342009", "")], "", {"baclofen"}),
        ([(SNOMED, "999", "Amitriptyline hydrochloride 25 mg oral tablet")], "", {"amitriptyline"}),
        ([], "Elavil", {"amitriptyline"}),
        ([(RXNORM, "856792", "")], "Limbitrol DS", {"amitriptyline", "chlordiazepoxide"}),
        ([(RXNORM, "1292", "baclofen"), (RXNORM, "197391", "baclofen 10 MG Oral Tablet")], "", {"baclofen"}),
        ([(RXNORM, "197391", "baclofen 10 MG"), (ATC, "M03BX01", "baclofen")], "Lioresal", {"baclofen"}),
    ],
)
def test_a_medicine_by_code_text_or_both(codings: list[tuple[str, str, str]], text: str, ingredients: set[str]) -> None:
    found = of_concept(*codings, text=text)
    assert found.ingredients == ingredients
    assert found.unresolved == ()


@pytest.mark.parametrize(
    ("codings", "text"),
    [
        ([(RXNORM, "197391", ""), (RXNORM, "856834", "")], ""),
        ([(RXNORM, "197391", ""), (ATC, "N06AA09", "")], ""),
        ([(RXNORM, "197391", "baclofen 10 MG")], "amitriptyline 25 mg"),
        ([(RXNORM, "197391", "amitriptyline")], ""),
        ([(SNOMED, "387342009", "")], "amitriptyline"),
    ],
)
def test_codes_and_words_that_disagree_are_told_and_neither_is_taken(
    codings: list[tuple[str, str, str]], text: str
) -> None:
    found = of_concept(*codings, text=text)
    assert found.exposures == ()
    assert {"baclofen", "amitriptyline"} <= set(found.unresolved[0].candidates)


def test_of_several_codes_the_product_gives_the_strength() -> None:
    tablets = {"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}], "timing": {"code": {"text": "TID"}}}
    found = line(
        order(
            "",
            medicationCodeableConcept=concept((RXNORM, "1292", ""), (RXNORM, "197391", "")),
            dosageInstruction=[tablets],
        )
    )
    assert found.exposures[0].dose is not None
    assert found.exposures[0].dose.daily == 60


def referenced(reference: dict[str, Any], **more: Any) -> dict[str, Any]:
    resource = order("", medicationReference=reference, **more)
    del resource["medicationCodeableConcept"]
    return resource


def test_a_medication_that_is_contained_or_elsewhere_is_followed() -> None:
    contained = referenced(
        {"reference": "#m"}, contained=[{"resourceType": "Medication", "id": "m", "code": {"text": "baclofen"}}]
    )
    assert line(contained).ingredients == {"baclofen"}
    shelf = {"Medication/7": Node({"resourceType": "Medication", "id": "7", "code": {"text": "baclofen"}}, "there")}
    assert line(referenced({"reference": "Medication/7"}), shelf).ingredients == {"baclofen"}
    assert line(referenced({"reference": "https://ehr.example/r4/Medication/7"}), shelf).ingredients == {"baclofen"}


def test_a_medication_of_ingredients_is_read_by_them() -> None:
    mixture = {
        "resourceType": "Medication",
        "id": "g",
        "ingredient": [
            {"itemCodeableConcept": {"text": "baclofen 2%"}},
            {"itemCodeableConcept": {"text": "amitriptyline 4%"}},
        ],
        "form": {"text": "topical gel"},
    }
    found = line(referenced({"reference": "#g"}, contained=[mixture]))
    assert found.ingredients == {"baclofen", "amitriptyline"}
    assert found.exposures[0].route is Route.TOPICAL


def test_a_medication_that_was_not_sent_is_said_with_its_place_unless_its_name_was() -> None:
    found = line(referenced({"reference": "Medication/404"}))
    assert found.exposures == ()
    assert found.unresolved
    assert "here.medicationReference" in found.problems[0]
    assert "Medication/404" in found.problems[0]
    assert line(referenced({"reference": "Medication/404", "display": "baclofen 10 mg"})).ingredients == {"baclofen"}


def test_a_line_without_any_name_is_still_a_line() -> None:
    resource = order("")
    resource["medicationCodeableConcept"] = {}
    assert line({**resource, "id": "x"}).unresolved[0].entered == "MedicationRequest/x"


@pytest.mark.parametrize(
    ("kind", "changes", "left_out"),
    [
        ("MedicationRequest", {"status": "active"}, ""),
        ("MedicationRequest", {"status": "on-hold"}, ""),
        ("MedicationRequest", {"status": "unknown"}, ""),
        ("MedicationRequest", {"status": "completed"}, ""),
        ("MedicationRequest", {"status": "stopped"}, ""),
        ("MedicationRequest", {"status": "cancelled"}, "cancelled"),
        ("MedicationRequest", {"status": "entered-in-error"}, "entered in error"),
        ("MedicationRequest", {"status": "draft"}, "a draft"),
        ("MedicationRequest", {"intent": "proposal"}, "a proposal, not an order"),
        ("MedicationRequest", {"intent": "plan"}, "a plan, not an order"),
        ("MedicationRequest", {"intent": "plan", "reportedBoolean": True}, ""),
        ("MedicationRequest", {"intent": "option"}, "an option, not an order"),
        ("MedicationRequest", {"intent": "reflex-order"}, ""),
        ("MedicationRequest", {"doNotPerform": True}, "an order not to give it"),
        ("MedicationStatement", {"status": "not-taken"}, "not taken"),
        ("MedicationStatement", {"status": "intended"}, "only intended"),
        ("MedicationStatement", {"status": "active"}, ""),
        ("MedicationDispense", {"status": "declined"}, "declined"),
        ("MedicationDispense", {"status": "completed"}, ""),
        ("MedicationAdministration", {"status": "not-done"}, "not given"),
        ("MedicationAdministration", {"status": "in-progress"}, ""),
    ],
)
def test_status_and_intent_decide_whether_a_line_counts(kind: str, changes: dict[str, Any], left_out: str) -> None:
    resource = {**order("baclofen"), "resourceType": kind, **changes}
    assert read_medicine(Node(resource, "here"), {}).left_out == left_out


@pytest.mark.parametrize("status", ["on-hold", "unknown", "", "paused"])
def test_a_doubtful_status_counts_as_taken_and_is_said(status: str) -> None:
    found = line(
        {**order("baclofen"), "status": status}
        if status
        else {k: v for k, v in order("baclofen").items() if k != "status"}
    )
    assert found.exposures
    assert "counts as taken" in found.problems[0]


def span(resource: dict[str, Any], *, draft: bool = False) -> tuple[str, str]:
    exposure = line(resource, draft=draft).exposures[0]
    return str(exposure.start), str(exposure.end)


@pytest.mark.parametrize(
    ("resource", "days"),
    [
        (order("baclofen"), ("2026-03-01", "None")),
        (order("baclofen", dosageInstruction=dosage(5, boundsPeriod={"start": "2026-01-02", "end": "2026-02-03"})),
         ("2026-01-02", "2026-02-03")),
        (order("baclofen", dosageInstruction=dosage(5, boundsDuration={"value": 10, "unit": "d"})),
         ("2026-03-01", "2026-03-10")),
        (order("baclofen", dosageInstruction=dosage(5, boundsDuration={"value": 2, "code": "wk"})),
         ("2026-03-01", "2026-03-14")),
        (order("baclofen", status="stopped"), ("2026-03-01", "2026-06-15")),
        (order("baclofen", status="completed",
               dispenseRequest={"expectedSupplyDuration": {"value": 30, "unit": "d"}, "numberOfRepeatsAllowed": 1}),
         ("2026-03-01", "2026-04-29")),
        ({**order("baclofen"), "resourceType": "MedicationStatement", "authoredOn": None,
          "effectivePeriod": {"start": "2026-02-01", "end": "2026-02-20"}}, ("2026-02-01", "2026-02-20")),
        ({**order("baclofen"), "resourceType": "MedicationDispense", "status": "completed",
          "whenHandedOver": "2026-05-01", "daysSupply": {"value": 28}}, ("2026-05-01", "2026-05-28")),
        ({**order("baclofen"), "resourceType": "MedicationAdministration", "status": "completed",
          "effectiveDateTime": "2026-05-01T08:00:00Z"}, ("2026-05-01", "2026-05-01")),
        (order("baclofen", authoredOn="2026"), ("2026-01-01", "None")),
    ],
)  # fmt: skip
def test_first_and_last_day(resource: dict[str, Any], days: tuple[str, str]) -> None:
    assert span(resource) == days


def test_a_draft_begins_today_unless_it_says_when() -> None:
    draft = order("baclofen", status="draft", authoredOn="2018-08-19")
    assert span(draft, draft=True) == ("2026-06-15", "None")
    later = {**draft, "dosageInstruction": dosage(5, boundsPeriod={"start": "2026-07-01"})}
    assert span(later, draft=True) == ("2026-07-01", "None")
    past = {**draft, "dosageInstruction": dosage(5, boundsPeriod={"start": "2005-01-04", "end": "2005-01-14"})}
    assert span(past, draft=True) == ("2026-06-15", "None")
    course = {**draft, "dosageInstruction": dosage(5, boundsDuration={"value": 10, "unit": "d"})}
    assert span(course, draft=True) == ("2026-06-15", "2026-06-24")


def test_an_end_before_the_start_is_a_fault() -> None:
    with pytest.raises(FaultError, match=r"boundsPeriod\.end"):
        line(order("baclofen", dosageInstruction=dosage(5, boundsPeriod={"start": "2026-05-01", "end": "2026-04-01"})))


@pytest.mark.parametrize(
    ("route", "found"),
    [
        ({"coding": [{"code": "26643006"}]}, Route.ORAL),
        ({"coding": [{"code": "72607000", "display": "Intrathecal route"}]}, Route.INTRATHECAL),
        ({"coding": [{"code": "x", "display": "Oral route"}]}, Route.ORAL),
        ({"text": "PO"}, Route.ORAL),
        ({"text": "by the back door"}, Route.UNKNOWN),
    ],
)
def test_the_route(route: dict[str, Any], found: Route) -> None:
    assert line(order("baclofen", dosageInstruction=[{"route": route}])).exposures[0].route is found


def test_a_route_against_the_product_is_said() -> None:
    found = line(order("baclofen 10 MG Oral Tablet", dosageInstruction=[{"route": {"text": "intrathecal"}}]))
    assert "intrathecal" in " ".join(found.problems)


def lines(*resources: dict[str, Any]) -> list[Line]:
    return list(settle(line(resource) for resource in resources))


def test_one_supply_told_three_times_is_one_medicine() -> None:
    request = {**order("baclofen 10 mg", dosageInstruction=dosage(10, frequency=3)), "id": "r"}
    told = {
        **order("baclofen"), "resourceType": "MedicationStatement", "id": "s", "authoredOn": None,
        "effectivePeriod": {"start": "2026-03-05"},
    }  # fmt: skip
    given = {
        **order("baclofen"), "resourceType": "MedicationDispense", "id": "d", "status": "completed",
        "whenHandedOver": "2026-05-30", "daysSupply": {"value": 28, "unit": "d"},
    }  # fmt: skip
    assert [each.medicine.identity for each in lines(told, given, request)] == ["MedicationRequest/r"]


def test_a_statement_of_a_larger_dose_is_kept_beside_the_order() -> None:
    request = {**order("baclofen", dosageInstruction=dosage(5, frequency=3)), "id": "r"}
    told = {
        **order("baclofen"), "resourceType": "MedicationStatement", "id": "s", "authoredOn": None,
        "dosage": dosage(20, frequency=3), "effectivePeriod": {"start": "2026-03-05"},
    }  # fmt: skip
    assert len(lines(request, told)) == 2


def test_an_id_used_for_two_different_orders_hides_neither() -> None:
    one, other = {**order("baclofen 10 mg"), "id": "a"}, {**order("tramadol 50 mg"), "id": "a"}
    assert len(lines(one, other)) == 2


def test_a_code_of_an_unknown_system_is_a_line_that_could_not_be_told() -> None:
    found = of_concept(("https://dmd.nhs.uk", "322280009", ""))
    assert "322280009" in found.unresolved[0].entered


@pytest.mark.parametrize("code", ["787481004", "no-known-medications"])
def test_the_records_word_for_none_is_no_medicine(code: str) -> None:
    resource = order("", medicationCodeableConcept=concept(("urn:x", code, "No known medications")))
    assert "none is taken" in read_medicine(Node(resource, "here"), {}).left_out


def test_two_orders_stay_two_and_the_same_order_twice_is_one() -> None:
    one, other = ({**order("baclofen 10 mg"), "id": name} for name in ("a", "b"))
    assert len(lines(one, other)) == 2
    assert len(lines(one, one)) == 1


def test_a_replaced_order_ends_the_day_before() -> None:
    old = {**order("baclofen 10 mg"), "id": "old"}
    new = {
        **order("baclofen 20 mg", authoredOn="2026-06-01"), "id": "new",
        "priorPrescription": {"reference": "MedicationRequest/old"},
    }  # fmt: skip
    found = {each.medicine.identity: each.exposures[0].end for each in lines(old, new)}
    assert found == {"MedicationRequest/old": date(2026, 5, 31), "MedicationRequest/new": None}
