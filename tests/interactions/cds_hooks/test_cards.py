"""What a card says: the items a reader needs to judge it, one card for each hazard, and no more."""

from typing import Any

import pytest

from interactions.checking.reasons import DISPLAYS, SYSTEM, reasons_for
from interactions.knowledge.loader import current_release
from tests.interactions.cds_hooks.builders import (
    AMITRIPTYLINE,
    BACLOFEN,
    BASE,
    METFORMIN,
    Json,
    ask,
    bundle,
    card,
    codes,
    condition,
    dosage,
    draft,
    egfr,
    order,
    person,
    request,
)

ON_BACLOFEN = {"medicationRequests": bundle(BACLOFEN)}


def test_the_pair_is_one_card_that_says_where_it_comes_from() -> None:
    given = ask(request(prefetch=ON_BACLOFEN))
    assert codes(given).count("PAIR_CNS") == 1
    pair = card(given, "PAIR_CNS")
    assert pair["summary"].startswith("Moderate: baclofen + amitriptyline")
    assert pair["source"]["topic"]["code"] == "PAIR_CNS"
    assert pair["links"][0]["url"] == f"{BASE}/knowledge/rules/R01/"
    assert given.release == current_release().version


def test_what_makes_it_worse_for_this_patient_is_said_with_its_evidence() -> None:
    record = {**ON_BACLOFEN, "patient": person(birthDate="1948-02-01"), "observations": bundle(egfr(38))}
    detail = card(ask(request(prefetch=record)), "PAIR_CNS")["detail"]
    assert "raises the risk: eGFR 38" in detail
    assert "(published study; S12)" in detail


@pytest.mark.parametrize(
    ("drafts", "record", "code", "indicator"),
    [
        ([AMITRIPTYLINE], [order("m", "phenelzine 15 mg")], "MAOI", "critical"),
        ([AMITRIPTYLINE], [BACLOFEN], "PAIR_CNS", "warning"),
        ([draft("t", "tramadol 50 mg")], [BACLOFEN, order("a", "amitriptyline 25 mg")], "OPIOID_STACK", "warning"),
        (
            [draft("g", "amitriptyline 4% topical gel")],
            [order("b", "baclofen 2% topical gel")],
            "LOCAL",
            "info",
        ),
        (
            [draft("b", "baclofen 10 mg intrathecal", dosageInstruction=dosage(10, route="72607000"))],
            [],
            "UNIT_ERROR",
            "warning",
        ),
    ],
)
def test_how_loud_a_card_is(drafts: list[Json], record: list[Json], code: str, indicator: str) -> None:
    given = ask(request("order-sign", *drafts, prefetch={"medicationRequests": bundle(*record)}))
    assert card(given, code)["indicator"] == indicator


def test_baclofen_that_ended_abruptly_is_red_and_offers_no_way_to_stop_anything() -> None:
    ended = order(
        "b", "baclofen 10 mg", status="stopped", authoredOn="2025-01-01",
        dosageInstruction=dosage(20, frequency=3, boundsPeriod={"start": "2025-01-01", "end": "2026-06-13"}),
    )  # fmt: skip
    given = ask(request("patient-view", prefetch={"medicationRequests": bundle(ended)}))
    found = card(given, "WITHDRAWAL")
    assert found["indicator"] == "critical"
    assert [action["type"] for each in found["suggestions"] for action in each["actions"]] == ["create"]
    restart = draft("again", "baclofen 10 mg", dosageInstruction=dosage(10, frequency=3))
    again = ask(request("order-sign", restart, prefetch={"medicationRequests": bundle(ended)}))
    assert not [each for each in actions(again) if each["type"] == "delete"]


def test_baclofen_that_ended_nobody_knows_when_is_not_red() -> None:
    ended = order("b", "baclofen 10 mg", status="stopped", authoredOn="2020-01-01")
    given = ask(request("patient-view", prefetch={"medicationRequests": bundle(ended)}))
    found = card(given, "WITHDRAWAL")
    assert found["indicator"] == "warning"
    assert "ended on an unknown day" in found["detail"]
    assert "not written" in card(given, "NOT_SENT")["detail"]


def test_a_medicine_that_is_washing_out_and_one_that_is_to_come_are_said_to_be() -> None:
    stopped = order(
        "m", "phenelzine 15 mg", status="stopped", authoredOn="2026-01-01",
        dosageInstruction=dosage(15, boundsPeriod={"start": "2026-01-01", "end": "2026-06-10"}),
    )  # fmt: skip
    found = card(ask(request(prefetch={"medicationRequests": bundle(stopped)})), "MAOI")
    assert "still in the body" in found["summary"]
    assert "until 24 June 2026" in found["detail"]
    later = draft("ami", "amitriptyline 25 mg", dosageInstruction=dosage(25, boundsPeriod={"start": "2026-07-01"}))
    found = card(ask(request("order-sign", later, prefetch=ON_BACLOFEN)), "PAIR_CNS")
    assert "coming" in found["summary"]
    assert "from 1 July 2026 on" in found["detail"]


