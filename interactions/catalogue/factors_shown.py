"""The factors that may stand on a rule's cards, as a page lists them: by what they do to the severity. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from interactions.catalogue import words
from interactions.catalogue.sources_shown import Basis, basis
from interactions.knowledge.release import FactorText, Release

_FILLED_IN: Final = re.compile(r"\{\w+\}")
# What raises first, then what lowers, then what is only noted.
_EFFECTS: Final = (
    ("raises", "Raise the severity", "arrow-up"),
    ("lowers", "Lower the severity", "arrow-down"),
    ("notes", "Are noted, and change nothing", "info"),
)


@dataclass(frozen=True, slots=True)
class FactorShown:
    """A factor by its name, with the numbers it compares with in words."""

    name: str
    numbers: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Effect:
    """The factors of a rule that do the same."""

    title: str
    icon: str
    factors: tuple[FactorShown, ...]


def effects_of(names: tuple[str, ...], release: Release) -> tuple[Effect, ...]:
    """The factors of these ids, grouped; an effect that none of them has is left out."""
    found = []
    for effect, title, icon in _EFFECTS:
        factors = tuple(_shown(name, release) for name in names if release.factors[name].effect == effect)
        if factors:
            found.append(Effect(title, icon, factors))
    return tuple(found)


def _shown(key: str, release: Release) -> FactorShown:
    factor = release.factors[key]
    numbers = tuple(words.number(key, name, value) for name, value in factor.params.items())
    return FactorShown(_name(factor, release), numbers, basis(factor.evidence, factor.sources))


def _name(factor: FactorText, release: Release) -> str:
    """Its name; in releases that name none the sentence of a card, without the patient's values."""
    return release.factor_names.get(factor.id) or _FILLED_IN.sub("…", factor.text)
