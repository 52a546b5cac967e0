"""Everything a rule's page shows, put together from the release. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from interactions.catalogue import words
from interactions.catalogue.history import Chapter, history_of
from interactions.knowledge.codes import FINDING_CODES
from interactions.knowledge.explaining import Attributes, Claim, Firing, Guide, Mechanism, Opinion, Unknown, Use
from interactions.knowledge.groups import GROUPS
from interactions.knowledge.release import FactorText, Release, RuleText, Source


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
    evidence: str
    firing: Firing | None
    participants: tuple[tuple[str, str], ...]
    factors: tuple[tuple[FactorText, str], ...]
    unknowns: tuple[Unknown, ...]
    numbers: tuple[tuple[str, str], ...]
    mechanisms: tuple[tuple[Mechanism, str], ...]
    opinions: tuple[Opinion, ...]
    claims: tuple[tuple[Claim, str], ...]
    guides: tuple[tuple[Guide, str], ...]
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
        evidence=words.EVIDENCE[text.evidence],
        firing=firing,
        participants=_participants(text, release),
        factors=_factors(firing, release),
        unknowns=tuple(release.unknowns[name] for name in firing.unknowns) if firing else (),
        numbers=tuple((words.plain(name), words.amount(value)) for name, value in text.params.items()),
        mechanisms=tuple((each, words.EVIDENCE[each.evidence]) for each in release.mechanisms_of(rule)),
        opinions=release.opinions_of(rule),
        claims=tuple((each, words.EVIDENCE[each.evidence]) for each in release.not_supported_of(rule)),
        guides=tuple((each, words.EVIDENCE[each.evidence]) for each in release.guides_of(rule)),
        sources=_sources(text, release),
        attributes=_attributes(text, release, history),
        history=history,
    )


def _participants(rule: RuleText, release: Release) -> tuple[tuple[str, str], ...]:
    """Substances by key and name, groups with an empty key and their words."""
    named = [(key, release.substances[key].name) for key in rule.substances]
    return tuple(named + [("", GROUPS[group]) for group in rule.groups])


def _factors(firing: Firing | None, release: Release) -> tuple[tuple[FactorText, str], ...]:
    """What raises first, then what lowers, then what is only noted."""
    found = [release.factors[name] for name in firing.factors] if firing else []
    found.sort(key=lambda factor: ("raises", "lowers", "notes").index(factor.effect))
    return tuple((factor, words.EVIDENCE[factor.evidence]) for factor in found)


def _sources(rule: RuleText, release: Release) -> tuple[Cited, ...]:
    """The rule's own, then those that only its mechanisms, opinions, claims and guides cite."""
    beside: tuple[Mechanism | Opinion | Claim | Guide, ...] = (
        *release.mechanisms_of(rule.id),
        *release.opinions_of(rule.id),
        *release.not_supported_of(rule.id),
        *release.guides_of(rule.id),
    )
    cited = dict.fromkeys([*rule.sources, *(source for each in beside for source in each.sources)])
    return tuple(Cited(release.sources[key], words.SEEN[release.sources[key].seen]) for key in cited)


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
