"""R03 to R13, R20 to R23, R29: what other medicines and alcohol do beside baclofen or a tricyclic."""

from typing import Any

import pytest

from interactions.checking import AlcoholUse, CheckInSummary, Exposure, Level, Route, State
from tests.interactions.checking.cases import (
    amitriptyline,
    baclofen,
    codes,
    day,
    factors,
    gel,
    mg,
    only,
    screen,
    severity,
    take,
)

PAIR = (baclofen(), amitriptyline())


@pytest.mark.parametrize(
    ("regimen", "code", "expected"),
    [
        ((baclofen(), take("morphine")), "OPIOID_STACK", "major"),
        ((amitriptyline(), take("morphine")), "OPIOID_STACK", "moderate"),
        ((gel("baclofen"), take("morphine")), "OPIOID_STACK", ""),
        ((baclofen(), take("fentanyl", route=Route.TRANSDERMAL)), "OPIOID_STACK", "major"),
        ((baclofen(), take("fentanyl", route=Route.TOPICAL)), "OPIOID_STACK", "major"),
        ((*PAIR, take("lorazepam")), "CNS_STACK", "major"),
        ((baclofen(), take("lorazepam")), "CNS_STACK", "moderate"),
        ((*PAIR, take("diazepam", route=Route.RECTAL)), "CNS_STACK", "major"),
        ((*PAIR, take("quetiapine")), "CNS_STACK", "moderate"),
        ((*PAIR, take("cannabis")), "CNS_STACK", "moderate"),
        ((baclofen(), take("tizanidine")), "CNS_STACK", "moderate"),
        ((amitriptyline(),), "CNS_STACK", ""),
        (PAIR, "CNS_STACK", ""),
        ((*PAIR, take("loratadine")), "CNS_STACK", ""),
        ((*PAIR, take("cetirizine")), "CNS_STACK", "minor"),
        ((*PAIR, gel("ketamine")), "CNS_STACK", ""),
        ((*PAIR, take("morphine")), "CNS_STACK", ""),
        ((amitriptyline(), take("phenelzine")), "MAOI", "contraindicated"),
        ((take("nortriptyline"), take("selegiline")), "MAOI", "contraindicated"),
        ((baclofen(), take("phenelzine")), "MAOI", ""),
        ((gel("amitriptyline"), take("phenelzine")), "MAOI", ""),
        ((amitriptyline(), take("linezolid")), "SEROTONERGIC_MAOI_LIKE", "major"),
        ((amitriptyline(), take("methylene_blue")), "SEROTONERGIC_MAOI_LIKE", "major"),
        ((amitriptyline(), take("linezolid")), "SEROTONERGIC", ""),
        ((amitriptyline(), take("sertraline")), "SEROTONERGIC", "moderate"),
        ((amitriptyline(), take("tramadol")), "SEROTONERGIC", "major"),
        ((amitriptyline(), take("sertraline"), take("venlafaxine")), "SEROTONERGIC", "major"),
        ((amitriptyline(), take("st_johns_wort")), "SEROTONERGIC", "moderate"),
        ((amitriptyline(), take("sumatriptan")), "SEROTONERGIC", "minor"),
        ((baclofen(), take("sertraline")), "SEROTONERGIC", ""),
        ((amitriptyline(25), take("paroxetine")), "CYP2D6", "moderate"),
        ((amitriptyline(74), take("paroxetine")), "CYP2D6", "moderate"),
        ((amitriptyline(75), take("paroxetine")), "CYP2D6", "major"),
        ((amitriptyline(25), take("terbinafine", route=Route.TOPICAL)), "CYP2D6", ""),
        ((amitriptyline(25), take("duloxetine")), "CYP2D6", ""),
        ((amitriptyline(), take("citalopram")), "QT", "major"),
        ((amitriptyline(), take("mirtazapine")), "QT", "minor"),
        ((amitriptyline(), take("mirtazapine"), take("sertraline")), "QT", "moderate"),
        ((baclofen(), take("citalopram")), "QT", ""),
        (PAIR, "QT", ""),
        ((amitriptyline(), take("oxybutynin")), "ANTICHOL", "moderate"),
        ((baclofen(), take("oxybutynin")), "ANTICHOL", ""),
        (PAIR, "ANTICHOL", ""),
        ((amitriptyline(), take("doxazosin")), "ORTHO", "moderate"),
        ((amitriptyline(), take("tizanidine")), "ORTHO", "moderate"),
        ((amitriptyline(), take("lisinopril")), "ORTHO", ""),
        ((amitriptyline(), take("lisinopril"), take("amlodipine")), "ORTHO", "moderate"),
        ((baclofen(), take("lisinopril")), "ORTHO", "minor"),
        ((*PAIR, take("lisinopril")), "ORTHO", "minor"),
        ((amitriptyline(), take("clonidine")), "OTHER", "moderate"),
        ((baclofen(), take("clonidine")), "OTHER", ""),
        ((baclofen(), take("levodopa")), "OTHER", "moderate"),
        ((baclofen(), take("lithium")), "OTHER", "moderate"),
        ((amitriptyline(), take("lithium")), "OTHER", ""),
        ((*PAIR, take("tramadol")), "SEIZURE", "major"),
        ((*PAIR, take("bupropion")), "SEIZURE", "major"),
        ((amitriptyline(), take("bupropion")), "SEIZURE", "moderate"),
        ((baclofen(), take("bupropion")), "SEIZURE", ""),
        (PAIR, "SEIZURE", ""),
    ],
    ids=lambda value: "+".join(each.ingredient for each in value) if isinstance(value, tuple) else None,
)
def test_company(regimen: tuple[Exposure, ...], code: str, expected: str) -> None:
    assert severity(screen(*regimen), code) == expected


