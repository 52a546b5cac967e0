"""FHIR R4 resources to plain values. Pure: reads JSON already parsed (numbers as Decimal), stores nothing.

A fault that makes the whole bundle untrustworthy (no patient, an impossible date) raises `FaultError` with
the place in the document. What is merely not understood or not taken becomes a `Note`: it is told, never
dropped in silence.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from monitoring.fhir.mapping.context import take_allergy, take_condition, take_observation
from monitoring.fhir.mapping.medicines import take_medicine
from monitoring.fhir.mapping.records import Entry, FaultError, ReadBundle, ReadPatient, names_of, read_date

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
    return Entry(place, full_url, resource)


def _read(entries: Sequence[Entry]) -> ReadBundle:
    bundle = ReadBundle()
    index: dict[str, Entry] = {}
    for entry in entries:
        for name in names_of(entry):
            index[name] = entry
    patients: dict[str, ReadPatient] = {}
    for entry in entries:
        if entry.resource["resourceType"] == "Patient":
            with _shaped(entry):
                patient = _patient(entry)
            bundle.patients.append(patient)
            patients.update(dict.fromkeys(names_of(entry), patient))
    if not bundle.patients:
        raise FaultError("document", "holds no Patient, so nothing in it can be put on a record.")
    for entry in entries:
        with _shaped(entry):
            _take(entry, patients, index, bundle)
    return bundle


@contextmanager
def _shaped(entry: Entry) -> Iterator[None]:
    """A list where an object belongs, or the other way round, is the sender's fault and named as such."""
    try:
        yield
    except (AttributeError, TypeError, KeyError, IndexError, ValueError, ArithmeticError):
        raise FaultError(entry.place, f"this {entry.resource['resourceType']} is not shaped as FHIR R4 asks.") from None


def _take(entry: Entry, patients: Mapping[str, ReadPatient], index: Mapping[str, Entry], bundle: ReadBundle) -> None:
    kind = entry.resource["resourceType"]
    takers = {
        "MedicationRequest": take_medicine,
        "MedicationStatement": take_medicine,
        "Condition": take_condition,
        "Observation": take_observation,
        "AllergyIntolerance": take_allergy,
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


def _patient(entry: Entry) -> ReadPatient:
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
