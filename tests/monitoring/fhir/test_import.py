"""Importing FHIR: what is understood is flagged, what is not is said, and nothing is half taken."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from interactions.fhir import FaultError, read_bundle
from monitoring.audit.models import AuditEvent
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.models import InteractionFlag, Prescription, RegimenCheck
from tests.interactions.fhir.builders import PAIR, PATIENT_URL, bundle, condition, dosage, egfr, order, patient

BACKWARDS = {"start": "2026-05-01", "end": "2026-04-01"}
TODAY = "2026-06-15T10:00:00Z"


def run(tmp_path: Path, *documents: object, raw: str | None = None) -> tuple[int, list[dict[str, Any]]]:
    """Import each document as a file of its own; the exit code and the JSON that was printed."""
    files = []
    for number, document in enumerate(documents or [raw]):
        file = tmp_path / f"{number}.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        files.append(str(file))
    out = StringIO()
    code = 0
    try:
        with time_machine.travel(TODAY, tick=False):
            call_command("import_fhir", *files, "--format", "json", stdout=out, stderr=StringIO())
    except SystemExit as exit_:
        code = int(str(exit_.code))
    return code, json.loads(out.getvalue())


def only(results: list[dict[str, Any]]) -> dict[str, Any]:
    (result,) = results
    (person,) = result["patients"]
    return dict(person)


def flags(person: dict[str, Any]) -> dict[str, str]:
    return {flag["code"]: flag["severity"] for flag in person["flags"]}


@pytest.mark.core
def test_an_old_woman_with_poor_kidneys_on_both_drugs_is_flagged_as_major(
    tmp_path: Path, clinic: Clinic, clinician: User
) -> None:
    document = bundle(patient(), condition("Chronic kidney disease, stage 3b"), egfr(38), *PAIR)
    code, results = run(tmp_path, document)
    assert code == 0
    person = only(results)
    assert person["overall"] == "major"
    assert flags(person)["PAIR_CNS"] == "major"
    assert flags(person)["RENAL"] == "major"
    assert Patient.objects.visible_to(clinician).get().identifier == "T-100"
    assert AuditEvent.objects.filter(action="fhir.import", actor_label="import_fhir").exists()


def test_a_brand_and_a_combination_are_expanded(tmp_path: Path, clinic: Clinic) -> None:
    document = bundle(
        patient(),
        order("Lioresal 10 MG", rxcui="202109", dosageInstruction=dosage(10, frequency=3, text="10 mg TID")),
        order("Limbitrol DS", rxcui="856792", dosageInstruction=dosage(frequency=2, text="1 tab bd")),
        egfr(77),
    )
    person = only(run(tmp_path, document)[1])
    assert person["overall"] == "major"
    assert {"PAIR_CNS", "EXPAND"} <= flags(person).keys()


def test_a_drug_stopped_long_ago_raises_nothing(tmp_path: Path, clinic: Clinic) -> None:
    past = dosage(20, frequency=3, boundsPeriod={"start": "2025-01-10", "end": "2025-06-01"})
    document = bundle(
        patient(birthDate="1970-10-06"),
        order("baclofen 20 mg", rxcui="197392", status="stopped", dosageInstruction=past),
        order("amitriptyline 10 mg", rxcui="856783", dosageInstruction=dosage(10)),
        egfr(87),
    )
    person = only(run(tmp_path, document)[1])
    assert person["overall"] == "none"
    assert flags(person) == {}


def test_a_compounded_gel_is_minor(tmp_path: Path, clinic: Clinic) -> None:
    gel = order(
        "baclofen 2% / amitriptyline 4% / ketamine 2% topical gel",
        dosageInstruction=dosage(frequency=2, text="Apply to both feet twice daily", route="6064005"),
    )
    person = only(run(tmp_path, bundle(patient(birthDate="1969-04-14"), gel, egfr(77)))[1])
    assert person["overall"] == "minor"
    assert flags(person)["LOCAL"] == "minor"


def test_an_unknown_drug_is_kept_and_said_and_the_regimen_is_never_called_clear(tmp_path: Path, clinic: Clinic) -> None:
    person = only(run(tmp_path, bundle(patient(), order("Foozlemab 3 mg"), egfr(90)))[1])
    assert person["overall"] == "unknown"
    assert any(
        "Foozlemab" in note["text"] and note["place"] == "entry[1].resource" for note in person["not_understood"]
    )
    assert Prescription.objects.get().ingredients == []
    assert RegimenCheck.objects.get().unresolved


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (bundle(patient(), order("baclofen 10 mg", authoredOn="2026-02-30")), "entry[1].resource.authoredOn"),
        (bundle(patient(), order("baclofen 10 mg", authoredOn="yesterday")), "entry[1].resource.authoredOn"),
        (bundle(patient(birthDate="1946")), "entry[0].resource.birthDate"),
        (bundle(patient(birthDate="2046-01-01")), "entry[0].resource"),
        (bundle(patient(name=[])), "entry[0].resource.name"),
        (bundle(*PAIR), "document"),
        (bundle(patient(), order("baclofen", subject={"reference": "Patient/other"})), "entry[1].resource.subject"),
        (bundle(patient(), order("")), "entry[1].resource.medication"),
        (
            bundle(patient(), order("baclofen", dosageInstruction=dosage(5, boundsPeriod=BACKWARDS))),
            "entry[1].resource.dosageInstruction[0].timing.repeat.boundsPeriod.end",
        ),
        ({"resourceType": "Bundle", "type": "history"}, "Bundle.type"),
        ({"resourceType": "Patient"}, "document"),
        ({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"name": 3}}]}, "entry[0].resource"),
        ({"resourceType": "Bundle", "type": "collection", "entry": "none"}, "Bundle.entry"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place_and_nothing_is_kept(
    document: dict[str, Any], place: str, tmp_path: Path, clinic: Clinic
) -> None:
    code, results = run(tmp_path, document)
    assert code == 1
    assert results[0]["error"]["place"] == place
    assert results[0]["error"]["text"]
    assert not Patient.objects.exists()
    assert not Prescription.objects.exists()


def test_a_later_patient_with_a_fault_takes_the_earlier_ones_back(tmp_path: Path, clinic: Clinic) -> None:
    second = patient(identifier=[{"value": "T-200"}], birthDate="2099-01-01")
    document = bundle(patient(), *PAIR)
    document["entry"].append({"fullUrl": "urn:uuid:other", "resource": second})
    code, results = run(tmp_path, document)
    assert code == 1
    assert results[0]["error"]["place"] == "entry[3].resource"
    assert not Patient.objects.exists()


@pytest.mark.parametrize("raw", ['{"resourceType": "Bundle", "entry": [', "", "[NaN]", "\x00", '{"a": 1}\n{"b":'])
def test_a_file_that_is_cut_off_or_no_json_says_so(raw: str, tmp_path: Path, clinic: Clinic) -> None:
    code, results = run(tmp_path, raw=raw)
    assert code == 1
    assert results[0]["error"]["text"]
    assert not Patient.objects.exists()


def test_a_good_file_beside_a_bad_one_is_still_taken(tmp_path: Path, clinic: Clinic) -> None:
    code, results = run(tmp_path, bundle(patient(), *PAIR), '{"resourceType"')
    assert code == 1
    assert [("error" in result) for result in results] == [False, True]
    assert Patient.objects.count() == 1


def test_ndjson_of_resources_is_read_as_one_document(tmp_path: Path, clinic: Clinic) -> None:
    lines = [patient(id="p1"), *({**one, "subject": {"reference": "Patient/p1"}} for one in PAIR)]
    person = only(run(tmp_path, "\n".join(json.dumps(line) for line in lines))[1])
    assert person["medicines_taken"] == 2
    assert "PAIR_CNS" in flags(person)


def test_the_same_file_twice_takes_each_order_once(tmp_path: Path, clinic: Clinic) -> None:
    run(tmp_path, bundle(patient(), *PAIR))
    person = only(run(tmp_path, bundle(patient(), *PAIR))[1])
    assert (person["medicines_taken"], person["already_there"]) == (0, 2)
    assert Prescription.objects.count() == 2
    assert InteractionFlag.objects.filter(code="PAIR_CNS").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "entered-in-error"}, "entered in error"),
        ({"status": "cancelled"}, "cancelled"),
        ({"intent": "proposal"}, "proposal"),
        ({"doNotPerform": True}, "not to give"),
    ],
)
def test_what_was_never_given_is_left_out_and_said(
    changes: dict[str, Any], said: str, tmp_path: Path, clinic: Clinic
) -> None:
    _, results = run(tmp_path, bundle(patient(), order("baclofen 10 mg", **changes)))
    assert said in results[0]["not_taken"][0]["text"]
    assert not Prescription.objects.exists()


def test_a_medicine_behind_a_reference_is_found(tmp_path: Path, clinic: Clinic) -> None:
    contained = order(
        "", medicationReference={"reference": "#m1"}, contained=[{"id": "m1", "code": {"text": "baclofen 10 mg"}}]
    )
    del contained["medicationCodeableConcept"]
    person = only(run(tmp_path, bundle(patient(), contained))[1])
    assert person["medicines_taken"] == 1
    assert Prescription.objects.get().ingredients == ["baclofen"]


def test_a_medicine_stopped_on_an_unknown_day_still_counts_as_in_the_body(tmp_path: Path, clinic: Clinic) -> None:
    stopped = order("amitriptyline 25 mg", status="stopped", dosageInstruction=dosage(25))
    person = only(run(tmp_path, bundle(patient(), PAIR[0], stopped))[1])
    assert "PAIR_CNS" in flags(person)
    assert any("not said when" in note["text"] for note in person["not_understood"])


def test_an_egfr_in_another_unit_is_said_and_not_taken(tmp_path: Path, clinic: Clinic) -> None:
    odd = egfr(38, valueQuantity={"value": 0.6, "code": "mL/s"})
    _, results = run(tmp_path, bundle(patient(), odd))
    assert Patient.objects.get().egfr is None
    assert "mL/s" in results[0]["not_taken"][0]["text"]


def test_the_newest_egfr_counts(tmp_path: Path, clinic: Clinic) -> None:
    run(tmp_path, bundle(patient(), egfr(61, on="2026-05-01"), egfr(44, on="2026-06-01"), egfr(70, on="2026-01-01")))
    assert Patient.objects.get().egfr == 44


def test_an_identifier_with_another_birth_date_is_refused(tmp_path: Path, clinic: Clinic) -> None:
    run(tmp_path, bundle(patient()))
    code, results = run(tmp_path, bundle(patient(birthDate="1950-01-01")))
    assert code == 1
    assert "birth date" in results[0]["error"]["text"]


def test_a_missing_file_and_an_unknown_clinic_are_one_sentence(tmp_path: Path, clinic: Clinic) -> None:
    with pytest.raises(SystemExit):
        call_command("import_fhir", str(tmp_path / "nowhere.json"), stdout=StringIO(), stderr=StringIO())
    with pytest.raises(CommandError, match="no clinic called"):
        call_command("import_fhir", "x.json", "--clinic", "Nowhere", stdout=StringIO())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    kind=st.sampled_from(["Patient", "MedicationRequest", "Condition", "Observation", "AllergyIntolerance"]),
    data=st.data(),
)
def test_a_resource_of_any_shape_is_read_or_refused_in_words(kind: str, data: st.DataObject) -> None:
    base = {"Patient": patient(), "MedicationRequest": PAIR[0], "Condition": condition("COPD"), "Observation": egfr(40)}
    template = base.get(kind, {"resourceType": kind, "subject": {"reference": PATIENT_URL}})
    field = data.draw(st.sampled_from(sorted(set(template) - {"resourceType"})))
    broken = {**template, field: data.draw(json_values)}
    refused: FaultError | None = None
    try:
        read_bundle(bundle(patient(), broken))
    except FaultError as fault:
        refused = fault
    assert refused is None or (refused.place and refused.text)
