"""Substances, products and dosing: names that exist, numbers in order, one meaning to a name."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from interactions.knowledge.dosing import Schedule
from interactions.knowledge.fault import Fault
from interactions.knowledge.groups import GROUPS
from interactions.knowledge.parts import band_id
from interactions.knowledge.release import Release, Strength


def medicine_faults(release: Release) -> Iterator[Fault]:
    """Faults of substances.yaml, products.yaml and dosing.yaml."""
    yield from _substances(release)
    yield from _combinations(release)
    yield from _products(release)
    yield from _dosing(release)


def _substances(release: Release) -> Iterator[Fault]:
    codes: dict[str, str] = {}
    for key, substance in release.substances.items():
        for group in sorted(substance.groups - GROUPS.keys()):
            yield Fault("substances", (key, "groups"), f"{group!r} is no known group")
        half_life = substance.half_life
        if not 0 < half_life.low <= half_life.typical <= half_life.high:
            yield Fault("substances", (key, "half_life"), "low, typical and high are out of order")
        if substance.washout_days < 1:
            yield Fault("substances", (key, "washout_days"), "must be at least one day")
        if substance.acb not in {None, 1, 2, 3} or substance.acbcalc not in {None, 1, 2, 3}:
            yield Fault("substances", (key, "acb"), "a burden score is 1, 2, 3 or unknown")
        if (substance.qt_risk is None) != (substance.qt_basis is None):
            yield Fault("substances", (key, "qt_risk"), "a QT mark needs its basis, and no other")
        if substance.rxcui and codes.setdefault(substance.rxcui, key) != key:
            yield Fault("substances", (key, "rxcui"), f"also the code of {codes[substance.rxcui]}")


def _unknown(release: Release, keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key not in release.substances]


def _strays(strengths: tuple[Strength, ...], allowed: tuple[str, ...]) -> list[str]:
    return [strength.ingredient for strength in strengths if strength.ingredient not in allowed]


def _combinations(release: Release) -> Iterator[Fault]:
    for key, combination in release.combinations.items():
        for name in _unknown(release, combination.ingredients):
            yield Fault("combinations", (key,), f"{name!r} is no substance")
        parts = combination.ingredients + combination.others
        if len(parts) < 2:
            yield Fault("combinations", (key,), "a combination has two parts at least")
        for name in [*_strays(combination.strengths, parts), *(set(combination.label_order) - set(parts))]:
            yield Fault("combinations", (key,), f"{name!r} is not among its parts")
    yield from _label_parts(release)
    for key, candidates in release.ambiguous_names.items():
        for name in _unknown(release, candidates):
            yield Fault("ambiguous_names", (key,), f"{name!r} is no substance")


def _label_parts(release: Release) -> Iterator[Fault]:
    held = {name.casefold() for each in release.combinations.values() for name in each.others}
    known = {substance.name.casefold() for substance in release.substances.values()}
    for key in release.label_parts:
        if key != key.casefold():
            yield Fault("label_parts", (key,), "is written in small letters, as it is looked for")
        elif key not in held:
            yield Fault("label_parts", (key,), f"no combination holds {key!r} beside its ingredients")
        elif key in known:
            yield Fault("label_parts", (key,), f"{key!r} is a substance: it belongs to the ingredients")


def _products(release: Release) -> Iterator[Fault]:
    ingredient_codes = {s.rxcui for s in release.substances.values()}
    for rxcui, product in release.products.items():
        for name in _unknown(release, product.ingredients):
            yield Fault("products", (rxcui,), f"{name!r} is no substance")
        for name in _strays(product.strengths, product.ingredients):
            yield Fault("products", (rxcui,), f"{name!r} is not among its ingredients")
        if rxcui in ingredient_codes:
            yield Fault("products", (rxcui,), "is the code of an ingredient too")
    for key, formulation in release.formulations.items():
        for name in _unknown(release, [formulation.ingredient]):
            yield Fault("formulations", (key,), f"{name!r} is no substance")


def _dosing(release: Release) -> Iterator[Fault]:
    dosing = release.dosing
    for part in ("limits", "schedules", "notes"):
        for row in getattr(dosing, part):
            if row.ingredient not in release.substances:
                yield Fault(part, (row.id, "ingredient"), f"{row.ingredient!r} is no substance")
    for band in dosing.renal_bands:
        if band.ingredient not in release.substances:
            key = band_id(band.ingredient, band.basis, band.egfr_from)
            yield Fault("renal_bands", (key, "ingredient"), f"{band.ingredient!r} is no substance")
    for schedule in dosing.schedules:
        for problem in _schedule_problems(schedule):
            yield Fault("schedules", (schedule.id,), problem)


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


def names_faults(release: Release) -> Iterator[Fault]:
    """One written name means one thing: a second meaning would be a guess."""
    seen: dict[str, str] = {}
    for key, substance in release.substances.items():
        names = (substance.name, *substance.brands, *substance.synonyms, *substance.misspellings)
        for name in names:
            if seen.setdefault(name.casefold(), key) != key:
                yield Fault("substances", (key,), f"{name!r} also means {seen[name.casefold()]}")
    for key, combination in release.combinations.items():
        for name in (*combination.names, *combination.misspellings):
            if seen.setdefault(name.casefold(), key) != key:
                yield Fault("combinations", (key,), f"{name!r} also means {seen[name.casefold()]}")
    for name in sorted(release.other_medicines):
        if name.casefold() in seen:
            yield Fault("other_medicines", (name,), f"{name!r} is a name this release knows")
