"""Everything a medicine's page shows: what it is, how long it lasts, how it is dosed, what it takes part in. Pure."""

from dataclasses import dataclass
from typing import TypeVar

from interactions.catalogue import words
from interactions.catalogue.alternatives_shown import AlternativeShown, alternatives_to, as_alternative
from interactions.catalogue.sources_shown import Basis, Cited, basis, cited
from interactions.catalogue.taking_part import rules_of
from interactions.knowledge.dosing import DoseLimit, DosingNote, RenalBand, Schedule
from interactions.knowledge.groups import GROUPS
from interactions.knowledge.release import Combination, Formulation, Product, Release, RuleText, Substance

Dosed = TypeVar("Dosed", DoseLimit, Schedule, RenalBand, DosingNote)


@dataclass(frozen=True, slots=True)
class Row:
    """A fact and its basis; what is unknown says so, and is never left out."""

    label: str
    value: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class MedicinePage:
    """A substance as one release has it."""

    substance: Substance
    groups: tuple[str, ...]
    names: tuple[Row, ...]
    facts: tuple[Row, ...]
    hazards: tuple[Row, ...]
    limits: tuple[tuple[DoseLimit, Basis], ...]
    schedules: tuple[tuple[Schedule, Basis], ...]
    renal_bands: tuple[tuple[RenalBand, Basis], ...]
    notes: tuple[tuple[DosingNote, Basis], ...]
    formulations: tuple[Formulation, ...]
    combinations: tuple[Combination, ...]
    products: tuple[Product, ...]
    rules: tuple[RuleText, ...]
    instead: tuple[AlternativeShown, ...]
    as_instead: tuple[AlternativeShown, ...]
    sources: tuple[Cited, ...]


def medicine_page(key: str, release: Release) -> MedicinePage:
    """The page of a substance. Raises KeyError when the release has none of this key."""
    substance = release.substances[key]
    dosing = release.dosing
    limits, schedules = _of(key, dosing.limits), _of(key, dosing.schedules)
    renal_bands, notes = _of(key, dosing.renal_bands), _of(key, dosing.notes)
    formulations = tuple(each for each in release.formulations.values() if each.ingredient == key)
    instead, as_instead = alternatives_to(key, release), as_alternative(key, release)
    named = [
        *substance.note_sources,
        *(source for _, rests in (*limits, *renal_bands, *schedules, *notes) for source in rests.sources),
        *(source for each in formulations for source in each.sources),
        *(source for each in (*instead, *as_instead) for source in each.sources),
    ]
    return MedicinePage(
        substance=substance,
        groups=tuple(GROUPS[group] for group in sorted(substance.groups)),
        names=_names(substance),
        facts=_facts(substance),
        hazards=_hazards(substance),
        limits=limits,
        schedules=schedules,
        renal_bands=renal_bands,
        notes=notes,
        formulations=formulations,
        combinations=tuple(each for each in release.combinations.values() if key in each.ingredients),
        products=tuple(each for each in release.products.values() if key in each.ingredients),
        rules=rules_of(key, release),
        instead=instead,
        as_instead=as_instead,
        sources=cited(named, release),
    )


def _of(key: str, rows: tuple[Dosed, ...]) -> tuple[tuple[Dosed, Basis], ...]:
    """The rows about a substance, each with what it rests on."""
    return tuple((each, basis(each.evidence, each.sources)) for each in rows if each.ingredient == key)


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "none listed"


def _names(substance: Substance) -> tuple[Row, ...]:
    return (
        Row("Brands", _listed(substance.brands)),
        Row("Other names", _listed(substance.synonyms)),
        Row("Easily taken for", _listed(substance.look_alikes)),
        Row("RxNorm", substance.rxcui or words.UNKNOWN),
        Row("ATC", ", ".join(substance.atc) or words.UNKNOWN),
    )


def _facts(substance: Substance) -> tuple[Row, ...]:
    half_life = substance.half_life
    low, high, typical = (words.amount(value) for value in (half_life.low, half_life.high, half_life.typical))
    days = "1 day" if substance.washout_days == 1 else f"{substance.washout_days} days"
    return (
        Row("Half-life", f"{typical} hours ({low} to {high})", half_life.note or ""),
        Row("Counts after the last dose", days, substance.washout_basis),
        Row("Elimination", substance.elimination or words.UNKNOWN),
        Row("CYP2D6", substance.cyp2d6 or words.UNKNOWN),
        Row("Routes", _listed(substance.routes)),
    )


def _hazards(substance: Substance) -> tuple[Row, ...]:
    acb = words.UNKNOWN if substance.acb is None else str(substance.acb)
    acbcalc = words.UNKNOWN if substance.acbcalc is None else str(substance.acbcalc)
    qt = {None: words.UNKNOWN, "label_warns": "a label warns of it", "possible": "a label mentions it"}
    return (
        Row("Depresses the nervous system", substance.cns_depressant or words.UNKNOWN),
        Row("Slows breathing", _said(substance.respiratory_depressant)),
        Row("CNS-active by Beers 2023", (substance.beers_class or "not counted").replace("_", " ")),
        Row("Anticholinergic burden, ACB 2012", acb, substance.acb_basis or ""),
        Row("Anticholinergic burden, ACBcalc 2023", acbcalc),
        Row("QT interval", qt[substance.qt_risk], substance.qt_basis or ""),
        Row("Acts on serotonin", substance.serotonergic or words.UNKNOWN),
        Row("Lowers pressure on standing", _said(substance.orthostatic)),
        Row("Lowers the seizure threshold", _said(substance.lowers_seizure_threshold)),
        Row("Blocks alpha-1 receptors", _said(substance.alpha1_blockade)),
    )


def _said(value: bool | None) -> str:
    return {None: words.UNKNOWN, True: "yes", False: "no"}[value]
