"""Orders and statements of medicines."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from monitoring.fhir.dosage import read_dosage, read_route
from monitoring.fhir.mapping.records import (
    Entry,
    FaultError,
    Json,
    Note,
    ReadBundle,
    ReadMedicine,
    ReadPatient,
    codings,
    names_of,
    read_date,
)

RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC: Final = "http://www.whocc.no/atc"
NOT_GIVEN: Final = {
    "entered-in-error": "entered in error",
    "cancelled": "cancelled",
    "draft": "a draft",
    "not-taken": "not taken",
    "intended": "only intended",
}
ENDED: Final = frozenset({"completed", "stopped"})
PLANS_ONLY: Final = frozenset({"proposal", "plan", "option"})


def _concept(entry: Entry, index: Mapping[str, Entry]) -> Json | None:
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


def take_medicine(entry: Entry, patient: ReadPatient, index: Mapping[str, Entry], bundle: ReadBundle) -> None:
    resource, place = entry.resource, entry.place
    reason = NOT_GIVEN.get(resource.get("status", ""))
    if resource.get("doNotPerform") is True:
        reason = "an order not to give it"
    if resource.get("intent") in PLANS_ONLY:
        reason = f"a {resource['intent']}, not an order"
    concept = _concept(entry, index)
    coded = codings(concept)
    text = str((concept or {}).get("text") or next((c["display"] for c in coded if c.get("display")), ""))
    code = {one.get("system"): str(one.get("code", "")) for one in coded}
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
            key=entry.full_url or "/".join(names_of(entry)),
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
