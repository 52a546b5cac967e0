"""Present, null, absent, paged and broken prefetch are five different things."""

from typing import Any

import pytest

from interactions.cds_hooks.requests import read_request
from interactions.cds_hooks.subject import subject_of
from tests.interactions.cds_hooks.builders import (
    ALL_KNOWN,
    BACLOFEN,
    METFORMIN,
    TODAY,
    Json,
    ask,
    bundle,
    card,
    codes,
    condition,
    dosage,
    draft,
    egfr,
    faults,
    order,
    person,
    request,
    statement,
)

NEXT = [{"relation": "self", "url": "https://x/MedicationRequest?a"}, {"relation": "next", "url": "https://x/?page=2"}]
BROKEN = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "timeout", "diagnostics": "slow"}],
}


def view(**prefetch: Any) -> Json:
    return request("patient-view", prefetch=prefetch)


def without(document: Json, *keys: str) -> Json:
    return {**document, "prefetch": {key: value for key, value in document["prefetch"].items() if key not in keys}}


def test_nothing_to_say_and_everything_read_is_no_card() -> None:
    assert ask(view()).cards == ()
    assert ask(view(medicationRequests=bundle())).cards == ()


def test_absent_medicines_are_a_failed_precondition_that_says_what_is_needed() -> None:
    status, found = faults(without(view(), "medicationRequests", "medicationStatements"))
    assert status == 412
    assert "FHIR server" in found["prefetch.medicationRequests"]
    document = view()
    del document["prefetch"]
    assert faults(document)[0] == 412
    assert faults({**document, "fhirServer": "https://ehr.example/r4"})[0] == 412


def test_null_is_the_records_word_that_there_is_none() -> None:
    assert ask(view(medicationRequests=None)).cards == ()
    assert ask(without(view(medicationRequests=None), "medicationStatements")).cards == ()


def test_medicines_that_came_as_an_error_are_not_there_and_the_error_is_told() -> None:
    status, found = faults(without(view(medicationRequests=BROKEN), "medicationStatements"))
    assert status == 412
    assert "slow" in found["prefetch.medicationRequests"] or len(found) == 1
    said = card(
        ask(view(medicationRequests=BROKEN, medicationStatements=bundle(statement("s", "baclofen")))), "NOT_SENT"
    )
    assert said["indicator"] == "warning"
    assert "slow" in said["detail"]


@pytest.mark.parametrize(
    "page", [bundle(METFORMIN, link=NEXT), bundle(METFORMIN, total=7), bundle(METFORMIN, {**BROKEN, "id": "o"})]
)
def test_a_page_is_never_taken_for_the_whole_list(page: Json) -> None:
    given = ask(view(medicationRequests=page))
    said = card(given, "NOT_SENT")
    assert said["indicator"] == "warning"
    assert "incomplete" in said["summary"]
    assert "prefetch.medicationRequests" in said["detail"]


def test_of_two_answers_about_one_kind_the_less_certain_counts() -> None:
    pages = {"medicationRequests": bundle(METFORMIN), "more": bundle(BACLOFEN, link=NEXT)}
    for record in (pages, dict(reversed(pages.items()))):
        assert "incomplete" in card(ask(view(**record)), "NOT_SENT")["summary"]


@pytest.mark.parametrize(
    ("conditions", "known"),
    [(None, True), (bundle(), True), (bundle(condition("COPD")), True), (bundle(link=NEXT), False), (BROKEN, False)],
)
def test_only_a_whole_list_of_conditions_is_known(conditions: Any, known: bool) -> None:
    read = read_request(view(conditions=conditions), service_id="evenkeel-patient-view")
    assert subject_of(read.prefetch, TODAY).context.conditions_known is known


def test_a_result_that_was_not_final_is_no_news_beside_a_newer_one_that_is() -> None:
    record = {
        "medicationRequests": bundle(BACLOFEN),
        "observations": bundle(egfr(90, on="2026-06-01"), egfr(20, on="2026-05-01", status="preliminary")),
    }
    assert "NOT_SENT" not in codes(ask(request(prefetch=record)))


def test_a_draft_beside_a_statement_of_the_same_medicine_is_a_second_supply() -> None:
    record = {"medicationStatements": bundle(statement("s", "baclofen 10 mg"))}
    given = ask(request("order-sign", draft("b", "baclofen 10 mg", dosageInstruction=dosage(20)), prefetch=record))
    assert "DUPLICATE" in codes(given)


def test_what_was_included_besides_is_not_counted_among_the_matches() -> None:
    page = bundle(METFORMIN, {"resourceType": "Medication", "id": "m"}, total=2)
    page["entry"][1]["search"] = {"mode": "include"}
    assert "1 of 2 were sent" in card(ask(view(medicationRequests=page)), "NOT_SENT")["detail"]
    assert ask(view(medicationRequests={**page, "total": 1})).cards == ()


def test_a_finding_from_a_page_says_that_more_may_be_wrong() -> None:
    page = bundle(BACLOFEN, link=NEXT)
    assert "incomplete" in card(ask(request(prefetch={"medicationRequests": page})), "PAIR_CNS")["detail"]
    assert (
        "incomplete" not in card(ask(request(prefetch={"medicationRequests": bundle(BACLOFEN)})), "PAIR_CNS")["detail"]
    )


