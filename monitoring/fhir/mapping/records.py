"""What is read from FHIR, as plain values, and the small readers every resource needs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from monitoring.fhir.dosage import ReadDose

Json = Mapping[str, Any]


class FaultError(Exception):
    """The document cannot be taken; `place` says where, the message says what and how to mend it."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"{place}: {text}")
        self.place, self.text = place, text


@dataclass(frozen=True, slots=True)
class Note:
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadMedicine:
    """One order or statement. `ends_on` None is open, unless `end_unknown`: it ended, nobody wrote when."""

    place: str
    key: str
    text: str
    rxcui: str | None
    atc: str | None
    route: str | None
    dose: ReadDose
    starts_on: date | None
    ends_on: date | None
    end_unknown: bool


@dataclass(slots=True)
class ReadPatient:
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
    conditions: list[str] = field(default_factory=list)
    conditions_stated: bool = False
    allergies: list[str] = field(default_factory=list)
    egfr: tuple[date, Decimal] | None = None
    weight_kg: tuple[date, Decimal] | None = None
    qtc_ms: tuple[date, Decimal] | None = None


@dataclass(slots=True)
class ReadBundle:
    patients: list[ReadPatient] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unused: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    place: str
    full_url: str
    resource: Json


def names_of(entry: Entry) -> Iterator[str]:
    if entry.full_url:
        yield entry.full_url
    if entry.resource.get("id"):
        yield f"{entry.resource['resourceType']}/{entry.resource['id']}"


_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def read_date(value: object, place: str, *, whole: bool = False) -> date:
    """A FHIR date or dateTime as a day. A month or year alone is its first day, unless `whole` is asked."""
    text = str(value)
    match = _DATE.match(text)
    if not match or (whole and len(match.group()) < 10):
        raise FaultError(place, f"“{text[:30]}” is not a date like 2026-03-01.")
    if len(text) > 10 and len(match.group()) == 10:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise FaultError(place, f"“{text[:30]}” is not a date and time.") from None
    padded = (match.group() + "-01-01")[:10]
    try:
        return date.fromisoformat(padded)
    except ValueError:
        raise FaultError(place, f"“{text[:30]}” is not a day that exists.") from None


def codings(concept: object) -> list[Json]:
    if not isinstance(concept, Mapping):
        return []
    return [one for one in concept.get("coding") or [] if isinstance(one, Mapping)]