@pytest.mark.parametrize(
    ("regimen", "facts", "code", "expected"),
    [
        ((baclofen(), take("tizanidine")), {"age": 65}, "CNS_STACK", "major"),
        ((baclofen(), take("tizanidine")), {"age": 64}, "CNS_STACK", "moderate"),
        ((*PAIR, take("sertraline")), {"age": 65}, "CNS_STACK", "major"),
        ((*PAIR, take("sertraline")), {"age": 64}, "CNS_STACK", ""),
        ((*PAIR, take("quetiapine")), {"conditions": {"copd"}}, "CNS_STACK", "major"),
        (PAIR, {"alcohol": AlcoholUse.NONE}, "ALCOHOL", ""),
        (PAIR, {"alcohol": AlcoholUse.OCCASIONAL}, "ALCOHOL", "moderate"),
        (PAIR, {"alcohol": AlcoholUse.SOME}, "ALCOHOL", "moderate"),
        (PAIR, {"alcohol": AlcoholUse.REGULAR}, "ALCOHOL", "major"),
        ((baclofen(),), {"alcohol": AlcoholUse.REGULAR}, "ALCOHOL", "moderate"),
        ((baclofen(),), {"alcohol": AlcoholUse.OCCASIONAL}, "ALCOHOL", "minor"),
        (PAIR, {"check_in": CheckInSummary(level=Level.WARNING, signs=frozenset({"alcohol"}))}, "ALCOHOL", "moderate"),
        ((amitriptyline(), take("paroxetine")), {"age": 65}, "CYP2D6", "major"),
        ((amitriptyline(), take("paroxetine")), {"conditions": {"heart_failure"}}, "CYP2D6", "major"),
        ((amitriptyline(), take("paroxetine")), {"qtc_ms": 480}, "CYP2D6", "major"),
        ((amitriptyline(), take("paroxetine")), {"qtc_ms": 479}, "CYP2D6", "moderate"),
        ((amitriptyline(), take("mirtazapine")), {"conditions": {"coronary_disease"}}, "QT", "moderate"),
        ((amitriptyline(),), {"qtc_ms": 500}, "QT", "major"),
        ((amitriptyline(),), {"qtc_ms": 480}, "QT", "moderate"),
        ((amitriptyline(),), {"qtc_ms": 479}, "QT", ""),
        ((amitriptyline(),), {"qtc_ms": 460, "qtc_baseline_ms": 400}, "QT", "major"),
        ((amitriptyline(),), {"conditions": {"long_qt"}}, "QT", "major"),
        ((baclofen(),), {"qtc_ms": 520}, "QT", ""),
        ((amitriptyline(), take("oxybutynin")), {"age": 65, "conditions": {"dementia"}}, "ANTICHOL", "major"),
        ((amitriptyline(), take("oxybutynin")), {"age": 65, "conditions": {"bph"}}, "ANTICHOL", "major"),
        ((amitriptyline(), take("oxybutynin")), {"age": 64, "conditions": {"dementia"}}, "ANTICHOL", "moderate"),
        ((amitriptyline(), take("oxybutynin")), {"age": 65}, "ANTICHOL", "moderate"),
        (PAIR, {"conditions": {"epilepsy"}}, "SEIZURE", "major"),
        (PAIR, {"events": [("seizure", day(1))]}, "SEIZURE", "major"),
        ((amitriptyline(),), {"conditions": {"epilepsy"}}, "SEIZURE", ""),
    ],
)
def test_company_for_this_patient(
    regimen: tuple[Exposure, ...], facts: dict[str, Any], code: str, expected: str
) -> None:
    assert severity(screen(*regimen, **facts), code) == expected


