"""RxNorm and ATC codes: every listed one is known, and a code that contradicts its text is never followed."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from interactions.knowledge.loader import current_release
from interactions.medicines.names import Match, resolve

RELEASE = current_release()


@pytest.mark.parametrize("rxcui", sorted(RELEASE.products))
def test_every_product_code_gives_its_ingredients_and_strengths(rxcui: str) -> None:
    label = RELEASE.products[rxcui].label
    named = {word.lower() for word in re.findall(r"Baclofen|Amitriptyline|Perphenazine|Chlordiazepoxide", label)}
    amounts = [Decimal(amount) for amount in re.findall(r"([\d.]+) MG", label)]
    resolution = resolve("", rxcui=rxcui)
    assert set(resolution.ingredients) == named
    assert [strength.amount for strength in resolution.strengths] == amounts
    assert resolution.match == Match.CODE
    assert not resolution.needs_confirmation
    assert resolution.product == RELEASE.products[rxcui]


@pytest.mark.parametrize("rxcui", sorted(RELEASE.products))
def test_every_product_label_means_what_its_code_means(rxcui: str) -> None:
    product = RELEASE.products[rxcui]
    alone, together = resolve(product.label), resolve(product.label, rxcui=rxcui)
    assert set(alone.ingredients) == set(together.ingredients) == set(product.ingredients)
    assert together.strengths == product.strengths


@pytest.mark.parametrize("key", sorted(key for key, one in RELEASE.substances.items() if one.rxcui))
def test_every_ingredient_code_gives_its_substance(key: str) -> None:
    resolution = resolve("", rxcui=RELEASE.substances[key].rxcui)
    assert resolution.ingredients == (key,)
    assert resolution.match == Match.CODE


@pytest.mark.parametrize("key", sorted(RELEASE.substances))
def test_every_atc_code_gives_its_substance(key: str) -> None:
    for code in RELEASE.substances[key].atc:
        assert resolve("", atc=code.lower()).ingredients == (key,)


def test_an_unknown_code_leaves_the_text_to_speak() -> None:
    resolution = resolve("lisinopril 10 MG Oral Tablet", rxcui="314076")
    assert resolution.ingredients == ("lisinopril",)
    assert resolution.match == Match.EXACT


def test_a_brand_beside_its_code_stays_a_brand() -> None:
    resolution = resolve("Lioresal 10 MG", rxcui="202109")
    assert resolution.match == Match.BRAND
    assert resolution.strengths[0].amount == 10


def test_a_combination_beside_its_code_has_the_strengths_of_the_code() -> None:
    resolution = resolve("Limbitrol DS", rxcui="856792")
    assert resolution.match == Match.COMBINATION
    assert resolution.strength_of("amitriptyline") == RELEASE.products["856792"].strengths[0]


def test_a_code_confirms_a_misspelling() -> None:
    resolution = resolve("baclofin", rxcui="1292")
    assert resolution.match == Match.CODE
    assert not resolution.needs_confirmation


def test_a_code_settles_an_ambiguous_name() -> None:
    assert resolve("ami", rxcui="704").ingredients == ("amitriptyline",)


@pytest.mark.parametrize(
    ("text", "rxcui", "atc"),
    [
        ("baclofen", "704", None),
        ("bacitracin", "1292", None),
        ("Bactroban", "1292", None),
        ("amitriptyline/perphenazine", "704", None),
        ("amitriptyline", None, "N06CA01"),
        ("baclofen", None, "N06AA09"),
        ("baclofen", "1292", "N06AA09"),
        ("", "1292", "N06AA09"),
        ("ami", "1292", None),
    ],
)
def test_a_contradiction_is_never_settled_by_guessing(text: str, rxcui: str | None, atc: str | None) -> None:
    resolution = resolve(text, rxcui=rxcui, atc=atc)
    assert resolution.match == Match.AMBIGUOUS
    assert resolution.ingredients == ()
    assert len(resolution.candidates) >= 1


def test_the_atc_code_of_two_combinations_asks_which() -> None:
    resolution = resolve("", atc="N06CA01")
    assert resolution.match == Match.AMBIGUOUS
    assert set(resolution.candidates) == {"amitriptyline", "perphenazine", "chlordiazepoxide"}
    assert resolve("perphenazine/amitriptyline", atc="N06CA01").match == Match.COMBINATION


def test_words_that_say_nothing_beside_a_code_are_shown_for_confirmation() -> None:
    resolution = resolve("the white ones", rxcui="1292")
    assert resolution.ingredients == ("baclofen",)
    assert resolution.needs_confirmation


@pytest.mark.parametrize("code", ["", " ", "0", "999999999", "1292x", "<script>", "1" * 500])
def test_a_code_that_is_none_adds_nothing(code: str) -> None:
    resolution = resolve("baclofen", rxcui=code, atc=code)
    assert replace(resolution, remarks=()) == resolve("baclofen")
    assert len(resolution.remarks) == (2 if code.strip() else 0)
    assert all("not compared" in remark and len(remark) < 120 for remark in resolution.remarks)
    assert resolve("", rxcui=code).match == Match.UNKNOWN
