"""FHIR R4 documents to plain values. Pure: reads JSON already parsed, stores nothing.

A fault that makes the whole document untrustworthy (no patient, an impossible date) raises `FaultError` with
the place in it. What is merely not understood or not taken becomes a `Note`: it is told, never dropped in
silence.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from interactions.fhir.conditions import read_condition
from interactions.fhir.medicines import KINDS, allergy_words, read_medicine
from interactions.fhir.nodes import FaultError, Node
from interactions.fhir.observations import read_observation
from interactions.fhir.people import read_patient
from interactions.fhir.records import Entry, Note, ReadBundle, ReadPatient

BUNDLE_TYPES: Final = frozenset({"collection", "searchset", "transaction", "batch", "document", "message"})


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


def _entries(rows: Sequence[object]) -> list[Entry]:
    found = []
    for number, row in enumerate(rows):
        place = f"entry[{number}]"
        if not isinstance(row, Mapping):
            raise FaultError(place, "must be an object.")
        if "resource" in row:
            found.append(_entry(f"{place}.resource", str(row.get("fullUrl", "")), row["resource"]))
    return found


def _entry(place: str, full_url: str, resource: object) -> Entry:
    if not isinstance(resource, Mapping) or not isinstance(resource.get("resourceType"), str):
        raise FaultError(place, "has no resourceType.")
    return Entry(Node(resource, place), full_url)


def _read(entries: Sequence[Entry]) -> ReadBundle:
    bundle = ReadBundle()
    medications = medications_in(entries)
    patients: dict[str, ReadPatient] = {}
    for entry in entries:
        if entry.resource.kind == "Patient":
            with shaped(entry.resource):
                patient = read_patient(entry.resource)
            bundle.patients.append(patient)
            patients.update(dict.fromkeys(entry.names(), patient))
    if not bundle.patients:
        raise FaultError("document", "holds no Patient, so nothing in it can be put on a record.")
    for entry in entries:
        with shaped(entry.resource):
            _take(entry, patients, medications, bundle)
    return bundle


def medications_in(entries: Sequence[Entry]) -> dict[str, Node]:
    """Every Medication of a document by each name that a reference may call it."""
    found: dict[str, Node] = {}
    for entry in entries:
        if entry.resource.kind == "Medication":
            found.update(dict.fromkeys(entry.names(), entry.resource))
    return found


@contextmanager
def shaped(resource: Node) -> Iterator[None]:
    """A value that no reader expected is the sender's fault and named as such."""
    try:
        yield
    except (AttributeError, TypeError, KeyError, IndexError, ValueError, ArithmeticError):
        raise FaultError(resource.path, f"this {resource.kind} is not shaped as FHIR R4 asks.") from None


def _take(
    entry: Entry, patients: Mapping[str, ReadPatient], medications: Mapping[str, Node], bundle: ReadBundle
) -> None:
    resource, kind = entry.resource, entry.resource.kind
    if kind in {"Patient", "Medication"}:
        return
    if kind not in {*KINDS[:2], "Condition", "Observation", "AllergyIntolerance"}:
        bundle.unused[kind] = bundle.unused.get(kind, 0) + 1
        return
    patient = _patient_of(resource, patients)
    if kind in KINDS:
        _take_medicine(entry, patient, medications, bundle)
    elif kind == "Condition":
        _take_condition(resource, patient, bundle)
    elif kind == "Observation":
        _take_observation(resource, patient, bundle)
    elif words := allergy_words(resource):
        patient.allergies.append(words)
    else:
        bundle.notes.append(Note(resource.path, "an allergy without words was not taken."))


def _patient_of(resource: Node, patients: Mapping[str, ReadPatient]) -> ReadPatient:
    reference = (resource.child("subject") or resource.child("patient")).text("reference")
    patient = patients.get(reference) or patients.get("/".join(reference.split("/")[-2:]))
    if patient is None:
        raise FaultError(f"{resource.path}.subject", f"names a patient that is not in this document (“{reference}”).")
    return patient


def _take_medicine(entry: Entry, patient: ReadPatient, medications: Mapping[str, Node], bundle: ReadBundle) -> None:
    medicine = read_medicine(entry.resource, medications, full_url=entry.full_url)
    if medicine.named.blank:
        raise FaultError(f"{medicine.place}.medication", "names no medicine: neither a text nor an RxNorm or ATC code.")
    if medicine.left_out:
        said = f"“{medicine.named.said[:300]}” was not taken: it is {medicine.left_out}."
        bundle.notes.append(Note(medicine.place, said))
        return
    patient.medicines.append(medicine)


def _take_condition(resource: Node, patient: ReadPatient, bundle: ReadBundle) -> None:
    patient.conditions_stated = True
    condition = read_condition(resource)
    if condition is not None and not condition.words:
        bundle.notes.append(Note(resource.path, "a condition without words was not taken."))
    elif condition is not None:
        patient.conditions.append(condition)


def _take_observation(resource: Node, patient: ReadPatient, bundle: ReadBundle) -> None:
    measured = read_observation(resource)
    if measured is None:
        bundle.unused["Observation"] = bundle.unused.get("Observation", 0) + 1
    elif measured.problem:
        bundle.notes.append(Note(measured.place, f"{measured.problem}."))
    else:
        patient.measured.append(measured)
