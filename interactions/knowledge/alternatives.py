"""What else is taken for the same complaint, and what each of those brings with it. To compare, never to choose."""

from dataclasses import dataclass
from decimal import Decimal

from interactions.knowledge.facts import Evidence, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution(Fact):
    """One hazard that the alternative has of its own, in a sentence for a clinician.

    ``beside`` are substances and groups, ``conditions`` codes, beside which it applies; ``egfr_below`` is in
    mL/min/1.73 m², ``age_from`` in years. With none of them it applies to everybody.
    """

    text: str
    evidence: Evidence
    sources: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    egfr_below: Decimal | None = None
    age_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative(Fact):
    """Something taken or done in place of a medicine. ``substance`` is None where it is no medicine.

    ``named_in`` is the source that names it as an alternative, where there is one: that is no evidence that it
    works.
    """

    id: str
    name: str
    instead_of: tuple[str, ...]
    cautions: tuple[Caution, ...]
    substance: str | None = None
    named_in: str | None = None
