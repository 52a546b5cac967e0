"""R01, R02 and R24: the pair itself, what raises it, what lowers it, and what never does."""

from datetime import timedelta
from typing import Any

import pytest

from interactions.checking import AlcoholUse, CheckInSummary, Exposure, Level, Route, Unresolved
from tests.interactions.checking.cases import (
    ON,
    amitriptyline,
    baclofen,
    codes,
    day,
    factors,
    gel,
    mg,
    only,
    pump,
    screen,
    severity,
    take,
)


def test_the_pair_alone_is_moderate() -> None:
    found = screen(baclofen(), amitriptyline())
    assert (found.overall, severity(found, "PAIR_CNS")) == ("moderate", "moderate")
    assert only(found, "PAIR_CNS").participants == ("baclofen", "amitriptyline")


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        (take("morphine"), "opioid"),
        (take("lorazepam"), "benzodiazepine_z_drug_barbiturate"),
        (take("zopiclone"), "benzodiazepine_z_drug_barbiturate"),
        (take("phenobarbital"), "benzodiazepine_z_drug_barbiturate"),
    ],
)
def test_company_raises_it(extra: Exposure, name: str) -> None:
    finding = only(screen(baclofen(), amitriptyline(), extra), "PAIR_CNS")
    assert (finding.severity, finding.base_severity) == ("major", "moderate")
    assert name in factors(finding)


@pytest.mark.parametrize(
    ("facts", "raised"),
    [
        ({"alcohol": AlcoholUse.REGULAR}, True),
        ({"alcohol": AlcoholUse.OCCASIONAL}, False),
        ({"alcohol": AlcoholUse.SOME}, False),
        ({"conditions": {"alcohol_regular"}}, True),
        ({"egfr": 29}, True),
        ({"egfr": "29.9"}, True),
        ({"egfr": 30}, True),  # 30 mg of baclofen a day
        ({"egfr": 59}, True),
        ({"egfr": 60}, False),
        ({"conditions": {"dialysis"}}, True),
        ({"conditions": {"copd"}}, True),
        ({"conditions": {"sleep_apnoea"}}, True),
        ({"conditions": {"respiratory_weakness"}}, True),
        ({"conditions": {"asthma"}}, False),
        ({"conditions": {"falls"}, "age": 65}, True),
        ({"conditions": {"falls"}, "age": 64}, False),
        ({"events": [("fall", ON - timedelta(days=90))], "age": 70}, True),
        ({"events": [("fall", ON - timedelta(days=91))], "age": 70}, False),
        ({"events": [("fall", None)], "age": 70}, True),
        ({"qtc_ms": 500}, True),
        ({"qtc_ms": 499}, False),
        ({"qtc_ms": 460, "qtc_baseline_ms": 400}, True),
        ({"qtc_ms": 459, "qtc_baseline_ms": 400}, False),
        ({"conditions": {"recent_mi"}}, True),
        ({"conditions": {"heart_block"}}, True),
        ({"conditions": {"old_mi"}}, False),
        ({"conditions": {"suicidal_ideation"}}, True),
        ({"conditions": {"self_harm_history"}}, True),
        ({"events": [("overdose", None)]}, True),
        ({"age": 90}, False),
        ({"conditions": {"hypertension", "diabetes", "depression"}}, False),
        ({"check_in": CheckInSummary(level=Level.URGENT)}, True),
        ({"check_in": CheckInSummary(level=Level.WARNING, warnings=2)}, True),
        ({"check_in": CheckInSummary(level=Level.WARNING, warnings=1)}, False),
        ({"check_in": CheckInSummary(level=Level.INFO, signs=frozenset({"sedative"}))}, True),
        ({"check_in": CheckInSummary(level=Level.INFO, signs=frozenset({"self_harm"}))}, True),
        ({"check_in": CheckInSummary(level=Level.INFO, signs=frozenset({"fall"})), "age": 80}, True),
        ({"check_in": CheckInSummary(level=Level.INFO, signs=frozenset({"alcohol"}))}, False),
    ],
)
def test_the_patient_raises_it(facts: dict[str, Any], raised: bool) -> None:
    finding = only(screen(baclofen(), amitriptyline(), **facts), "PAIR_CNS")
    assert finding.severity == ("major" if raised else "moderate")
    assert any(factor.effect == "raises" for factor in finding.factors) is raised


