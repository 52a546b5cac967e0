"""Conditions, drinking, routes and whole lines, from the words people use."""

from datetime import date
from decimal import Decimal

import pytest

from interactions.checking import AlcoholUse, Route, read_conditions, read_entry, read_route, signs_in, vocabulary
from interactions.checking.alcohol import read_use
from interactions.checking.conditions import alcohol_of


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("COPD", "copd"),
        ("Chronic obstructive lung disease (disorder)", "copd"),
        ("moderate COPD on inhalers", "copd"),
        ("OSA", "sleep_apnoea"),
        ("Obstructive sleep apnea syndrome", "sleep_apnoea"),
        ("obstructive sleep apnoea", "sleep_apnoea"),
        ("haemodialysis", "dialysis"),
        ("Hemodialysis", "dialysis"),
        ("CKD 3b", "ckd_3b"),
        ("Chronic kidney disease stage 3", "ckd_3"),
        ("Chronic kidney disease stage 3 (disorder)", "ckd_3"),
        ("Chronic kidney disease, stage 3b", "ckd_3b"),
        ("Chronic kidney disease, stage 4 (severe)", "ckd_4"),
        ("Chronic kidney disease, stage 3 unspecified", "ckd_3"),
        ("Chronic kidney disease, unspecified", "ckd"),
        ("Anemia in chronic kidney disease", "ckd"),
        ("End-stage renal disease", "ckd_5"),
        ("N18.4", "ckd_4"),
        ("epilepsy", "epilepsy"),
        ("Alzheimer's disease", "dementia"),
        ("closed-angle glaucoma", "glaucoma_closed"),
        ("Glaucoma", "glaucoma"),
        ("primary open angle glaucoma", "glaucoma_open"),
        ("BPH", "bph"),
        ("Retention of urine", "urinary_retention"),
        ("first-degree AV block", "heart_block"),
        ("recent MI", "recent_mi"),
        ("Myocardial infarction (disorder)", "recent_mi"),
        ("old myocardial infarction", "old_mi"),
        ("falls", "falls"),
        ("History of falling", "falls"),
        ("SCI T5", "cord_injury_high"),
        ("intrathecal pump", "intrathecal_pump"),
        ("multiple sclerosis", "multiple_sclerosis"),
        ("Essential (primary) hypertension", "hypertension"),
        ("Essential hypertension", "hypertension"),
        ("Obesity, unspecified", "obesity"),
        ("Hyperlipidemia, unspecified", "lipids"),
        ("Type 2 diabetes mellitus without complications", "diabetes"),
        ("Hypothyroidism, unspecified", "hypothyroidism"),
        ("Heart failure, unspecified", "heart_failure"),
        ("Pure hypercholesterolemia, unspecified", "lipids"),
        ("Iron deficiency anemia, unspecified", "anaemia"),
        ("Long term (current) use of insulin", "diabetes"),
        ("alcohol 6 drinks daily", "alcohol_regular"),
        ("alcohol use disorder", "alcohol_regular"),
        ("social drinker", "alcohol_occasional"),
        ("does not drink alcohol", "alcohol_none"),
        ("drinks alcohol", "alcohol_some"),
        ("alcoholic liver disease", "hepatic"),
        ("cirrhosis", "hepatic"),
        ("Pregnant", "pregnancy"),
        ("breast-feeding", "breastfeeding"),
        ("CYP2D6 poor metabolizer", "cyp2d6_poor"),
        ("suicidal ideation", "suicidal_ideation"),
        ("peptic ulcer", "peptic_ulcer"),
        ("Parkinson's disease", "parkinson"),
        ("Schizophrenia", "psychosis"),
        ("bipolar affective disorder", "bipolar"),
        ("CVA", "stroke"),
        ("C\u041ePD", "copd"),  # a Cyrillic O
        ("epi\u200blepsy", "epilepsy"),
        ("\uff23\uff2f\uff30\uff24", "copd"),  # full-width letters
    ],
)
def test_conditions(words: str, code: str) -> None:
    assert read_conditions([words]) == (frozenset({code}), ())


def test_a_phrase_may_name_several() -> None:
    found, _ = read_conditions(["type 2 diabetes mellitus with diabetic nephropathy and COPD"])
    assert {"diabetes", "copd"} <= found


