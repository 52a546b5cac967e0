"""FHIR R4 resources to plain values. Pure: reads JSON already parsed (numbers as Decimal), stores nothing.

A fault that makes the whole bundle untrustworthy (no patient, an impossible date) raises `FaultError` with
the place in the document. What is merely not understood or not taken becomes a `Note`: it is told, never
dropped in silence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from monitoring.fhir.dosage import ReadDose, read_dosage, read_route

Json = Mapping[str, Any]

RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC: Final = "http://www.whocc.no/atc"
LOINC: Final = "http://loinc.org"
EGFR_CODES: Final = frozenset(
    {
        "98979-8",
        "62238-1",
        "33914-3",
        "48642-3",
        "48643-1",
        "50044-7",
        "69405-9",
        "77147-7",
        "88293-6",
        "88294-4",
    }
)
WEIGHT_CODE: Final = "29463-7"
QTC_CODE: Final = "8636-3"
BUNDLE_TYPES: Final = frozenset({"collection", "searchset", "transaction", "batch", "document", "message"})
NOT_GIVEN: Final = {
    "entered-in-error": "entered in error",
    "cancelled": "cancelled",
    "draft": "a draft",
    "not-taken": "not taken",
    "intended": "only intended",
}
ENDED: Final = frozenset({"completed", "stopped"})
PLANS_ONLY: Final = frozenset({"proposal", "plan", "option"})


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
class _Entry:
    place: str
    full_url: str
    resource: Json


def read_bundle(document: object) -> ReadBundle:
    """Every patient of a Bundle with the medicines and context that belong to them."""
    if not isinstance(document, Mapping) or document.get("resourceType") != "Bundle":
        raise FaultError("document", "this is not a FHIR Bundle (resourceType must be “Bundle”).")
    if document.get("type") not in BUNDLE_TYPES:
        raise FaultError("Bundle.type", f"“{document.get('type')}” is not a kind of bundle that carries records.")
    rows = document.get("entry", [])
    if not isinstance(rows, list):
        raise FaultError("Bundle.entry", "must be a list.")
    return _read(_entries(rows))


def read_resources(lines: Sequence[tuple[str, object]]) -> ReadBundle:
    """The same from bare resources, each with the place it stood in (a line of NDJSON)."""
    return _read([_entry(place, "", resource) for place, resource in lines])


def _entries(rows: Sequence[object]) -> list[_Entry]:
    found = []
    for number, row in enumerate(rows):
        place = f"entry[{number}]"
        if not isinstance(row, Mapping):
            raise FaultError(place, "must be an object.")
        if "resource" in row:
            found.append(_entry(f"{place}.resource", str(row.get("fullUrl", "")), row["resource"]))
    return found


def _entry(place: str, full_url: str, resource: object) -> _Entry:
    if not isinstance(resource, Mapping) or not isinstance(resource.get("resourceType"), str):
        raise FaultError(place, "has no resourceType.")
    return _Entry(place, full_url, resource)


def _read(entries: Sequence[_Entry]) -> ReadBundle:
    bundle = ReadBundle()
    index: dict[str, _Entry] = {}
    for entry in entries:
        for name in _names_of(entry):
            index[name] = entry
    patients: dict[str, ReadPatient] = {}
    for entry in entries:
        if entry.resource["resourceType"] == "Patient":
            with _shaped(entry):
                patient = _patient(entry)
            bundle.patients.append(patient)
            patients.update(dict.fromkeys(_names_of(entry), patient))
    if not bundle.patients:
        raise FaultError("document", "holds no Patient, so nothing in it can be put on a record.")
    for entry in entries:
        with _shaped(entry):
            _take(entry, patients, index, bundle)
    return bundle


@contextmanager
def _shaped(entry: _Entry) -> Iterator[None]:
    """A list where an object belongs, or the other way round, is the sender's fault and named as such."""
    try:
        yield
    except (AttributeError, TypeError, KeyError, IndexError, ValueError, ArithmeticError):
        raise FaultError(entry.place, f"this {entry.resource['resourceType']} is not shaped as FHIR R4 asks.") from None


def _names_of(entry: _Entry) -> Iterator[str]:
    if entry.full_url:
        yield entry.full_url
    if entry.resource.get("id"):
        yield f"{entry.resource['resourceType']}/{entry.resource['id']}"


