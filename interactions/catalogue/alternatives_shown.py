"""What is taken in place of a medicine, and of what it is taken in place: to compare, never to choose. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from interactions.catalogue import words
from interactions.catalogue.sources_shown import Basis, basis
from interactions.knowledge.alternatives import Alternative, Caution
from interactions.knowledge.release import Release


@dataclass(frozen=True, slots=True)
class CautionShown:
    """A hazard of its own, and in whom it weighs most; ``mostly`` is empty where it applies to everybody alike."""

    text: str
    mostly: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class AlternativeShown:
    """``key`` is the substance it has a page as, None where it has none; ``instead_of`` are names of medicines."""

    name: str
    key: str | None
    instead_of: tuple[str, ...]
    named_in: str | None
    cautions: tuple[CautionShown, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source that it cites, in order."""
        named = (self.named_in,) if self.named_in else ()
        return (*named, *(source for each in self.cautions for source in each.basis.sources))


def alternatives_to(key: str, release: Release) -> tuple[AlternativeShown, ...]:
    """What the release knows to be taken or done in place of a medicine."""
    return tuple(_shown(each, release) for each in release.alternatives.values() if key in each.instead_of)


def as_alternative(key: str, release: Release) -> tuple[AlternativeShown, ...]:
    """The same from the other side: where the medicine itself is taken in place of another."""
    return tuple(_shown(each, release) for each in release.alternatives.values() if key == each.substance)


def _shown(alternative: Alternative, release: Release) -> AlternativeShown:
    return AlternativeShown(
        name=alternative.name,
        key=alternative.substance,
        instead_of=tuple(release.substances[key].name for key in alternative.instead_of),
        named_in=alternative.named_in,
        cautions=tuple(
            CautionShown(each.text, "; ".join(_mostly(each, release)), basis(each.evidence, each.sources))
            for each in alternative.cautions
        ),
    )


def _mostly(caution: Caution, release: Release) -> Iterator[str]:
    if caution.beside:
        yield f"beside {', '.join(_medicine(name, release) for name in caution.beside)}"
    if caution.conditions:
        yield f"with {', '.join(release.conditions[code].label for code in caution.conditions)}"
    if caution.egfr_below is not None:
        yield f"eGFR below {words.amount(caution.egfr_below)} mL/min/1.73 m²"
    if caution.age_from is not None:
        yield f"from {caution.age_from} years of age"


def _medicine(name: str, release: Release) -> str:
    held = release.substances.get(name)
    return held.name if held else words.group(name)
