"""Everything a medicine's page shows: what it is, how long it lasts, how it is dosed, what it takes part in. Pure."""

from dataclasses import dataclass

from interactions.catalogue import words
from interactions.catalogue.taking_part import rules_of
from interactions.knowledge.dosing import DoseLimit, DosingNote, RenalBand, Schedule
from interactions.knowledge.groups import GROUPS
from interactions.knowledge.release import Combination, Formulation, Product, Release, RuleText, Substance


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
    limits: tuple[tuple[DoseLimit, str], ...]
    schedules: tuple[tuple[Schedule, str], ...]
    renal_bands: tuple[tuple[RenalBand, str], ...]
    notes: tuple[tuple[DosingNote, str], ...]
    formulations: tuple[Formulation, ...]
    combinations: tuple[Combination, ...]
    products: tuple[Product, ...]
    rules: tuple[RuleText, ...]


def medicine_page(key: str, release: Release) -> MedicinePage:
    """The page of a substance. Raises KeyError when the release has none of this key."""
    substance = release.substances[key]
    dosing = release.dosing
    return MedicinePage(
        substance=substance,
        groups=tuple(GROUPS[group] for group in sorted(substance.groups)),
        names=_names(substance),
        facts=_facts(substance),
        hazards=_hazards(substance),
        limits=tuple((each, words.EVIDENCE[each.evidence]) for each in dosing.limits if each.ingredient == key),
        schedules=tuple((each, words.EVIDENCE[each.evidence]) for each in dosing.schedules if each.ingredient == key),
        renal_bands=tuple(
            (each, words.EVIDENCE[each.evidence]) for each in dosing.renal_bands if each.ingredient == key
        ),
        notes=tuple((each, words.EVIDENCE[each.evidence]) for each in dosing.notes if each.ingredient == key),
        formulations=tuple(each for each in release.formulations.values() if each.ingredient == key),
        combinations=tuple(each for each in release.combinations.values() if key in each.ingredients),
        products=tuple(each for each in release.products.values() if key in each.ingredients),
        rules=rules_of(key, release),
    )


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
