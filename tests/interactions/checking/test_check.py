"""The front door: overall, order, planned starts, cards about the list, and what could not be checked."""

from dataclasses import replace

import pytest

from interactions.checking import CheckInSummary, Level, Route, Severity, State, Unresolved, check_regimen, read_entry
from interactions.checking.rules import LINE_RULE_IDS, PRESENT_RULES, TODAY_RULES
from interactions.knowledge.loader import current_release
from tests.interactions.checking.cases import (
    ON,
    amitriptyline,
    baclofen,
    codes,
    day,
    mg,
    only,
    patient,
    pump,
    screen,
    severity,
    take,
)


def test_every_rule_has_its_texts_and_every_text_its_rule() -> None:
    coded = [one for registered in (*PRESENT_RULES, *TODAY_RULES) for one in registered.ids] + [*LINE_RULE_IDS]
    assert sorted(coded) == sorted(current_release().rules)


def test_a_screening_names_the_knowledge_that_made_it() -> None:
    found = screen(baclofen())
    assert (found.release, found.content_hash) == (current_release().version, current_release().content_hash)


def test_nothing_taken_is_none() -> None:
    assert screen().overall == "none"


@pytest.mark.parametrize(
    ("lines", "facts", "overall"),
    [
        ((), {}, "none"),
        ((Unresolved(entered="x"),), {}, "unknown"),
        ((Unresolved(entered="x", match="ambiguous"),), {}, "unknown"),
        ((), {"not_understood": ("flibbertigibbet",)}, "unknown"),
        ((), {"check_in": CheckInSummary(level=Level.EMERGENCY)}, "none"),
    ],
)
def test_none_only_when_all_was_understood(
    lines: tuple[Unresolved, ...], facts: dict[str, object], overall: str
) -> None:
    assert screen(amitriptyline(), unresolved=lines, **facts).overall == overall


def test_a_finding_outweighs_what_was_not_understood() -> None:
    found = screen(baclofen(), amitriptyline(), unresolved=(Unresolved(entered="x"),))
    assert (found.overall, found.complete) == ("moderate", False)


def test_an_ingredient_that_the_release_does_not_hold_is_unresolved() -> None:
    found = screen(take("unobtainium"))
    assert (found.overall, [line.entered for line in found.unresolved]) == ("unknown", ["unobtainium"])


def test_upcoming_does_not_count_until_it_starts() -> None:
    found = screen(baclofen(), amitriptyline(start=day(20)))
    assert (found.overall, only(found, "PAIR_CNS").state) == ("none", State.UPCOMING)
    assert screen(baclofen(), amitriptyline(start=day(20)), on=day(20)).overall == "moderate"


def test_a_planned_medicine_adds_its_own_cards_and_leaves_todays_alone() -> None:
    found = screen(baclofen(), amitriptyline(), take("morphine", start=day(20)))
    assert (severity(found, "PAIR_CNS"), found.overall) == ("moderate", "moderate")
    assert (only(found, "OPIOID_STACK").state, only(found, "OPIOID_STACK").severity) == (State.UPCOMING, "major")


def test_a_planned_dose_that_makes_it_worse_is_announced_beside_todays_card() -> None:
    found = screen(baclofen(5, end=day(19)), baclofen(10, 10, start=day(20)), amitriptyline(), egfr=45)
    cards = [(f.severity.value, f.state.value) for f in found.findings if f.code == "PAIR_CNS"]
    assert cards == [("major", "upcoming"), ("moderate", "active")]
    assert found.overall == "moderate"


def test_loudest_first_then_by_code() -> None:
    found = screen(baclofen(), amitriptyline(), take("phenelzine"), take("morphine"), egfr=45)
    ranks = [finding.rank for finding in found.findings]
    assert ranks == sorted(ranks, reverse=True)
    assert found.findings[0].code == "MAOI"
    majors = [finding.code for finding in found.findings if finding.severity == "major"]
    assert majors == sorted(majors)