def actions(given: Any) -> list[Json]:
    return [
        action for each in given.cards for suggestion in each.get("suggestions", ()) for action in suggestion["actions"]
    ]


def test_a_draft_may_be_taken_back_and_the_hazard_recorded() -> None:
    pair = card(ask(request(prefetch=ON_BACLOFEN)), "PAIR_CNS")
    assert pair["selectionBehavior"] == "at-most-one"
    back, record = pair["suggestions"]
    assert back["actions"][0]["resourceId"] == "MedicationRequest/ami"
    issue = record["actions"][0]["resource"]
    assert issue["patient"] == {"reference": "Patient/p1"}
    assert {each["reference"] for each in issue["implicated"]} == {"MedicationRequest/ami", "MedicationRequest/bac"}
    assert issue["severity"] == "moderate"
    assert issue["code"]["coding"][0]["code"] == "DRG"
    assert "isRecommended" not in back


@pytest.mark.parametrize(
    "offered",
    [
        {key: value for key, value in AMITRIPTYLINE.items() if key != "id"},
        {**AMITRIPTYLINE, "status": "active"},
    ],
)
def test_only_a_draft_with_an_id_may_be_taken_back(offered: Json) -> None:
    document = request("order-sign", AMITRIPTYLINE, prefetch=ON_BACLOFEN)
    document["context"]["draftOrders"] = bundle(offered)
    assert {each["type"] for each in actions(ask(document))} == {"create"}


def test_no_card_ever_stops_a_running_medicine_or_changes_a_dose() -> None:
    renewal = draft("again", "baclofen 20 mg", dosageInstruction=dosage(20, frequency=3))
    given = ask(request("order-sign", renewal, AMITRIPTYLINE, prefetch=ON_BACLOFEN))
    deleted = {each["resourceId"] for each in actions(given) if each["type"] == "delete"}
    assert deleted == {"MedicationRequest/ami"}
    assert not [each for each in actions(given) if each["type"] == "update"]
    assert all("systemActions" not in each for each in given.cards)


def test_the_reasons_to_go_on_are_coded_and_fit_the_finding() -> None:
    given = ask(request(prefetch=ON_BACLOFEN))
    for row, each in zip(given.served, given.cards, strict=True):
        if not row.rule or row.severity == "none":
            assert "overrideReasons" not in each
            continue
        assert [reason["code"] for reason in each["overrideReasons"]] == list(reasons_for(row.code))
        assert all(reason["system"] == SYSTEM for reason in each["overrideReasons"])
        assert all(reason["display"] == DISPLAYS[reason["code"]] for reason in each["overrideReasons"])


def test_an_order_that_changes_nothing_gets_no_card_about_what_stood_before() -> None:
    both = {"medicationRequests": bundle(BACLOFEN, order("a", "amitriptyline 25 mg"))}
    assert "PAIR_CNS" in codes(ask(request("patient-view", prefetch=both)))
    given = ask(request("order-sign", draft("x", "levothyroxine 50 micrograms"), prefetch=both))
    assert set(codes(given)) <= {"COULD_NOT_CHECK"}


def test_an_order_that_makes_an_old_hazard_worse_brings_it_up_again() -> None:
    both = {"medicationRequests": bundle(BACLOFEN, order("a", "amitriptyline 25 mg"))}
    given = ask(request("order-sign", draft("x", "morphine 10 mg"), prefetch=both))
    assert {"PAIR_CNS", "OPIOID_STACK"} <= set(codes(given))


def test_select_speaks_of_the_selected_order_and_sign_of_all() -> None:
    orders = [AMITRIPTYLINE, draft("t", "tramadol 50 mg")]
    selected = request("order-select", *orders, prefetch=ON_BACLOFEN)
    selected["context"]["selections"] = ["MedicationRequest/ami"]
    assert "OPIOID_STACK" not in codes(ask(selected))
    assert "PAIR_CNS" in codes(ask(selected))
    assert {"OPIOID_STACK", "PAIR_CNS"} <= set(codes(ask(request("order-sign", *orders, prefetch=ON_BACLOFEN))))


def test_orders_that_are_no_medicines_are_left_alone() -> None:
    diet = {"resourceType": "NutritionOrder", "id": "d", "status": "draft", "patient": {"reference": "Patient/p1"}}
    document = request("order-select", diet, prefetch=ON_BACLOFEN)
    document["context"]["selections"] = ["NutritionOrder/d"]
    assert ask(document).cards == ()


