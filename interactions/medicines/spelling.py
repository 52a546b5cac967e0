"""Compares an unknown word with the known names, and only ever proposes: a person confirms.

A near word is taken up when it is close to one meaning and to no other, be it another medicine of
this release or one that is listed only so that it is not mistaken (hazard H4, look-alikes).
"""

from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from interactions.medicines.index import Index, Kind, Meaning, name_key
from interactions.medicines.stems import stem_of

SHORTEST_COMPARED: Final = 6
SHORTEST_PREFIX: Final = 4
_MOST_CANDIDATES: Final = 5
# How much farther the next meaning must be before the nearest is taken up.
_MARGIN: Final = 2


@dataclass(frozen=True, slots=True)
class Near:
    """What a word may have meant: one meaning when it is clear, and the candidates in any case."""

    meaning: Meaning | None
    candidates: tuple[str, ...]


_NOTHING: Final = Near(None, ())


def nearest(word: str, index: Index) -> Near:
    """Compare one folded word with every single-word name."""
    if len(word) >= SHORTEST_PREFIX:
        begun = _begun(word, index)
        if begun is not None:
            return begun
    if len(word) < SHORTEST_COMPARED:
        return _NOTHING
    allowed = 1 if len(word) < 8 else 2
    distances = _distances(word, index, allowed + _MARGIN)
    if not distances or distances[0][0] > allowed:
        return _NOTHING
    closest, meaning = distances[0]
    rivals = [
        other
        for distance, other in distances
        if distance < closest + _MARGIN and other.ingredients != meaning.ingredients
    ]
    candidates = _candidates([meaning, *rivals])
    stem = stem_of(word)
    of_another_class = stem is not None and not name_key(meaning.name)[-1].endswith(stem)
    if rivals or of_another_class or meaning.kind in {Kind.OTHER, Kind.AMBIGUOUS}:
        return Near(None, candidates)
    return Near(meaning, candidates)


def _distances(word: str, index: Index, limit: int) -> list[tuple[int, Meaning]]:
    found = []
    for name, meaning in index.single.items():
        if len(name) < SHORTEST_COMPARED or abs(len(name) - len(word)) > limit:
            continue
        distance = OSA.distance(word, name, score_cutoff=limit)
        if distance > limit:
            continue
        # A slip seldom changes the first letter, while look-alike names often differ in it.
        if name[0] != word[0] and distance > 1 and meaning.kind is not Kind.OTHER:
            distance += _MARGIN
        found.append((distance, meaning))
    return sorted(found, key=lambda pair: (pair[0], pair[1].kind is Kind.OTHER, pair[1].name))


def _begun(word: str, index: Index) -> Near | None:
    """Names that the word is the beginning of; a clear one needs as many letters as a comparison."""
    whole = index.single.items()
    starts = [meaning for name, meaning in whole if name.startswith(word) and name not in index.joined]
    if not starts:
        return None
    known = [meaning for meaning in starts if meaning.ingredients]
    one = len(known) == len(starts) and len({meaning.ingredients for meaning in known}) == 1
    if one and len(word) >= SHORTEST_COMPARED:
        return Near(known[0], _candidates(known))
    return Near(None, _candidates(known))


def _candidates(meanings: list[Meaning]) -> tuple[str, ...]:
    keys = dict.fromkeys(key for meaning in meanings for key in meaning.ingredients)
    return tuple(keys)[:_MOST_CANDIDATES]
