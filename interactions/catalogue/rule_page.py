"""Everything a rule's page shows, put together from the release. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interactions.catalogue import words
from interactions.catalogue.factors_shown import Effect, effects_of
from interactions.catalogue.history import Chapter, history_of
from interactions.catalogue.sources_shown import Basis, Cited, basis, cited
from interactions.knowledge.codes import FINDING_CODES
from interactions.knowledge.explaining import Attributes, Claim, Firing, Guide, Mechanism, Opinion, Unknown, Use
from interactions.knowledge.groups import GROUPS
from interactions.knowledge.release import FactorText, Release, RuleText, Source


@dataclass(frozen=True, slots=True)
class Attribute:
    """One of the thirteen source attributes; ``lines`` say it, ``used`` is None where it is no use of data."""

    name: str
    lines: tuple[str, ...]
    used: bool | None = None


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule with its reasons, sources and past, as one release has it."""

    rule: RuleText
    about_code: str
    basis: Basis
    firing: Firing | None
    participants: tuple[tuple[str, str], ...]
    effects: tuple[Effect, ...]
    unknowns: tuple[Unknown, ...]
    numbers: tuple[str, ...]
    mechanisms: tuple[tuple[Mechanism, Basis], ...]
    opinions: tuple[Opinion, ...]
    claims: tuple[tuple[Claim, Basis], ...]
    guides: tuple[tuple[Guide, Basis], ...]
    sources: tuple[Cited, ...]
    attributes: tuple[Attribute, ...]
    history: tuple[Chapter, ...]


def rule_page(rule: str, release: Release, releases: Sequence[Release]) -> RulePage:
    """The page of a rule that ``release`` holds; ``releases`` are all at hand, the oldest first. Raises KeyError."""
    text = release.rules[rule]
    firing = release.firing.get(rule)
    history = history_of(rule, releases)
    return RulePage(
        rule=text,
        about_code=FINDING_CODES[text.code],
        basis=basis(text.evidence, text.sources),
        firing=firing,
        participants=_participants(text, release),
        effects=effects_of(firing.factors, release) if firing else (),
        unknowns=tuple(release.unknowns[name] for name in firing.unknowns) if firing else (),
        numbers=tuple(words.number(rule, name, value) for name, value in text.params.items()),
        mechanisms=tuple((each, basis(each.evidence, each.sources)) for each in release.mechanisms_of(rule)),
        opinions=release.opinions_of(rule),
        claims=tuple((each, basis(each.evidence, each.sources)) for each in release.not_supported_of(rule)),
        guides=tuple((each, basis(each.evidence, each.sources)) for each in release.guides_of(rule)),
        sources=_sources(text, firing, release),
        attributes=_attributes(text, release, history),
        history=history,
    )


def _participants(rule: RuleText, release: Release) -> tuple[tuple[str, str], ...]:
    """Substances by key and name, groups with an empty key and their words."""
    named = [(key, release.substances[key].name) for key in rule.substances]
    return tuple(named + [("", GROUPS[group]) for group in rule.groups])


def _sources(rule: RuleText, firing: Firing | None, release: Release) -> tuple[Cited, ...]:
    """The rule's own, then those that only its factors, mechanisms, opinions, claims and guides cite."""
    beside: tuple[FactorText | Mechanism | Opinion | Claim | Guide, ...] = (
        *(release.factors[name] for name in (firing.factors if firing else ())),
        *release.mechanisms_of(rule.id),
        *release.opinions_of(rule.id),
        *release.not_supported_of(rule.id),
        *release.guides_of(rule.id),
    )
    return cited((*rule.sources, *(source for each in beside for source in each.sources)), release)


def _attributes(rule: RuleText, release: Release, history: Sequence[Chapter]) -> tuple[Attribute, ...]:
    """The thirteen of 45 CFR 170.315(b)(11)(iv)(A), in its order; none where the release does not state them."""
    stated = release.attributes_of(rule.id)
    if stated is None:
        return ()
    cited = tuple(f"{key}: {_citation(release.sources[key])}" for key in rule.sources)
    return (
        Attribute("Bibliographic citation", cited),
        Attribute("Developer of the intervention", (stated.developer or words.UNKNOWN,)),
        Attribute("Funding source of the technical implementation", (stated.funding or words.UNKNOWN,)),
        Attribute("Release and revision dates", _dates(history)),
        *_uses(stated),
    )


def _uses(stated: Attributes) -> list[Attribute]:
    known: Mapping[str, Use] = {str(kind): use for kind, use in stated.uses.items()}
    return [
        Attribute(f"Use of {name}", (known[kind].how,), used=known[kind].used)
        for kind, name in words.USES.items()
        if kind in known
    ]


def _citation(source: Source) -> str:
    said = [source.title, *(each for each in (source.publisher, source.year) if each and each not in source.title)]
    return ". ".join(said)


def _dates(history: Sequence[Chapter]) -> tuple[str, ...]:
    spoken = {"added": "Released", "changed": "Revised", "withdrawn": "Withdrawn"}
    return tuple(f"{spoken[each.what]} {each.published.isoformat()}, release {each.version}" for each in history)
