"""The tables the rules ask, compiled once for a release: every substance is a bit, every group a mask of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from interactions.knowledge.dosing import DoseLimit
from interactions.knowledge.release import FactorText, Release, RuleText, Substance, version_key

BACLOFEN: Final = "baclofen"
AMITRIPTYLINE: Final = "amitriptyline"
_DEEP: Final = frozenset({"strong", "moderate"})
# From this release on mild sedatives, and whatever lowers the pressure on standing, join their cards. What a release
# before it says of a regimen is on record and stays so.
_WIDER_SINCE: Final = version_key("2026.11.2")
# Enough for every combination a clinic meets; a stream of made-up ones must not fill the memory.
_MOST_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Ingredients by what they are. ``bits`` count upwards in the one order in which cards name medicines:
    baclofen, amitriptyline, other tricyclics, the rest by name. ``limits`` are amounts a day, by ingredient.
    ``withdrawn`` is True when the release holds rules that make no card any more.
    """

    release: Release
    groups: Mapping[str, frozenset[str]]
    bits: Mapping[str, int]
    masks: Mapping[str, int]
    tca: frozenset[str]
    targets: frozenset[str]
    limits: Mapping[str, tuple[DoseLimit, ...]]
    rules: Mapping[str, RuleText]
    factors: Mapping[str, FactorText]
    params: Mapping[tuple[str, str], Decimal]
    withdrawn: bool
    _keys: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _sides: dict[tuple[tuple[str, ...], ...], tuple[str, ...]] = field(default_factory=dict)
    _names: dict[tuple[str, ...], str] = field(default_factory=dict)

    def group(self, name: str) -> frozenset[str]:
        """The ingredients of a classification word; empty when none carries it."""
        return self.groups.get(name, frozenset())

    def mask(self, keys: Iterable[str]) -> int:
        """The bits of these ingredients."""
        found = 0
        bits = self.bits
        for key in keys:
            found |= bits[key]
        return found

    def keys(self, mask: int) -> tuple[str, ...]:
        """The ingredients of a mask, in the order of the cards."""
        found = self._keys.get(mask)
        if found is None:
            if len(self._keys) >= _MOST_REMEMBERED:
                self._keys.clear()
            found = self._keys[mask] = tuple(key for key, bit in self.bits.items() if mask & bit)
        return found

    def joined(self, sides: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
        """The ingredients of all sides, each once, in the order of the cards."""
        found = self._sides.get(sides)
        if found is None:
            if len(self._sides) >= _MOST_REMEMBERED:
                self._sides.clear()
            found = self._sides[sides] = self.keys(self.mask([key for side in sides for key in side]))
        return found

    def names(self, keys: tuple[str, ...]) -> str:
        """Names in a sentence: "morphine, zolpidem"."""
        found = self._names.get(keys)
        if found is None:
            if len(self._names) >= _MOST_REMEMBERED:
                self._names.clear()
            found = self._names[keys] = ", ".join(self.release.substances[key].name for key in keys)
        return found


_INDEXES: dict[tuple[str, str], Index] = {}


def index_of(release: Release) -> Index:
    """The index of a release, built on first use. Releases are immutable, so it never goes stale."""
    key = (release.version, release.content_hash)
    found = _INDEXES.get(key)
    if found is None or found.release is not release:
        found = _INDEXES[key] = _build(release)
    return found


def _build(release: Release) -> Index:
    groups = _groups(release)
    tca = groups["tca"]
    order = sorted(release.substances, key=lambda key: (key != BACLOFEN, key != AMITRIPTYLINE, key not in tca, key))
    bits = {key: 1 << place for place, key in enumerate(order)}
    limits: dict[str, list[DoseLimit]] = {}
    for limit in release.dosing.limits:
        if limit.per == "day":
            limits.setdefault(limit.ingredient, []).append(limit)
    return Index(
        release=release,
        groups=groups,
        bits=bits,
        masks={name: sum(bits[key] for key in keys) for name, keys in groups.items()},
        tca=tca,
        targets=groups["targets"],
        limits={key: tuple(rows) for key, rows in sorted(limits.items())},
        rules=dict(release.rules),
        factors=dict(release.factors),
        params={(rule.id, name): number for rule in release.rules.values() for name, number in rule.params.items()},
        withdrawn=any(rule.withdrawn for rule in release.rules.values()),
    )


def _groups(release: Release) -> dict[str, frozenset[str]]:
    """The groups of the release, and those that rules are about."""
    written: dict[str, set[str]] = {}
    for key, substance in release.substances.items():
        for group in substance.groups:
            written.setdefault(group, set()).add(key)
    given = {group: frozenset(keys) for group, keys in written.items()}
    tca, targets = given["tca"], given["tca"] | {BACLOFEN}
    known = release.substances.keys()
    return given | {
        "baclofen": frozenset({BACLOFEN}),
        "targets": targets,
        "other_tca": tca - {AMITRIPTYLINE},
        "other_muscle_relaxant": given["muscle_relaxant"] - {BACLOFEN},
        "hypnotic": given["benzodiazepine"] | given["z_drug"] | given["barbiturate"],
        "seizure_partner": frozenset({"tramadol", "bupropion"}) & known,
        "clonidine": frozenset({"clonidine"}) & known,
        **_by_property(release, given, targets),
    }


def _by_property(
    release: Release, given: Mapping[str, frozenset[str]], targets: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Groups that no word of the release names: they follow from what it says of each substance."""

    def where(holds: Callable[[Substance], bool]) -> frozenset[str]:
        return frozenset(key for key, substance in release.substances.items() if holds(substance))

    tca = given["tca"]
    # Strong and moderate depressants of the nervous system; and what Beers 2023 counts as CNS-active.
    depressant, cns_active = where(lambda s: s.cns_depressant in _DEEP) - targets, where(lambda s: bool(s.beers_class))
    # Opioids and alcohol have cards of their own.
    own_cards = given["opioid"] | given["alcohol"] | targets
    sedating = depressant | given["muscle_relaxant"] | given["cannabis"]
    sharp, standing, mild = given["alpha1_blocker"] | given["alpha2_agonist"], frozenset[str](), frozenset[str]()
    if version_key(release.version) >= _WIDER_SINCE:
        standing = where(lambda s: bool(s.orthostatic)) - targets
        sharp |= where(lambda s: bool(s.alpha1_blockade)) & standing
        mild = where(lambda s: s.cns_depressant == "mild") - sedating - own_cards
    scored = where(lambda s: bool(s.acb)) - targets
    strong = given["serotonergic_strong"] - tca - given["maoi_like"]
    moderate = where(lambda s: s.serotonergic == "moderate") - tca - given["maoi"] - given["maoi_like"] - strong
    return {
        "depressant": depressant,
        "cns_active": cns_active,
        "sedating": (sedating | cns_active | mild) - targets,
        "stacking": sedating - own_cards,
        "sedating_mildly": mild,
        "pressure_sharp": sharp,
        "pressure_lowering": given["antihypertensive"] | sharp | standing,
        "anticholinergic_scored": scored,
        "anticholinergic_or_tca": scored | tca,
        # A label warns of QT prolongation, or only mentions it.
        "qt_warned": where(lambda s: s.qt_risk == "label_warns") - targets,
        "qt_possible": where(lambda s: s.qt_risk == "possible") - targets,
        "serotonergic_partner": strong,
        "serotonergic_moderate": moderate,
        "serotonergic": strong | moderate,
    }
