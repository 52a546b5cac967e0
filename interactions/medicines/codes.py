"""A code beside the text of an entry: it settles the text, stands alone, or contradicts it, which is said."""

from collections.abc import Iterable
from dataclasses import replace

from interactions.knowledge.release import Product, Release
from interactions.medicines.index import Index, Meaning
from interactions.medicines.resolution import Match, Resolution


def with_codes(
    typed: Resolution, index: Index, release: Release, *, rxcui: str | None = None, atc: str | None = None
) -> Resolution:
    """The entry as its text, its RxNorm code and its ATC code mean it together.

    Codes and text that name different medicines leave it unresolved, with all of them as candidates. A code
    that this release does not hold is named in ``remarks``: it adds nothing, and was not compared.
    """
    number, letters = (rxcui or "").strip(), (atc or "").strip().upper()
    by_rxcui, by_atc = index.codes.get(number), index.atc.get(letters, ())
    strange = [
        f"the {system} code {code[:40]} is not in this release and was not compared with the text"
        for system, code, known in (("RxNorm", number, by_rxcui), ("ATC", letters, by_atc))
        if code and not known
    ]
    typed = replace(typed, remarks=(*typed.remarks, *strange))
    if by_rxcui is None:
        return _with(typed, by_atc, None, said=f"ATC {letters}") if by_atc else typed
    if by_atc and all(set(one.ingredients) != set(by_rxcui.ingredients) for one in by_atc):
        said = (
            f"the codes RxNorm {number} ({by_rxcui.name}) and ATC {letters} ({_names(by_atc)}) name different medicines"
        )
        return _open(typed, (*typed.ingredients, *_offered((by_rxcui, *by_atc))), said)
    return _with(typed, (by_rxcui,), release.products.get(number), said=f"RxNorm {number}")


def _offered(meanings: Iterable[Meaning]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for one in meanings for key in one.ingredients))


def _names(meanings: Iterable[Meaning]) -> str:
    return " or ".join(dict.fromkeys(one.name for one in meanings))


def _with(typed: Resolution, coded: tuple[Meaning, ...], product: Product | None, *, said: str) -> Resolution:
    agreeing = any(set(one.ingredients) == set(typed.ingredients) for one in coded)
    offered = _offered(coded)
    if typed.resolved and agreeing:
        return replace(
            typed,
            match=Match.CODE if typed.match is Match.SPELLING or typed.unsure else typed.match,
            unsure=False,
            candidates=(),
            product=product or typed.product,
            strengths=(product.strengths if product else ()) or typed.strengths,
            route_hint=typed.route_hint or (product.route if product else None),
        )
    contradicted = typed.resolved or typed.not_understood
    if typed.candidates and not set(typed.candidates) & set(offered):
        contradicted = True
    if contradicted:
        problem = f"the code {said} ({_names(coded)}) and the text “{typed.entered[:80]}” name different medicines"
        return _open(typed, (*typed.ingredients, *typed.candidates, *offered), problem)
    if len(coded) > 1:
        problem = f"the code {said} may mean {_names(coded)}"
        return _open(typed, (*typed.ingredients, *typed.candidates, *offered), problem)
    meaning = coded[0]
    return replace(
        typed,
        ingredients=meaning.ingredients,
        match=Match.CODE,
        # The text beside the code named nothing: a person should see that.
        unsure=typed.match is Match.UNKNOWN and bool(typed.entered.strip()),
        candidates=(),
        product=product or meaning.combination,
        strengths=product.strengths if product else (),
        route_hint=typed.route_hint or meaning.route,
    )


def _open(typed: Resolution, candidates: tuple[str, ...], problem: str) -> Resolution:
    """The entry unresolved: what is meant is for a person to say."""
    return replace(
        typed,
        ingredients=(),
        match=Match.AMBIGUOUS,
        unsure=False,
        candidates=tuple(dict.fromkeys(candidates)),
        product=None,
        strengths=(),
        parts=(),
        remarks=(*typed.remarks, problem),
    )
