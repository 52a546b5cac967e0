"""Texts for cards: Markdown that stays text in any reader, one that renders raw HTML included.

Everything that is not our own mark-up passes through `md`; a summary, which is plain text, through `plain`.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

LONGEST_SUMMARY: Final = 139
_LONGEST_TEXT: Final = 160
_LONGEST_LABEL: Final = 100
# Numeric references are text in Markdown and in HTML alike, which backslashes are not.
_MARKS: Final = {ord(mark): f"&#{ord(mark)};" for mark in "&<>\"'`\\*_[]~|#$"}
_LINKS: Final = re.compile(r"://|\bwww\.|@", re.IGNORECASE)
_JOINER: Final = "\u2060"
_BLANKS: Final = frozenset({"Zs", "Zl", "Zp", "Cc"})
_HIDDEN: Final = frozenset({"Cf", "Cs", "Co", "Cn"})
_UNSAFE_IN_SUMMARY: Final = re.compile(r"[<>&`*_\[\]\\|~#$]+")


def clean(text: str, limit: int = _LONGEST_TEXT) -> str:
    """One line without control, hidden and direction characters, cut with an ellipsis beyond ``limit``."""
    if text.isprintable():  # neither hidden characters nor blanks but the plain one
        line = " ".join(text.split())
    else:
        # Cut before it is looked at letter by letter: a megabyte of text must not cost a clinician's second.
        kinds = ((letter, unicodedata.category(letter)) for letter in text[: 20 * limit])
        shown = (" " if kind in _BLANKS else letter for letter, kind in kinds if kind not in _HIDDEN)
        line = " ".join("".join(shown).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def md(text: str, limit: int = 2_000) -> str:
    """Text for Markdown: no mark-up, no HTML, no address that a reader would make a link of."""
    escaped = clean(text, limit).translate(_MARKS)
    return _LINKS.sub(_unlinked, escaped)


@lru_cache(maxsize=4_096)
def own(text: str) -> str:
    """`md` for what comes again and again: the words of a release, the names of products."""
    return md(text)


def _unlinked(found: re.Match[str]) -> str:
    mark = found[0]
    return mark[0] + _JOINER + mark[1:] if mark == "://" else f"{mark[:-1]}{_JOINER}{mark[-1]}"


@lru_cache(maxsize=4_096)
def label(text: str) -> str:
    """`plain` for the names of products, each of which stands on many cards."""
    return plain(text, _LONGEST_LABEL)


def plain(text: str, limit: int = _LONGEST_TEXT) -> str:
    """Text for a place that is neither Markdown nor HTML but may be shown as either."""
    return clean(_LINKS.sub(_unlinked, _UNSAFE_IN_SUMMARY.sub(" ", clean(text, limit))).strip(), limit)


def summary(text: str) -> str:
    """A summary of fewer than 140 characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_SUMMARY:
        return line
    kept, _, _ = line[: LONGEST_SUMMARY - 1].rpartition(" ")
    return f"{kept or line[: LONGEST_SUMMARY - 2]} …"


def bullets(lines: Iterable[str]) -> str:
    """A Markdown list; the lines are mark-up already."""
    return "\n".join(f"- {line}" for line in lines)


def names(words: Iterable[str], *, join: str = "and") -> str:
    """Words in a sentence: "a, b and c"."""
    given = list(words)
    if len(given) < 2:
        return "".join(given)
    return f"{', '.join(given[:-1])} {join} {given[-1]}"


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 medicine", "3 medicines"."""
    return f"{count} {one if count == 1 else many or one + 's'}"
