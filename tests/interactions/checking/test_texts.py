"""What cards say: plain words for patients, evidence and sources for clinicians, nothing that must not be said."""

import re

import pytest

from interactions.knowledge.loader import current_release
from interactions.knowledge.release import RuleText
from tests.reading import grade, sentences

RULES = current_release().rules.values()
FACTORS = current_release().factors.values()
WEAK = {"S14", "S58"}
NEVER = re.compile(
    r"\b(stop taking|stop your|stop the|stop it|skip a dose|take less|take more|lower your dose|raise your dose"
    r"|reduce your dose|cut your dose|halve|double your dose)\b",
    re.IGNORECASE,
)

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def told(rule: RuleText) -> tuple[str, ...]:
    return (rule.patient_title, *rule.patient_advice)


@each_rule
def test_patients_are_told_in_plain_words(rule: RuleText) -> None:
    advice = " ".join(rule.patient_advice)
    assert rule.patient_advice
    assert grade(advice) <= 6
    assert all(len(words) <= 20 for line in told(rule) for words in sentences(line))


@each_rule
def test_patients_are_never_told_to_change_a_dose_nor_an_overdose_amount(rule: RuleText) -> None:
    for line in told(rule):
        assert not NEVER.search(line), line
        assert not re.search(r"\d", line), line
        assert not re.search(r"\b(mg|milligrams?|micrograms?)\b", line), line


@each_rule
def test_patients_are_spoken_to(rule: RuleText) -> None:
    assert re.search(r"\b(you|your|yours|us|we)\b", " ".join(rule.patient_advice), re.IGNORECASE)


@each_rule
def test_clinicians_see_what_it_rests_on(rule: RuleText) -> None:
    assert rule.effects
    assert rule.management
    assert set(rule.sources) - WEAK
    assert set(rule.sources) <= current_release().sources.keys()


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.id)
def test_factors_rest_on_something(factor: object) -> None:
    assert set(factor.sources) - WEAK  # type: ignore[attr-defined]


@each_rule
def test_no_text_claims_what_is_not_supported(rule: RuleText) -> None:
    for line in (*rule.effects, *rule.management):
        said = line.lower()
        assert "multiply" not in said
        assert "synerg" not in said
        assert not re.search(r"baclofen[^.]*\b(serotonin|prolongs|qt)\b", said) or "either way" in said, line


def test_the_pair_names_weak_muscles_and_the_loss_of_standing() -> None:
    said = " ".join(current_release().rules["R01"].effects)
    assert "Muscle tone" in said
    assert "stand" in said
    assert "additive" in said


def test_sources_named_inside_a_text_are_listed_in_the_release() -> None:
    known = current_release().sources
    for rule in RULES:
        cited = set(re.findall(r"\bS\d\d\b", " ".join((*rule.effects, *rule.management))))
        assert cited <= known.keys()
