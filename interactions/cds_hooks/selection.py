"""The orders about to be signed: a Bundle of FHIR R4 drafts, and which of them were selected."""

from collections.abc import Mapping
from typing import Any, Final

from interactions.cds_hooks.asking import Fault, Reader
from interactions.fhir import Entry, FaultError, Node, ReadMedicine, read_medicine, same_reference, shaped

_MOST_ORDERS: Final = 500
# Orders of FHIR before R4, and what R4 calls them.
_OLD_ORDERS: Final = {
    "MedicationOrder": "MedicationRequest",
    "MedicationPrescription": "MedicationRequest",
    "ProcedureRequest": "ServiceRequest",
    "DiagnosticOrder": "ServiceRequest",
    "DiagnosticRequest": "ServiceRequest",
    "ReferralRequest": "ServiceRequest",
}


def read_entries(bundle: Node, faults: list[Fault]) -> list[Entry]:
    """The resources of a Bundle; what is no resource is a fault."""
    found: list[Entry] = []
    rows = bundle.value.get("entry")
    if rows is None:
        return found
    if not isinstance(rows, list):
        faults.append((bundle.at("entry"), "must be a list."))
        return found
    for number, row in enumerate(rows):
        place = f"{bundle.at('entry')}[{number}]"
        resource: Any = row.get("resource") if isinstance(row, Mapping) else None
        if not isinstance(row, Mapping):
            faults.append((place, "must be an object."))
        elif isinstance(row.get("resourceType"), str):
            faults.append((place, "is a bare resource; it belongs under “resource”."))
        elif not isinstance(resource, Mapping):
            faults.append((f"{place}.resource", "is required, and must be an object."))
        elif not isinstance(resource.get("resourceType"), str):
            faults.append((f"{place}.resource.resourceType", "is required."))
        else:
            url = row.get("fullUrl")
            found.append(Entry(Node(resource, f"{place}.resource"), url if isinstance(url, str) else ""))
    return found


def read_drafts(context: Reader, patient_id: str, envelope: list[Fault]) -> tuple[list[Entry], list[Fault]]:
    """The entries of ``draftOrders``, and the faults of resources in them that are not FHIR R4."""
    bundle = context.inner("draftOrders", required=True)
    if bundle is None:
        return [], []
    if bundle.value.get("resourceType") != "Bundle":
        bundle.fault("resourceType", "must be “Bundle”: the drafts of FHIR R4 requests.")
        return [], []
    entries = read_entries(Node(bundle.value, bundle.path), envelope)
    if not bundle.value.get("entry"):
        bundle.fault("entry", "is required: at least one order.")
    if len(entries) > _MOST_ORDERS:
        bundle.fault("entry", f"holds more than {_MOST_ORDERS} orders.")
        return [], []
    faults: list[Fault] = []
    seen: set[str] = set()
    for entry in entries:
        check_version(entry.resource, faults)
        check_subject(entry.resource, patient_id, faults)
        identity = entry.resource.identity
        if identity in seen:
            faults.append((entry.resource.at("id"), "is the id of an order before it, too."))
        seen.add(identity or entry.resource.path)
    return entries, faults


def check_version(resource: Node, faults: list[Fault]) -> None:
    """An order of a FHIR before R4 is a fault: what is in it would not be read."""
    if resource.kind in _OLD_ORDERS:
        faults.append((resource.at("resourceType"), f"is not of FHIR R4, which has {_OLD_ORDERS[resource.kind]}."))


def check_subject(resource: Node, patient_id: str, faults: list[Fault]) -> None:
    """A resource that names another patient is a fault: it must never count for this one."""
    for key in ("subject", "patient"):
        holder = resource.value.get(key)
        said = holder.get("reference") if isinstance(holder, Mapping) else None
        if not isinstance(said, str) or not patient_id or said.startswith(("#", "urn:")):
            continue
        if not same_reference(said, f"Patient/{patient_id}"):
            faults.append((f"{resource.at(key)}.reference", "names another patient than context.patientId."))


def read_orders(entries: list[Entry], medications: Mapping[str, Node], faults: list[Fault]) -> tuple[ReadMedicine, ...]:
    """The medicines among the drafts."""
    found = []
    for entry in entries:
        if entry.resource.kind != "MedicationRequest":
            continue
        try:
            with shaped(entry.resource):
                order = read_medicine(entry.resource, medications, full_url=entry.full_url, draft=True)
        except FaultError as fault:
            faults.append((fault.place, fault.text))
            continue
        if order.named.blank and not order.named.problems:
            place = entry.resource.at("medicationCodeableConcept")
            faults.append((place, "is required: a medicine by text, code or reference."))
            continue
        found.append(order)
    return tuple(found)


def read_selections(context: Reader, entries: list[Entry]) -> tuple[str, ...]:
    """The references that were selected; each must name a draft."""
    value = context.value.get("selections")
    if value is None:
        context.fault("selections", "is required.")
        return ()
    if not isinstance(value, list) or not value:
        context.fault("selections", "must be a list of at least one reference, like MedicationRequest/123.")
        return ()
    known = [name for entry in entries for name in entry.names()]
    for number, each in enumerate(value):
        place = f"selections[{number}]"
        if not isinstance(each, str):
            context.fault(place, "must be text.")
        elif not any(each == name or same_reference(each, name) for name in known):
            context.fault(place, "names no order of context.draftOrders.")
    return tuple(dict.fromkeys(each for each in value if isinstance(each, str)))


def is_selected(order: ReadMedicine, selections: tuple[str, ...]) -> bool:
    """Whether the order is one of those selected."""
    return any(each == order.key or same_reference(each, order.identity) for each in selections)
