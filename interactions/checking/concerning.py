"""Which ingredients somebody must take before a rule, or a change of knowledge, can concern them. Pure.

Wide rather than narrow: everybody whose answer can differ is among those named, and some whose answer does not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from interactions.checking.index import index_of
from interactions.checking.rules import LINE_RULE_IDS, PRESENT_RULES, TODAY_RULES
from interactions.knowledge.release import Release

# An ingredient of each of these sets at once.
Clause = tuple[frozenset[str], ...]

_ASKED: Final = (*PRESENT_RULES, *TODAY_RULES)
# What a screening of understood medicines never looks at: how names are read, who says what, what a page tells beside.
_BESIDE: Final = frozenset(
    {
        "version", "content_hash", "published", "notes", "follows", "combinations", "products", "formulations",
        "sources", "ambiguous_names", "other_medicines", "mechanisms", "opinions", "not_supported", "guides",
        "firing", "unknowns", "attributes", "alternatives", "factor_names", "label_parts",
    }
)  # fmt: skip
_NAMES: Final = frozenset({"rxcui", "atc", "brands", "synonyms", "misspellings", "look_alikes", "note", "note_sources"})
# Said by rules that need no ingredient: about lines, check-ins and pumps.
_ANYBODYS_FACTORS: Final = frozenset(
    {
        "candidates", "expanded", "symptom_reason", "pump_event",
        "cord_injury_high", "previous_withdrawal", "communication_difficulty",
    }
)  # fmt: skip


def clauses_of_rule(rule: str, release: Release) -> tuple[Clause, ...] | None:
    """The combinations that the rule needs; none when the release cannot let it fire; None when it needs none.

    A rule that looks at events, check-ins or lines which were not understood may speak to anybody.
    """
    needs = [each.needs for each in _ASKED if rule in each.ids]
    if rule in LINE_RULE_IDS or not all(needs):
        return None
    index = index_of(release)
    clauses = [tuple(index.group(name) for name in names) for names in needs]
    return tuple(clause for clause in clauses if all(clause))


def clauses_between(old: Release, new: Release) -> tuple[Clause, ...] | None:
    """The combinations on which screenings by the two releases may differ; None when they may on any regimen.

    A part of a release that is not known here counts as one that may change everything.
    """
    found: list[Clause] = []
    for part in fields(Release):
        before, after = getattr(old, part.name), getattr(new, part.name)
        if part.name in _BESIDE or before == after:
            continue
        clauses = _clauses_of_part(part.name, old, new)
        if clauses is None:
            return None
        found += clauses
    return tuple(dict.fromkeys(found))


def _clauses_of_part(part: str, old: Release, new: Release) -> list[Clause] | None:
    if part == "rules":
        return _clauses_of_rules(old, new)
    if part == "substances":
        changed = frozenset(_differing(old.substances, new.substances, _NAMES))
        return [(changed,)] if changed else []
    if part == "factors" and not _ANYBODYS_FACTORS.isdisjoint(_differing(old.factors, new.factors)):
        return None
    return [_about_targets(old, new)] if part in {"factors", "conditions", "washout", "dosing"} else None


def _about_targets(old: Release, new: Release) -> Clause:
    """What several rules share, they share among those about baclofen or a tricyclic."""
    return (index_of(old).targets | index_of(new).targets,)


def _clauses_of_rules(old: Release, new: Release) -> list[Clause] | None:
    before, after = ({key: rule.params for key, rule in release.rules.items()} for release in (old, new))
    # A number that stands beside one rule may be compared with by another.
    found = [_about_targets(old, new)] if before != after else []
    for rule in _differing(old.rules, new.rules, frozenset({"note"})):
        for release in (old, new):
            clauses = clauses_of_rule(rule, release)
            if clauses is None:
                return None
            found += clauses
    return found


def _differing(old: Mapping[str, Any], new: Mapping[str, Any], beside: frozenset[str] = frozenset()) -> Iterator[str]:
    """The keys of records that are new, gone, or say something else outside the fields left aside."""
    for key in sorted(old.keys() | new.keys()):
        if not _alike(old.get(key), new.get(key), beside):
            yield key


def _alike(before: Any, after: Any, beside: frozenset[str]) -> bool:
    if before is None or after is None:
        return before is after
    names = [field.name for field in fields(before) if field.name not in beside]
    return all(getattr(before, name) == getattr(after, name) for name in names)
