"""Words beside a known name that are another medicine, or make another product of it, without our knowing which.

They are said, so that a line is never taken to be checked whole when a part of it was not understood.
"""

from collections.abc import Sequence
from typing import Final

from interactions.medicines.found import Found
from interactions.medicines.index import Kind
from interactions.medicines.stems import stem_of
from interactions.medicines.text import Word

_MASS: Final = frozenset(("mg", "mgs", "mcg", "ug", "g", "gm", "microgram", "micrograms", "ml", "units", "unit", "%"))
# Words on a pack that stand for more ingredients beside the one it is named for, or for others.
_EXTENSIONS: Final = frozenset(
    """
    plus pm extra cold flu cough sinus congestion d dm pe complex duo comp compositum combi combo hct hctz migraine
    nighttime nite herbal
    """.split()  # noqa: SIM905 - a list of quoted words would be harder to read
)
# The same, but only where nothing else is written: "Elavil 25 mg night" says when.
_ALONE: Final = frozenset({"night", "sleep"})
_PIECE_ENDS: Final = frozenset(",;")
_SHORTEST: Final = 4


def strangers(folded: str, every: Sequence[Word], unknown: Sequence[Word]) -> tuple[Word, ...]:
    """Unknown words that an amount follows, that stand alone in a list, or that end as names of medicines do."""
    places = {word.start: place for place, word in enumerate(every)}
    found = [word for word in unknown if len(word.text) >= _SHORTEST and _is_one(folded, every, places[word.start])]
    return tuple(sorted(found, key=lambda word: word.start))


def _is_one(folded: str, every: Sequence[Word], place: int) -> bool:
    word = every[place]
    after = every[place + 1] if place + 1 < len(every) else None
    beyond = every[place + 2] if place + 2 < len(every) else None
    if after is not None and after.is_number and beyond is not None and beyond.text in _MASS:
        return True
    return stem_of(word.text) is not None or _alone(folded, word)


def _alone(folded: str, word: Word) -> bool:
    """True for a word between two marks of a list: ", foozumab" or "; foozumab ;"."""
    before, after = folded[: word.start].rstrip(), folded[word.end :].lstrip()
    return before[-1:] in _PIECE_ENDS and (not after or after[0] in _PIECE_ENDS)


def other_products(every: Sequence[Word], found: Sequence[Found]) -> tuple[str, ...]:
    """A known name with a word that makes another product of it: "Nurofen Plus", where only Nurofen is known."""
    names = {one.start for one in found}
    extensions = _EXTENSIONS if any(word.is_number for word in every) else _EXTENSIONS | _ALONE
    told = []
    for one in found:
        if one.meaning.kind in {Kind.AMBIGUOUS, Kind.OTHER}:
            continue
        following = [word for word in every if word.start >= one.end][:3]
        if following and following[0].text == "-":
            del following[0]
        if not following or following[0].text not in extensions or following[0].start in names:
            continue
        beyond = following[1] if len(following) > 1 else None
        if beyond is None or (beyond.start not in names and beyond.text != "/"):
            told.append(f"{one.meaning.name} {following[0].text}")
    return tuple(told)