@pytest.mark.parametrize(("amounts", "raised"), [((10, 10), True), ((10, 5), False), ((5, 5, 5, 5), True)])
def test_egfr_30_to_59_raises_from_20_mg_a_day(amounts: tuple[int, ...], raised: bool) -> None:
    finding = only(screen(baclofen(*amounts), amitriptyline(), egfr=45), "PAIR_CNS")
    assert ("egfr_30_59_baclofen_ge_20" in factors(finding)) is raised


def test_two_lines_of_baclofen_count_together() -> None:
    finding = only(screen(baclofen(10), baclofen(10), amitriptyline(), egfr=45), "PAIR_CNS")
    assert "egfr_30_59_baclofen_ge_20" in factors(finding)


@pytest.mark.parametrize(
    ("facts", "raised"),
    [
        ({}, False),
        ({"age": 65}, True),
        ({"conditions": {"asthma"}}, True),
        ({"egfr": 59}, True),
        ({"age": None}, False),
    ],
)
def test_a_gabapentinoid_needs_a_risk_beside_it(facts: dict[str, Any], raised: bool) -> None:
    found = screen(baclofen(5), amitriptyline(), take("pregabalin"), **facts)
    assert ("gabapentinoid_with_risk" in factors(only(found, "PAIR_CNS"))) is raised
    assert severity(found, "CNS_STACK") == ("major" if raised else "moderate")


def test_three_cns_active_drugs_count_as_drugs_from_65() -> None:
    regimen = (baclofen(), amitriptyline(), take("sertraline"))
    assert "cns_active_three_age_65" in factors(only(screen(*regimen, age=65), "PAIR_CNS"))
    assert "cns_active_three_age_65" not in factors(only(screen(*regimen, age=64), "PAIR_CNS"))
    later = take("sertraline", start=day(16))
    assert "cns_active_three_age_65" not in factors(only(screen(*regimen[:2], later, age=65), "PAIR_CNS"))


def test_many_reasons_raise_it_one_step_only() -> None:
    found = screen(baclofen(), amitriptyline(), take("morphine"), take("lorazepam"), egfr=10, age=80)
    assert severity(found, "PAIR_CNS") == "major"


def test_factors_carry_the_patients_values_and_their_sources() -> None:
    finding = only(screen(baclofen(), amitriptyline(), egfr=48), "PAIR_CNS")
    (factor,) = [each for each in finding.factors if each.factor == "egfr_30_59_baclofen_ge_20"]
    assert "48" in factor.detail
    assert "30 mg" in factor.detail
    assert factor.sources == ("S12",)
    assert "S12" in finding.sources


def test_what_is_not_known_is_said_and_lowers_nothing() -> None:
    bare = take("baclofen"), take("amitriptyline")
    found = screen(*bare, egfr=None, age=None, conditions_known=False, unresolved=(Unresolved(entered="x"),))
    finding = only(found, "PAIR_CNS")
    assert finding.severity == "moderate"
    assert finding.unknown == (
        "egfr",
        "age",
        "alcohol",
        "conditions",
        "baclofen_dose",
        "tricyclic_dose",
        "other_medicines",
    )
    assert found.not_checked == ("egfr",)


def test_other_tricyclics_have_their_own_code() -> None:
    found = screen(baclofen(), take("nortriptyline", mg(50)))
    assert severity(found, "TCA_CLASS") == "moderate"
    assert "PAIR_CNS" not in codes(found)
    assert severity(screen(baclofen(), take("imipramine"), take("morphine")), "TCA_CLASS") == "major"


def test_one_local_and_one_systemic_is_minor_and_still_the_pair() -> None:
    for regimen in ((gel("amitriptyline"), baclofen()), (gel("baclofen"), amitriptyline())):
        finding = only(screen(*regimen), "PAIR_CNS")
        assert (finding.severity, "one_local_route" in factors(finding)) == ("minor", True)


