"""From typed text or a code to the ingredients it means, or to a plain "not understood".

Nothing is guessed: a near spelling is proposed for confirmation, a name with two meanings or a code
that contradicts the text stays unresolved (hazard H4).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Combination, Product, Release, Strength
from interactions.medicines.index import Index, Kind, Meaning, index_of
from interactions.medicines.routes import route_in
from interactions.medicines.scan import Found, Scan, scan
from interactions.medicines.strengths import beside, label_order, slashed
from interactions.medicines.text import MAX_LENGTH, fold, words


class Match(StrEnum):
    """How the ingredients were found; AMBIGUOUS and UNKNOWN have none."""

    EXACT = "exact"
    BRAND = "brand"
    CODE = "code"
    SPELLING = "spelling"
    COMBINATION = "combination"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What an entry means. ``ingredients`` are substance keys, empty unless resolved.

    ``candidates`` are substance keys to offer a person. ``not_understood`` names parts of a list of
    ingredients that could not be read: they were not checked, and that must be shown. ``instruction``
    is the folded text without the names.
    """

    entered: str
    ingredients: tuple[str, ...] = ()
    match: Match = Match.UNKNOWN
    needs_confirmation: bool = False
    candidates: tuple[str, ...] = ()
    product: Product | Combination | None = None
    strengths: tuple[Strength, ...] = ()
    route_hint: str | None = None
    not_understood: tuple[str, ...] = ()
    instruction: str = ""
    release: str = ""

    @property
    def resolved(self) -> bool:
        """True when there are ingredients to check."""
        return bool(self.ingredients)

    def strength_of(self, ingredient: str) -> Strength | None:
        """What one unit of the product holds of an ingredient; None when the text and the code say nothing."""
        return next((one for one in self.strengths if one.ingredient == ingredient), None)


_BY_KIND: Final = ((Kind.GENERIC, Match.EXACT), (Kind.BRAND, Match.BRAND))


def resolve(
    text: str,
    *,
    rxcui: str | None = None,
    atc: str | None = None,
    release: Release | None = None,
) -> Resolution:
    """The ingredients that an entry means, by its text, its RxNorm or ATC code, or both.

    A code this release does not know adds nothing and contradicts nothing. Never raises on any text;
    text longer than MAX_LENGTH characters is not read.
    """
    chosen = release or current_release()
    index = index_of(chosen)
    typed = replace(_by_text(text, index), release=chosen.version)
    by_rxcui = index.codes.get((rxcui or "").strip())
    by_atc = index.atc.get((atc or "").strip().upper(), ())
    if by_rxcui is None:
        return _with_code(typed, by_atc, None) if by_atc else typed
    if by_atc and all(set(one.ingredients) != set(by_rxcui.ingredients) for one in by_atc):
        return _unresolved(typed, (*typed.ingredients, *_offered((by_rxcui, *by_atc))))
    return _with_code(typed, (by_rxcui,), chosen.products.get((rxcui or "").strip()))


def _offered(meanings: tuple[Meaning, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for one in meanings for key in one.ingredients))


def _with_code(typed: Resolution, coded: tuple[Meaning, ...], product: Product | None) -> Resolution:
    agreeing = [one for one in coded if set(one.ingredients) == set(typed.ingredients)]
    offered = _offered(coded)
    if typed.resolved and agreeing:
        doubtful = typed.match is Match.SPELLING or typed.needs_confirmation
        return replace(
            typed,
            match=Match.CODE if doubtful else typed.match,
            needs_confirmation=False,
            candidates=(),
            product=product or typed.product,
            strengths=(product.strengths if product else ()) or typed.strengths,
            route_hint=typed.route_hint or (product.route if product else None),
        )
    contradicted = typed.resolved or typed.not_understood
    if typed.candidates and not set(typed.candidates) & set(offered):
        contradicted = True
    if contradicted or len(coded) > 1:
        return _unresolved(typed, (*typed.ingredients, *typed.candidates, *offered))
    meaning = coded[0]
    return replace(
        typed,
        ingredients=meaning.ingredients,
        match=Match.CODE,
        # The text beside the code named nothing: a person should see that.
        needs_confirmation=typed.match is Match.UNKNOWN and bool(typed.entered.strip()),
        candidates=(),
        product=product or meaning.combination,
        strengths=product.strengths if product else (),
        route_hint=typed.route_hint or meaning.route,
    )


