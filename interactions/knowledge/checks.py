"""What must hold across the files of a release; each check yields the faults it finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from interactions.knowledge.codes import FINDING_CODES
from interactions.knowledge.dosing import Dosing, Schedule
from interactions.knowledge.groups import GROUPS
from interactions.knowledge.release import Release, Strength

# Pages of low authority: a fact may cite them beside another source, never alone.
WEAK_SOURCES = frozenset({"S14", "S58"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the file, the path of keys to it, and a sentence."""

    file: str
    keys: tuple[str | int, ...]
    problem: str


def faults(release: Release) -> list[Fault]:
    """Every fault of the release, in file order; an empty list means that it may be used."""
    return [
        *_substances(release),
        *_combinations(release),
        *_products(release),
        *_dosing(release),
        *_sources(release),
        *_rules(release),
        *_names(release),
    ]


def _substances(release: Release) -> Iterator[Fault]:
    codes: dict[str, str] = {}
    for key, substance in release.substances.items():
        for group in sorted(substance.groups - GROUPS.keys()):
            yield Fault("substances.yaml", (key, "groups"), f"{group!r} is no known group")
        half_life = substance.half_life
        if not 0 < half_life.low <= half_life.typical <= half_life.high:
            yield Fault("substances.yaml", (key, "half_life"), "low, typical and high are out of order")
        if substance.washout_days < 1:
            yield Fault("substances.yaml", (key, "washout_days"), "must be at least one day")
        if substance.acb not in {None, 1, 2, 3} or substance.acbcalc not in {None, 1, 2, 3}:
            yield Fault("substances.yaml", (key, "acb"), "a burden score is 1, 2, 3 or unknown")
        if (substance.qt_risk is None) != (substance.qt_basis is None):
            yield Fault("substances.yaml", (key, "qt_risk"), "a QT mark needs its basis, and no other")
        if substance.rxcui and codes.setdefault(substance.rxcui, key) != key:
            yield Fault("substances.yaml", (key, "rxcui"), f"also the code of {codes[substance.rxcui]}")


def _unknown(release: Release, keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key not in release.substances]


def _strays(strengths: tuple[Strength, ...], allowed: tuple[str, ...]) -> list[str]:
    return [strength.ingredient for strength in strengths if strength.ingredient not in allowed]


def _combinations(release: Release) -> Iterator[Fault]:
    for key, combination in release.combinations.items():
        for name in _unknown(release, combination.ingredients):
            yield Fault("products.yaml", ("combinations", key), f"{name!r} is no substance")
        parts = combination.ingredients + combination.others
        if len(parts) < 2:
            yield Fault("products.yaml", ("combinations", key), "a combination has two parts at least")
        for name in [*_strays(combination.strengths, parts), *(set(combination.label_order) - set(parts))]:
            yield Fault("products.yaml", ("combinations", key), f"{name!r} is not among its parts")
    for key, candidates in release.ambiguous_names.items():
        for name in _unknown(release, candidates):
            yield Fault("products.yaml", ("ambiguous_names", key), f"{name!r} is no substance")


def _products(release: Release) -> Iterator[Fault]:
    ingredient_codes = {s.rxcui for s in release.substances.values()}
    for rxcui, product in release.products.items():
        for name in _unknown(release, product.ingredients):
            yield Fault("products.yaml", ("products", rxcui), f"{name!r} is no substance")
        for name in _strays(product.strengths, product.ingredients):
            yield Fault("products.yaml", ("products", rxcui), f"{name!r} is not among its ingredients")
        if rxcui in ingredient_codes:
            yield Fault("products.yaml", ("products", rxcui), "is the code of an ingredient too")
    for key, formulation in release.formulations.items():
        for name in _unknown(release, [formulation.ingredient]):
            yield Fault("products.yaml", ("formulations", key), f"{name!r} is no substance")


