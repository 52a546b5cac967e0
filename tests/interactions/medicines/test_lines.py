"""A line that lists several medicines: none is lost, and each is read with its own dose."""

from decimal import Decimal

import pytest

from interactions.checking import Route, read_entry
from interactions.medicines import read_medicine
from interactions.medicines.names import Match, resolve


@pytest.mark.parametrize(
    ("entered", "daily"),
    [
        ("baclofen 10 mg tid and amitriptyline 25 mg nocte", {"baclofen": "30", "amitriptyline": "25"}),
        ("baclofen 10 mg tid, amitriptyline 25 mg nocte", {"baclofen": "30", "amitriptyline": "25"}),
        ("Baclofen 10 mg tid\nAmitriptyline 25 mg nocte\n", {"baclofen": "30", "amitriptyline": "25"}),
        ("1. baclofen 10 mg tid 2. amitriptyline 25 mg nocte", {"baclofen": "30", "amitriptyline": "25"}),
        (
            "baclofen 10 mg tid; amitriptyline 25 mg nocte; tramadol 50 mg qds prn",
            {"baclofen": "30", "amitriptyline": "25", "tramadol": "200"},
        ),
        ("amitriptyline 25 mg nocte + baclofen", {"amitriptyline": "25", "baclofen": None}),
        ("baclofen 10mg tid ganciclovir 3mg od", {"baclofen": "30"}),
        ("baclofen 10 mg tid, foozumab 5 mg od", {"baclofen": "30"}),
        (
            "Percocet 5/325 1 tab q6h and baclofen 10 mg tid",
            {"oxycodone": "20", "acetaminophen": "1300", "baclofen": "30"},
        ),
    ],
)
def test_each_medicine_gets_its_own_dose(entered: str, daily: dict[str, str | None]) -> None:
    entry = read_entry(entered)
    read = {each.ingredient: each.dose.daily if each.dose else None for each in entry.exposures}
    assert read == {key: None if amount is None else Decimal(amount) for key, amount in daily.items()}
    assert {key: dose.daily for key, dose in read_medicine(entered).doses.items()} == {
        key: amount for key, amount in read.items() if amount is not None
    }
    assert any("medicines are written in one line" in problem for problem in entry.problems)


def test_what_is_listed_apart_is_no_product() -> None:
    entry = read_entry("baclofen 10 mg tid and amitriptyline 25 mg nocte")
    assert {each.product for each in entry.exposures} == {None}
    assert read_entry("perphenazine 2 mg / amitriptyline 25 mg tablet tid").exposures[0].product is not None


@pytest.mark.parametrize(
    ("entered", "unresolved"),
    [
        ("baclofen 10 mg tid ganciclovir 3 mg od", {"ganciclovir"}),
        ("baclofen 10 mg tid, foozumab 5 mg od", {"foozumab"}),
        ("baclofen 10 mg tid foozumab 5 mg od", {"foozumab"}),
        ("baclofen 10 mg tid then foozumab", {"foozumab"}),
        ("baclofen 10 mg tid, frobnax", {"frobnax"}),
        ("baclofen 10 mg tid, with food, at night", set()),
    ],
)
def test_a_second_medicine_that_is_not_known_is_said(entered: str, unresolved: set[str]) -> None:
    entry = read_entry(entered)
    assert entry.resolution.ingredients == ("baclofen",)
    assert {line.entered for line in entry.unresolved} == unresolved


def test_an_ambiguous_name_among_others_stays_a_question() -> None:
    entry = read_entry("ami 25 mg nocte and baclofen 10 mg tid")
    assert [each.ingredient for each in entry.exposures] == ["baclofen"]
    (line,) = [line for line in entry.unresolved if line.match == Match.AMBIGUOUS]
    assert set(line.candidates) == {"amitriptyline", "amiodarone"}


def test_a_cream_does_not_make_the_tablet_beside_it_local() -> None:
    entry = read_entry("baclofen 2% cream bd and amitriptyline 25 mg nocte")
    assert {each.ingredient: each.route for each in entry.exposures} == {
        "baclofen": Route.TOPICAL,
        "amitriptyline": Route.UNKNOWN,
    }
    assert entry.route is Route.UNKNOWN


def test_a_gel_does_not_swallow_the_tablet_of_one_of_its_parts() -> None:
    entry = read_entry("BAK gel bd and amitriptyline 25 mg nocte")
    assert [(each.ingredient, each.route) for each in entry.exposures if each.ingredient == "amitriptyline"] == [
        ("amitriptyline", Route.TOPICAL),
        ("amitriptyline", Route.UNKNOWN),
    ]


def test_what_a_product_contains_is_not_taken_beside_it() -> None:
    entry = read_entry("Limbitrol 1 tab tid. Contains amitriptyline 12.5 mg and chlordiazepoxide 5 mg")
    assert sorted(each.ingredient for each in entry.exposures) == ["amitriptyline", "chlordiazepoxide"]


@pytest.mark.parametrize("entered", ["Lioresal Plus", "Elavil-D", "ibuprofen cold", "Lioresal Complex tid"])
def test_a_word_that_makes_another_product_is_said(entered: str) -> None:
    (said,) = resolve(entered).not_understood
    assert said.casefold() == " ".join(entered.casefold().replace("-", " ").split()[:2])


@pytest.mark.parametrize(
    "entered", ["baclofen plus amitriptyline", "baclofen D/C", "Claritin 10 mg", "baclofen 10 mg plus"]
)
def test_a_joining_word_makes_no_other_product(entered: str) -> None:
    assert resolve(entered).not_understood == ()


@pytest.mark.parametrize(
    "entered",
    [
        "baclofen 10 mg / fooxol", "baclofen 10 mg / fooxol sodium 5 mg", "baclofen 10 mg + fooxol",
        "baclofen 10 mg and fooxol", "baclofen, fooxol", "fooxol, baclofen 10 mg", "fooxol and baclofen 10 mg",
        "fooxol / baclofen 10 mg", "baclofen-fooxol 5/10", "baclofen/fooxol 10 mg/20 mg",
    ],
)  # fmt: skip
def test_a_name_nobody_knows_beside_a_known_one_is_said(entered: str) -> None:
    found = resolve(entered)
    assert (found.ingredients, found.not_understood) == (("baclofen",), ("fooxol",))


def test_the_salt_before_an_amount_hides_no_ingredient() -> None:
    label = "amoxicillin 120 MG/ML / clavulanate potassium 8.58 MG/ML Oral Suspension"
    assert resolve(label).not_understood == ("clavulanate",)
    assert resolve("losartan potassium 50 mg").not_understood == ()
