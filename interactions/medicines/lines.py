"""Where one typed line lists several medicines, each with its own instruction, and must be read one by one.

"baclofen 10 mg tid and amitriptyline 25 mg nocte" is two medicines, while "perphenazine 2 mg / amitriptyline
25 mg tablet tid" is one product: the first says how often before it names the second.
"""

import re
from collections.abc import Sequence
from typing import Final

from interactions.medicines.found import Found
from interactions.medicines.scan import Scan
from interactions.medicines.sig_amounts import amounts, plain_counts
from interactions.medicines.sig_words import frequencies

_AS_NEEDED: Final = re.compile(r"\b(?:prn|(?:as|when|if) (?:needed|required|necessary))")
_EXPLAINED: Final = re.compile(r"\bcontain|\beach\b|\bequiv|\bconsist|=")
_JOINED: Final = re.compile(
    r"(?:\s|[,;+&/(-]|\b(?:and|plus|with|also|then|or|(?<=and )on|(?<=plus )on|(?<=also )on)\b)+$"
)


def pieces(folded: str, seen: Scan) -> tuple[str, ...]:
    """The text of each medicine of a list, in order; empty when the text is of one medicine or one product."""
    starts = _starts(folded, seen)
    if len(starts) < 2 or amounts(plain_counts(folded[: starts[0]])):
        # An amount before the first name may belong to any of them.
        return ()
    bounds = [0, *starts[1:], len(folded)]
    return tuple(_JOINED.sub("", folded[bounds[i] : bounds[i + 1]]) for i in range(len(starts)))


def _starts(folded: str, seen: Scan) -> list[int]:
    """Where each medicine begins: the first name, and every later one that follows a finished instruction."""
    named = sorted([(one.start, one.end, _key(one)) for one in seen.found] + _strangers(seen), key=lambda one: one[0])
    starts: list[int] = []
    # A name said again is the same medicine; a part of a product said apart from it is another one.
    said: set[frozenset[str]] = set()
    for place, (start, _, key) in enumerate(named):
        if not starts:
            starts.append(start)
        elif key not in said and _finished(folded[named[place - 1][1] : start]):
            starts.append(start)
            said = set()
        said.add(key)
    return starts


def _strangers(seen: Scan) -> list[tuple[int, int, frozenset[str]]]:
    return [(word.start, word.end, frozenset({word.text})) for word in seen.strangers]


def _key(one: Found) -> frozenset[str]:
    return frozenset(one.meaning.ingredients or (one.meaning.name,))


def _finished(between: str) -> bool:
    """True when the words between two names say how often the first is taken, or end its line."""
    if _EXPLAINED.search(between):
        return False
    text = _JOINED.sub("", plain_counts(between))
    return ";" in between or _AS_NEEDED.search(text) is not None or bool(frequencies(text)[1])


def joined(parts: Sequence[str]) -> str:
    """Several written lines as one, with the mark that ends each of them."""
    return " ; ".join(part for part in parts if part.strip())
