"""Each reason that raises the pair, added to anybody's regimen, never makes any card milder or go away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given

from interactions.checking import (
    AlcoholUse,
    CheckInSummary,
    ClinicalEvent,
    Exposure,
    Level,
    PatientContext,
    Route,
    Screening,
    check_regimen,
)
from tests.interactions.checking.cases import ON, amitriptyline, baclofen, factors, only, patient, take
from tests.interactions.checking.test_properties import patients, regimens

Case = tuple[list[Exposure], PatientContext]
Worsen = Callable[[list[Exposure], PatientContext], Case]


def taking(*keys: str) -> Worsen:
    return lambda regimen, who: ([*regimen, *(Exposure(ingredient=key, route=Route.ORAL) for key in keys)], who)


def with_condition(code: str) -> Worsen:
    return lambda regimen, who: (regimen, replace(who, conditions=who.conditions | {code}))


def with_event(kind: str) -> Worsen:
    event = ClinicalEvent(kind, ON - timedelta(days=3))
    return lambda regimen, who: (regimen, replace(who, events=(*who.events, event)))


def with_fact(**facts: object) -> Worsen:
    return lambda regimen, who: (regimen, replace(who, **facts))  # type: ignore[arg-type]


def with_kidneys(most: int) -> Worsen:
    """A lower eGFR where one is known: an unknown one already counts as the worst for every window."""
    return lambda regimen, who: (regimen, replace(who, egfr=min(who.egfr, Decimal(most)) if who.egfr else None))


WORSE: dict[str, Worsen] = {
    "U1 opioid": taking("morphine"),
    "U1 opioid named in a check-in": with_fact(
        check_in=CheckInSummary(level=Level.WARNING, signs=frozenset({"sedative"}))
    ),
    "U2 benzodiazepine": taking("lorazepam"),
    "U2 Z-drug": taking("zopiclone"),
    "U2 barbiturate": taking("phenobarbital"),
    "U3 alcohol": with_fact(alcohol=AlcoholUse.REGULAR),
    "U4 gabapentinoid": taking("pregabalin"),
    "U5 two more CNS-active medicines": taking("sertraline", "quetiapine"),
    "U6 eGFR below 30": with_kidneys(29),
    "U6 dialysis": with_condition("dialysis"),
    "U7 eGFR below 60": with_kidneys(59),
    "U8 COPD": with_condition("copd"),
    "U8 sleep apnoea": with_condition("sleep_apnoea"),
    "U9 falls on record": with_condition("falls"),
    "U9 a fall": with_event("fall"),
    "U10 an urgent check-in": with_fact(check_in=CheckInSummary(level=Level.URGENT)),
    "U10 two warnings": with_fact(check_in=CheckInSummary(level=Level.WARNING, warnings=2)),
    "U11 QTc": with_fact(qtc_ms=560),
    "U11 heart attack": with_condition("recent_mi"),
    "U11 heart block": with_condition("heart_block"),
    "U12 thoughts of suicide": with_condition("suicidal_ideation"),
    "U12 an overdose": with_event("overdose"),
}
AT_RISK = patient(age=70, egfr=45, alcohol=AlcoholUse.NONE)
PAIR = [baclofen(10, 10, 10), amitriptyline(25)]


def loudest(screening: Screening) -> dict[str, int]:
    """The worst of each code that counts today."""
    found: dict[str, int] = {}
    for finding in screening.findings:
        if finding.counts:
            found[finding.code] = max(found.get(finding.code, 0), finding.rank)
    return found


@pytest.mark.parametrize("worsen", WORSE.values(), ids=WORSE.keys())
@given(regimens, patients)
def test_a_reason_more_never_lowers_any_card(worsen: Worsen, regimen: list[Exposure], who: PatientContext) -> None:
    before = loudest(check_regimen(regimen, who, ON))
    more, worse = worsen(regimen, who)
    after = loudest(check_regimen(more, worse, ON))
    assert {code: rank for code, rank in before.items() if after.get(code, -1) < rank} == {}


@pytest.mark.parametrize("worsen", [each for name, each in WORSE.items() if name != "U6 dialysis"])
def test_two_reasons_take_the_pair_no_further_than_one(worsen: Worsen) -> None:
    regimen, who = worsen([*PAIR, take("codeine")], AT_RISK)
    assert only(check_regimen(regimen, who, ON), "PAIR_CNS").severity == "major"


LOCAL = [Route.TOPICAL, Route.VAGINAL, Route.RECTAL]


@pytest.mark.parametrize("route", LOCAL)
@given(who=patients)
def test_which_of_the_two_is_local_makes_no_difference(route: Route, who: PatientContext) -> None:
    """The kidneys are left out: they clear baclofen, and matter more when it is the one that is swallowed."""
    who = replace(who, egfr=Decimal(95), conditions=who.conditions - {"ckd_4", "dialysis"})
    sides = [
        [Exposure(ingredient="baclofen", route=route), Exposure(ingredient="amitriptyline", route=Route.ORAL)],
        [Exposure(ingredient="baclofen", route=Route.ORAL), Exposure(ingredient="amitriptyline", route=route)],
    ]
    cards = [only(check_regimen(regimen, who, ON), "PAIR_CNS") for regimen in sides]
    assert cards[0].severity == cards[1].severity
    assert factors(cards[0]) == factors(cards[1])
    assert [check_regimen(each[::-1], who, ON).as_dict() for each in sides] == [
        check_regimen(each, who, ON).as_dict() for each in sides
    ]
