"""How a page names what a finding rests on: sources by id, ingredients and factors by key."""

from collections.abc import Iterable

from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release, Source

__all__ = ["Source", "factor_name", "ingredient_name", "sources_of"]


def sources_of(ids: Iterable[str], *, release: Release | None = None) -> tuple[Source, ...]:
    """The sources with these ids, in the order given; an id that this release no longer holds is left out."""
    known = (release or current_release()).sources
    return tuple(known[each] for each in ids if each in known)


def ingredient_name(key: str, *, release: Release | None = None) -> str:
    """The name of an ingredient as a clinician reads it; the key itself where the release has none."""
    substance = (release or current_release()).substances.get(key)
    return key if substance is None else substance.name


def factor_name(key: str, *, release: Release | None = None) -> str:
    """What raises or lowers a severity, in words; those of the key itself where the release has none."""
    return (release or current_release()).factor_names.get(key) or key.replace("_", " ")
