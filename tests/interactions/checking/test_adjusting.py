"""A clinic's own severities: what moves, what does not, and what the patient's own risks do on top."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.checking import (
    Adjustment,
    AlcoholUse,
    CheckInSummary,
    Exposure,
    Level,
    PatientContext,
    Screening,
    Severity,
    adjustable_severities,
    check_regimen,
)
from interactions.knowledge.loader import current_release
from tests.interactions.checking.cases import ON, amitriptyline, baclofen, day, gel, only, patient, take
from tests.interactions.checking.test_properties import patients, regimens

SINCE = date(2026, 5, 4)
PAIR = (baclofen(), amitriptyline())


def wish(rule: str, severity: str) -> dict[str, Adjustment]:
    return {rule: Adjustment(rule=rule, severity=Severity(severity), reason="our falls clinic", since=SINCE)}


def screen(*exposures: Exposure, wishes: dict[str, Adjustment], **facts: Any) -> Screening:
    return check_regimen(exposures, patient(**facts), ON, adjustments=wishes)


def test_the_severity_is_the_clinics_and_the_card_says_so() -> None:
    found = screen(*PAIR, wishes=wish("R01", "major"))
    card = only(found, "PAIR_CNS")

    assert (card.severity, card.base_severity, found.overall) == ("major", "major", "major")
    assert card.as_dict()["adjusted"] == {
        "from": "moderate",
        "to": "major",
        "reason": "our falls clinic",
        "since": "2026-05-04",
    }


def test_a_card_that_no_clinic_moved_says_nothing_of_it() -> None:
    assert "adjusted" not in only(screen(*PAIR, wishes=wish("R03", "moderate")), "PAIR_CNS").as_dict()


@pytest.mark.parametrize(
    ("to", "without_risk", "with_an_opioid"),
    [
        ("minor", "minor", "moderate"),
        ("major", "major", "contraindicated"),
        ("contraindicated", "contraindicated", "contraindicated"),
    ],
)
def test_what_the_patient_adds_stays_on_top(to: str, without_risk: str, with_an_opioid: str) -> None:
    assert only(screen(*PAIR, wishes=wish("R01", to)), "PAIR_CNS").severity == without_risk
    assert only(screen(*PAIR, take("morphine"), wishes=wish("R01", to)), "PAIR_CNS").severity == with_an_opioid


def test_contraindicated_is_never_taken_away() -> None:
    maoi = screen(amitriptyline(), take("phenelzine"), wishes=wish("R04", "moderate"))
    heart = screen(*PAIR, conditions=["heart_block"], wishes=wish("H02", "minor"))

    assert [card.adjusted for card in maoi.findings if card.rule == "R04"] == [None]
    assert [card.severity for card in heart.findings if card.rule == "H02"] == ["contraindicated"]


def test_what_is_no_drug_severity_stays() -> None:
    report = CheckInSummary(level=Level.EMERGENCY)
    found = screen(*PAIR, check_in=report, wishes=wish("N03", "minor"))
    assert only(found, "SYMPTOM").severity is Level.EMERGENCY


def test_a_planned_start_is_judged_by_the_clinics_severity_too() -> None:
    planned = screen(baclofen(), amitriptyline(start=day(20)), wishes=wish("R01", "major"))
    assert (only(planned, "PAIR_CNS").severity, only(planned, "PAIR_CNS").state) == ("major", "upcoming")


def test_a_planned_start_that_the_clinic_finds_no_louder_is_not_told_twice() -> None:
    lines = (baclofen(), gel("amitriptyline"), amitriptyline(start=day(20)))
    ours, theirs = (screen(*lines, wishes=wishes, alcohol=AlcoholUse.NONE) for wishes in ({}, wish("R01", "minor")))
    assert [each.severity for each in ours.findings if each.code == "PAIR_CNS"] == ["moderate", "minor"]
    assert only(theirs, "PAIR_CNS").severity == "minor"


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [("R01", ["minor", "major", "contraindicated"]), ("R03", ["minor", "moderate", "contraindicated"])]
    + [(rule, []) for rule in ("R04", "R28", "N01", "N03")],
)
def test_which_severities_a_clinic_may_choose(rule: str, allowed: list[str]) -> None:
    assert list(adjustable_severities(rule)) == allowed


@pytest.mark.parametrize(("severity", "reason"), [("none", "because"), ("minor", " "), ("minor", "")])
def test_an_adjustment_needs_a_severity_and_a_reason(severity: str, reason: str) -> None:
    with pytest.raises(ValueError, match="R01"):
        Adjustment(rule="R01", severity=Severity(severity), reason=reason, since=SINCE)


@given(regimens, patients, st.sampled_from(sorted(current_release().rules)), st.sampled_from(list(Severity)[1:]))
def test_only_the_severity_of_that_rule_changes(
    regimen: list[Exposure], person: PatientContext, rule: str, severity: Severity
) -> None:
    wishes = {rule: Adjustment(rule=rule, severity=severity, reason="ours", since=SINCE)}
    plain, ours = check_regimen(regimen, person, ON), check_regimen(regimen, person, ON, adjustments=wishes)

    def told(screening: Screening) -> dict[object, Any]:
        return {(each.identity, each.state, each.starts): each for each in screening.findings}

    before, after = told(plain), told(ours)
    for key, card in after.items():
        assert card.severity is not Severity.NONE or before[key].severity is Severity.NONE
        if card.rule != rule and key in before:
            assert card.as_dict() == before[key].as_dict()
    assert {each.identity for each in plain.findings} == {each.identity for each in ours.findings}
