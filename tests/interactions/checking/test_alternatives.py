"""Alternatives are laid side by side with their own hazards, and none of them is praised."""

import re
from decimal import Decimal

import pytest

from interactions.checking import PatientContext
from interactions.checking.alternatives import Weighed, alternative_with, alternatives_to, weigh
from interactions.knowledge.loader import current_release
from tests.interactions.checking.cases import patient

NAMED_FOR_BACLOFEN = {"tizanidine", "dantrolene", "diazepam", "gabapentin", "pregabalin", "non_drug"}


def weighed(key: str, present: set[str], context: PatientContext) -> tuple[Weighed, ...]:
    return weigh(current_release().alternatives[key], present, context)


def here(key: str, word: str, present: set[str], context: PatientContext) -> tuple[str, ...]:
    (found,) = [each for each in weighed(key, present, context) if word in each.caution.text]
    return found.here


def test_baclofen_has_those_that_the_article_names() -> None:
    assert {each.id for each in alternatives_to(["baclofen"])} == NAMED_FOR_BACLOFEN
    assert {each.id for each in alternatives_to(["amitriptyline"])} == {
        "gabapentin", "pregabalin", "nortriptyline", "duloxetine", "non_drug",
    }  # fmt: skip
    assert alternatives_to(["paracetamol"]) == ()


def test_an_ingredient_finds_its_own_record() -> None:
    found = alternative_with("tizanidine")
    assert found is not None
    assert found.id == "tizanidine"
    assert alternative_with("baclofen") is None


def test_a_hazard_that_applies_here_comes_first_and_says_why() -> None:
    first = weighed("tizanidine", {"baclofen", "fluvoxamine"}, patient(age=50))[0]

    assert first.here == ("also takes fluvoxamine",)
    assert "CYP1A2" in first.caution.text
    assert here("tizanidine", "CYP1A2", {"sertraline"}, patient()) == ()


@pytest.mark.parametrize(
    ("key", "word", "context", "said"),
    [
        ("gabapentin", "kidneys", patient(egfr=48), "eGFR 48 mL/min/1.73 m²"),
        ("dantrolene", "liver", patient(conditions=["hepatic"]), "liver disease"),
        ("pregabalin", "slow breathing", patient(age=78), "aged 78"),
    ],
)
def test_the_patients_own_facts_are_named(key: str, word: str, context: PatientContext, said: str) -> None:
    assert said in here(key, word, set(), context)


def test_what_is_not_known_is_named_and_never_taken_for_no() -> None:
    unknown = PatientContext()
    found = {name for each in weighed("gabapentin", set(), unknown) for name in each.unknown}

    assert found == {"age", "conditions", "egfr"}
    assert all(not each.here for each in weighed("gabapentin", set(), unknown))
    assert here("gabapentin", "kidneys", set(), PatientContext(egfr=Decimal(59))) != ()


def test_a_medicine_is_not_a_hazard_beside_itself() -> None:
    found = [each.here for each in weighed("duloxetine", {"duloxetine", "amitriptyline"}, patient()) if each.here]
    assert found == [("also takes amitriptyline",)]


def test_no_alternative_is_praised_or_advised() -> None:
    for alternative in current_release().alternatives.values():
        for caution in alternative.cautions:
            assert re.search(r"safe|recommend|prefer|better|should", caution.text, re.IGNORECASE) is None
            assert caution.sources or caution.evidence in {"gk", "judgement"}
