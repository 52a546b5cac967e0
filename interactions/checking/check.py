"""The front door of the checker: a regimen and its patient in, a screening out. Pure and deterministic."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Final

from interactions.checking.adjusting import NO_ADJUSTMENTS, Adjustments, adjusted
from interactions.checking.exposure import Exposure, PatientContext, State, Unresolved
from interactions.checking.findings import Finding, Screening, sort_findings
from interactions.checking.index import Index, index_of
from interactions.checking.regimen import Regimen, regimen_on
from interactions.checking.rules import PRESENT_RULES, TODAY_RULES, Registered
from interactions.checking.rules.cards import Rule
from interactions.checking.rules.reading import ambiguous
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release, RuleText

_MOST_REMEMBERED: Final = 20_000
_ingredient = attrgetter("ingredient")


def check_regimen(
    exposures: Iterable[Exposure],
    context: PatientContext,
    on: date,
    *,
    unresolved: Iterable[Unresolved] = (),
    release: Release | None = None,
    adjustments: Adjustments = NO_ADJUSTMENTS,
) -> Screening:
    """Everything the rules of a release have to say about a regimen on a day.

    ``unresolved`` are lines whose medicine could not be told. They are carried through, keep a severity
    from being lowered, and keep ``overall`` from saying none; an exposure whose ingredient the release does
    not hold joins them. ``adjustments`` are the clinic's own severities by rule id. The order of exposures
    never matters. Raises KnowledgeError when no release loads.
    """
    index = index_of(release or current_release())
    known, strange = _sorted_out(exposures, unresolved, index)
    findings: list[Finding] = []
    not_checked: tuple[str, ...] = ()
    if _concerned(known, context, index):
        open_lines = any(not line.local for line in strange)
        today = regimen_on(on, _in_order(known), context, index, open_lines=open_lines)
        findings, not_checked = _judged(today, adjustments), _not_checked(today)
    if strange:
        findings += [finding for finding in ambiguous(strange, index) if not finding.text.withdrawn]
        strange.sort(key=lambda line: (line.entered, line.match, line.candidates))
    return Screening(
        release=index.release.version,
        content_hash=index.release.content_hash,
        findings=sort_findings(findings),
        unresolved=tuple(strange),
        not_understood=context.not_understood,
        not_checked=not_checked,
        knowledge=index.release,
    )


def _concerned(lines: list[Exposure], context: PatientContext, index: Index) -> bool:
    """Whether any rule could speak: each is about baclofen or a tricyclic, an event, a check-in or a product."""
    if context.events or context.check_in is not None:
        return True
    targets = index.targets
    return any([each.ingredient in targets or each.product is not None for each in lines])  # noqa: C419 - quicker


def _judged(today: Regimen, adjustments: Adjustments) -> list[Finding]:
    findings = [*_present(today), *_today(today)]
    if adjustments:
        findings = list(adjusted(findings, adjustments))
    if len(today.present) < len(today.exposures):
        findings += _upcoming(today, findings, adjustments)
    return findings


def _sorted_out(
    exposures: Iterable[Exposure], unresolved: Iterable[Unresolved], index: Index
) -> tuple[list[Exposure], list[Unresolved]]:
    """The lines whose ingredient the release holds, and all the others."""
    known: list[Exposure] = []
    strange = list(unresolved)
    for each in exposures:
        if each.ingredient in index.bits:
            known.append(each)
        else:
            strange.append(Unresolved(entered=each.entered or each.ingredient))
    return known, strange


def _in_order(exposures: list[Exposure]) -> tuple[Exposure, ...]:
    """The lines by ingredient, and those of one ingredient by all they say: the order given never matters."""
    exposures.sort(key=_ingredient)
    if len({each.ingredient for each in exposures}) < len(exposures):
        exposures.sort(key=_order)
    return tuple(exposures)


def _order(exposure: Exposure) -> tuple[object, ...]:
    """All of an exposure, comparable: the findings must not depend on the order of equal-looking lines."""
    dose = exposure.dose
    return (
        exposure.ingredient,
        exposure.start or date.min,
        exposure.end or date.max,
        exposure.route,
        exposure.entered,
        exposure.product or "",
        exposure.as_needed,
        () if dose is None else (dose.unit, dose.amounts, dose.interval_days, dose.as_needed, dose.frequency_known),
        tuple((each.until, repr(each.dose)) for each in exposure.earlier),
    )


def _standing(registered: Registered, texts: Mapping[str, RuleText]) -> Rule:
    """The rule without the cards whose text the release has withdrawn."""
    if not any(texts[each].withdrawn for each in registered.ids if each in texts):
        return registered.rule

    def standing(regimen: Regimen) -> Iterator[Finding]:
        return (finding for finding in registered.rule(regimen) if not finding.text.withdrawn)

    return standing


class _Gates:
    """Which of a list of rules are asked about which ingredients, remembered by the ingredients' mask."""

    def __init__(self, index: Index, rules: tuple[Registered, ...]) -> None:
        texts = index.release.rules
        self._rules = [
            ([index.masks.get(name, 0) for name in each.needs], _standing(each, texts))
            for each in rules
            if not texts.keys().isdisjoint(each.ids)  # a release older than a rule is not asked for it
        ]
        self._asked: dict[int, tuple[Rule, ...]] = {}

    def rules_for(self, mask: int) -> tuple[Rule, ...]:
        """Every rule whose needs the ingredients meet, in the order of the list."""
        found = self._asked.get(mask)
        if found is None:
            if len(self._asked) >= _MOST_REMEMBERED:
                self._asked.clear()
            found = tuple(rule for needs, rule in self._rules if all(mask & need for need in needs))
            self._asked[mask] = found
        return found


