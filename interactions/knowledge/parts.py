"""The parts of a release: which file and section holds which records, and how a record is called.

A part is a mapping from id to record, or a list whose records carry their id. An overlay replaces,
adds and withdraws whole records of a part.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from interactions.knowledge.alternatives import Alternative
from interactions.knowledge.dosing import DoseLimit, DosingNote, RenalBand, Schedule, Washout
from interactions.knowledge.explaining import Attributes, Claim, Firing, Guide, Mechanism, Opinion, Unknown
from interactions.knowledge.release import (
    Combination,
    Condition,
    FactorText,
    Formulation,
    Product,
    RuleText,
    Source,
    Substance,
)


def _row_id(row: Mapping[str, Any]) -> str:
    return str(row.get("id"))


def _band_id(row: Mapping[str, Any]) -> str:
    return band_id(str(row.get("ingredient")), str(row.get("basis")), row.get("egfr_from"))


def band_id(ingredient: str, basis: str, egfr_from: object) -> str:
    """Renal bands have no id of their own: two sources may speak of the same band."""
    return f"{ingredient}, {basis}, from {egfr_from}"


@dataclass(frozen=True, slots=True)
class Part:
    """``key_field`` is the field that the id becomes; ``row_id`` is set for lists alone.

    ``shape`` is the type of one record. A ``bare`` part has values that are no records: words, or a list of
    candidates. ``since_first`` is False for parts that the first release does not have.
    """

    name: str
    file: str
    shape: Any
    section: str | None = None
    key_field: str | None = "id"
    row_id: Callable[[Mapping[str, Any]], str] | None = None
    since_first: bool = True

    @property
    def place(self) -> tuple[str, ...]:
        """The keys that lead to the part inside its file."""
        return () if self.section is None else (self.section,)

    @property
    def directory(self) -> str | None:
        """The folder that may stand for the file, its records spread over several; None for a file of sections."""
        return None if self.section is not None else self.file.removesuffix(".yaml")


_ALL: Final = (
    Part("substances", "substances.yaml", Substance, key_field="key"),
    Part("formulations", "products.yaml", Formulation, "formulations", row_id=_row_id),
    Part("combinations", "products.yaml", Combination, "combinations", key_field="key"),
    Part("ambiguous_names", "products.yaml", tuple[str, ...], "ambiguous_names", key_field=None),
    Part("other_medicines", "products.yaml", str, "other_medicines", key_field=None, row_id=str),
    Part("products", "products.yaml", Product, "products", key_field="rxcui"),
    Part("limits", "dosing.yaml", DoseLimit, "limits", row_id=_row_id),
    Part("schedules", "dosing.yaml", Schedule, "schedules", row_id=_row_id),
    Part("renal_bands", "dosing.yaml", RenalBand, "renal_bands", row_id=_band_id),
    Part("notes", "dosing.yaml", DosingNote, "notes", row_id=_row_id),
    Part("washout", "washout.yaml", Washout, key_field=None),
    Part("sources", "sources.yaml", Source),
    Part("rules", "rules.yaml", RuleText),
    Part("factors", "factors.yaml", FactorText),
    Part("conditions", "conditions.yaml", Condition, key_field="code"),
    Part("mechanisms", "mechanisms.yaml", Mechanism, since_first=False),
    Part("opinions", "opinions.yaml", Opinion, since_first=False),
    Part("not_supported", "not_supported.yaml", Claim, since_first=False),
    Part("guides", "guides.yaml", Guide, since_first=False),
    Part("firing", "firing.yaml", Firing, since_first=False),
    Part("unknowns", "unknowns.yaml", Unknown, since_first=False),
    Part("attributes", "attributes.yaml", Attributes, since_first=False),
    Part("alternatives", "alternatives.yaml", Alternative, since_first=False),
    Part("factor_names", "factor_names.yaml", str, key_field=None, since_first=False),
    Part("label_parts", "label_parts.yaml", str, key_field=None, since_first=False),
)
PARTS: Final[Mapping[str, Part]] = MappingProxyType({part.name: part for part in _ALL})
FILES: Final = frozenset(part.file for part in _ALL)
DIRECTORIES: Final = frozenset(part.directory for part in _ALL if part.directory is not None)
ABOUT_FILE: Final = "release.yaml"
