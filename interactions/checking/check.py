"""The front door of the checker: a regimen and its patient in, a screening out. Pure and deterministic."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from interactions.checking.adjusting import NO_ADJUSTMENTS, Adjustments, adjusted
from interactions.checking.exposure import Exposure, PatientContext, State, Unresolved
from interactions.checking.findings import Finding, Screening, sort_findings
from interactions.checking.index import BACLOFEN, Index, index_of
from interactions.checking.regimen import Regimen, regimen_on
from interactions.checking.rules import PRESENT_RULES, TODAY_RULES, Registered
from interactions.checking.rules.cards import Rule
from interactions.checking.rules.reading import ambiguous, has_unit_error
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release


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
    substances = index.release.substances
    known: list[Exposure] = []
    strange = list(unresolved)
    for each in exposures:
        if each.ingredient in substances:
            known.append(each)
        else:
            strange.append(Unresolved(entered=each.entered or each.ingredient))
    lines = tuple(sorted(known, key=_order)) if len(known) > 1 else tuple(known)
    today = regimen_on(on, lines, context, index, open_lines=any(not line.local for line in strange))
    findings = list(adjusted([*_present(today), *_today(today)], adjustments))
    findings += _upcoming(today, findings, adjustments)
    findings += ambiguous(strange, index)
    return Screening(
        release=index.release.version,
        content_hash=index.release.content_hash,
        findings=sort_findings(findings),
        unresolved=tuple(sorted(strange, key=lambda line: (line.entered, line.match, line.candidates))),
        not_understood=context.not_understood,
        not_checked=_not_checked(today),
    )


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
    )


@lru_cache(maxsize=4)
def _gated(index: Index, rules: tuple[Registered, ...]) -> tuple[tuple[tuple[frozenset[str], ...], Rule], ...]:
    """Each rule with the sets it needs a member of, looked up once for a release."""
    return tuple((tuple(index.group(name) for name in each.needs), each.rule) for each in rules)


def _ask(rules: tuple[Registered, ...], keys: frozenset[str], regimen: Regimen) -> Iterator[Finding]:
    """The findings of every rule whose needs the ingredients meet."""
    for needs, rule in _gated(regimen.index, rules):
        for need in needs:
            if keys.isdisjoint(need):
                break
        else:
            yield from rule(regimen)


def _present(regimen: Regimen) -> Iterable[Finding]:
    # Every rule about what is present is about baclofen or a tricyclic, if only one of two weeks ago.
    if regimen.index.targets.isdisjoint([each.ingredient for each in regimen.exposures]):
        return ()
    return _ask(PRESENT_RULES, regimen.systemic | regimen.local, regimen)


def _today(regimen: Regimen) -> Iterator[Finding]:
    return _ask(TODAY_RULES, frozenset(each.ingredient for each in regimen.exposures), regimen)


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
                added.append(replace(finding, state=State.UPCOMING, starts=day, until=None))
    return added


def _not_checked(regimen: Regimen) -> tuple[str, ...]:
    """Facts without which a hazard of this regimen could not be judged at all."""
    missing: list[str] = []
    kidney = regimen.kidney
    if regimen.swallowed_baclofen and not (kidney.known or kidney.stage_unknown):
        missing.append("egfr")
    missing += [f"{key}_dose" for key in sorted(_unusable_doses(regimen, regimen.index))]
    return tuple(missing)


def _unusable_doses(regimen: Regimen, index: Index) -> set[str]:
    if regimen.systemic.isdisjoint(index.targets | {BACLOFEN}):
        return set()
    return {line.exposure.ingredient for line in regimen.present if has_unit_error(line.exposure, index)}