def _dosing_rows(dosing: Dosing) -> Iterator[tuple[tuple[str | int, ...], str, tuple[str, ...]]]:
    for place, limit in enumerate(dosing.limits):
        yield ("limits", place), limit.ingredient, limit.sources
    for place, schedule in enumerate(dosing.schedules):
        yield ("schedules", place), schedule.ingredient, schedule.sources
    for place, band in enumerate(dosing.renal_bands):
        yield ("renal_bands", place), band.ingredient, band.sources
    for place, note in enumerate(dosing.notes):
        yield ("notes", place), note.ingredient, note.sources


def _dosing(release: Release) -> Iterator[Fault]:
    for keys, ingredient, _ in _dosing_rows(release.dosing):
        if ingredient not in release.substances:
            yield Fault("dosing.yaml", keys, f"{ingredient!r} is no substance")
    for place, schedule in enumerate(release.dosing.schedules):
        for problem in _schedule_problems(schedule):
            yield Fault("dosing.yaml", ("schedules", place), problem)


def _schedule_problems(schedule: Schedule) -> Iterator[str]:
    totals = [sum(step.amounts) for step in schedule.steps]
    if not schedule.steps or schedule.steps[0].day != 1:
        yield "the first step is on day 1"
    for step, following in pairwise(schedule.steps):
        if following.day - step.day < schedule.min_gap_days:
            yield f"day {following.day} comes before the shortest gap is over"
    for before, after in pairwise(totals):
        change = after - before if schedule.direction == "up" else before - after
        if not 0 < change <= schedule.max_step:
            yield f"from {before} to {after} is against its own direction or largest step"
    if schedule.max_daily is not None and max(totals, default=0) > schedule.max_daily:
        yield "goes above its own maximum"


def _cited(release: Release) -> Iterator[tuple[str, tuple[str | int, ...], tuple[str, ...]]]:
    for key, substance in release.substances.items():
        yield "substances.yaml", (key, "note_sources"), substance.note_sources
    for key, combination in release.combinations.items():
        yield "products.yaml", ("combinations", key), combination.sources
    for key, formulation in release.formulations.items():
        yield "products.yaml", ("formulations", key), formulation.sources
    for keys, _, sources in _dosing_rows(release.dosing):
        yield "dosing.yaml", keys, sources
    yield "washout.yaml", ("sources",), release.washout.sources
    for key, rule in release.rules.items():
        yield "rules.yaml", (key, "sources"), rule.sources
    for key, factor in release.factors.items():
        yield "factors.yaml", (key, "sources"), factor.sources


def _sources(release: Release) -> Iterator[Fault]:
    for file, keys, cited in _cited(release):
        for source in cited:
            if source not in release.sources:
                yield Fault(file, keys, f"source {source!r} is not in sources.yaml")
        if cited and set(cited) <= WEAK_SOURCES:
            yield Fault(file, keys, "rests on a source of low authority alone")


def _rules(release: Release) -> Iterator[Fault]:
    for key, rule in release.rules.items():
        if rule.code not in FINDING_CODES:
            yield Fault("rules.yaml", (key, "code"), f"{rule.code!r} is no known finding code")
        for name in _unknown(release, rule.substances):
            yield Fault("rules.yaml", (key, "substances"), f"{name!r} is no substance")
        for group in rule.groups:
            if group not in GROUPS:
                yield Fault("rules.yaml", (key, "groups"), f"{group!r} is no known group")


def _names(release: Release) -> Iterator[Fault]:
    """One written name means one thing: a second meaning would be a guess."""
    seen: dict[str, str] = {}
    for key, substance in release.substances.items():
        names = (substance.name, *substance.brands, *substance.synonyms, *substance.misspellings)
        for name in names:
            if seen.setdefault(name.casefold(), key) != key:
                yield Fault("substances.yaml", (key,), f"{name!r} also means {seen[name.casefold()]}")
    for key, combination in release.combinations.items():
        for name in (*combination.names, *combination.misspellings):
            if seen.setdefault(name.casefold(), key) != key:
                yield Fault("products.yaml", ("combinations", key), f"{name!r} also means {seen[name.casefold()]}")
    for name in sorted(release.other_medicines):
        if name.casefold() in seen:
            yield Fault("products.yaml", ("other_medicines",), f"{name!r} is a name this release knows")