@pytest.mark.parametrize(
    "facts",
    [
        {"egfr": 59},
        {"egfr": None},
        {"conditions": {"acute_kidney_injury"}},
        {"conditions": {"broken_skin"}},
        {"alcohol": AlcoholUse.OCCASIONAL},
        {"unresolved": (Unresolved(entered="x"),)},
    ],
)
def test_a_downgrade_needs_every_fact_known_and_good(facts: dict[str, Any]) -> None:
    both, one = (
        screen(gel("baclofen"), gel("amitriptyline"), **facts),
        screen(gel("baclofen"), amitriptyline(), **facts),
    )
    assert (severity(both, "LOCAL"), severity(one, "PAIR_CNS")) == ("moderate", "moderate")
    assert "local_not_lowered" in factors(only(both, "LOCAL"))


def test_another_depressant_forbids_the_downgrade() -> None:
    assert severity(screen(gel("baclofen"), gel("amitriptyline"), take("pregabalin")), "LOCAL") == "moderate"
    assert severity(screen(gel("baclofen"), amitriptyline(), take("morphine")), "PAIR_CNS") == "major"


def test_both_local_is_local_and_nothing_else() -> None:
    found = screen(gel("baclofen"), gel("amitriptyline"), gel("ketamine"))
    assert codes(found) - {"EXPAND"} == {"LOCAL"}
    assert found.overall == "minor"


def test_a_part_of_the_gel_that_could_not_be_read_is_shown_and_is_no_depressant() -> None:
    part = Unresolved(entered="lidocaine", local=True)
    found = screen(gel("baclofen"), gel("amitriptyline"), unresolved=(part,))
    assert (found.overall, found.unresolved) == ("minor", (part,))


@pytest.mark.parametrize(("age", "expected"), [(64, "minor"), (65, "moderate"), (None, "moderate")])
def test_body_cavities_are_lowered_only_below_65(age: int | None, expected: str) -> None:
    found = screen(gel("baclofen", Route.VAGINAL), gel("amitriptyline", Route.VAGINAL), age=age)
    assert severity(found, "LOCAL") == expected


def test_intrathecal_is_never_lowered() -> None:
    finding = only(screen(pump(), gel("amitriptyline")), "PAIR_CNS")
    assert finding.severity == "moderate"
    assert "intrathecal" in factors(finding)


def test_taken_both_ways_counts_as_reaching_the_body() -> None:
    assert severity(screen(gel("baclofen"), baclofen(), amitriptyline()), "PAIR_CNS") == "moderate"


def test_stable_low_doses_without_symptoms_say_continue_to_monitor() -> None:
    calm = {"check_in": CheckInSummary(level=Level.NONE), "alcohol": AlcoholUse.NONE}
    stable = only(screen(baclofen(5, 5, 5), amitriptyline(25), **calm), "PAIR_CNS")
    assert "stable_low_dose" in factors(stable)
    assert (stable.severity, stable.management[0][:8]) == ("moderate", "Continue")


@pytest.mark.parametrize(
    "change",
    [
        {"regimen": (baclofen(5, 5, 6), amitriptyline(25))},
        {"regimen": (baclofen(5, 5, 5), amitriptyline(26))},
        {"regimen": (baclofen(5, 5, 5, start=ON - timedelta(days=55)), amitriptyline(25))},
        {"regimen": (baclofen(5, 5, 5, start=None), amitriptyline(25))},
        {"egfr": None},
        {"age": 65},
        {"conditions_known": False},
        {"check_in": None},
    ],
)
def test_stable_needs_all_of_it(change: dict[str, Any]) -> None:
    regimen = change.pop("regimen", (baclofen(5, 5, 5), amitriptyline(25)))
    facts = {"check_in": CheckInSummary(level=Level.NONE), **change}
    assert "stable_low_dose" not in factors(only(screen(*regimen, **facts), "PAIR_CNS"))
