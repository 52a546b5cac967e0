"""The compiled tables ask fewer rules and look up instead of searching: what they find must not differ."""

from datetime import date

import pytest
from hypothesis import given

from interactions.checking import Exposure, PatientContext
from interactions.checking.check import check_regimen
from interactions.checking.findings import Finding
from interactions.checking.index import index_of
from interactions.checking.regimen import Regimen, in_order, regimen_on
from interactions.checking.rules import PRESENT_RULES, TODAY_RULES
from interactions.knowledge.loader import current_release
from tests.interactions.checking.cases import ON, amitriptyline, baclofen, patient, take
from tests.interactions.checking.test_properties import patients, regimens

RELEASE = current_release()
INDEX = index_of(RELEASE)


def ungated(regimen: Regimen) -> list[Finding]:
    """What every rule says, whether or not the gates would have asked it."""
    return [finding for each in (*PRESENT_RULES, *TODAY_RULES) for finding in each.rule(regimen)]


@given(regimens, patients)
def test_a_rule_that_is_not_asked_had_nothing_to_say(regimen: list[Exposure], person: PatientContext) -> None:
    found = [each.as_dict() for each in check_regimen(regimen, person, ON).findings if each.state != "upcoming"]
    lines = tuple(sorted(regimen, key=lambda each: (each.ingredient, each.start or date.min)))
    plain = [each.as_dict() for each in ungated(regimen_on(ON, lines, person, INDEX)) if each.state != "upcoming"]
    assert {(each["rule"], str(each["participants"]), each["severity"]) for each in plain} == {
        (each["rule"], str(each["participants"]), each["severity"]) for each in found
    }


@given(regimens, patients)
def test_masks_say_what_the_sets_say(regimen: list[Exposure], person: PatientContext) -> None:
    today = regimen_on(ON, tuple(regimen), person, INDEX)
    for name, keys in INDEX.groups.items():
        assert set(today.among(name)) == today.systemic & keys
        assert today.holds(name) is not today.systemic.isdisjoint(keys)
        assert today.among(name) == in_order(today.systemic & keys, INDEX)


def test_every_substance_has_a_bit_of_its_own_and_baclofen_comes_first() -> None:
    assert len(set(INDEX.bits.values())) == len(RELEASE.substances)
    assert in_order(["zolpidem", "imipramine", "amitriptyline", "morphine", "baclofen"], INDEX) == (
        "baclofen",
        "amitriptyline",
        "imipramine",
        "morphine",
        "zolpidem",
    )


def test_a_group_nobody_carries_is_empty() -> None:
    today = regimen_on(ON, (baclofen(), amitriptyline()), patient(), INDEX)
    assert (today.among("homeopathic"), today.holds("homeopathic")) == ((), False)
    assert INDEX.group("homeopathic") == frozenset()


@pytest.mark.parametrize("remembered", ["_keys", "_names", "_sides"])
def test_what_is_remembered_stays_within_bounds(remembered: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interactions.checking.index._MOST_REMEMBERED", 3)
    getattr(INDEX, remembered).clear()
    for other in ("morphine", "codeine", "diazepam", "zolpidem", "pregabalin", "tizanidine"):
        check_regimen([baclofen(), amitriptyline(), take(other)], patient(), ON)
        INDEX.names(("baclofen", other))
    assert len(getattr(INDEX, remembered)) <= 3