def test_a_page_of_conditions_is_not_all_conditions() -> None:
    page = bundle(condition("hypertension"), link=NEXT)
    given = ask(request(prefetch={"medicationRequests": bundle(BACLOFEN), "conditions": page}))
    assert "prefetch.conditions" in card(given, "NOT_SENT")["detail"]


@pytest.mark.parametrize(
    ("key", "words"),
    [("conditions", "Conditions were not sent"), ("observations", "eGFR"), ("patient", "age and sex were not sent")],
)
def test_what_was_not_sent_is_unknown_and_said_where_it_matters(key: str, words: str) -> None:
    given = ask(without(request(prefetch={"medicationRequests": bundle(BACLOFEN)}), key))
    assert words in card(given, "NOT_SENT")["detail"]
    assert ask(without(view(medicationRequests=bundle(METFORMIN)), key)).cards == () or codes(
        ask(without(view(medicationRequests=bundle(METFORMIN)), key))
    ) == ["COULD_NOT_CHECK"]


def test_an_unknown_kidney_never_makes_a_warning_milder() -> None:
    known = card(ask(request(prefetch={"medicationRequests": bundle(BACLOFEN)})), "PAIR_CNS")
    unknown = card(ask(without(request(prefetch={"medicationRequests": bundle(BACLOFEN)}), "observations")), "PAIR_CNS")
    order_of = ("info", "warning", "critical")
    assert order_of.index(unknown["indicator"]) >= order_of.index(known["indicator"])
    assert "Not known here" in unknown["detail"]


def test_kidneys_age_and_conditions_come_from_the_record() -> None:
    record = {
        "medicationRequests": bundle(BACLOFEN),
        "patient": person(birthDate="1948"),
        "observations": bundle(egfr(38), egfr(90, on="2020-01-01"), egfr(12, status="preliminary", on="2026-06-01")),
        "conditions": bundle(condition("COPD")),
    }
    given = ask(request(prefetch=record))
    said = card(given, "PAIR_CNS")
    assert said["summary"].startswith("Major")
    assert "eGFR 38" in said["detail"]
    assert "preliminary" in card(given, "NOT_SENT")["detail"]
    assert "1948" in card(given, "NOT_SENT")["detail"]


def test_a_result_that_is_old_or_only_a_limit_is_used_and_said() -> None:
    old = egfr(40, on="2020-01-01")
    limit = egfr(0, valueQuantity={"value": 60, "unit": "mL/min/{1.73_m2}", "comparator": ">"})
    for result, words in ((old, "more than a year old"), (limit, "only as above a limit")):
        given = ask(request(prefetch={"medicationRequests": bundle(BACLOFEN), "observations": bundle(result)}))
        assert words in card(given, "NOT_SENT")["detail"]


def test_a_death_on_record_is_said() -> None:
    record = {"medicationRequests": bundle(BACLOFEN), "patient": person(deceasedBoolean=True)}
    assert "has died" in card(ask(request(prefetch=record)), "NOT_SENT")["detail"]


def test_the_names_of_pddi_cds_are_understood_and_any_other_by_what_it_holds() -> None:
    record = {"item1": bundle(person()), "item2": bundle(BACLOFEN), "item6": bundle(egfr(90)), "conds": bundle()}
    document = {**request(), "prefetch": record}
    assert "PAIR_CNS" in codes(ask(document))
    document["prefetch"] = {"meds": bundle(BACLOFEN)}
    assert "PAIR_CNS" in codes(ask(document))
    empty = bundle(link=[{"relation": "self", "url": "https://ehr.example/r4/MedicationRequest?patient=p1"}])
    document["prefetch"] = {"meds": empty}
    assert "PAIR_CNS" not in codes(ask(document))
    document["prefetch"] = {"meds": bundle()}
    assert faults(document)[0] == 412


def test_cancelled_and_planned_lines_do_not_count_and_are_listed_where_there_is_a_card() -> None:
    record = {"medicationRequests": bundle(BACLOFEN, order("z", "zopiclone 7.5 mg", status="cancelled"))}
    document = without(request(prefetch=record), "conditions")
    assert "“zopiclone 7.5 mg”: not counted, cancelled" in card(ask(document), "NOT_SENT")["detail"]
    assert "zopiclone" not in card(ask(document), "PAIR_CNS")["detail"]


def test_one_medicine_in_two_lists_is_no_duplicate() -> None:
    record = {"medicationRequests": bundle(BACLOFEN), "medicationStatements": bundle(statement("s", "baclofen 10 mg"))}
    assert "DUPLICATE" not in codes(ask(request(prefetch=record)))
    twice = {"medicationRequests": bundle(BACLOFEN, {**BACLOFEN, "id": "bac2"})}
    assert "DUPLICATE" in codes(ask(view(**twice)))


def test_a_known_record_is_what_the_tests_lay_their_changes_over() -> None:
    assert set(ALL_KNOWN) == {"patient", "medicationRequests", "medicationStatements", "conditions", "observations"}