def _unresolved(typed: Resolution, candidates: tuple[str, ...]) -> Resolution:
    return replace(
        typed,
        ingredients=(),
        match=Match.AMBIGUOUS,
        needs_confirmation=False,
        candidates=tuple(dict.fromkeys(candidates)),
        product=None,
        strengths=(),
    )


def _by_text(text: str, index: Index) -> Resolution:
    blank = Resolution(entered=text)
    if len(text) > MAX_LENGTH:
        return blank
    folded = fold(text)
    seen = scan(folded, index)
    blank = replace(blank, instruction=_without(folded, seen.found))
    route = route_in(word.text for word in words(folded))
    known = [one for one in seen.found if one.meaning.ingredients and one.meaning.kind is not Kind.AMBIGUOUS]
    doubtful = [one for one in seen.found if one.meaning.kind is Kind.AMBIGUOUS]
    ingredients = tuple(dict.fromkeys(key for one in known for key in one.meaning.ingredients))
    open_choice = [one for one in doubtful if not set(one.meaning.ingredients) & set(ingredients)]
    if open_choice or not ingredients:
        return _not_resolved(blank, seen, open_choice, ingredients, route)
    settled = _settled(blank, seen, known, ingredients)
    combination = settled.product if isinstance(settled.product, Combination) else None
    brand_route = next((one.meaning.route for one in known if one.meaning.route), None)
    return replace(settled, strengths=_strengths(folded, known, combination), route_hint=route or brand_route)


def _without(folded: str, found: tuple[Found, ...]) -> str:
    for one in found:
        folded = folded[: one.start] + " " * (one.end - one.start) + folded[one.end :]
    return folded.strip()


def _not_resolved(
    blank: Resolution, seen: Scan, choice: list[Found], ingredients: tuple[str, ...], route: str | None
) -> Resolution:
    offered = [*ingredients, *(key for one in choice for key in one.meaning.ingredients), *seen.candidates]
    named_other = any(one.meaning.kind is Kind.OTHER for one in seen.found)
    return replace(
        blank,
        match=Match.AMBIGUOUS if offered and not (named_other and not choice) else Match.UNKNOWN,
        candidates=tuple(dict.fromkeys(offered)),
        not_understood=seen.not_understood,
        route_hint=route,
    )


def _settled(blank: Resolution, seen: Scan, known: list[Found], ingredients: tuple[str, ...]) -> Resolution:
    combination = _combination(known, ingredients)
    certain = [one for one in known if not one.near and not one.meaning.misspelt]
    sure = {key for one in certain for key in one.meaning.ingredients}
    others = set(combination.others) if combination else set()
    return replace(
        blank,
        ingredients=ingredients,
        match=_match(certain, ingredients, sure),
        needs_confirmation=not set(ingredients) <= sure,
        candidates=() if set(ingredients) <= sure else ingredients,
        product=combination,
        not_understood=tuple(word for word in seen.not_understood if word.casefold() not in others),
    )


def _match(certain: list[Found], ingredients: tuple[str, ...], sure: set[str]) -> Match:
    if len(ingredients) > 1:
        return Match.COMBINATION if sure else Match.SPELLING
    kinds = {one.meaning.kind for one in certain}
    if Kind.COMBINATION in kinds:
        return Match.COMBINATION
    return next((match for kind, match in _BY_KIND if kind in kinds), Match.SPELLING)


def _combination(known: list[Found], ingredients: tuple[str, ...]) -> Combination | None:
    """The named combination that accounts for all ingredients, or a nameless one for several."""
    for one in known:
        named = one.meaning.combination
        if named is not None and set(named.ingredients) == set(ingredients):
            return named
    if len(ingredients) < 2:
        return None
    return Combination(key="+".join(ingredients), name="/".join(ingredients), ingredients=ingredients, route=None)


def _strengths(folded: str, known: list[Found], combination: Combination | None) -> tuple[Strength, ...]:
    last = max(one.end for one in known)
    if combination is not None:
        named = any(one.meaning.combination is combination for one in known)
        order = label_order(combination) if named else tuple(k for one in known for k in one.meaning.ingredients)
        by_label = slashed(order, folded[last:])
        if by_label or combination.strengths:
            return by_label or combination.strengths
    alone = len(known) == 1
    ends = [*(one.start for one in known[1:]), len(folded)]
    found = [
        beside(one.meaning.ingredients[0], folded[one.end : end], alone=alone) or one.meaning.strength
        for one, end in zip(known, ends, strict=True)
        if len(one.meaning.ingredients) == 1
    ]
    return tuple(strength for strength in found if strength is not None)