def _take(entry: _Entry, patients: Mapping[str, ReadPatient], index: Mapping[str, _Entry], bundle: ReadBundle) -> None:
    kind = entry.resource["resourceType"]
    takers = {
        "MedicationRequest": _take_medicine,
        "MedicationStatement": _take_medicine,
        "Condition": _take_condition,
        "Observation": _take_observation,
        "AllergyIntolerance": _take_allergy,
    }
    if kind == "Patient" or (kind == "Medication" and index):
        return
    if kind not in takers:
        bundle.unused[kind] = bundle.unused.get(kind, 0) + 1
        return
    reference = (entry.resource.get("subject") or entry.resource.get("patient") or {}).get("reference", "")
    patient = patients.get(reference) or patients.get("/".join(reference.split("/")[-2:]))
    if patient is None:
        raise FaultError(f"{entry.place}.subject", f"names a patient that is not in this document (“{reference}”).")
    takers[kind](entry, patient, index, bundle)


def _patient(entry: _Entry) -> ReadPatient:
    resource, place = entry.resource, entry.place
    names = resource.get("name") or []
    name = next((one for one in names if one.get("use") == "official"), names[0] if names else None)
    if not name or not (name.get("family") or name.get("text")):
        raise FaultError(f"{place}.name", "the patient has no name.")
    identifier = next(
        (one["value"] for one in resource.get("identifier") or [] if one.get("value")), resource.get("id")
    )
    if not identifier:
        raise FaultError(f"{place}.identifier", "the patient has neither an identifier nor an id.")
    if not resource.get("birthDate"):
        raise FaultError(f"{place}.birthDate", "is missing, and age decides several rules.")
    telecom = {one.get("system"): one.get("value", "") for one in resource.get("telecom") or []}
    labels = {one.get("code") for one in (resource.get("meta") or {}).get("security") or []}
    return ReadPatient(
        place=place,
        identifier=str(identifier)[:40],
        family_name=str(name.get("family") or name["text"])[:80],
        given_names=" ".join(name.get("given") or [])[:80],
        birth_date=read_date(resource["birthDate"], f"{place}.birthDate", whole=True),
        sex={"female": "F", "male": "M", "other": "X"}.get(resource.get("gender", ""), ""),
        phone=telecom.get("phone", "")[:30],
        email=telecom.get("email", ""),
        is_test="HTEST" in labels,
    )


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


def _codings(concept: object) -> list[Json]:
    if not isinstance(concept, Mapping):
        return []
    return [one for one in concept.get("coding") or [] if isinstance(one, Mapping)]


def _concept(entry: _Entry, index: Mapping[str, _Entry]) -> Json | None:
    """The medicine's concept: in line, in a contained Medication, or in one that another entry holds."""
    resource = entry.resource
    if isinstance(resource.get("medicationCodeableConcept"), Mapping):
        concept: Json = resource["medicationCodeableConcept"]
        return concept
    reference = (resource.get("medicationReference") or {}).get("reference", "")
    if reference.startswith("#"):
        contained = {f"#{one.get('id')}": one for one in resource.get("contained") or []}
        found = contained.get(reference)
    else:
        target = index.get(reference)
        found = target.resource if target else None
    code = (found or {}).get("code")
    return code if isinstance(code, Mapping) else None


def _take_medicine(entry: _Entry, patient: ReadPatient, index: Mapping[str, _Entry], bundle: ReadBundle) -> None:
    resource, place = entry.resource, entry.place
    reason = NOT_GIVEN.get(resource.get("status", ""))
    if resource.get("doNotPerform") is True:
        reason = "an order not to give it"
    if resource.get("intent") in PLANS_ONLY:
        reason = f"a {resource['intent']}, not an order"
    concept = _concept(entry, index)
    codings = _codings(concept)
    text = str((concept or {}).get("text") or next((c["display"] for c in codings if c.get("display")), ""))
    code = {one.get("system"): str(one.get("code", "")) for one in codings}
    if not text and not (code.get(RXNORM) or code.get(ATC)):
        raise FaultError(f"{place}.medication", "names no medicine: neither a text nor an RxNorm or ATC code.")
    if reason:
        bundle.notes.append(Note(place, f"“{text or code}” was not taken: it is {reason}."))
        return
    starts_on, ends_on, end_unknown = _period(resource, place)
    dosage: Json = next(iter(resource.get("dosageInstruction") or resource.get("dosage") or []), {})
    patient.medicines.append(
        ReadMedicine(
            place=place,
            key=entry.full_url or "/".join(_names_of(entry)),
            text=text[:300],
            rxcui=code.get(RXNORM),
            atc=code.get(ATC),
            route=read_route(dosage.get("route"), text),
            dose=read_dosage(dosage),
            starts_on=starts_on,
            ends_on=ends_on,
            end_unknown=end_unknown,
        )
    )


