"""What a release says about its rules is held against the rules: words beside code must not drift from it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.checking import (
    AlcoholUse,
    CheckInSummary,
    ClinicalEvent,
    Exposure,
    Level,
    PatientContext,
    Route,
    check_regimen,
    rules,
)
from interactions.checking.rules import LINE_RULE_IDS, PRESENT_RULES, TODAY_RULES
from interactions.knowledge.asked import ADDED, FACTOR_WORDS, RULE_NUMBERS
from interactions.knowledge.loader import current_release, load_release, versions
from interactions.knowledge.release import version_key
from interactions.medicines import Dose
from tests.interactions.checking.cases import ON

RELEASE = current_release()
SUBSTANCES = sorted(RELEASE.substances)
CONDITIONS = sorted(RELEASE.conditions)
HEALTH_STATES = frozenset({"pregnancy", "breastfeeding", "pregnancy_planned", "suicidal_ideation", "dementia"})
each_version = pytest.mark.parametrize("version", versions())


@st.composite
def exposures(draw: Any) -> Exposure:
    begun = ON - timedelta(days=draw(st.integers(0, 200)))
    ended = draw(st.sampled_from([None, None, ON - timedelta(days=draw(st.integers(0, 20)))]))
    amount = draw(st.sampled_from([None, 5, 10, 25, 40]))
    return Exposure(
        ingredient=draw(
            st.one_of(st.sampled_from(["baclofen", "amitriptyline", "nortriptyline"]), st.sampled_from(SUBSTANCES))
        ),
        route=draw(st.sampled_from([Route.ORAL, Route.ORAL, Route.ORAL, Route.TOPICAL, Route.INTRATHECAL])),
        dose=None if amount is None else Dose((Decimal(amount),) * 2, "mg"),
        start=begun if ended is None else min(begun, ended),
        end=ended,
    )


regimens = st.lists(exposures(), min_size=1, max_size=6)
check_ins = st.builds(
    CheckInSummary,
    level=st.sampled_from(list(Level)),
    warnings=st.integers(0, 3),
    signs=st.frozensets(st.sampled_from(["sedative", "fall", "self_harm", "ran_out", "alcohol"])),
)
patients = st.builds(
    PatientContext,
    age=st.one_of(st.none(), st.integers(2, 95)),
    egfr=st.one_of(st.none(), st.sampled_from([Decimal(20), Decimal(45), Decimal(95)])),
    conditions=st.frozensets(st.sampled_from(CONDITIONS), max_size=4),
    conditions_known=st.booleans(),
    alcohol=st.one_of(st.none(), st.sampled_from(list(AlcoholUse))),
    qtc_ms=st.one_of(st.none(), st.integers(400, 520)),
    check_in=st.one_of(st.none(), check_ins),
    events=st.sampled_from([(), (ClinicalEvent("pump_alarm", ON),), (ClinicalEvent("fall", ON),)]),
)


def said(regimen: list[Exposure], context: PatientContext) -> dict[str, list[object]]:
    """What each rule says, by its id."""
    found: dict[str, list[object]] = {}
    for finding in check_regimen(regimen, context, ON).findings:
        found.setdefault(finding.rule, []).append(finding.as_dict())
    return found


def not_using(kind: str) -> set[str]:
    """Rules that state not to look at this kind of data."""
    return {
        rule
        for rule in RELEASE.rules
        if not RELEASE.attributes_of(rule).uses[kind].used  # type: ignore[union-attr, index]
    }


ALARMING = CheckInSummary(level=Level.EMERGENCY, warnings=3, signs=frozenset({"ran_out", "alcohol", "fall"}))
Change = Callable[[PatientContext], PatientContext]
OTHERWISE: dict[str, list[Change]] = {
    "sex": [lambda context: replace(context, sex="F"), lambda context: replace(context, sex="M")],
    "date_of_birth": [
        lambda context: replace(context, age=None),
        lambda context: replace(context, age=4),
        lambda context: replace(context, age=40),
        lambda context: replace(context, age=80),
    ],
    "health_status": [
        lambda context: replace(context, check_in=None),
        lambda context: replace(context, check_in=ALARMING),
        lambda context: replace(context, conditions=context.conditions - HEALTH_STATES),
        lambda context: replace(context, conditions=context.conditions | HEALTH_STATES),
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(OTHERWISE))
@given(data=st.data())
def test_data_that_is_said_not_to_be_used_changes_nothing(kind: str, data: Any) -> None:
    regimen, context = data.draw(regimens), data.draw(patients)
    before = said(regimen, context)
    for change in OTHERWISE[kind]:
        after = said(regimen, change(context))
        for rule in not_using(kind):
            assert before.get(rule) == after.get(rule), rule


def test_only_what_a_patient_context_holds_can_be_used() -> None:
    """The other kinds are not recorded at all, so that no rule can look at them."""
    held = set(PatientContext.__dataclass_fields__)
    never = {"race", "ethnicity", "language", "sexual_orientation", "gender_identity", "social_determinants"}
    assert not never & held
    assert all(not_using(kind) == set(RELEASE.rules) for kind in never)


@given(regimens, patients)
def test_cards_hold_only_the_factors_and_unknowns_their_rule_names(
    regimen: list[Exposure], context: PatientContext
) -> None:
    for finding in check_regimen(regimen, context, ON).findings:
        firing = RELEASE.firing[finding.rule]
        assert {factor.factor for factor in finding.factors} <= set(firing.factors), finding.rule
        assert set(finding.unknown) <= set(firing.unknowns), finding.rule


def test_every_rule_says_when_it_fires_and_whence_it_comes() -> None:
    assert RELEASE.firing.keys() == RELEASE.rules.keys()
    for rule in RELEASE.rules:
        stated = RELEASE.attributes_of(rule)
        assert stated is not None
        assert stated.developer
        assert stated.funding
        assert len(stated.uses) == 9
        assert all(use.how for use in stated.uses.values())


def test_code_and_texts_know_the_same_rules() -> None:
    decided = {rule for each in (*PRESENT_RULES, *TODAY_RULES) for rule in each.ids} | set(LINE_RULE_IDS)
    assert decided == set(RULE_NUMBERS)


def test_what_was_added_names_what_exists() -> None:
    for name, version in ADDED.items():
        rule, _, number = name.partition(".")
        assert rule in RULE_NUMBERS or rule in FACTOR_WORDS
        assert not number or number in RULE_NUMBERS.get(rule, ())
        assert version in versions()


@each_version
@given(regimen=regimens, context=patients)
def test_every_release_at_hand_can_be_put_in_force(
    version: str, regimen: list[Exposure], context: PatientContext
) -> None:
    release = load_release(version)
    found = check_regimen(regimen, context, ON, release=release)
    assert found.release == version
    assert {finding.rule for finding in found.findings} <= release.rules.keys()
    assert found.as_dict()


def test_versions_follow_the_one_before() -> None:
    for before, version in zip(versions(), versions()[1:], strict=False):
        release = load_release(version)
        assert release.follows == before
        assert release.published >= load_release(before).published
        assert version_key(before) < version_key(version)


class TestTheDisagreementAboutThePair:
    def test_eight_mechanisms(self) -> None:
        assert [each.id for each in RELEASE.mechanisms_of("R01")] == [f"M{number}" for number in range(1, 9)]

    def test_a_grade_that_was_not_read_is_marked(self) -> None:
        for opinion in RELEASE.opinions.values():
            assert opinion.verified == bool(opinion.sources), opinion.id

    def test_public_references_disagree(self) -> None:
        grades = {each.grade for each in RELEASE.opinions_of("R01")}
        assert {"minor", "moderate", None} <= grades

    def test_claims_without_support_name_baclofen_as_no_cause(self) -> None:
        verdicts = " ".join(each.verdict for each in RELEASE.not_supported_of("R01"))
        for words in ("does not act on serotonin", "No evidence either way", "scales disagree", "None is expected"):
            assert words in verdicts

    def test_every_unknown_a_card_may_name_can_be_found_out(self) -> None:
        for unknown in RELEASE.unknowns.values():
            assert unknown.find_out.endswith(".")


def test_every_factor_that_code_asks_for_is_one_a_release_must_hold() -> None:
    folder = Path(rules.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    asked = set(re.findall(r'\bfactor\(\s*regimen,\s*"(\w+)"', source))
    assert len(asked) > 40
    assert asked <= FACTOR_WORDS.keys()
