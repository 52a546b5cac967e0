"""What became of a rule from release to release. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from interactions.catalogue.diff import FieldDiff, RecordDiff, ReleaseDiff, compare_releases
from interactions.knowledge.release import Release

# Parts whose records are keyed by the rule's own id.
_OF_A_RULE: Final = ("rules", "firing", "attributes")
_ABOUT_RULES: Final = ("mechanisms", "opinions", "not_supported", "guides")


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one release did to a rule: ``added``, ``changed``, ``withdrawn``; ``fields`` say what changed."""

    version: str
    published: date
    what: str
    fields: tuple[FieldDiff, ...] = ()
    beside: tuple[str, ...] = ()


def history_of(rule: str, releases: Sequence[Release]) -> tuple[Chapter, ...]:
    """The chapters of a rule, the oldest first, over releases in their order; empty when none holds it."""
    chapters: list[Chapter] = []
    for place, release in enumerate(releases):
        before = releases[place - 1] if place else None
        chapter = _chapter(rule, before, release)
        if chapter is not None:
            chapters.append(chapter)
    return tuple(chapters)


def _chapter(rule: str, before: Release | None, release: Release) -> Chapter | None:
    held = rule in release.rules and not release.rules[rule].withdrawn
    was_held = before is not None and rule in before.rules and not before.rules[rule].withdrawn
    if before is None or held != was_held:
        what = "added" if held else "withdrawn"
        return Chapter(release.version, release.published, what) if held or was_held else None
    diff = compare_releases(before, release, (*_OF_A_RULE, *_ABOUT_RULES))
    fields, beside = _changes(rule, diff), _beside(rule, diff, before, release)
    return Chapter(release.version, release.published, "changed", fields, beside) if fields or beside else None


def _changes(rule: str, diff: ReleaseDiff) -> tuple[FieldDiff, ...]:
    changed: list[RecordDiff] = [each for part in _OF_A_RULE for each in diff.part(part).changed if each.key == rule]
    return tuple(field for each in changed for field in each.fields)


def _beside(rule: str, diff: ReleaseDiff, before: Release, release: Release) -> tuple[str, ...]:
    """Titles of what is said about the rule beside its text, where that came, changed or went."""
    found = []
    for name in _ABOUT_RULES:
        part = diff.part(name)
        records = (getattr(each, name).get(key) for each in (before, release) for key in part.touched)
        if any(record is not None and rule in record.rules for record in records):
            found.append(part.title)
    return tuple(found)
