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
    other_tca: frozenset[str]
    targets: frozenset[str]
    hypnotic: frozenset[str]
    depressant: frozenset[str]
    cns_active: frozenset[str]
    anticholinergic: frozenset[str]
    qt_warned: frozenset[str]
    qt_possible: frozenset[str]

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
    return Index(
        release=release,
        groups=MappingProxyType(frozen),
        tca=tca,
        other_tca=frozen["other_tca"],
        targets=targets,
        hypnotic=frozen["hypnotic"],
        depressant=frozen["depressant"],
        cns_active=frozen["cns_active"],
        anticholinergic=frozen["anticholinergic_scored"],
        qt_warned=frozen["qt_warned"],
        qt_possible=frozen["qt_possible"],
    )
