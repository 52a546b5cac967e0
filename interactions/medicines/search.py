"""Suggests medicines while a prescriber types: generics, brands and combinations, the surest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Combination, Release
from interactions.medicines.index import Kind, Meaning, index_of, name_key
from interactions.medicines.names import resolve

SHORTEST_QUERY: Final = 2
# Fewer letters than these are found inside half of all names.
SHORTEST_INSIDE: Final = 4
_OFFERED: Final = {Kind.GENERIC, Kind.BRAND, Kind.COMBINATION, Kind.SPELLING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One line of the list. ``entered`` is the text to resolve again when it is chosen.

    ``key`` names the substance or the combination; ``note`` warns of names it is easily taken for.
    """

    label: str
    entered: str
    key: str
    ingredients: tuple[str, ...]
    drug_class: str
    routes: tuple[str, ...]
    note: str | None = None


def search(text: str, limit: int = 10, *, release: Release | None = None) -> list[Suggestion]:
    """Names that begin with the text, then those with a word that does, then those that hold it.

    An unlisted near spelling comes last. Each medicine is offered once, under the name that fits best.
    """
    chosen = release or current_release()
    query = " ".join(name_key(text))
    if len(query.replace(" ", "")) < SHORTEST_QUERY:
        return []
    best: dict[tuple[str, str | None], tuple[tuple[int, int, str], Meaning]] = {}
    for words, meaning in index_of(chosen).names.items():
        if meaning.kind not in _OFFERED:
            continue
        rank = _rank(query, " ".join(words))
        if rank is None:
            continue
        key = (_key(meaning), meaning.route)
        order = (rank, _surety(meaning, chosen), meaning.name.casefold())
        if key not in best or order < best[key][0]:
            best[key] = (order, meaning)
    ranked = [meaning for _, meaning in sorted(best.values(), key=lambda pair: pair[0])]
    return [_suggestion(meaning, chosen) for meaning in ranked or _typed(text, chosen)][:limit]


def _rank(query: str, name: str) -> int | None:
    if name == query:
        return 0
    if name.startswith(query):
        return 1
    if f" {query}" in name:
        return 2
    return 3 if query in name and len(query) >= SHORTEST_INSIDE else None


def _key(meaning: Meaning) -> str:
    return meaning.combination.key if meaning.combination else meaning.ingredients[0]


def _surety(meaning: Meaning, release: Release) -> int:
    """The plain name first, then brands, then other names of it, then listed misspellings."""
    if meaning.misspelt:
        return 3
    if meaning.kind is not Kind.GENERIC:
        return 1
    return 0 if meaning.name == release.substances[meaning.ingredients[0]].name else 2


def _typed(text: str, release: Release) -> Iterator[Meaning]:
    """What a whole line means or may mean, dose and all: "baclofin 10 mg tds"."""
    resolution = resolve(text, release=release)
    if isinstance(resolution.product, Combination) and resolution.product.key in release.combinations:
        product = resolution.product
        yield Meaning(product.name, Kind.COMBINATION, product.ingredients, product, route=product.route)
        return
    for key in dict.fromkeys((*resolution.ingredients, *resolution.candidates)):
        yield Meaning(release.substances[key].name, Kind.GENERIC, (key,))


def _suggestion(meaning: Meaning, release: Release) -> Suggestion:
    substances = [release.substances[key] for key in meaning.ingredients]
    generic = "/".join(substance.name for substance in substances)
    shown = generic if meaning.misspelt else meaning.name
    combination = meaning.combination
    if combination is not None:
        generic = "/".join((*(substance.name for substance in substances), *combination.others))
        shown = combination.name if meaning.misspelt else meaning.name
    alike = [name for substance in substances for name in substance.look_alikes]
    routes = dict.fromkeys(route for substance in substances for route in substance.routes)
    if combination is not None and combination.route:
        routes = {combination.route: None}
    elif meaning.route:
        routes = {meaning.route: None}
    return Suggestion(
        label=shown if shown.casefold() == generic.casefold() else f"{shown} ({generic})",
        entered=shown,
        key=_key(meaning),
        ingredients=meaning.ingredients,
        drug_class="; ".join(dict.fromkeys(substance.drug_class for substance in substances)),
        routes=tuple(routes),
        note=f"Easily taken for {', '.join(alike)}." if alike else None,
    )
