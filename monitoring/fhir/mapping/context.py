"""What makes a risk greater: conditions, allergies, kidney function, weight, QTc."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from monitoring.fhir.mapping.records import Entry, Note, ReadBundle, ReadPatient, codings, read_date

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


def take_condition(entry: Entry, patient: ReadPatient, _index: Mapping[str, Entry], bundle: ReadBundle) -> None:
    resource = entry.resource
    patient.conditions_stated = True
    clinical = {one.get("code") for one in codings(resource.get("clinicalStatus"))}
    verified = {one.get("code") for one in codings(resource.get("verificationStatus"))}
    concept = resource.get("code") or {}
    words = concept.get("text") or next((one["display"] for one in codings(concept) if one.get("display")), "")
    if not words:
        bundle.notes.append(Note(entry.place, "a condition without words was not taken."))
    elif not clinical & {"inactive", "remission", "resolved"} and not verified & {
        "refuted",
        "entered-in-error",
    }:
        patient.conditions.append(str(words))


def take_allergy(entry: Entry, patient: ReadPatient, _index: Mapping[str, Entry], bundle: ReadBundle) -> None:
    concept = entry.resource.get("code") or {}
    words = concept.get("text") or next((one["display"] for one in codings(concept) if one.get("display")), "")
    if words:
        patient.allergies.append(str(words))
    else:
        bundle.notes.append(Note(entry.place, "an allergy without words was not taken."))


def take_observation(entry: Entry, patient: ReadPatient, _index: Mapping[str, Entry], bundle: ReadBundle) -> None:
    resource, place = entry.resource, entry.place
    codes = {one.get("code") for one in codings(resource.get("code")) if one.get("system") == LOINC}
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
