"""The record that came with a request: each part supplied, said to be empty, incomplete, errored or absent.

A part is known by the name this service asks for it under, by the names PDDI-CDS gives it (item1 to item5),
or else by what it holds.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from interactions.cds_hooks.asking import Fault, Reader
from interactions.cds_hooks.selection import check_subject, check_version, read_entries
from interactions.fhir import (
    KINDS,
    Entry,
    FaultError,
    Measurement,
    Node,
    Note,
    ReadCondition,
    ReadMedicine,
    read_condition,
    read_medicine,
    read_observation,
    shaped,
)

PATIENT, CONDITION, OBSERVATION = "Patient", "Condition", "Observation"
WANTED: Final = (PATIENT, *KINDS, CONDITION, OBSERVATION)
_BY_NAME: Final = {
    "patient": PATIENT,
    "medicationRequests": "MedicationRequest",
    "medicationStatements": "MedicationStatement",
    "conditions": CONDITION,
    "observations": OBSERVATION,
    "item1": PATIENT,
    "item2": "MedicationRequest",
    "item3": "MedicationAdministration",
    "item4": "MedicationDispense",
    "item5": "MedicationStatement",
}
_SEARCHED: Final = re.compile(r"(?:^|/)(" + "|".join(WANTED) + r")(?:/_search)?(?:\?|$)")
_MOST_RESOURCES: Final = 20_000
_LONGEST_SAID: Final = 200


class Supply(IntEnum):
    """How much of a kind of resource is at hand; the larger says more. NONE is the record's word that there is none."""

    ABSENT = 0
    ERRORED = 1
    INCOMPLETE = 2
    NONE = 3
    SUPPLIED = 4

    @property
    def at_hand(self) -> bool:
        """Whether there is anything to go by."""
        return self >= Supply.INCOMPLETE

    @property
    def whole(self) -> bool:
        """Whether what is not there is known not to be."""
        return self >= Supply.NONE


@dataclass(slots=True)
class Prefetch:
    """What came with a request. ``notes`` are about parts that are incomplete or broken, with their paths."""

    supplies: dict[str, Supply] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    patient: Node | None = None
    medicines: list[ReadMedicine] = field(default_factory=list)
    conditions: list[ReadCondition] = field(default_factory=list)
    measured: list[Measurement] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def supply(self, kind: str) -> Supply:
        """How much of a kind is at hand."""
        return self.supplies.get(kind, Supply.ABSENT)

    def medicines_at_hand(self) -> bool:
        """Whether the patient's medicines can be told from anything that was sent."""
        return any(self.supply(kind).at_hand for kind in KINDS)

    def medicines_whole(self) -> bool:
        """Whether every list of medicines that was sent is complete."""
        return not any(self.supply(kind) in {Supply.INCOMPLETE, Supply.ERRORED} for kind in KINDS)

    def mark(self, kinds: Iterable[str], supply: Supply) -> None:
        """Note how much there is; of one kind under two keys the less certain counts, if there is any at all."""
        for kind in kinds:
            known = self.supplies.get(kind)
            self.supplies[kind] = supply if known is None else min(known, supply)


def collect(prefetch: Reader | None, patient_id: str, envelope: list[Fault]) -> tuple[Prefetch, list[Fault]]:
    """The parts of a prefetch, their resources not yet read, and the faults of resources in them."""
    found, faults = Prefetch(), []
    for key, value in prefetch.value.items() if prefetch is not None else ():
        place = f"prefetch.{key}"
        if value is None:
            found.mark([_BY_NAME[key]] if key in _BY_NAME else [], Supply.NONE)
        elif not isinstance(value, Mapping) or not isinstance(value.get("resourceType"), str):
            envelope.append((place, "must be a FHIR resource, or null where there is none."))
        else:
            faults += _part(key, Node(value, place), found, envelope)
    if len(found.entries) > _MOST_RESOURCES:
        envelope.append(("prefetch", f"holds more than {_MOST_RESOURCES} resources."))
        found.entries.clear()
    for entry in found.entries:
        check_version(entry.resource, faults)
        check_subject(entry.resource, patient_id, faults)
    return found, faults


