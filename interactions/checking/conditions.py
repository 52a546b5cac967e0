"""From the words a clinician or a record uses for a condition to the codes the rules know."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from interactions.checking.alcohol import read_use, speaks_of_drinking
from interactions.checking.exposure import AlcoholUse
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release
from interactions.medicines.text import fold

# British and American spellings meet in the shorter form.
_FOLDS: Final = (("aemia", "emia"), ("haem", "hem"), ("oe", "e"), ("ae", "e"), ("isation", "ization"))
_TAGS: Final = re.compile(r"\((disorder|finding|situation|procedure|event|observable entity|person|body structure)\)")
_FILLER: Final = re.compile(
    r"\b(unspecified|nos|active|current|currently|known|diagnosis of|diagnosed with|patient has|has)\b"
)
_NEGATED: Final = re.compile(
    r"\b(no|not|never|denies|denied|without|negative for|absence of|ruled out|rule out|r o|excluded|resolved"
    r"|family history|fh|fhx|fam hx|mother|father|screening for)\b"
)
_ALCOHOL_CODE: Final = {
    AlcoholUse.REGULAR: "alcohol_regular",
    AlcoholUse.OCCASIONAL: "alcohol_occasional",
    AlcoholUse.SOME: "alcohol_some",
    AlcoholUse.NONE: "alcohol_none",
}


def _plain(text: str) -> str:
    """One spelling, no capitals, no punctuation, no look-alike letters (H4): what matching compares."""
    words = _TAGS.sub(" ", fold(text))
    words = re.sub(r"['’]s\b", " s", words)
    words = re.sub(r"(?<=\d)\.(?=\d)", "point", words)
    words = re.sub(r"[^\w]+", " ", words).replace("_", " ")
    for long, short in _FOLDS:
        words = words.replace(long, short)
    return " ".join(words.split())


class _Matcher:
    """The words of one release, longest first, so that "open angle glaucoma" is not read as "glaucoma"."""

    def __init__(self, release: Release) -> None:
        self.codes = {
            _plain(word): condition.code
            for condition in release.conditions.values()
            for word in (condition.label, condition.code, *condition.words)
        }
        longest_first = sorted(self.codes, key=lambda word: (-len(word), word))
        self.pattern = re.compile(r"\b(" + "|".join(re.escape(word) for word in longest_first) + r")\b")

    def read(self, text: str) -> frozenset[str]:
        """The codes that the words name; empty when nothing, or only a denial, is understood."""
        plain = _plain(text)
        exact = self.codes.get(plain) or self.codes.get(" ".join(_FILLER.sub(" ", plain).split()))
        if exact is not None:
            return frozenset({exact})
        if speaks_of_drinking(text) and "liver" not in plain and "hepat" not in plain and "cirrho" not in plain:
            return frozenset({_ALCOHOL_CODE[read_use(text)]})
        if _NEGATED.search(plain):
            return frozenset()
        return frozenset(self.codes[found] for found in self.pattern.findall(plain) if len(found) > 2)


@lru_cache(maxsize=4)
def _matcher(version: str, content_hash: str) -> _Matcher:
    release = current_release()
    if (release.version, release.content_hash) != (version, content_hash):
        raise LookupError(f"release {version} is not loaded")
    return _Matcher(release)


def read_conditions(words: Iterable[str], *, release: Release | None = None) -> tuple[frozenset[str], tuple[str, ...]]:
    """Codes for the conditions named by ``words``, and the words that were not understood, in order.

    A phrase is matched whole first, then by the known words inside it. A phrase that denies ("no history
    of …", "family history of …") is reported as not understood: it must not count as present, and leaving
    it out in silence would hide it.
    """
    matcher = _Matcher(release) if release is not None else _current()
    codes: set[str] = set()
    not_understood: list[str] = []
    for text in words:
        found = matcher.read(text)
        if found:
            codes |= found
        else:
            not_understood.append(text)
    return frozenset(codes), tuple(not_understood)


def _current() -> _Matcher:
    release = current_release()
    return _matcher(release.version, release.content_hash)


def vocabulary(*, release: Release | None = None) -> Mapping[str, tuple[str, ...]]:
    """Every accepted word by condition code, the label first, in alphabetical order of the codes."""
    conditions = (release or current_release()).conditions
    words = {code: (conditions[code].label, *conditions[code].words) for code in sorted(conditions)}
    return MappingProxyType({code: tuple(dict.fromkeys(said)) for code, said in words.items()})


def alcohol_of(codes: frozenset[str]) -> AlcoholUse | None:
    """What the condition codes say about drinking, the heaviest first; None when they say nothing."""
    for use in (AlcoholUse.REGULAR, AlcoholUse.SOME, AlcoholUse.OCCASIONAL, AlcoholUse.NONE):
        if _ALCOHOL_CODE[use] in codes:
            return use
    return None
