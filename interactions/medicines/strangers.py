"""Words beside a known name that are another medicine, or make another product of it, without our knowing which.

They are said, so that a line is never taken to be checked whole when a part of it was not understood.
"""

import re
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
# What stands between the name of a medicine and its amount, and is none itself: "clavulanate potassium 125 mg".
_SALTS: Final = frozenset(
    """
    acetate arginine besilate besylate bromide calcium chloride citrate fumarate hcl hydrobromide hydrochloride
    lactate lysine magnesium maleate mesilate mesylate nitrate phosphate potassium sodium succinate sulfate sulphate
    tartrate tosilate trometamol
    """.split()  # noqa: SIM905 - a list of quoted words would be harder to read
)
_PIECE_ENDS: Final = frozenset(",;")
# A slash or plus joins medicines where blanks stand around it; "5 mg/puff" has none.
_JOINS: Final = (" /", " +", " &", " and", " with")
_JOINS_AFTER: Final = (" /", " +", " &", " and ", " with ")
_HYPHEN: Final = re.compile(r"(?<=[a-z])-$")
_SHORTEST: Final = 4


def strangers(folded: str, every: Sequence[Word], unknown: Sequence[Word]) -> tuple[Word, ...]:
    """Unknown words that an amount follows, that stand alone in a list, or that end as names of medicines do."""
    places = {word.start: place for place, word in enumerate(every)}
    found = [word for word in unknown if len(word.text) >= _SHORTEST and _is_one(folded, every, places[word.start])]
    return tuple(sorted(found, key=lambda word: word.start))


def _is_one(folded: str, every: Sequence[Word], place: int) -> bool:
    word, following = every[place], every[place + 1 :]
    amount = [each for each in following[:4] if each.text not in _SALTS][:2]
    if len(amount) == 2 and amount[0].is_number and amount[1].text in _MASS:
        return True
    salts = 0
    while salts < len(following) and following[salts].text in _SALTS:
        salts += 1
    end = following[salts - 1].end if salts else word.end
    return stem_of(word.text) is not None or _alone(folded, word.start, end)


def _alone(folded: str, start: int, end: int) -> bool:
    """True for what a list sets apart: ", foozumab", "/ foozumab sodium", "foozumab and baclofen"."""
    before, after = folded[:start].rstrip(), folded[end:]
    begins = not before or before[-1:] in _PIECE_ENDS or before.endswith(_JOINS)
    ends = not after.strip() or after.lstrip()[0] in _PIECE_ENDS or after.startswith(_JOINS_AFTER)
    return (begins and ends) or _HYPHEN.search(folded[:start]) is not None


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
