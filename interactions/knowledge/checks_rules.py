"""Rules, factors and what is said about them, against the code that decides and the substances they name."""

from collections.abc import Iterator
from string import Formatter

from interactions.knowledge.asked import (
    ADDED,
    FACTOR_NUMBERS,
    FACTOR_WORDS,
    FACTORS_NAMED_SINCE,
    NEVER_WITHDRAWN,
    RULE_NUMBERS,
)
from interactions.knowledge.codes import FINDING_CODES
from interactions.knowledge.fault import Fault
from interactions.knowledge.groups import GROUPS
from interactions.knowledge.numbers import words_of_number
from interactions.knowledge.release import Release, version_key

EVERY_RULE = "default"


def rule_faults(release: Release) -> Iterator[Fault]:
    """Faults of rules.yaml, factors.yaml and the files that speak of rules."""
    yield from _rules(release)
    yield from _texts_for_code(release)
    yield from _factors(release)
    yield from _factor_names(release)
    yield from _about_rules(release)


def _due(release: Release, name: str) -> bool:
    """Whether a release of this age must hold what the code asks for by this name."""
    return name not in ADDED or version_key(ADDED[name]) <= version_key(release.version)


def _rules(release: Release) -> Iterator[Fault]:
    for key, rule in release.rules.items():
        if rule.code not in FINDING_CODES:
            yield Fault("rules", (key, "code"), f"{rule.code!r} is no known finding code")
        for name in rule.substances:
            if name not in release.substances:
                yield Fault("rules", (key, "substances"), f"{name!r} is no substance")
        for group in rule.groups:
            if group not in GROUPS:
                yield Fault("rules", (key, "groups"), f"{group!r} is no known group")
        if rule.withdrawn and rule.code in NEVER_WITHDRAWN:
            yield Fault("rules", (key,), "says what could not be read or was reported: it cannot be withdrawn")


def _texts_for_code(release: Release) -> Iterator[Fault]:
    for key in RULE_NUMBERS.keys() - release.rules.keys():
        if _due(release, key):
            yield Fault("rules", (key,), "is decided by code and has no text here")
    for key, rule in release.rules.items():
        if key not in RULE_NUMBERS:
            yield Fault("rules", (key,), "no code decides a rule of this id")
            continue
        yield from _numbers(release, "rules", key, set(rule.params), RULE_NUMBERS[key])


def _numbers(release: Release, part: str, key: str, given: set[str], asked: tuple[str, ...]) -> Iterator[Fault]:
    for name in asked:
        if name not in given and _due(release, f"{key}.{name}"):
            yield Fault(part, (key, "params"), f"{name!r} is missing, and the code compares with it")
    for name in sorted(given - set(asked)):
        yield Fault(part, (key, "params", name), "no code compares with a number of this name")
    for name in sorted(given & set(asked)):
        if words_of_number(key, name) is None:
            yield Fault(part, (key, "params", name), "has no words in numbers.py: a page could not show it")


def _factors(release: Release) -> Iterator[Fault]:
    for key in FACTOR_WORDS.keys() - release.factors.keys():
        if _due(release, key):
            yield Fault("factors", (key,), "is asked for by code and has no text here")
    for key, factor in release.factors.items():
        if key not in FACTOR_WORDS:
            yield Fault("factors", (key,), "no code asks for a factor of this id")
            continue
        yield from _numbers(release, "factors", key, set(factor.params), FACTOR_NUMBERS.get(key, ()))
        for _, word, _, _ in Formatter().parse(factor.text):
            if word is not None and word not in FACTOR_WORDS[key]:
                yield Fault("factors", (key, "text"), f"no code fills in {{{word}}} here")


def _factor_names(release: Release) -> Iterator[Fault]:
    if version_key(release.version) >= version_key(FACTORS_NAMED_SINCE):
        for key in release.factors.keys() - release.factor_names.keys():
            yield Fault("factors", (key,), "has no name in factor_names.yaml")
    for key, name in release.factor_names.items():
        if key not in release.factors:
            yield Fault("factor_names", (key,), f"{key!r} is no factor")
        if not name.strip() or set(name) & set("{}"):
            yield Fault("factor_names", (key,), "a name is plain words, without braces")


def _about_rules(release: Release) -> Iterator[Fault]:
    for part in ("mechanisms", "opinions", "not_supported", "guides"):
        for key, record in getattr(release, part).items():
            for rule in record.rules:
                if rule not in release.rules:
                    yield Fault(part, (key, "rules"), f"{rule!r} is no rule")
    yield from _firing(release)
    for key in release.attributes:
        if key != EVERY_RULE and key not in release.rules:
            yield Fault("attributes", (key,), f"{key!r} is no rule")


def _firing(release: Release) -> Iterator[Fault]:
    for key, firing in release.firing.items():
        if key not in release.rules:
            yield Fault("firing", (key,), f"{key!r} is no rule")
        for part, names in (("factors", firing.factors), ("unknowns", firing.unknowns)):
            for name in names:
                if name not in getattr(release, part):
                    yield Fault("firing", (key, part), f"{name!r} is not in {part}.yaml")
