"""Sources as a page lists them, and what a statement rests on. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from interactions.catalogue import words
from interactions.knowledge.facts import Evidence
from interactions.knowledge.release import Release, Source


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as a reader needs it: what it is, and how it was read."""

    source: Source
    seen: str

    @property
    def host(self) -> str:
        """Where its address leads; empty without one."""
        return urlsplit(self.source.url or "").netloc


@dataclass(frozen=True, slots=True)
class Basis:
    """What a statement rests on: the mark of its evidence in words, and the ids of its sources."""

    evidence: str
    sources: tuple[str, ...]


def basis(evidence: Evidence, sources: tuple[str, ...]) -> Basis:
    """The evidence mark in words beside the sources."""
    return Basis(words.EVIDENCE[evidence], sources)


def cited(sources: Iterable[str], release: Release) -> tuple[Cited, ...]:
    """Each source once, in the order in which it is first named."""
    held = (release.sources[key] for key in dict.fromkeys(sources))
    return tuple(Cited(source, words.SEEN[source.seen]) for source in held)
