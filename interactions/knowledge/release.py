"""What a knowledge release holds: frozen values, no behaviour beyond look-up, no Django.

``None`` always means *unknown*: never zero, never "no". Evidence marks are ``label``, ``study``,
``secondary``, ``judgement`` and ``gk`` (general knowledge), and stay visible to the clinician.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from interactions.knowledge.alternatives import Alternative
from interactions.knowledge.dosing import Dosing, Washout
from interactions.knowledge.explaining import Attributes, Claim, Firing, Guide, Mechanism, Opinion, Unknown
from interactions.knowledge.facts import Evidence, Fact, Numbers, no_numbers

SeverityWord = Literal["contraindicated", "major", "moderate", "minor", "none"]
Depth = Literal["strong", "moderate", "mild"]
BeersClass = Literal[
    "antidepressant",
    "antiepileptic",
    "antipsychotic",
    "benzodiazepine",
    "muscle_relaxant",
    "nonbenzodiazepine_hypnotic",
    "opioid",
]


def _set_by_release_yaml(_: object) -> bool:
    raise ValueError("is said in release.yaml, under withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfLife(Fact):
    """Hours, active metabolites left out unless the note says otherwise."""

    low: Decimal
    high: Decimal
    typical: Decimal
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance(Fact):
    """One ingredient and the facts that the rules ask about; ``key`` is its stable name.

    ``acb`` is the Anticholinergic Cognitive Burden score of 2012, ``acbcalc`` that of ACBcalc 2023.
    ``qt_risk`` is ``label_warns`` where product labels warn of QT prolongation, ``possible`` where
    a label only mentions it. ``washout_days`` counts whole days after the last dose taken.
    """

    key: str
    name: str
    drug_class: str
    groups: frozenset[str]
    washout_days: int
    washout_basis: str
    half_life: HalfLife
    routes: tuple[str, ...]
    rxcui: str | None = None
    atc: tuple[str, ...] = ()
    beers_class: BeersClass | None = None
    cns_depressant: Depth | None = None
    acb: int | None = None
    acb_basis: str | None = None
    acbcalc: int | None = None
    qt_risk: Literal["label_warns", "possible"] | None = None
    qt_basis: str | None = None
    serotonergic: Literal["strong", "moderate", "weak"] | None = None
    orthostatic: bool | None = None
    lowers_seizure_threshold: bool | None = None
    respiratory_depressant: bool | None = None
    alpha1_blockade: bool | None = None
    cyp2d6: str | None = None
    elimination: str | None = None
    brands: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    misspellings: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    note: str | None = None
    note_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength(Fact):
    """How much of one ingredient a single unit holds: 10 mg a tablet, or 10 mg per 5 mL.

    ``amount`` is None when the product does not fix it. ``per`` and ``per_unit`` are set for
    liquids only; percentages use the unit ``%``.
    """

    ingredient: str
    amount: Decimal | None
    unit: str = "mg"
    per: Decimal | None = None
    per_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination(Fact):
    """A product or mixture of two or more substances, in the order a label names them.

    ``others`` names ingredients on the label that this release holds no facts about.
    ``label_order`` is the order in which a label writes the strengths ("5/325"). ``strengths`` is
    filled only when every pack holds the same.
    """

    key: str
    name: str
    ingredients: tuple[str, ...]
    others: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    misspellings: tuple[str, ...] = ()
    label_order: tuple[str, ...] = ()
    strengths: tuple[Strength, ...] = ()
    atc: tuple[str, ...] = ()
    route: str | None = "oral"
    note: str | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Fact):
    """A product code of RxNorm, with what its own label says."""

    rxcui: str
    label: str
    ingredients: tuple[str, ...]
    strengths: tuple[Strength, ...] = ()
    route: str | None = None
    form: str | None = None
    brand: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Formulation(Fact):
    """A marketed or compounded form, with what its route does to the exposure of the body."""

    id: str
    ingredient: str
    form: str
    route: str
    strengths: tuple[Strength, ...] = ()
    brands: tuple[str, ...] = ()
    systemic_exposure: str | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Fact):
    """Where a fact was read, and how (``seen``: full, abstract, secondary or gk)."""

    id: str
    title: str
    year: str
    seen: Literal["full", "abstract", "secondary", "gk"]
    publisher: str | None = None
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText(Fact):
    """What a rule says once it has fired; the deciding itself is code, keyed by ``id``.

    ``effects`` and ``management`` are for clinicians; ``patient_title`` and ``patient_advice`` are
    plain words. ``params`` holds the numbers a rule compares with, as Decimal, with no unit mixing.
    A ``withdrawn`` rule makes no card.
    """

    id: str
    code: str
    title: str
    base_severity: SeverityWord
    evidence: Evidence
    sources: tuple[str, ...]
    effects: tuple[str, ...]
    management: tuple[str, ...]
    patient_title: str
    patient_advice: tuple[str, ...]
    substances: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    params: Numbers = field(default_factory=no_numbers, hash=False)
    note: str | None = None
    withdrawn: Annotated[bool, BeforeValidator(_set_by_release_yaml)] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorText(Fact):
    """Something about this patient that raises or lowers a finding, and by which evidence."""

    id: str
    effect: Literal["raises", "lowers", "notes"]
    text: str
    evidence: Evidence
    sources: tuple[str, ...]
    params: Numbers = field(default_factory=no_numbers, hash=False)
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Fact):
    """A code the rules know, its label and the words a clinician may type for it."""

    code: str
    label: str
    words: tuple[str, ...]
    note: str | None = None


def _none() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One immutable set of knowledge. ``content_hash`` is SHA-256 over its files, in name order.

    ``ambiguous_names`` are short words that may mean several substances. ``other_medicines`` are
    names of medicines without facts here, kept so that none of them drifts into one that has.
    ``rules`` holds withdrawn ones too, marked as such. ``attributes`` is keyed by rule id or ``default``.
    ``label_parts`` says of ingredients without facts, that combinations hold, why no rule asks for them.
    """

    version: str
    content_hash: str
    substances: Mapping[str, Substance]
    combinations: Mapping[str, Combination]
    products: Mapping[str, Product]
    formulations: Mapping[str, Formulation]
    dosing: Dosing
    washout: Washout
    sources: Mapping[str, Source]
    rules: Mapping[str, RuleText]
    factors: Mapping[str, FactorText]
    conditions: Mapping[str, Condition]
    ambiguous_names: Mapping[str, tuple[str, ...]]
    other_medicines: frozenset[str]
    published: date
    notes: tuple[str, ...] = ()
    follows: str | None = None
    mechanisms: Mapping[str, Mechanism] = field(default_factory=_none)
    opinions: Mapping[str, Opinion] = field(default_factory=_none)
    not_supported: Mapping[str, Claim] = field(default_factory=_none)
    guides: Mapping[str, Guide] = field(default_factory=_none)
    firing: Mapping[str, Firing] = field(default_factory=_none)
    unknowns: Mapping[str, Unknown] = field(default_factory=_none)
    attributes: Mapping[str, Attributes] = field(default_factory=_none)
    alternatives: Mapping[str, Alternative] = field(default_factory=_none)
    factor_names: Mapping[str, str] = field(default_factory=_none)
    label_parts: Mapping[str, str] = field(default_factory=_none)

    def in_group(self, group: str) -> tuple[Substance, ...]:
        """Every substance that carries this classification word, in name order."""
        return tuple(s for _, s in sorted(self.substances.items()) if group in s.groups)

    def mechanisms_of(self, rule: str) -> tuple[Mechanism, ...]:
        """Why what this rule speaks of harms, in file order."""
        return tuple(each for each in self.mechanisms.values() if rule in each.rules)

    def opinions_of(self, rule: str) -> tuple[Opinion, ...]:
        """How public references grade what this rule speaks of, each on its own scale."""
        return tuple(each for each in self.opinions.values() if rule in each.rules)

    def not_supported_of(self, rule: str) -> tuple[Claim, ...]:
        """What is often said beside this rule and not borne out."""
        return tuple(each for each in self.not_supported.values() if rule in each.rules)

    def attributes_of(self, rule: str) -> Attributes | None:
        """The source attributes of a rule: those of every rule, and where it differs its own. None before 2026.11.2."""
        common, own = self.attributes.get("default"), self.attributes.get(rule)
        if common is None or own is None:
            return common or own
        return Attributes(
            id=rule,
            developer=own.developer or common.developer,
            funding=own.funding or common.funding,
            uses=MappingProxyType({**common.uses, **own.uses}),
        )

    def guides_of(self, rule: str) -> tuple[Guide, ...]:
        """The tables a clinician works with when this rule has fired."""
        return tuple(each for each in self.guides.values() if rule in each.rules)


def version_key(version: str) -> tuple[int, ...]:
    """The order of versions: 2026.11.2 comes before 2026.11.10."""
    return tuple(int(part) for part in version.split("."))
