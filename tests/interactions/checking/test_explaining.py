"""What stands behind a card: mechanisms, grades of others on their own scales, and how to find out what is unknown."""

import json
from typing import Any

import pytest

from interactions.checking import PatientContext, check_regimen
from interactions.checking.explaining import explanation_of, unknowns_named
from interactions.checking.hazards import by_hazard, hazard_of
from interactions.knowledge.codes import FINDING_CODES
from interactions.knowledge.loader import current_release, load_release
from tests.interactions.checking.cases import ON, amitriptyline, baclofen, screen, take


def card(code: str, *lines: Any, **facts: Any) -> dict[str, Any]:
    told: list[dict[str, Any]] = screen(*lines, **facts).as_dict()["findings"]  # type: ignore[assignment]
    return next(each for each in told if each["code"] == code)


def test_the_pair_says_why_it_harms_and_how_sure_that_is() -> None:
    said = card("PAIR_CNS", baclofen(), amitriptyline())["mechanisms"]
    assert {each["id"] for each in said} >= {"M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8"}
    assert all(each["text"] and each["evidence"] for each in said)


def test_sources_that_disagree_stand_side_by_side_each_on_its_own_scale() -> None:
    opinions = card("PAIR_CNS", baclofen(), amitriptyline())["opinions"]
    grades = {each["publisher"]: (each["grade"], each["verified"]) for each in opinions}
    assert grades["hellopharmacist.com"] == ("minor", True)
    assert any(grade != "minor" for grade, _ in grades.values())
    assert any(not verified for _, verified in grades.values())
    assert all(each["scale"] for each in opinions)


def test_each_unknown_says_how_to_find_out() -> None:
    screening = check_regimen([baclofen(), amitriptyline()], PatientContext(), ON)
    told: list[dict[str, Any]] = screening.as_dict()["findings"]  # type: ignore[assignment]
    for finding in told:
        assert [each["fact"] for each in finding["unknown_how"]] == finding["unknown"]
        assert all(each["find_out"] for each in finding["unknown_how"])


def test_an_older_release_explains_by_its_own_words() -> None:
    old = load_release("2026.11")
    screening = check_regimen([baclofen(), amitriptyline()], PatientContext(), ON, release=old)
    first: dict[str, Any] = screening.as_dict()["findings"][0]  # type: ignore[index]
    assert first["mechanisms"] == []
    assert first["unknown_how"][0] == {"fact": "egfr", "name": "egfr", "find_out": ""}


def test_a_rule_or_fact_that_is_strange_is_no_fault() -> None:
    assert explanation_of("R99").as_dict() == {"mechanisms": [], "opinions": []}
    assert [each.name for each in unknowns_named(["left_leg"])] == ["left leg"]


def test_the_same_regimen_is_told_in_the_same_words() -> None:
    lines = (baclofen(), amitriptyline(), take("morphine"), take("gabapentin"), take("sertraline"))
    once = json.dumps(screen(*lines, age=70).as_dict())
    assert once == json.dumps(screen(*reversed(lines), age=70).as_dict())


def test_every_code_belongs_to_one_hazard() -> None:
    assert {hazard_of(code) for code in ("PAIR_CNS", "OPIOID_STACK", "CNS_STACK", "ALCOHOL")} == {"sedation"}
    assert all(hazard_of(code) for code in FINDING_CODES)
    assert hazard_of("RENAL") == "renal"


def test_ten_medicines_are_told_as_a_few_hazards_with_nothing_lost() -> None:
    partners = ("gabapentin", "tramadol", "sertraline", "lisinopril", "amlodipine", "oxybutynin", "furosemide")
    findings = screen(baclofen(), amitriptyline(), *map(take, partners), age=72, egfr=48).findings
    groups = by_hazard(findings, lambda finding: finding.code)
    assert [finding for group in groups for finding in group if finding.code == "OPIOID_STACK"]
    assert sum(map(len, groups)) == len(findings)
    sedating = next(group for group in groups if hazard_of(group[0].code) == "sedation")
    assert {finding.code for finding in sedating} == {"PAIR_CNS", "OPIOID_STACK", "CNS_STACK"}


@pytest.mark.parametrize("rule", sorted(current_release().rules))
def test_no_rule_makes_two_cards_for_one_day_and_one_set_of_medicines(rule: str) -> None:
    lines = (baclofen(), amitriptyline(), *map(take, ("morphine", "diazepam", "zolpidem", "pregabalin", "quetiapine")))
    findings = [each for each in screen(*lines, age=80, egfr=20).findings if each.rule == rule]
    assert len({each.participants for each in findings}) == len(findings)
