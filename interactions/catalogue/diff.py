"""What differs between two releases, record by record and field by field. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from interactions.catalogue.words import plain
from interactions.knowledge.parts import band_id
from interactions.knowledge.release import Release

# In the order in which a reader asks: what fires, what moves it, what is known of a medicine, where it was read.
TITLES: Final[Mapping[str, str]] = {
    "rules": "Rules",
    "factors": "Factors",
    "factor_names": "Names of factors",
    "firing": "When rules fire",
    "mechanisms": "Mechanisms",
    "opinions": "Public opinions",
    "not_supported": "Claims without support",
    "guides": "Guides",
    "alternatives": "Alternatives",
    "unknowns": "Unknowns",
    "attributes": "Source attributes",
    "conditions": "Conditions",
    "substances": "Substances",
    "combinations": "Combinations",
    "products": "Products",
    "formulations": "Formulations",
    "label_parts": "Other ingredients on labels",
    "ambiguous_names": "Names with several meanings",
    "other_medicines": "Names of other medicines",
    "limits": "Dose limits",
    "schedules": "Schedules",
    "renal_bands": "Kidney bands",
    "notes": "Dosing notes",
    "washout": "Washout",
    "sources": "Sources",
}
_DOSING: Final = ("limits", "schedules", "notes")


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field of a record, in words; None where a release does not have it."""

    name: str
    before: str | None
    after: str | None

    @property
    def title(self) -> str:
        """The field in words."""
        return plain(self.name)


@dataclass(frozen=True, slots=True)
class RecordDiff:
    """A record and what differs: of one that only one release holds, all that it says."""

    key: str
    fields: tuple[FieldDiff, ...]


@dataclass(frozen=True, slots=True)
class PartDiff:
    """One part of a release: records that came, changed and went."""

    part: str
    added: tuple[RecordDiff, ...]
    changed: tuple[RecordDiff, ...]
    withdrawn: tuple[RecordDiff, ...]

    @property
    def title(self) -> str:
        """The part in words."""
        return TITLES[self.part]

    @property
    def said(self) -> str:
        """How much differs: "4 changed, 2 added"."""
        kinds = {"changed": self.changed, "added": self.added, "withdrawn": self.withdrawn}
        return ", ".join(f"{len(records)} {kind}" for kind, records in kinds.items() if records)

    @property
    def of_words(self) -> bool:
        """Whether its records are a word or a sentence each, and can be shown beside their ids."""
        return self.part in {"factor_names", "label_parts", "ambiguous_names"}

    @property
    def touched(self) -> tuple[str, ...]:
        """Every id that came, changed or went."""
        return tuple(each.key for each in (*self.added, *self.changed, *self.withdrawn))

    @property
    def count(self) -> int:
        """How many records differ."""
        return len(self.touched)


@dataclass(frozen=True, slots=True)
class ReleaseDiff:
    """All parts that differ, in reading order; empty when the two releases say the same."""

    old: str
    new: str
    parts: tuple[PartDiff, ...]

    def part(self, name: str) -> PartDiff:
        """One part, empty when nothing in it differs."""
        return next((each for each in self.parts if each.part == name), PartDiff(name, (), (), ()))


def compare_releases(old: Release, new: Release, parts: Iterable[str] = TITLES) -> ReleaseDiff:
    """What ``new`` says that ``old`` does not, and the other way round, in all parts unless some are named.

    A withdrawn rule counts as gone.
    """
    found = (_compare(name, records_of(old, name), records_of(new, name)) for name in parts)
    return ReleaseDiff(old.version, new.version, tuple(part for part in found if part.count))


def records_of(release: Release, part: str) -> Mapping[str, Any]:
    """The records of a part by id."""
    if part == "rules":
        return {key: rule for key, rule in release.rules.items() if not rule.withdrawn}
    if part == "other_medicines":
        return {name: name for name in sorted(release.other_medicines)}
    if part == "washout":
        return {each.name: getattr(release.washout, each.name) for each in fields(release.washout)}
    if part == "renal_bands":
        return {band_id(row.ingredient, row.basis, row.egfr_from): row for row in release.dosing.renal_bands}
    if part in _DOSING:
        return {row.id: row for row in getattr(release.dosing, part)}
    found: Mapping[str, Any] = getattr(release, part)
    return found


def _compare(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> PartDiff:
    return PartDiff(
        part=part,
        added=tuple(RecordDiff(key, _fields(None, new[key])) for key in new if key not in old),
        changed=tuple(
            RecordDiff(key, _fields(old[key], new[key])) for key in new if key in old and old[key] != new[key]
        ),
        withdrawn=tuple(RecordDiff(key, _fields(old[key], None)) for key in old if key not in new),
    )


def _fields(old: object, new: object) -> tuple[FieldDiff, ...]:
    """What differs, field by field; a record that is None says nothing."""
    before, after = _flat(old), _flat(new)
    names = [*before, *(name for name in after if name not in before)]
    return tuple(
        FieldDiff(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )


def _flat(record: object) -> dict[str, str | None]:
    if record is None:
        return {}
    if not is_dataclass(record) or isinstance(record, type):
        return {"value": say(record)}
    return {each.name: say(getattr(record, each.name)) for each in fields(record)}


def say(value: object) -> str | None:
    """A value of a release in words, the same each time; None when it is unknown or empty."""
    if value is None or value in ((), frozenset(), {}):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(str(each) for each in value))
    if isinstance(value, Mapping):
        return "; ".join(f"{_name(key)}: {say(each) or 'unknown'}" for key, each in value.items())
    if isinstance(value, tuple):
        lines = [say(each) or "unknown" for each in value]
        return ("\n" if any(" " in line for line in lines) else ", ").join(lines)
    if is_dataclass(value) and not isinstance(value, type):
        known = {each.name: getattr(value, each.name) for each in fields(value)}
        return "; ".join(f"{_name(key)}: {said}" for key, each in known.items() if (said := say(each)) is not None)
    if isinstance(value, Decimal | int | date):
        return str(value)
    return str(value) or None


def _name(key: object) -> str:
    return str(key).replace("_", " ")
