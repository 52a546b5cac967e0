"""What must hold across the files of a release; each check yields the faults it finds."""

from collections.abc import Iterator

from interactions.knowledge.checks_alternatives import alternative_faults
from interactions.knowledge.checks_medicines import medicine_faults, names_faults
from interactions.knowledge.checks_rules import rule_faults
from interactions.knowledge.fault import Fault
from interactions.knowledge.parts import band_id
from interactions.knowledge.release import Release

# Pages of low authority: a fact may cite them beside another source, never alone.
WEAK_SOURCES = frozenset({"S14", "S58"})


def faults(release: Release) -> list[Fault]:
    """Every fault of the release, part by part; an empty list means that it may be used."""
    return [
        *medicine_faults(release),
        *_sources(release),
        *rule_faults(release),
        *alternative_faults(release),
        *names_faults(release),
    ]


def _cited(release: Release) -> Iterator[tuple[str, tuple[str | int, ...], tuple[str, ...]]]:
    for key, substance in release.substances.items():
        yield "substances", (key, "note_sources"), substance.note_sources
    for row in release.dosing.renal_bands:
        yield "renal_bands", (band_id(row.ingredient, row.basis, row.egfr_from), "sources"), row.sources
    for part in ("limits", "schedules", "notes"):
        for row in getattr(release.dosing, part):
            yield part, (row.id, "sources"), row.sources
    yield "washout", ("sources",), release.washout.sources
    for part in ("combinations", "formulations", "rules", "factors", *_EXPLAINING):
        for key, record in getattr(release, part).items():
            yield part, (key, "sources"), record.sources


_EXPLAINING = ("mechanisms", "opinions", "not_supported", "guides")


def _sources(release: Release) -> Iterator[Fault]:
    for part, keys, cited in _cited(release):
        for source in cited:
            if source not in release.sources:
                yield Fault(part, keys, f"source {source!r} is not in sources.yaml")
        if cited and set(cited) <= WEAK_SOURCES:
            yield Fault(part, keys, "rests on a source of low authority alone")
