"""The sets the rules ask for, worked out once for a release: membership instead of search."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from interactions.knowledge.release import Release, Substance

BACLOFEN: Final = "baclofen"
AMITRIPTYLINE: Final = "amitriptyline"
_DEEP: Final = frozenset({"strong", "moderate"})


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Ingredient keys by what they are; every set is immutable."""

    release: Release
    groups: Mapping[str, frozenset[str]]
    tca: frozenset[str]
    targets: frozenset[str]

    @property
    def other_tca(self) -> frozenset[str]:
        """Tricyclics other than amitriptyline."""
        return self.groups["other_tca"]

    @property
    def hypnotic(self) -> frozenset[str]:
        """Benzodiazepines, Z-drugs and barbiturates."""
        return self.groups["hypnotic"]

    @property
    def depressant(self) -> frozenset[str]:
        """Strong and moderate depressants of the nervous system, baclofen and tricyclics apart."""
        return self.groups["depressant"]

    @property
    def cns_active(self) -> frozenset[str]:
        """What Beers 2023 counts as CNS-active, baclofen and tricyclics included."""
        return self.groups["cns_active"]

    @property
    def anticholinergic(self) -> frozenset[str]:
        """Known burden score of 1 or more, baclofen and tricyclics apart."""
        return self.groups["anticholinergic_scored"]

    @property
    def qt_warned(self) -> frozenset[str]:
        """A label warns of QT prolongation; tricyclics apart."""
        return self.groups["qt_warned"]

    @property
    def qt_possible(self) -> frozenset[str]:
        """A label mentions the QT interval; tricyclics apart."""
        return self.groups["qt_possible"]

    def group(self, name: str) -> frozenset[str]:
        """The ingredients of a classification word; empty when none carries it."""
        return self.groups.get(name, frozenset())


_INDEXES: dict[tuple[str, str], Index] = {}


def index_of(release: Release) -> Index:
    """The index of a release, built on first use. Releases are immutable, so it never goes stale."""
    key = (release.version, release.content_hash)
    found = _INDEXES.get(key)
    if found is None or found.release is not release:
        found = _INDEXES[key] = _build(release)
    return found


def _build(release: Release) -> Index:
    groups: dict[str, set[str]] = {}
    for key, substance in release.substances.items():
        for group in substance.groups:
            groups.setdefault(group, set()).add(key)

    def where(holds: Callable[[Substance], bool]) -> frozenset[str]:
        return frozenset(key for key, substance in release.substances.items() if holds(substance))

    frozen = {group: frozenset(keys) for group, keys in groups.items()}
    tca = frozen["tca"]
    targets = tca | {BACLOFEN}
    frozen |= {
        "baclofen": frozenset({BACLOFEN}),
        "targets": targets,
        "other_tca": tca - {AMITRIPTYLINE},
        "hypnotic": frozen["benzodiazepine"] | frozen["z_drug"] | frozen["barbiturate"],
        "depressant": where(lambda s: s.cns_depressant in _DEEP) - targets,
        "cns_active": where(lambda s: s.beers_class is not None),
        "anticholinergic_scored": where(lambda s: bool(s.acb)) - targets,
        "qt_warned": where(lambda s: s.qt_risk == "label_warns") - targets,
        "qt_possible": where(lambda s: s.qt_risk == "possible") - targets,
        "serotonergic": frozen["serotonergic_strong"] | where(lambda s: s.serotonergic == "moderate"),
        "pressure_lowering": frozen["antihypertensive"] | frozen["alpha1_blocker"] | frozen["alpha2_agonist"],
    }
    frozen["sedating"] = (
        frozen["depressant"] | frozen["cns_active"] | frozen["muscle_relaxant"] | frozen["cannabis"]
    ) - targets
    return Index(release=release, groups=MappingProxyType(frozen), tca=tca, targets=targets)
