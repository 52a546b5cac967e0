"""Every written name of a release, under the words it folds to, with the one thing it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from interactions.knowledge.release import Combination, Formulation, Release, Strength
from interactions.medicines.text import fold, words

# "and" and "with" join the parts of a name in one label and a stroke does in another.
JOINERS: Final = frozenset({"and", "with", "et", "/", "+", "&", "-", ";", ":", "(", ")", "[", "]"})
_RELEASE_FORMS: Final = frozenset({"xr", "xl", "er", "sr", "cr", "la", "mr"})

Key = tuple[str, ...]


class Kind(StrEnum):
    """How a name stands to what it means."""

    GENERIC = "generic"
    BRAND = "brand"
    SPELLING = "spelling"
    COMBINATION = "combination"
    AMBIGUOUS = "ambiguous"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one written name means: some substances, a combination, a choice, or another medicine."""

    name: str
    kind: Kind
    ingredients: tuple[str, ...] = ()
    combination: Combination | None = None
    misspelt: bool = False
    route: str | None = None
    # What one unit holds, for a brand that is sold in one strength only.
    strength: Strength | None = None
    # "Zyrtec allergy" is what it is for, "codeine allergy" why it is not taken.
    against_allergy: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """Names by their words; ``codes`` and ``atc`` by code, with what the code means."""

    names: Mapping[Key, Meaning]
    longest: int
    codes: Mapping[str, Meaning]
    atc: Mapping[str, tuple[Meaning, ...]]
    # Single words only, for the comparison of spellings: word -> meaning.
    single: Mapping[str, Meaning]
    # Those of them that are written in several words: their beginning is the name of other products too.
    joined: frozenset[str]


def name_key(name: str) -> Key:
    """The words of a name, without marks and joining words."""
    return tuple(word.text for word in words(fold(name)) if word.text not in JOINERS)


_built: dict[str, Index] = {}


def index_of(release: Release) -> Index:
    """The index of a release, built once for each content."""
    index = _built.get(release.content_hash)
    if index is None:
        index = _built.setdefault(release.content_hash, _build(release))
    return index


def _build(release: Release) -> Index:
    names: dict[Key, Meaning] = {}
    run_together: set[str] = set()
    for meaning in _meanings(release):
        key = name_key(meaning.name)
        names.setdefault(key, meaning)
        if len(key) > 1 and all(word.isalpha() for word in key):
            names.setdefault(("".join(key),), meaning)
            run_together.add("".join(key))
        if len(key) > 1 and key[-1] in _RELEASE_FORMS:
            names.setdefault(key[:-1], meaning)
    atc: dict[str, tuple[Meaning, ...]] = {}
    for code, meaning in _atc(release):
        if all(set(meaning.ingredients) != set(known.ingredients) for known in atc.get(code, ())):
            atc[code] = (*atc.get(code, ()), meaning)
    return Index(
        names=MappingProxyType(names),
        longest=max(map(len, names)),
        codes=MappingProxyType(dict(_codes(release))),
        atc=MappingProxyType(atc),
        single=MappingProxyType({key[0]: meaning for key, meaning in names.items() if len(key) == 1}),
        joined=frozenset(run_together),
    )


def _meanings(release: Release) -> Iterator[Meaning]:
    """The surest first: a later name never takes the words of an earlier one."""
    forms = _brand_forms(release)
    yield from _substance_names(release, forms)
    for combination in release.combinations.values():
        yield from (_combined(combination, name, misspelt=False) for name in combination.names)
    for formulation in release.formulations.values():
        for name in formulation.brands:
            yield _branded(name, formulation.ingredient, forms)
    yield from _uncertain_names(release)


def _substance_names(release: Release, forms: Mapping[str, list[Formulation]]) -> Iterator[Meaning]:
    for key, substance in release.substances.items():
        for name in (substance.name, key.replace("_", " "), *substance.synonyms):
            yield Meaning(name, Kind.GENERIC, (key,), against_allergy="antihistamine" in substance.groups)
        for name in substance.brands:
            yield replace(_branded(name, key, forms), against_allergy="antihistamine" in substance.groups)


def _uncertain_names(release: Release) -> Iterator[Meaning]:
    for key, substance in release.substances.items():
        for name in substance.misspellings:
            yield Meaning(name, Kind.SPELLING, (key,), misspelt=True)
    for combination in release.combinations.values():
        yield from (_combined(combination, name, misspelt=True) for name in combination.misspellings)
    for name, candidates in release.ambiguous_names.items():
        yield Meaning(name, Kind.AMBIGUOUS, candidates)
    for name in sorted(release.other_medicines):
        yield Meaning(name, Kind.OTHER)


def _combined(combination: Combination, name: str, *, misspelt: bool) -> Meaning:
    return Meaning(name, Kind.COMBINATION, combination.ingredients, combination, misspelt, route=combination.route)


def _brand_forms(release: Release) -> dict[str, list[Formulation]]:
    forms: dict[str, list[Formulation]] = {}
    for formulation in release.formulations.values():
        for brand in formulation.brands:
            forms.setdefault(brand, []).append(formulation)
    return forms


def _branded(name: str, ingredient: str, forms: Mapping[str, list[Formulation]]) -> Meaning:
    """A brand, with its route and its strength where every form of it has the same."""
    sold = forms.get(name, [])
    routes = {form.route for form in sold}
    strengths = {strength for form in sold for strength in form.strengths}
    return Meaning(
        name,
        Kind.BRAND,
        (ingredient,),
        route=routes.pop() if len(routes) == 1 else None,
        strength=strengths.pop() if len(strengths) == 1 else None,
    )


def _codes(release: Release) -> Iterator[tuple[str, Meaning]]:
    for key, substance in release.substances.items():
        if substance.rxcui:
            yield substance.rxcui, Meaning(substance.name, Kind.GENERIC, (key,))
    for rxcui, product in release.products.items():
        kind = Kind.COMBINATION if len(product.ingredients) > 1 else Kind.GENERIC
        yield rxcui, Meaning(product.label, kind, product.ingredients, route=product.route)


def _atc(release: Release) -> Iterator[tuple[str, Meaning]]:
    for key, substance in release.substances.items():
        for code in substance.atc:
            yield code, Meaning(substance.name, Kind.GENERIC, (key,))
    for combination in release.combinations.values():
        for code in combination.atc:
            yield code, _combined(combination, combination.name, misspelt=False)