@pytest.mark.parametrize(
    "words",
    ["flibbertigibbet", "no history of epilepsy", "family history of glaucoma", "COPD ruled out", "denies falls"],
)
def test_what_is_not_understood_or_denied_is_reported(words: str) -> None:
    assert read_conditions([words]) == (frozenset(), (words,))


def test_every_accepted_word_reads_as_its_own_code() -> None:
    for code, words in vocabulary().items():
        for word in words:
            assert read_conditions([word]) == (frozenset({code}), ()), word


@pytest.mark.parametrize(
    ("words", "use"),
    [
        ("alcohol 6 drinks daily", AlcoholUse.REGULAR),
        ("2 beers every night", AlcoholUse.REGULAR),
        ("binge drinking at weekends", AlcoholUse.REGULAR),
        ("14 units per week", AlcoholUse.REGULAR),
        ("7 drinks a week", AlcoholUse.REGULAR),
        ("6 drinks a week", AlcoholUse.OCCASIONAL),
        ("wine weekly", AlcoholUse.OCCASIONAL),
        ("a beer at weekends", AlcoholUse.OCCASIONAL),
        ("drinks socially", AlcoholUse.OCCASIONAL),
        ("teetotal", AlcoholUse.NONE),
        ("no alcohol", AlcoholUse.NONE),
        ("doesn't drink", AlcoholUse.NONE),
        ("alcohol", AlcoholUse.SOME),
    ],
)
def test_drinking(words: str, use: AlcoholUse) -> None:
    assert read_use(words) is use


def test_the_heaviest_drinking_on_record_counts() -> None:
    assert alcohol_of(frozenset({"alcohol_none", "alcohol_regular"})) is AlcoholUse.REGULAR
    assert alcohol_of(frozenset({"copd"})) is None


@pytest.mark.parametrize(
    ("word", "route"),
    [
        ("oral", Route.ORAL),
        ("PO", Route.ORAL),
        ("Oral route", Route.ORAL),
        ("by mouth", Route.ORAL),
        ("Topical route", Route.TOPICAL),
        ("Intrathecal use", Route.INTRATHECAL),
        ("Per vagina", Route.VAGINAL),
        ("Transdermal route", Route.TRANSDERMAL),
        ("sideways", None),
    ],
)
def test_routes(word: str, route: Route | None) -> None:
    assert read_route(word) is route


def test_signs_of_a_check_in() -> None:
    answers = {"q9_mood": 3, "q4_fall": 2, "q10_doses_other": ["alcohol", "missed_3plus_or_ran_out"]}
    assert signs_in(answers) == {"self_harm", "fall", "alcohol", "ran_out"}
    assert signs_in({"q9_mood": 2, "q4_fall": 1, "q10_doses_other": ["missed_1"]}) == frozenset()


def test_a_line_becomes_exposures() -> None:
    entry = read_entry("Elavil 25 mg qhs", route="oral", start=date(2026, 3, 1))
    (exposure,) = entry.exposures
    assert (exposure.ingredient, exposure.route, exposure.start) == ("amitriptyline", Route.ORAL, date(2026, 3, 1))
    assert entry.dose is not None
    assert entry.dose.daily == Decimal(25)
    assert entry.unresolved == ()


def test_a_fixed_combination_becomes_all_of_its_ingredients() -> None:
    entry = read_entry("Percocet 5/325 every 6 h", route="oral")
    assert {each.ingredient for each in entry.exposures} == {"oxycodone", "acetaminophen"}
    assert len({each.product for each in entry.exposures} - {None}) == 1


def test_a_brand_brings_its_route_and_a_given_route_wins_with_a_word() -> None:
    assert read_entry("Gablofen 450 micrograms/day").route is Route.INTRATHECAL
    clash = read_entry("Gablofen 450 micrograms/day", route="oral")
    assert clash.route is Route.ORAL
    assert any("intrathecal" in problem for problem in clash.problems)


def test_what_cannot_be_told_stays_unresolved() -> None:
    unknown = read_entry("xyzzy 5 mg")
    assert (unknown.exposures, [line.entered for line in unknown.unresolved]) == ((), ["xyzzy 5 mg"])
    assert [line.entered for line in read_entry("", rxcui="999999999").unresolved] == ["RxNorm 999999999"]


def test_a_route_that_is_not_understood_is_reported_and_unknown() -> None:
    entry = read_entry("baclofen 10 mg tid", route="sideways")
    assert entry.route is Route.UNKNOWN
    assert any("sideways" in problem for problem in entry.problems)
