"""What is read from FHIR, as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from interactions.fhir.conditions import ReadCondition
from interactions.fhir.medicines import ReadMedicine
from interactions.fhir.nodes import Node
from interactions.fhir.observations import Measurement


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was read otherwise than written, or not at all, and where it stands."""

    place: str
    text: str


@dataclass(slots=True)
class ReadPatient:
    """One patient of a document, with what belongs to them."""

    place: str
    identifier: str
    family_name: str
    given_names: str
    birth_date: date
    sex: str
    phone: str
    email: str
    is_test: bool
    medicines: list[ReadMedicine] = field(default_factory=list)
    conditions: list[ReadCondition] = field(default_factory=list)
    conditions_stated: bool = False
    allergies: list[str] = field(default_factory=list)
    measured: list[Measurement] = field(default_factory=list)


@dataclass(slots=True)
class ReadBundle:
    """All that a document holds: its patients, what was not taken and why, and how many of what was not used."""

    patients: list[ReadPatient] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unused: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource with the address it is referred to by."""

    resource: Node
    full_url: str

    def names(self) -> Iterator[str]:
        """Everything that a reference may call it."""
        if self.full_url:
            yield self.full_url
        if self.resource.identity:
            yield self.resource.identity