def test_a_revised_order_stands_in_for_the_one_on_record() -> None:
    running = {"medicationRequests": bundle(BACLOFEN, order("a", "amitriptyline 25 mg"))}
    cancelled = order("a", "amitriptyline 25 mg", status="cancelled")
    given = ask(request("order-sign", cancelled, prefetch=running))
    assert "PAIR_CNS" not in codes(given)
    revised = order("bac", "baclofen 10 MG Oral Tablet", dosageInstruction=dosage(20, frequency=3))
    assert "DUPLICATE" not in codes(ask(request("order-sign", revised, prefetch=running)))


def test_a_line_that_is_not_understood_is_named_and_never_no_interaction() -> None:
    given = ask(request("order-sign", draft("x", "Foozlemab 3 mg")))
    assert codes(given) == ["COULD_NOT_CHECK"]
    found = given.cards[0]
    assert found["indicator"] == "warning"
    assert "Foozlemab 3 mg" in found["summary"]
    assert "context.draftOrders.entry" in found["detail"]
    assert "does not mean no interaction" in found["detail"]


def test_a_name_with_two_meanings_and_codes_that_disagree_are_asked_about() -> None:
    torn = draft("x", "", medicationCodeableConcept={
        "coding": [
            {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "197391"},
            {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "856834"},
        ],
    })  # fmt: skip
    found = card(ask(request("order-sign", torn)), "COULD_NOT_CHECK")
    assert "amitriptyline or baclofen" in found["detail"]
    assert "name different medicines" in found["detail"]


def test_a_near_spelling_is_checked_and_must_be_confirmed() -> None:
    given = ask(request("order-sign", draft("x", "amitriptylin 25 mg"), prefetch=ON_BACLOFEN))
    assert "PAIR_CNS" in codes(given)
    given = ask(request("order-sign", draft("x", "amitryptaline 25 mg"), prefetch=ON_BACLOFEN))
    assert "please confirm" in card(given, "COULD_NOT_CHECK")["detail"]


def test_a_medication_that_was_not_sent_is_said_with_its_path() -> None:
    lost = draft("x", "")
    del lost["medicationCodeableConcept"]
    lost["medicationReference"] = {"reference": "Medication/404"}
    found = card(ask(request("order-sign", lost)), "COULD_NOT_CHECK")
    assert "context.draftOrders.entry&#91;0&#93;.resource.medicationReference" in found["detail"]
    held = {
        "medicationRequests": bundle({"resourceType": "Medication", "id": "404", "code": {"text": "amitriptyline"}})
    }
    held["medicationRequests"]["entry"].append({"resource": BACLOFEN})
    assert "PAIR_CNS" in codes(ask(request("order-sign", lost, prefetch=held)))


def test_what_was_unclear_about_a_dose_is_said() -> None:
    vague = draft("ami", "amitriptyline 25 MG Oral Tablet", dosageInstruction=[{"text": "as directed"}])
    said = card(ask(request("order-sign", vague, prefetch=ON_BACLOFEN)), "NOT_SENT")["detail"]
    assert "no amount is written" in said


def test_the_order_of_drafts_and_of_the_record_changes_nothing() -> None:
    drafts = [
        AMITRIPTYLINE, draft("t", "tramadol 50 mg"), draft("z", "zopiclone 7.5 mg"), draft("q", "Foozlemab"),
        draft("p", "amitriptylin 10 mg"), draft("s", "sertraline 50 mg"),
    ]  # fmt: skip
    held = [BACLOFEN, METFORMIN, order("g", "gabapentin 300 mg"), order("w", "Weirdol")]
    first = comparable(ask(request("order-sign", *drafts, prefetch={"medicationRequests": bundle(*held)})))
    for turn in range(1, 6):
        turned, moved = [*drafts[turn:], *drafts[:turn]], [*held[turn:], *held[:turn]]
        again = ask(request("order-sign", *reversed(turned), prefetch={"medicationRequests": bundle(*moved)}))
        assert comparable(again) == first


def comparable(given: Any) -> list[tuple[str, str, str]]:
    """Cards without their uuids, and without the places in the request."""
    return [
        (each["summary"], each["indicator"], str([s["label"] for s in each.get("suggestions", ())]))
        for each in given.cards
    ]


def test_the_same_request_gets_the_same_cards() -> None:
    document = request(prefetch={**ON_BACLOFEN, "conditions": bundle(condition("COPD"))})
    assert ask(document).cards == ask(document).cards


def test_a_filter_asked_for_by_an_extension_is_not_applied() -> None:
    plain = ask(request(prefetch=ON_BACLOFEN))
    asked = request(prefetch=ON_BACLOFEN, extension={"pddi-configuration-items": {"filter-out-repeated-alerts": True}})
    assert ask(asked).cards == plain.cards