def test_a_line_of_alcohol_is_a_habit_until_its_words_say_otherwise() -> None:
    assert severity(screen(*PAIR, take("alcohol")), "ALCOHOL") == "major"
    assert severity(screen(*PAIR, take("alcohol", entered="a glass of wine at weekends")), "ALCOHOL") == "moderate"
    assert severity(screen(*PAIR, take("alcohol", entered="2 drinks a week")), "ALCOHOL") == "moderate"
    assert severity(screen(*PAIR, take("alcohol", mg(6, unit="drink"), entered="wine")), "ALCOHOL") == "major"


def test_an_unknown_amount_of_alcohol_is_said() -> None:
    assert only(screen(*PAIR, alcohol=AlcoholUse.SOME), "ALCOHOL").unknown == ("alcohol_amount",)


def test_cannabis_alone_has_its_own_rule_and_joins_the_others() -> None:
    assert only(screen(*PAIR, take("cannabis")), "CNS_STACK").rule == "R23"
    together = only(screen(*PAIR, take("cannabis"), take("quetiapine")), "CNS_STACK")
    assert (together.rule, together.participants[2:]) == ("R21", ("cannabis", "quetiapine"))


@pytest.mark.parametrize(
    ("inhibitor", "days", "expected"),
    [
        ("phenelzine", 14, "contraindicated"),
        ("phenelzine", 15, ""),
        ("moclobemide", 1, "contraindicated"),
        ("moclobemide", 2, ""),
    ],
)
def test_the_wait_after_an_inhibitor(inhibitor: str, days: int, expected: str) -> None:
    stopped = take(inhibitor, end=day(30) if days == 0 else day(15 - days) if days < 15 else day(31, 5))
    found = screen(stopped, amitriptyline(start=day(15)))
    assert severity(found, "MAOI") == expected
    if expected:
        assert only(found, "MAOI").state is State.RESIDUAL


@pytest.mark.parametrize(("last", "expected"), [(day(1), "contraindicated"), (day(31, 5), "")])
def test_the_wait_after_a_tricyclic_is_14_days_although_its_own_window_is_10(last: object, expected: str) -> None:
    found = screen(amitriptyline(end=last), take("phenelzine", start=day(15)))
    assert severity(found, "MAOI") == expected
    if expected:
        finding = only(found, "MAOI")
        assert (finding.state, finding.until, "washout_running" in factors(finding)) == (State.RESIDUAL, day(15), True)


def test_a_planned_inhibitor_is_flagged_before_it_starts() -> None:
    found = screen(amitriptyline(), take("phenelzine", start=day(20)))
    finding = only(found, "MAOI")
    assert (finding.state, finding.starts, found.overall) == (State.UPCOMING, day(20), "none")


def test_baclofen_takes_no_part_in_serotonin_or_qt() -> None:
    found = screen(*PAIR, take("tramadol"), take("citalopram"))
    for code in ("SEROTONERGIC", "QT"):
        assert "baclofen" not in only(found, code).participants


def test_one_card_for_qt_names_all_its_partners() -> None:
    finding = only(screen(amitriptyline(), take("citalopram"), take("mirtazapine")), "QT")
    assert (finding.rule, finding.participants) == ("R09", ("amitriptyline", "citalopram", "mirtazapine"))


def test_clomipramine_is_a_tricyclic_here_and_no_serotonergic_partner() -> None:
    assert codes(screen(take("clomipramine"), amitriptyline())) & {"SEROTONERGIC", "DUPLICATE"} == {"DUPLICATE"}