def test_a_symptom_card_carries_the_level_of_the_check_in() -> None:
    summary = CheckInSummary(level=Level.EMERGENCY, reasons=("hard to wake",))
    found = screen(baclofen(), amitriptyline(), check_in=summary)
    finding = only(found, "SYMPTOM")
    assert (finding.severity, finding.base_severity) == (Level.EMERGENCY, Severity.NONE)
    assert [factor.detail for factor in finding.factors] == ["hard to wake"]
    assert found.findings[0] is finding
    assert found.overall == "major"
    assert "SYMPTOM" not in codes(screen(baclofen(), check_in=CheckInSummary(level=Level.NONE)))
    assert "SYMPTOM" in codes(screen(take("metformin"), check_in=CheckInSummary(level=Level.INFO)))


@pytest.mark.parametrize(
    ("exposure", "wrong"),
    [
        (take("baclofen", mg(450), route=Route.INTRATHECAL), True),
        (take("baclofen", mg("0.45", unit="g"), route=Route.INTRATHECAL), True),
        (pump(), False),
        (take("baclofen", mg(450, unit="microgram")), True),
        (take("baclofen", mg(450, unit="microgram"), route=Route.UNKNOWN), True),
        (take("amitriptyline", mg(25, unit="microgram")), True),
        (take("clonidine", mg(100, unit="microgram")), False),
        (baclofen(), False),
        (take("baclofen", mg(450), route=Route.INTRATHECAL, end=day(1)), False),
    ],
)
def test_a_unit_that_cannot_be_right(exposure: object, wrong: bool) -> None:
    found = check_regimen([exposure], patient(), ON)  # type: ignore[list-item]
    assert ("UNIT_ERROR" in codes(found)) is wrong
    assert (found.overall == "unknown") is wrong


def test_a_dose_in_the_wrong_unit_is_not_computed_with() -> None:
    found = screen(take("baclofen", mg(450), route=Route.INTRATHECAL), amitriptyline())
    assert "DOSE" not in codes(found)
    assert found.not_checked == ("baclofen_dose",)
    thousandfold = screen(take("baclofen", mg(30_000, unit="microgram")), amitriptyline(), egfr=45)
    assert only(thousandfold, "PAIR_CNS").severity == "moderate"
    assert "baclofen_dose" in only(thousandfold, "PAIR_CNS").unknown


def test_an_ambiguous_name_is_a_card_that_counts_for_nothing() -> None:
    line = Unresolved(entered="Lio", match="ambiguous", candidates=("baclofen", "liothyronine"))
    found = screen(amitriptyline(), unresolved=(line,))
    assert (only(found, "AMBIGUOUS").severity, found.overall) == (Severity.NONE, "unknown")
    assert "Lio" in only(found, "AMBIGUOUS").factors[0].detail


def test_a_product_of_several_is_taken_apart_in_sight() -> None:
    tablet = {"product": "limbitrol", "entered": "Limbitrol DS"}
    found = screen(take("chlordiazepoxide", **tablet), take("amitriptyline", **tablet), baclofen())
    assert only(found, "EXPAND").participants == ("amitriptyline", "chlordiazepoxide")
    gone = screen(take("chlordiazepoxide", end=day(1, 1), **tablet), take("amitriptyline", end=day(1, 1), **tablet))
    assert "EXPAND" not in codes(gone)


def test_the_same_input_gives_the_same_bytes() -> None:
    once = screen(baclofen(), amitriptyline(), take("morphine"), egfr=45).as_dict()
    assert once == screen(amitriptyline(), take("morphine"), baclofen(), egfr=45).as_dict()


def test_as_dict_holds_what_the_contract_names() -> None:
    (finding,) = screen(baclofen(), amitriptyline()).as_dict()["findings"]  # type: ignore[misc]
    contract = {
        "code", "severity", "base_severity", "state", "participants", "factors", "unknown", "effects", "management",
        "patient_advice", "sources",
    }  # fmt: skip
    assert contract <= finding.keys()


def test_a_release_of_ones_own_can_be_given() -> None:
    own = replace(current_release(), version="9999.1", content_hash="0")
    assert check_regimen([baclofen()], patient(), ON, release=own).release == "9999.1"


@pytest.mark.parametrize(
    ("code", "products"),
    [("1152272", ["Amitriptyline / Perphenazine Pill"] * 2), ("202109", [None])],
)
def test_only_a_product_of_several_ingredients_is_told_as_one(code: str, products: list[str | None]) -> None:
    assert [each.product for each in read_entry("", rxcui=code).exposures] == products
