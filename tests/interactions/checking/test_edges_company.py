"""Edges of what a tricyclic meets: MAO inhibitors, serotonin, CYP2D6, QT, burden, blood pressure."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from interactions.checking import Route
from tests.interactions.checking.cases import (
    ON,
    amitriptyline,
    baclofen,
    codes,
    factors,
    mg,
    only,
    rule,
    screen,
    severity,
    stopped,
    take,
)

PAIR = (baclofen(), amitriptyline())


# --- R04, R05, O7, O8: MAO inhibitors, both ways, to the day


@pytest.mark.parametrize(
    ("inhibitor", "last"),
    [
        ("phenelzine", 14),
        ("tranylcypromine", 14),
        ("isocarboxazid", 14),
        ("selegiline", 14),
        ("rasagiline", 14),
        ("moclobemide", 1),
    ],
)
def test_the_wait_from_an_inhibitor_to_a_tricyclic(inhibitor: str, last: int) -> None:
    within = screen(amitriptyline(start=ON), stopped(take(inhibitor), last))
    assert (severity(within, "MAOI"), only(within, "MAOI").state) == ("contraindicated", "residual")
    assert only(within, "MAOI").until == ON
    assert "MAOI" not in codes(screen(amitriptyline(start=ON), stopped(take(inhibitor), last + 1)))


@pytest.mark.parametrize("inhibitor", ["phenelzine", "moclobemide", "rasagiline"])
@pytest.mark.parametrize("tricyclic", ["amitriptyline", "imipramine"])
def test_the_wait_from_a_tricyclic_to_an_inhibitor_is_14_days(inhibitor: str, tricyclic: str) -> None:
    within = screen(take(inhibitor, start=ON), stopped(take(tricyclic), 14))
    assert (severity(within, "MAOI"), only(within, "MAOI").state) == ("contraindicated", "residual")
    assert "MAOI" not in codes(screen(take(inhibitor, start=ON), stopped(take(tricyclic), 15)))


def test_an_inhibitor_planned_too_soon_is_told_ahead() -> None:
    found = screen(stopped(amitriptyline(), 2), take("phenelzine", start=ON + timedelta(days=5)))
    assert (only(found, "MAOI").state, only(found, "MAOI").starts) == ("upcoming", ON + timedelta(days=5))
    late = screen(stopped(amitriptyline(), 2), take("phenelzine", start=ON + timedelta(days=13)))
    assert "MAOI" not in codes(late)


@pytest.mark.parametrize("blocker", ["linezolid", "methylene_blue"])
def test_linezolid_and_methylene_blue(blocker: str) -> None:
    code = "SEROTONERGIC_MAOI_LIKE"
    assert severity(screen(amitriptyline(), take(blocker, route=Route.INTRAVENOUS)), code) == "major"
    assert severity(screen(amitriptyline(), stopped(take(blocker), 1)), code) == "major"
    assert code not in codes(screen(amitriptyline(), stopped(take(blocker), 2)))
    assert severity(screen(take(blocker, start=ON), stopped(amitriptyline(), 14)), code) == "major"
    assert code not in codes(screen(take(blocker, start=ON), stopped(amitriptyline(), 15)))


# --- R06, R07, R08: serotonin, triptans, CYP2D6


@pytest.mark.parametrize(
    ("partners", "expected"),
    [
        (["sertraline"], "moderate"),
        (["venlafaxine"], "moderate"),
        (["tramadol"], "major"),
        (["sertraline", "venlafaxine"], "major"),
        ([], ""),
    ],
)
def test_serotonergic_partners(partners: list[str], expected: str) -> None:
    assert rule(screen(amitriptyline(), *map(take, partners)), "R06") == expected


def test_a_triptan_is_minor_and_changes_nothing_else() -> None:
    found = screen(*PAIR, take("sumatriptan"))
    assert (rule(found, "R07"), rule(found, "R06"), severity(found, "PAIR_CNS")) == ("minor", "", "moderate")


@pytest.mark.parametrize(
    ("daily", "facts", "expected"),
    [
        (74, {}, "moderate"),
        (75, {}, "major"),
        (25, {"age": 64}, "moderate"),
        (25, {"age": 65}, "major"),
        (25, {"age": None}, "moderate"),
        (25, {"qtc_ms": 480}, "major"),
        (25, {"conditions": ["heart_failure"]}, "major"),
    ],
)
def test_a_strong_cyp2d6_inhibitor(daily: int, facts: dict[str, Any], expected: str) -> None:
    assert severity(screen(amitriptyline(daily), take("paroxetine"), **facts), "CYP2D6") == expected


@pytest.mark.parametrize(("milligrams", "expected"), [(74, "moderate"), (75, "major")])
def test_a_dose_of_unknown_frequency_counts_as_taken_once_at_least(milligrams: int, expected: str) -> None:
    dose = replace(mg(milligrams), frequency_known=False)
    assert dose.daily is None
    assert severity(screen(take("amitriptyline", dose), take("paroxetine")), "CYP2D6") == expected


@pytest.mark.parametrize(("inhibitor", "days"), [("fluoxetine", 35), ("terbinafine", 180), ("paroxetine", 7)])
def test_an_inhibitor_works_on_after_its_end(inhibitor: str, days: int) -> None:
    found = screen(amitriptyline(), stopped(take(inhibitor), days))
    assert (severity(found, "CYP2D6"), only(found, "CYP2D6").state) == ("moderate", "residual")
    assert "CYP2D6" not in codes(screen(amitriptyline(), stopped(take(inhibitor), days + 1)))


# --- R09 to R13: QT, burden, blood pressure


@pytest.mark.parametrize(
    ("partner", "expected"), [("citalopram", "major"), ("methadone", "major"), ("sertraline", "minor")]
)
def test_a_second_qt_medicine(partner: str, expected: str) -> None:
    assert severity(screen(amitriptyline(), take(partner)), "QT") == expected
    assert "QT" not in codes(screen(baclofen(), take(partner)))


@pytest.mark.parametrize(
    ("age", "conditions", "expected"),
    [
        (64, ["dementia"], "moderate"),
        (65, ["dementia"], "major"),
        (65, ["urinary_retention"], "major"),
        (65, ["glaucoma_closed"], "major"),
        (65, [], "moderate"),
        (None, ["dementia"], "moderate"),
    ],
)
def test_anticholinergic_burden(age: int | None, conditions: list[str], expected: str) -> None:
    assert severity(screen(amitriptyline(), take("oxybutynin"), age=age, conditions=conditions), "ANTICHOL") == expected


@pytest.mark.parametrize(
    ("age", "conditions", "expected"),
    [
        (65, ["dementia"], {"acb_total", "older_with_anticholinergic_risk"}),
        (64, ["dementia"], {"acb_total", "anticholinergic_risk"}),
        (65, [], {"acb_total"}),
    ],
)
def test_the_reasons_of_a_burden(age: int, conditions: list[str], expected: set[str]) -> None:
    found = screen(amitriptyline(), take("oxybutynin"), age=age, conditions=conditions)
    assert factors(only(found, "ANTICHOL")) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["oxybutynin", "diphenhydramine"], "moderate"),
        (["oxybutynin", "furosemide"], "moderate"),
        (["oxybutynin"], ""),
        (["furosemide", "metoprolol"], ""),
    ],
)
def test_a_burden_of_four_counts_without_a_tricyclic_too(lines: list[str], expected: str) -> None:
    assert severity(screen(baclofen(), *map(take, lines)), "ANTICHOL") == expected


def test_two_tricyclics_are_a_burden_as_well_as_a_duplicate() -> None:
    found = screen(amitriptyline(), take("nortriptyline", mg(25)))
    assert (severity(found, "DUPLICATE"), severity(found, "ANTICHOL")) == ("major", "moderate")


@pytest.mark.parametrize(
    ("partners", "with_tricyclic", "with_baclofen"),
    [
        (["tamsulosin"], "moderate", "minor"),
        (["clonidine"], "moderate", "minor"),
        (["tizanidine"], "moderate", "minor"),
        (["lisinopril"], "", "minor"),
        (["lisinopril", "amlodipine"], "moderate", "minor"),
        (["levodopa"], "", "minor"),
        (["levodopa", "lisinopril"], "moderate", "minor"),
        (["quetiapine"], "moderate", "minor"),
    ],
)
def test_low_pressure_on_standing(partners: list[str], with_tricyclic: str, with_baclofen: str) -> None:
    assert severity(screen(amitriptyline(), *map(take, partners)), "ORTHO") == with_tricyclic
    assert severity(screen(baclofen(), *map(take, partners)), "ORTHO") == with_baclofen


@pytest.mark.parametrize(
    ("lines", "facts", "expected"),
    [
        (["melatonin"], {"conditions": ["copd"]}, "minor"),
        (["melatonin", "quetiapine"], {}, "moderate"),
        (["melatonin", "lorazepam"], {}, "major"),
        (["melatonin", "cannabis"], {}, "moderate"),
        (["melatonin", "valerian", "cetirizine"], {"age": 80}, "minor"),
        (["melatonin", "sertraline"], {"age": 80}, "major"),
        (["lamotrigine"], {"age": 64}, "minor"),
        (["lamotrigine"], {"age": 65}, "major"),
    ],
)
def test_a_mild_sedative_is_named_and_raises_nothing(lines: list[str], facts: dict[str, Any], expected: str) -> None:
    found = only(screen(*PAIR, *map(take, lines), **facts), "CNS_STACK")
    assert (found.rule, found.severity) == ("R21", expected)
    assert set(lines) <= set(found.participants)


def test_clonidine_loses_to_a_tricyclic_and_not_to_baclofen() -> None:
    assert rule(screen(amitriptyline(), take("clonidine")), "R13") == "moderate"
    assert rule(screen(baclofen(), take("clonidine")), "R13") == ""
