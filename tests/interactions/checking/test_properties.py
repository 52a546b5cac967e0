"""What must hold for every regimen and every patient, whoever they are."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interactions.checking import (
    AlcoholUse,
    ClinicalEvent,
    Exposure,
    PatientContext,
    Route,
    Screening,
    Unresolved,
    check_regimen,
)
from interactions.knowledge.loader import current_release
from interactions.medicines import Dose
from tests.interactions.checking.cases import ON

SEVERITIES = ["none", "minor", "moderate", "major", "contraindicated"]
PAIR_CODES = {"PAIR_CNS", "TCA_CLASS", "LOCAL"}
SUBSTANCES = sorted(current_release().substances)
SEDATIVES = ["morphine", "lorazepam", "zopiclone", "pregabalin", "quetiapine", "diphenhydramine", "alcohol"]
RISKS = [
    "copd",
    "sleep_apnoea",
    "falls",
    "epilepsy",
    "heart_block",
    "suicidal_ideation",
    "dementia",
    "ckd_4",
    "dialysis",
]


ingredients = st.one_of(st.sampled_from(["baclofen", "amitriptyline", "nortriptyline"]), st.sampled_from(SUBSTANCES))
routes = st.sampled_from([Route.ORAL, Route.ORAL, Route.TOPICAL, Route.VAGINAL, Route.INTRATHECAL, Route.UNKNOWN])
days = st.integers(-400, 30).map(lambda number: ON + timedelta(days=number))
doses = st.one_of(
    st.none(),
    st.integers(1, 60).map(lambda amount: Dose((Decimal(amount),) * 2, "mg")),
    st.just(Dose((Decimal(300),), "microgram")),
)


@st.composite
def exposures(draw: Any) -> Exposure:
    start, end = draw(st.one_of(st.none(), days)), draw(st.one_of(st.none(), st.none(), days))
    if start is not None and end is not None and end < start:
        start, end = end, start
    return Exposure(
        ingredient=draw(ingredients),
        entered=draw(st.sampled_from(["a", "b"])),
        route=draw(routes),
        dose=draw(doses),
        start=start,
        end=end,
        as_needed=draw(st.booleans()),
    )


regimens = st.lists(exposures(), max_size=6)
patients = st.builds(
    PatientContext,
    age=st.one_of(st.none(), st.integers(0, 100)),
    egfr=st.one_of(st.none(), st.integers(3, 130).map(Decimal)),
    conditions=st.frozensets(st.sampled_from(RISKS), max_size=3),
    conditions_known=st.booleans(),
    alcohol=st.one_of(st.none(), st.sampled_from(list(AlcoholUse))),
    qtc_ms=st.one_of(st.none(), st.integers(380, 560)),
    baclofen_taper=st.one_of(st.none(), st.booleans()),
    events=st.sampled_from(
        [(), (ClinicalEvent("pump_alarm", ON),), (ClinicalEvent("fall"), ClinicalEvent("fall", ON))]
    ),
)
adults = st.builds(
    PatientContext, age=st.integers(18, 100), egfr=st.integers(3, 130).map(Decimal), conditions_known=st.just(True)
)


def overall(screening: Screening) -> int:
    """Rank of the overall word; "unknown" is no better than none."""
    return SEVERITIES.index(screening.overall) if screening.overall in SEVERITIES else 0


def pair_rank(screening: Screening) -> int:
    """Rank of the loudest card about the pair today."""
    found = [f.rank for f in screening.findings if f.code in PAIR_CODES and f.state != "upcoming"]
    return max(found, default=0)


def pair_of(tricyclic: str = "amitriptyline", **fields: Any) -> list[Exposure]:
    return [Exposure(ingredient=key, route=Route.ORAL, **fields) for key in ("baclofen", tricyclic)]


@given(regimens, patients, st.randoms())
def test_order_never_matters(regimen: list[Exposure], patient: PatientContext, random: Any) -> None:
    shuffled = random.sample(regimen, len(regimen))
    assert check_regimen(regimen, patient, ON).as_dict() == check_regimen(shuffled, patient, ON).as_dict()


@given(regimens, patients, st.data())
def test_a_line_written_twice_never_lowers_anything(
    regimen: list[Exposure], patient: PatientContext, data: Any
) -> None:
    once = check_regimen(regimen, patient, ON)
    twice = check_regimen([*regimen, *data.draw(st.permutations(regimen))], patient, ON)
    assert overall(twice) >= overall(once)
    assert {f.code for f in once.findings} <= {f.code for f in twice.findings} | {"WITHDRAWAL"}


@given(regimens, patients, st.sampled_from(SEDATIVES))
def test_adding_a_sedative_never_lowers_severity(regimen: list[Exposure], patient: PatientContext, extra: str) -> None:
    before = check_regimen(regimen, patient, ON)
    after = check_regimen([*regimen, Exposure(ingredient=extra, route=Route.ORAL)], patient, ON)
    assert overall(after) >= overall(before)
    assert pair_rank(after) >= pair_rank(before)


@given(regimens, patients)
def test_a_line_that_could_not_be_told_never_lowers_severity(regimen: list[Exposure], patient: PatientContext) -> None:
    before = check_regimen(regimen, patient, ON)
    after = check_regimen(regimen, patient, ON, unresolved=[Unresolved(entered="x")])
    assert overall(after) >= overall(before)
    assert pair_rank(after) >= pair_rank(before)
    assert after.overall != "none"


@given(regimens, patients)
def test_unknown_is_never_kinder_than_the_best_that_could_be_known(
    regimen: list[Exposure], patient: PatientContext
) -> None:
    best = {"age": 40, "egfr": Decimal(95), "alcohol": AlcoholUse.NONE, "qtc_ms": 400, "baclofen_taper": True}
    for fact, value in best.items():
        known = check_regimen(regimen, replace(patient, **{fact: value}), ON)
        unknown = check_regimen(regimen, replace(patient, **{fact: None}), ON)
        assert overall(unknown) >= overall(known), fact
        assert pair_rank(unknown) >= pair_rank(known), fact


@given(regimens, patients)
def test_a_dose_or_a_start_that_is_not_known_keeps_the_cards_of_the_smallest_and_latest(
    regimen: list[Exposure], patient: PatientContext
) -> None:
    lines = [replace(each, as_needed=False) for each in regimen if each.start is None or each.start <= ON]
    smallest = [replace(each, dose=Dose((Decimal(1),), "mg") if each.route is Route.ORAL else None) for each in lines]
    without = [replace(each, dose=None) for each in lines]
    assert overall(check_regimen(without, patient, ON)) >= overall(check_regimen(smallest, patient, ON))


@given(regimens, patients, st.sampled_from(RISKS))
def test_a_condition_more_never_lowers_severity(regimen: list[Exposure], patient: PatientContext, code: str) -> None:
    worse = replace(patient, conditions=patient.conditions | {code})
    before, after = check_regimen(regimen, patient, ON), check_regimen(regimen, worse, ON)
    assert overall(after) >= overall(before)
    assert pair_rank(after) >= pair_rank(before)


@given(regimens, adults, st.integers(0, 60))
def test_worse_kidneys_or_more_years_never_lower_severity(
    regimen: list[Exposure], patient: PatientContext, less: int
) -> None:
    assert patient.egfr is not None
    assert patient.age is not None
    before = check_regimen(regimen, patient, ON)
    for worse in (
        replace(patient, egfr=max(Decimal(1), patient.egfr - less)),
        replace(patient, age=min(110, patient.age + less)),
    ):
        after = check_regimen(regimen, worse, ON)
        assert overall(after) >= overall(before)
        assert pair_rank(after) >= pair_rank(before)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_spans_that_overlap_are_always_flagged(one: date, other: date) -> None:
    start, end = min(one, other), max(one, other)
    both = [replace(pair_of(start=start, end=end)[0]), pair_of()[1]]
    for on in (start, end):
        found = check_regimen(both, PatientContext(), on)
        assert any(f.code == "PAIR_CNS" and f.state == "active" for f in found.findings)


@given(st.sampled_from(sorted(current_release().substances)), patients)
def test_any_tricyclic_in_any_company_flags_with_baclofen(other: str, patient: PatientContext) -> None:
    for tricyclic in ("amitriptyline", "nortriptyline", "lofepramine"):
        found = check_regimen([*pair_of(tricyclic), Exposure(ingredient=other)], patient, ON)
        assert {f.code for f in found.findings} & {"PAIR_CNS", "TCA_CLASS"}


@given(regimens, patients)
def test_overall_is_the_loudest_of_today(regimen: list[Exposure], patient: PatientContext) -> None:
    found = check_regimen(regimen, patient, ON)
    today = [f.severity.value for f in found.findings if f.counts]
    assert found.overall == (max(today, key=SEVERITIES.index) if today else found.overall)
    assert (found.overall in {"none", "unknown"}) is (not today)
    assert (found.overall != "unknown") or not found.complete
