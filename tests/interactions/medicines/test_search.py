"""Suggestions while a prescriber types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.knowledge.loader import current_release
from interactions.medicines import resolve, search

RELEASE = current_release()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("bacl", "baclofen"),
        ("amit", "amitriptyline"),
        ("BACLOFEN", "baclofen"),
        ("lior", "Lioresal (baclofen)"),
        ("elav", "Elavil (amitriptyline)"),
        ("perc", "Percocet (oxycodone/acetaminophen)"),
        ("gaba", "gabapentin"),
        ("sinem", "Sinemet (levodopa/carbidopa)"),
        ("baclofin", "baclofen"),
        ("baclofin 10 mg tds", "baclofen"),
        ("amytriptiline", "amitriptyline"),
    ],
)
def test_the_best_fit_comes_first(query: str, first: str) -> None:
    assert search(query)[0].label == first


def test_generics_come_before_brands_and_brands_before_words_inside() -> None:
    labels = [one.label for one in search("ami")]
    assert labels[:4] == ["amiloride", "amiodarone", "amisulpride", "amitriptyline"]


def test_a_brand_of_another_route_is_a_line_of_its_own() -> None:
    routes = {one.label: one.routes for one in search("lioresal")}
    assert routes["Lioresal (baclofen)"] == ("oral",)
    assert routes["Lioresal Intrathecal (baclofen)"] == ("intrathecal",)


def test_a_line_carries_class_routes_and_look_alikes() -> None:
    baclofen = search("baclofen")[0]
    assert "muscle relaxant" in baclofen.drug_class
    assert "intrathecal" in baclofen.routes
    assert baclofen.note is not None
    assert "bacitracin" in baclofen.note


@pytest.mark.parametrize("query", ["", " ", "a", "\u200b", "zzzzz", "10 mg"])
def test_nothing_is_suggested_for_nothing(query: str) -> None:
    assert search(query) == []


def test_the_limit_is_kept() -> None:
    assert len(search("a", limit=3)) == 0
    assert len(search("am", limit=3)) == 3


@given(st.sampled_from(sorted(RELEASE.substances)), st.data())
def test_what_is_offered_resolves_to_what_it_says(key: str, data: st.DataObject) -> None:
    name = RELEASE.substances[key].name
    query = name[: data.draw(st.integers(2, len(name)))]
    for suggestion in search(query, limit=50):
        assert set(resolve(suggestion.entered).ingredients) == set(suggestion.ingredients)


@given(st.text(max_size=100))
def test_no_text_breaks_the_search(text: str) -> None:
    assert len(search(text)) <= 10