@lru_cache(maxsize=8)
def _gates(index: Index) -> tuple[_Gates, _Gates]:
    return _Gates(index, PRESENT_RULES), _Gates(index, TODAY_RULES)


def _present(regimen: Regimen) -> list[Finding]:
    # Every rule about what is present is about baclofen or a tricyclic, if only one of two weeks ago.
    index = regimen.index
    if index.targets.isdisjoint([each.ingredient for each in regimen.exposures]):
        return []
    mask = regimen.mask | index.mask(regimen.local) if regimen.local else regimen.mask
    return _ask(_gates(index)[0], mask, regimen)


def _today(regimen: Regimen) -> list[Finding]:
    index = regimen.index
    mask = index.mask([each.ingredient for each in regimen.exposures])
    return _ask(_gates(index)[1], mask, regimen)


def _ask(gates: _Gates, mask: int, regimen: Regimen) -> list[Finding]:
    found = [finding for rule in gates.rules_for(mask) for finding in rule(regimen)]
    return [finding for finding in found if not finding.text.withdrawn] if regimen.index.withdrawn else found


def _upcoming(today: Regimen, findings: list[Finding], adjustments: Adjustments) -> list[Finding]:
    """What each planned start will add: the regimen as it will stand on that day, washouts and all (O2)."""
    starts = sorted({each.start for each in today.exposures if each.start is not None and each.start > today.on})
    loudest = {finding.identity: finding.rank for finding in findings}
    added: list[Finding] = []
    for day in starts:
        begun = {each.ingredient for each in today.exposures if each.start == day}
        then = regimen_on(day, today.exposures, today.context, today.index, open_lines=today.open_lines)
        for finding in adjusted(_present(then), adjustments):
            new = finding.rank > loudest.get(finding.identity, -1)
            if new and not begun.isdisjoint(finding.participants):
                loudest[finding.identity] = finding.rank
                added.append(finding._replace(state=State.UPCOMING, starts=day, until=None))
    return added


def _not_checked(regimen: Regimen) -> tuple[str, ...]:
    """Facts without which a hazard of this regimen could not be judged at all."""
    missing: list[str] = []
    kidney = regimen.kidney
    if regimen.swallowed_baclofen and not (kidney.known or kidney.stage_unknown):
        missing.append("egfr")
    missing += [f"{key}_dose" for key in sorted(_unusable_doses(regimen))]
    return tuple(missing)


def _unusable_doses(regimen: Regimen) -> set[str]:
    wrong = regimen.wrong_units
    if not wrong or regimen.systemic.isdisjoint(regimen.index.targets):
        return set()
    return {line.exposure.ingredient for line in regimen.present if line.exposure in wrong}
