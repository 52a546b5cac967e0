"""Finds the names of medicines in folded text: longest first, at word boundaries only."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from interactions.medicines.found import Found
from interactions.medicines.index import JOINERS, Index, Key, Kind, Meaning
from interactions.medicines.ordinary import ORDINARY
from interactions.medicines.spelling import nearest
from interactions.medicines.strangers import other_products, strangers
from interactions.medicines.text import Word, words

# "Tylenol 3 tablets" counts tablets; "Tylenol 3" alone is the product with codeine.
_COUNTED: Final = frozenset(
    ("mg", "ml", "g", "mcg", "x", "times", "tab", "tabs", "tablet", "tablets", "cap", "caps", "capsules", "pills")
)
_LETTERS_AS_DIGITS: Final = str.maketrans("01", "ol")
_DIGIT_IN_WORD: Final = re.compile(r"(?<=[a-z])[01](?=[a-z])")
_LIST_MARKS: Final = frozenset({"/", "+", "&"})


@dataclass(frozen=True, slots=True)
class Scan:
    """All names found, in order; what a doubtful word may have meant; words that were not understood.

    ``strangers`` are those of them that are followed by an amount, as a medicine is.
    """

    found: tuple[Found, ...]
    candidates: tuple[str, ...]
    not_understood: tuple[str, ...]
    strangers: tuple[Word, ...] = ()


def scan(folded: str, index: Index) -> Scan:
    """Names first as written, then by nearness for the words that are left."""
    result = _scan(folded, index)
    if _DIGIT_IN_WORD.search(folded) and not any(_is_known(one) for one in result.found):
        mended = _scan(_DIGIT_IN_WORD.sub(lambda digit: digit[0].translate(_LETTERS_AS_DIGITS), folded), index)
        if any(_is_known(one) for one in mended.found):
            return replace(mended, found=tuple(replace(one, near=True) for one in mended.found))
    return result


def _is_known(one: Found) -> bool:
    return one.meaning.kind not in {Kind.AMBIGUOUS, Kind.OTHER}


def _scan(folded: str, index: Index) -> Scan:
    every = words(folded)
    content = [word for word in every if word.text not in JOINERS]
    found: list[Found] = []
    left: list[Word] = []
    place = 0
    while place < len(content):
        size, meaning = _longest(content, place, index)
        if meaning is None:
            if content[place].is_letters and content[place].text not in ORDINARY:
                left.append(content[place])
            place += 1
            continue
        found.append(Found(meaning, content[place].start, content[place + size - 1].end))
        place += size
    # Beside a name that is plain, a stray word is compared only where another medicine may stand.
    worth_comparing = [word for word in left if not found or _may_be_named(every, word)]
    candidates, unknown = _compare(worth_comparing, found, index)
    found.sort(key=lambda one: one.start)
    passed_over = [word for word in left if word not in worth_comparing]
    strange = strangers(folded, every, [*unknown, *passed_over]) if found else ()
    listed = [*_in_list(every, found, unknown), *(word.text for word in strange), *other_products(every, found)]
    return Scan(tuple(found), candidates, tuple(dict.fromkeys(listed)), strange)


def _may_be_named(every: Sequence[Word], word: Word) -> bool:
    """True after a mark or word that continues a list, before one, and before an amount."""
    place = every.index(word)
    before = every[place - 1].text if place else ""
    after = every[place + 1] if place + 1 < len(every) else None
    continues = before in _LIST_MARKS or before in {"and", "with", "plus"}
    return continues or (after is not None and (after.text in _LIST_MARKS or after.is_number))


def _longest(content: Sequence[Word], place: int, index: Index) -> tuple[int, Meaning | None]:
    for size in range(min(index.longest, len(content) - place), 0, -1):
        key: Key = tuple(word.text for word in content[place : place + size])
        if size == 1:
            broken = _broken_in_two(content[place : place + 2], index)
            if broken is not None:
                return 2, broken
        following = content[place + size] if place + size < len(content) else None
        meaning = index.names.get(key)
        counting = key[-1].isdigit() and key[:-1] in index.names and _counts(key, following)
        if meaning is not None and not counting:
            return size, meaning
    return 1, None


def _broken_in_two(pair: Sequence[Word], index: Index) -> Meaning | None:
    """A name with a blank or a line-end hyphen inside: "ami-triptyline"."""
    if len(pair) < 2 or not (pair[0].is_letters and pair[1].is_letters):
        return None
    meaning = index.single.get(pair[0].text + pair[1].text)
    return meaning if meaning is not None and meaning.kind in {Kind.GENERIC, Kind.BRAND} else None


def _counts(key: Key, following: Word | None) -> bool:
    return "#" not in key and following is not None and following.text in _COUNTED


def _compare(left: Sequence[Word], found: list[Found], index: Index) -> tuple[tuple[str, ...], list[Word]]:
    """Take up near spellings into ``found``; give back the candidates and the words still unknown."""
    candidates: dict[str, None] = {}
    unknown = []
    for word in left:
        near = nearest(word.text, index)
        if near.meaning is not None:
            found.append(Found(near.meaning, word.start, word.end, near=True))
            continue
        candidates.update(dict.fromkeys(near.candidates))
        unknown.append(word)
    return tuple(candidates), unknown


def _in_list(every: Sequence[Word], found: Sequence[Found], unknown: Sequence[Word]) -> tuple[str, ...]:
    """Unknown words that stand where a list of ingredients names the next one.

    "baclofen/xyz 2%" must not be checked as if it held baclofen alone, while "for pain/spasm" is no
    ingredient at all.
    """
    names = {place for one in found for place in range(one.start, one.end)}
    others = [one.meaning.name for one in found if one.meaning.kind is Kind.OTHER]
    return tuple(dict.fromkeys([*others, *_listed(every, names, {word.start for word in unknown})]))


def _listed(every: Sequence[Word], names: set[int], unknown: set[int]) -> Iterator[str]:
    for place, word in enumerate(every):
        if word.start not in unknown or len(word.text) < 4:
            continue
        before = every[place - 2] if place > 1 and every[place - 1].text in _LIST_MARKS else None
        after = every[place + 1] if place + 1 < len(every) else None
        beyond = every[place + 2] if place + 2 < len(every) else None
        follows_name = before is not None and before.start in names
        follows_amount = before is not None and after is not None and after.is_number
        leads_name = after is not None and after.text in _LIST_MARKS and beyond is not None and beyond.start in names
        holds_part = after is not None and after.is_number and beyond is not None and beyond.text == "%"
        if follows_name or follows_amount or leads_name or holds_part:
            yield word.text