def _period(resource: Json, place: str) -> tuple[date | None, date | None, bool]:
    """First and last day, by the dosage's bounds, the statement's period, or the day it was written."""
    dosage: Json = next(iter(resource.get("dosageInstruction") or resource.get("dosage") or []), {})
    bounds = ((dosage.get("timing") or {}).get("repeat") or {}).get("boundsPeriod") or {}
    period = bounds or resource.get("effectivePeriod") or {}
    first = (
        period.get("start")
        or resource.get("effectiveDateTime")
        or resource.get("authoredOn")
        or resource.get("dateAsserted")
    )
    starts_on = read_date(first, f"{place}.start") if first else None
    ends_on = read_date(period["end"], f"{place}.end") if period.get("end") else None
    if starts_on and ends_on and ends_on < starts_on:
        raise FaultError(f"{place}.end", f"{ends_on} is before the start, {starts_on}.")
    return starts_on, ends_on, ends_on is None and resource.get("status") in ENDED


def _take_condition(entry: _Entry, patient: ReadPatient, _index: Mapping[str, _Entry], bundle: ReadBundle) -> None:
    resource = entry.resource
    patient.conditions_stated = True
    clinical = {one.get("code") for one in _codings(resource.get("clinicalStatus"))}
    verified = {one.get("code") for one in _codings(resource.get("verificationStatus"))}
    concept = resource.get("code") or {}
    words = concept.get("text") or next((one["display"] for one in _codings(concept) if one.get("display")), "")
    if not words:
        bundle.notes.append(Note(entry.place, "a condition without words was not taken."))
    elif not clinical & {"inactive", "remission", "resolved"} and not verified & {
        "refuted",
        "entered-in-error",
    }:
        patient.conditions.append(str(words))


def _take_allergy(entry: _Entry, patient: ReadPatient, _index: Mapping[str, _Entry], bundle: ReadBundle) -> None:
    concept = entry.resource.get("code") or {}
    words = concept.get("text") or next((one["display"] for one in _codings(concept) if one.get("display")), "")
    if words:
        patient.allergies.append(str(words))
    else:
        bundle.notes.append(Note(entry.place, "an allergy without words was not taken."))


def _take_observation(entry: _Entry, patient: ReadPatient, _index: Mapping[str, _Entry], bundle: ReadBundle) -> None:
    resource, place = entry.resource, entry.place
    codes = {one.get("code") for one in _codings(resource.get("code")) if one.get("system") == LOINC}
    wanted = {"egfr": codes & EGFR_CODES, "weight_kg": codes & {WEIGHT_CODE}, "qtc_ms": codes & {QTC_CODE}}
    slot = next((name for name, hit in wanted.items() if hit), None)
    if slot is None or resource.get("status") in {
        "cancelled",
        "entered-in-error",
        "registered",
        "preliminary",
    }:
        bundle.unused["Observation"] = bundle.unused.get("Observation", 0) + 1
        return
    quantity = resource.get("valueQuantity") or {}
    value, unit = quantity.get("value"), str(quantity.get("code") or quantity.get("unit") or "")
    if not isinstance(value, Decimal | int) or isinstance(value, bool):
        bundle.notes.append(Note(place, "a measurement without a number was not taken."))
        return
    units = {"egfr": r"mL/min.*", "weight_kg": r"kg", "qtc_ms": r"ms"}
    if quantity.get("comparator") or not re.fullmatch(units[slot], unit):
        bundle.notes.append(
            Note(place, f"a measurement in “{unit}” was not taken; {slot} needs {units[slot].rstrip('.*')}.")
        )
        return
    on = read_date(resource.get("effectiveDateTime") or resource.get("issued") or "", f"{place}.effectiveDateTime")
    known = getattr(patient, slot)
    if known is None or known[0] <= on:
        setattr(patient, slot, (on, Decimal(value)))
