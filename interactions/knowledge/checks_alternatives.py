"""Alternatives against the substances, groups, conditions and sources that they name."""

from collections.abc import Iterator

from interactions.knowledge.alternatives import Alternative
from interactions.knowledge.fault import Fault
from interactions.knowledge.groups import GROUPS
from interactions.knowledge.release import Release

_PRAISE = ("recommend", "safe", "better", "prefer", "best")


def alternative_faults(release: Release) -> Iterator[Fault]:
    """Faults of alternatives.yaml: a name that means nothing here, no hazard at all, or a word that chooses."""
    for key, alternative in release.alternatives.items():
        substances = [*alternative.instead_of, *([alternative.substance] if alternative.substance else [])]
        for name in substances:
            if name not in release.substances:
                yield Fault("alternatives", (key,), f"{name!r} is no substance")
        if alternative.substance in alternative.instead_of:
            yield Fault("alternatives", (key, "instead_of"), "nothing is an alternative to itself")
        if alternative.named_in is not None and alternative.named_in not in release.sources:
            yield Fault("alternatives", (key, "named_in"), f"source {alternative.named_in!r} is not in sources.yaml")
        if not alternative.cautions:
            yield Fault("alternatives", (key, "cautions"), "every alternative has a hazard of its own to weigh")
        yield from _cautions(release, alternative)


def _cautions(release: Release, alternative: Alternative) -> Iterator[Fault]:
    for place, caution in enumerate(alternative.cautions):
        keys = (alternative.id, "cautions", place)
        for source in caution.sources:
            if source not in release.sources:
                yield Fault("alternatives", keys, f"source {source!r} is not in sources.yaml")
        for name in caution.beside:
            if name not in release.substances and name not in GROUPS:
                yield Fault("alternatives", keys, f"{name!r} is no substance and no group")
        for code in caution.conditions:
            if code not in release.conditions:
                yield Fault("alternatives", keys, f"{code!r} is no condition")
        for word in _PRAISE:
            if word in caution.text.casefold():
                yield Fault("alternatives", keys, f"says {word!r}: alternatives are compared, not chosen for anybody")