def _part(key: str, resource: Node, found: Prefetch, envelope: list[Fault]) -> list[Fault]:
    named = [_BY_NAME[key]] if key in _BY_NAME else []
    if resource.kind == "OperationOutcome":
        found.mark(named, Supply.ERRORED)
        found.notes.append(Note(resource.path, f"the record answered with an error: {_outcome(resource)}"))
        return []
    if resource.kind != "Bundle":
        found.entries.append(Entry(resource, ""))
        found.mark(_kinds([resource.kind]), Supply.SUPPLIED)
        return [] if not named or resource.kind in named else _strange(resource, named[0])
    entries = read_entries(resource, envelope)
    problems = [entry for entry in entries if entry.resource.kind == "OperationOutcome"]
    entries = [entry for entry in entries if entry.resource.kind != "OperationOutcome"]
    found.entries += entries
    found.notes += [Note(one.resource.path, f"the record says: {_outcome(one.resource)}") for one in problems]
    kinds = {*named, *_kinds(entry.resource.kind for entry in entries), *_searched(resource)}
    missing = _missing(resource)
    if missing or any(_is_error(one.resource) for one in problems):
        found.notes.append(Note(resource.path, missing or "only part of what was asked for"))
        found.mark(kinds, Supply.INCOMPLETE)
    else:
        found.mark(kinds, Supply.SUPPLIED)
    return []


def _strange(resource: Node, wanted: str) -> list[Fault]:
    return [(resource.at("resourceType"), f"is {resource.kind[:40]}; {wanted} or a Bundle of it was asked for.")]


def _kinds(kinds: Iterable[str]) -> list[str]:
    return [kind for kind in kinds if kind in WANTED]


def _links(bundle: Node) -> list[Mapping[str, Any]]:
    links = bundle.value.get("link")
    return [link for link in links if isinstance(link, Mapping)] if isinstance(links, list) else []


def _searched(bundle: Node) -> set[str]:
    """The kind that a search was for, by its own address: an empty answer holds nothing else to know it by."""
    addresses = [str(link.get("url", "")) for link in _links(bundle) if link.get("relation") == "self"]
    return {found[1] for address in addresses if (found := _SEARCHED.search(address))}


def _missing(bundle: Node) -> str:
    """Why a list is not all there is; "" when it is. What was only included besides is not among the total."""
    if any(link.get("relation") == "next" for link in _links(bundle)):
        return "only the first page was sent: there are more"
    total = bundle.value.get("total")
    rows = bundle.value.get("entry")
    searched = [row.get("search") for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    count = sum(
        1 for mode in searched if not (isinstance(mode, Mapping) and mode.get("mode") in ("include", "outcome"))
    )
    if isinstance(total, int) and not isinstance(total, bool) and total > count:
        return f"{count} of {total} were sent"
    return ""


def _outcome(resource: Node) -> str:
    """What an OperationOutcome says, in its own words."""
    issues = resource.value.get("issue")
    for issue in issues if isinstance(issues, list) else []:
        if isinstance(issue, Mapping):
            details = issue.get("details")
            text = details.get("text") if isinstance(details, Mapping) else None
            said = issue.get("diagnostics") or text or issue.get("code")
            if isinstance(said, str) and said.strip():
                return said[:_LONGEST_SAID]
    return "no reason given"


def _is_error(resource: Node) -> bool:
    issues = resource.value.get("issue")
    rows = issues if isinstance(issues, list) else []
    return any(isinstance(row, Mapping) and row.get("severity") in ("error", "fatal") for row in rows)


def read_record(prefetch: Prefetch, medications: Mapping[str, Node], patient_id: str, faults: list[Fault]) -> None:
    """Read the resources of a prefetch. A fault names its place; what merely cannot be used becomes a note."""
    for entry in prefetch.entries:
        try:
            with shaped(entry.resource):
                _take(entry, prefetch, medications, patient_id)
        except FaultError as fault:
            faults.append((fault.place, fault.text))


def _take(entry: Entry, prefetch: Prefetch, medications: Mapping[str, Node], patient_id: str) -> None:
    resource, kind = entry.resource, entry.resource.kind
    if kind in KINDS:
        prefetch.medicines.append(read_medicine(resource, medications, full_url=entry.full_url))
    elif kind == CONDITION:
        condition = read_condition(resource)
        if condition is not None:
            prefetch.conditions.append(condition)
    elif kind == OBSERVATION:
        measured = read_observation(resource)
        if measured is not None:
            prefetch.measured.append(measured)
    elif kind == PATIENT:
        if resource.text("id") and resource.text("id") != patient_id:
            raise FaultError(resource.at("id"), "is another patient than context.patientId.")
        prefetch.patient = resource
