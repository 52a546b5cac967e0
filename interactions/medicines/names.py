"""From typed text or a code to the ingredients it means, or to a plain "not understood".

Nothing is guessed: a near spelling is proposed for confirmation, a name with two meanings or a code
that contradicts the text stays unresolved (hazard H4).
"""

from dataclasses import replace
from typing import Final

from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Combination, Release, Strength
from interactions.medicines.codes import with_codes
from interactions.medicines.found import Found
from interactions.medicines.index import Index, Kind, index_of
from interactions.medicines.label_parts import with_label_parts
from interactions.medicines.lines import joined, pieces
from interactions.medicines.resolution import Match, Resolution
from interactions.medicines.routes import route_in
from interactions.medicines.scan import Scan, scan
from interactions.medicines.status import Status, statuses, without_advice
from interactions.medicines.strengths import beside, label_order, slashed
from interactions.medicines.text import MAX_LENGTH, fold, words

__all__ = ["Match", "Resolution", "resolve"]

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
    coded = with_codes(typed, index, chosen, rxcui=rxcui, atc=atc) if rxcui or atc else typed
    return with_label_parts(coded, chosen)


def _by_text(text: str, index: Index) -> Resolution:
    if len(text) > MAX_LENGTH:
        return Resolution(entered=text, remarks=(f"a text of more than {MAX_LENGTH} characters is not read",))
    folded = fold(joined(text.splitlines()))
    seen = scan(folded, index)
    if len(seen.found) > 1:
        # "no alcohol" beside a medicine is an advice; alone, it is an answer about drinking.
        advised = without_advice(folded)
        if advised != folded:
            folded, seen = advised, scan(advised, index)
    listed = pieces(folded, seen)
    if not listed:
        return _one(text, folded, seen)
    return _of_list(text, folded, seen, tuple(_piece(piece, index) for piece in listed))


def _piece(folded: str, index: Index) -> Resolution:
    return _one(folded, folded, scan(folded, index))


def _of_list(text: str, folded: str, seen: Scan, parts: tuple[Resolution, ...]) -> Resolution:
    """One resolution for a line that lists several medicines, each of them read on its own."""
    ingredients = tuple(dict.fromkeys(key for part in parts for key in part.ingredients))
    routes = {part.route_hint for part in parts}
    resolved = [part.match for part in parts if part.resolved]
    strange = dict.fromkeys([*seen.not_understood, *(word for part in parts for word in part.not_understood)])
    unsure = any(part.unsure for part in parts)
    return Resolution(
        entered=text,
        ingredients=ingredients,
        match=(Match.COMBINATION if len(resolved) > 1 else resolved[0]) if resolved else _worst(parts),
        unsure=unsure,
        candidates=ingredients if unsure else tuple(key for part in parts if not resolved for key in part.candidates),
        route_hint=routes.pop() if len(routes) == 1 else None,
        not_understood=tuple(strange),
        statuses=_statuses(folded, seen),
        remarks=(f"{len(parts)} medicines are written in one line: each is read with its own dose",),
        parts=parts,
        instruction=_without(folded, seen.found),
    )


def _worst(parts: tuple[Resolution, ...]) -> Match:
    return Match.AMBIGUOUS if any(part.match is Match.AMBIGUOUS for part in parts) else Match.UNKNOWN


def _statuses(folded: str, seen: Scan) -> tuple[Status, ...]:
    return statuses(folded, [one for one in seen.found if one.meaning.ingredients])


def _one(text: str, folded: str, seen: Scan) -> Resolution:
    """A text that names one medicine or one product."""
    blank = Resolution(entered=text, instruction=_without(folded, seen.found))
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
    return replace(
        settled,
        strengths=_strengths(folded, known, combination),
        route_hint=route or brand_route,
        statuses=_statuses(folded, seen),
    )


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
        unsure=not set(ingredients) <= sure,
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
