"""Kidneys, heart, conditions and age: what counts, what does not, and what is said about it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from interactions.checking import read_conditions
from interactions.fhir import (
    EGFR_CODES,
    QTC_CODES,
    FaultError,
    Node,
    condition_codes,
    conditions,
    newest,
    read_condition,
    read_observation,
    read_person,
)
from tests.interactions.fhir.builders import LOINC, condition, egfr, patient

TODAY = date(2026, 6, 15)
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"


def value(resource: dict[str, Any]) -> tuple[Decimal | None, str]:
    found = read_observation(Node(resource, "here"))
    assert found is not None
    return found.value, found.problem


def measured(quantity: dict[str, Any], code: str = "98979-8") -> tuple[Decimal | None, str]:
    return value(egfr(0, code=code, valueQuantity=quantity))


@pytest.mark.parametrize("code", EGFR_CODES)
def test_every_way_to_estimate_a_filtration_rate_is_known(code: str) -> None:
    assert value(egfr(38, code=code))[0] == 38


@pytest.mark.parametrize("code", ["2160-0", "2164-2", "14682-9", "8634-8", "8302-2"])
def test_a_creatinine_a_clearance_or_another_measurement_is_none_of_ours(code: str) -> None:
    assert read_observation(Node(egfr(1.4, code=code), "here")) is None


@pytest.mark.parametrize(
    "unit",
    ["mL/min/{1.73_m2}", "mL/min/1.73m2", "mL/min/1.73 m²", "ml/min/1.73_m2", "mL/min/(1.73)", "mL/min/{1.73m2}",
     "mL/min", "mL/min per 1.73 m2", "mL/min/1.73.m2"],
)  # fmt: skip
def test_units_of_an_egfr(unit: str) -> None:
    assert measured({"value": 42.5, "unit": unit})[0] == Decimal("42.5")


@pytest.mark.parametrize("unit", ["mL/s", "mg/dL", "L/min", "", "%"])
def test_another_unit_is_not_taken_and_said(unit: str) -> None:
    found, problem = measured({"value": 42, **({"unit": unit} if unit else {})})
    assert found is None
    assert "mL/min/1.73 m²" in problem


@pytest.mark.parametrize(
    ("comparator", "reported", "used"),
    [
        (">", 60, 60), (">=", 90, 90), (">", 30, 30),
        ("<", 15, 14), ("<", 30, 29), ("<=", 15, 15),
        ("<", 60, None), ("<", 45, None),
    ],
)  # fmt: skip
def test_a_limit_stands_for_the_worst_it_allows_or_for_nothing(
    comparator: str, reported: int, used: int | None
) -> None:
    found, problem = measured({"value": reported, "unit": "mL/min/{1.73_m2}", "comparator": comparator})
    assert found == used
    assert bool(problem) == (used is None)


@pytest.mark.parametrize("status", ["preliminary", "registered", "cancelled", "entered-in-error", "unknown", ""])
def test_a_result_that_is_not_final_is_not_taken_and_said(status: str) -> None:
    found, problem = value(egfr(20, status=status))
    assert found is None
    assert "not final" in problem


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_a_final_result_counts(status: str) -> None:
    assert value(egfr(20, status=status))[0] == 20


@pytest.mark.parametrize("wrong", [-1, 251, 4000])
def test_an_impossible_value_is_not_taken(wrong: int) -> None:
    assert value(egfr(wrong))[0] is None


def test_the_newest_counts_and_of_one_day_the_worse() -> None:
    found = [
        read_observation(Node(resource, "here"))
        for resource in (egfr(70, on="2026-01-01"), egfr(44, on="2026-06-01"), egfr(50, on="2026-06-01T09:00:00Z"))
    ]
    chosen = newest([one for one in found if one], "egfr")
    assert chosen is not None
    assert chosen.value == 44


@pytest.mark.parametrize("code", QTC_CODES)
def test_qtc_in_milliseconds_or_seconds(code: str) -> None:
    assert measured({"value": 470, "unit": "ms"}, code)[0] == 470
    assert measured({"value": 0.47, "unit": "s"}, code)[0] == 470


def test_weight_in_pounds() -> None:
    found = measured({"value": 150, "code": "[lb_av]"}, "29463-7")[0]
    assert found is not None
    assert round(found) == 68


def codes(*resources: dict[str, Any]) -> frozenset[str]:
    found = [read_condition(Node(resource, "here")) for resource in resources]
    return condition_codes([one for one in found if one])[0]


def coded(system: str, code: str, display: str = "", **changes: Any) -> dict[str, Any]:
    coding = {"system": system, "code": code, **({"display": display} if display else {})}
    return {**condition(""), "code": {"coding": [coding]}, **changes}


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (condition("COPD"), "copd"),
        (coded(ICD10, "N18.4"), "ckd_4"),
        (coded(ICD10, "I45.81"), "long_qt"),
        (coded(ICD10, "R45.851"), "suicidal_ideation"),
        (coded(ICD10, "J44.1"), "copd"),
        (coded(ICD10, "G40A01"), "epilepsy"),
        (coded(ICD10, "N18.32"), "ckd_3b"),
        (coded("http://hl7.org/fhir/sid/icd-10", "F01.3"), "dementia"),
        (coded("http://snomed.info/sct", "267064002"), "urinary_retention"),
        (coded("http://snomed.info/sct", "91175000"), "epilepsy"),
        (coded("http://snomed.info/sct", "6471006", "Suicidal thoughts (finding)"), "suicidal_ideation"),
        (coded("urn:local", "17", "Obstructive sleep apnea"), "sleep_apnoea"),
    ],
)
def test_a_condition_by_words_or_code(resource: dict[str, Any], found: str) -> None:
    assert found in codes(resource)


@pytest.mark.parametrize("status", ["inactive", "remission", "resolved"])
def test_what_is_over_does_not_count_but_what_lasts_does(status: str) -> None:
    assert codes(condition("COPD", clinical=status)) == frozenset()
    assert codes(condition("previous overdose", clinical=status)) == {"self_harm_history"}


@pytest.mark.parametrize(
    ("verified", "counts"), [("refuted", False), ("entered-in-error", False), ("provisional", True)]
)
def test_only_what_is_refuted_or_an_error_is_not_there(verified: str, counts: bool) -> None:
    resource = condition("COPD")
    resource["verificationStatus"] = {"coding": [{"code": verified}]}
    assert bool(codes(resource)) is counts


def test_a_code_beside_a_family_is_not_taken_for_it() -> None:
    assert codes(coded(ICD10, "E87.1"), coded(ICD10, "R45.0"), coded(ICD10, "I44.0")) == frozenset()


def test_every_word_behind_a_code_is_one_that_the_release_understands() -> None:
    words = sorted({*conditions._ICD10_FAMILIES.values(), *conditions._SNOMED.values()})
    assert read_conditions(words)[1] == ()


def test_the_records_word_for_no_problems_is_no_condition() -> None:
    assert read_condition(Node(coded("http://snomed.info/sct", "160245001", "No current problems"), "here")) is None


def test_words_that_are_not_understood_are_told() -> None:
    read = read_condition(Node(condition("Frobnication of the elbow"), "here"))
    assert read is not None
    assert condition_codes([read])[1] == (read,)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"clinicalStatus": "active"}, "here.clinicalStatus"),
        ({"verificationStatus": "confirmed"}, "here.verificationStatus"),
        ({"assertedDate": "2020-03-01"}, "here.assertedDate"),
    ],
)
def test_a_condition_of_an_older_fhir_is_a_fault_with_its_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(FaultError) as fault:
        read_condition(Node({**condition("COPD"), **changes}, "here"))
    assert fault.value.place == place


@pytest.mark.parametrize(
    ("born", "age", "said"),
    [
        ("1950-06-15", 76, False), ("1950-06-16", 75, False), ("2000-02-29", 26, False),
        ("1961", 65, True), ("1961-06", 65, True), ("1961-01", 65, False), ("2014", 11, True), ("2026", 0, False),
        ("1901", 125, True),
    ],
)  # fmt: skip
def test_age_of_whole_and_partial_birth_dates(born: str, age: int, said: bool) -> None:
    person = read_person(Node(patient(birthDate=born), "here"), TODAY)
    assert person.age == age
    assert bool(person.problems) is said


def test_an_unknown_birth_date_is_an_unknown_age() -> None:
    person = read_person(Node({"resourceType": "Patient"}, "here"), TODAY)
    assert person.age is None
    assert person.problems


@pytest.mark.parametrize("born", ["2027-01-01", "1890-01-01", "long ago", "2001-13-01", "20010101"])
def test_an_impossible_birth_date_is_a_fault(born: str) -> None:
    with pytest.raises(FaultError, match="birthDate"):
        read_person(Node(patient(birthDate=born), "here"), TODAY)


@pytest.mark.parametrize("dead", [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-01-01"}])
def test_a_death_on_record_is_seen(dead: dict[str, Any]) -> None:
    assert read_person(Node(patient(**dead), "here"), TODAY).deceased
    assert not read_person(Node(patient(deceasedBoolean=False), "here"), TODAY).deceased


def test_a_local_code_of_the_same_number_is_no_loinc() -> None:
    resource = egfr(38)
    resource["code"]["coding"][0]["system"] = "urn:local"
    assert read_observation(Node(resource, "here")) is None
    assert LOINC == "http://loinc.org"
