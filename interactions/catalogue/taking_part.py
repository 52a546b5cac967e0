"""Which rules a substance can take part in, read off the sets that the checker itself asks. Pure."""

from interactions.checking.index import index_of
from interactions.checking.rules import PRESENT_RULES, TODAY_RULES
from interactions.knowledge.release import Release, RuleText


def rules_in_force(release: Release) -> tuple[RuleText, ...]:
    """Every rule that can make a card, in the order of the file."""
    return tuple(rule for rule in release.rules.values() if not rule.withdrawn)


def rules_of(key: str, release: Release) -> tuple[RuleText, ...]:
    """The rules that a regimen may fire because it holds this substance.

    Those that any regimen may fire, about check-ins and how lines are read, are left out.
    """
    index = index_of(release)
    asked = {
        rule
        for registered in (*PRESENT_RULES, *TODAY_RULES)
        for rule in registered.ids
        if any(key in index.group(name) for name in registered.needs)
        # Rules that share their code (other sedatives, cannabis) are told apart by what their texts name.
        and (len(registered.ids) == 1 or key in index.targets or not release.rules[rule].groups)
    }
    named = release.substances[key].groups if key in release.substances else frozenset[str]()
    return tuple(
        rule
        for rule in rules_in_force(release)
        if rule.id in asked or key in rule.substances or not named.isdisjoint(rule.groups)
    )
