"""Which cards speak of one and the same harm, so that a reader meets it once."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

T = TypeVar("T")

# Every other code is a hazard of its own.
_HAZARDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("PAIR_CNS", "TCA_CLASS", "OPIOID_STACK", "CNS_STACK", "ALCOHOL", "LOCAL"), "sedation"),
        **dict.fromkeys(("MAOI", "SEROTONERGIC", "SEROTONERGIC_MAOI_LIKE"), "serotonin"),
    }
)


def hazard_of(code: str) -> str:
    """The harm that cards with this code speak of: ``sedation``, ``serotonin``, or the code in small letters."""
    return _HAZARDS.get(code, code.lower())


def by_hazard(cards: Iterable[T], code: Callable[[T], str]) -> list[list[T]]:
    """The cards of each hazard together, in the order in which each hazard first comes up."""
    found: dict[str, list[T]] = {}
    for card in cards:
        found.setdefault(hazard_of(code(card)), []).append(card)
    return list(found.values())
