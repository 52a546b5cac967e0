"""Reads a request of CDS Hooks 2.0 strictly: every fault with its path, or a value that needs no more checking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from interactions.cds_hooks.asking import Fault, Reader, RequestFaultError, check_size
from interactions.cds_hooks.offers import BY_ID, Service
from interactions.cds_hooks.prefetch import Prefetch, collect, read_record
from interactions.cds_hooks.selection import is_selected, read_drafts, read_orders, read_selections
from interactions.fhir import Entry, FaultError, ReadMedicine, medications_in
from interactions.fhir.dates import last_day

__all__ = ["HookRequest", "RequestFaultError", "read_request"]

_STAFF: Final = ("Practitioner", "PractitionerRole")
_READERS: Final = (*_STAFF, "Patient", "RelatedPerson")
# Hooks that the standard has retired, and what took their place.
_RETIRED: Final = {"medication-prescribe": "order-select or order-sign", "order-review": "order-sign"}
# Fields of earlier drafts of the standard, and where they belong now.
_MOVED: Final = {
    "medications": "context.draftOrders, a Bundle of FHIR R4 MedicationRequest",
    "orders": "context.draftOrders, a Bundle",
    "prefetch": "prefetch, beside context",
    "fhirServer": "fhirServer, beside context",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRequest:
    """A request, read. ``drafts`` are the medicines among the orders; ``selections`` references to some of them."""

    hook: str
    hook_instance: UUID
    service_id: str
    user_id: str
    patient_id: str
    encounter_id: str
    fhir_server: str
    drafts: tuple[ReadMedicine, ...]
    selections: tuple[str, ...]
    prefetch: Prefetch

    @property
    def asked_about(self) -> tuple[ReadMedicine, ...]:
        """The orders that the answer is about: those selected, or else all."""
        if self.hook != "order-select":
            return self.drafts
        return tuple(order for order in self.drafts if is_selected(order, self.selections))


def read_request(document: object, *, service_id: str) -> HookRequest:
    """Read a request to one service. Raises RequestFaultError with every fault found in it.

    The envelope is judged first (400), then the resources (422), then whether what is needed is there (412).
    """
    service = BY_ID.get(service_id)
    if service is None:
        raise RequestFaultError(404, [("", "There is no such service; see the list at /cds-services.")])
    if not isinstance(document, Mapping):
        raise RequestFaultError(400, [("", "The request must be a JSON object.")])
    check_size(document)
    faults: list[Fault] = []
    request = Reader(document, "", faults)
    hook, instance = _hook(request, service), request.uuid("hookInstance")
    server = _server(request)
    context = request.inner("context", required=True)
    if context is None:
        raise RequestFaultError(400, faults)
    who = _who(context, request, service)
    entries, strange, selections = _orders(context, service, who[1])
    prefetch, foreign = collect(request.inner("prefetch"), who[1], faults)
    request.inner("extension")
    if faults or instance is None:
        raise RequestFaultError(400, faults)
    drafts = _resources(entries, prefetch, who[1], [*strange, *foreign])
    _needed(prefetch)
    return HookRequest(
        hook=hook,
        hook_instance=instance,
        service_id=service_id,
        user_id=who[0],
        patient_id=who[1],
        encounter_id=who[2],
        fhir_server=server,
        drafts=drafts,
        selections=selections,
        prefetch=prefetch,
    )


def _hook(request: Reader, service: Service) -> str:
    hook = request.text("hook", required=True)
    if hook in _RETIRED:
        request.fault("hook", f"{hook} is retired from the standard; {_RETIRED[hook]} took its place.")
    elif hook and hook != service.hook:
        request.fault("hook", f"must be {service.hook}, which this service is for.")
    return hook


def _server(request: Reader) -> str:
    """The address of the FHIR server; it and its token are checked and not used."""
    server = request.url("fhirServer")
    token = request.inner("fhirAuthorization")
    if token is not None:
        if not request.value.get("fhirServer"):
            request.fault("fhirServer", "is required beside fhirAuthorization.")
        for key in ("access_token", "scope", "subject"):
            token.text(key, required=True)
        if token.text("token_type", required=True) not in {"", "Bearer"}:
            token.fault("token_type", "must be Bearer.")
        lasts = token.value.get("expires_in")
        if isinstance(lasts, bool) or not isinstance(lasts, int):
            token.fault("expires_in", "must be a whole number of seconds.")
    return server


def _who(context: Reader, request: Reader, service: Service) -> tuple[str, str, str]:
    for key, place in _MOVED.items():
        if key in context.value:
            context.fault(key, f"is of an earlier draft of the standard; it belongs in {place}.")
    before = len(request.faults)
    user = context.reference("userId", _READERS if service.hook == "patient-view" else _STAFF)
    patient = context.fhir_id("patientId", required=True)
    if len(request.faults) > before:
        _misplaced(context, request)
    return user, patient, context.fhir_id("encounterId")


def _misplaced(context: Reader, request: Reader) -> None:
    """Point out ids that stand at the top level, where early drafts of the standard had them."""
    for top, key in (("userId", "userId"), ("user", "userId"), ("patientId", "patientId"), ("patient", "patientId")):
        if top in request.value and context.value.get(key) is None:
            request.fault(top, f"does not belong at the top level; it is read from context.{key}.")


def _orders(context: Reader, service: Service, patient_id: str) -> tuple[list[Entry], list[Fault], tuple[str, ...]]:
    if service.hook == "patient-view":
        return [], [], ()
    entries, strange = read_drafts(context, patient_id, context.faults)
    selections = read_selections(context, entries) if service.hook == "order-select" else ()
    return entries, strange, selections


def _resources(
    entries: list[Entry], prefetch: Prefetch, patient_id: str, faults: list[Fault]
) -> tuple[ReadMedicine, ...]:
    """The drafts, read, and the prefetch filled in. RequestFaultError, 422, with every resource that is faulty."""
    medications: dict[str, Any] = medications_in([*prefetch.entries, *entries])
    drafts = read_orders(entries, medications, faults)
    read_record(prefetch, medications, patient_id, faults)
    if prefetch.patient is not None and not faults:
        _birth_date(prefetch, faults)
    if faults:
        raise RequestFaultError(422, faults)
    return drafts


def _birth_date(prefetch: Prefetch, faults: list[Fault]) -> None:
    patient = prefetch.patient
    try:
        if patient is not None and patient.text("birthDate"):
            last_day(patient.text("birthDate"), patient.at("birthDate"))
    except FaultError as fault:
        faults.append((fault.place, fault.text))


_NEEDED: Final = (
    "is needed, or prefetch.medicationStatements: the patient’s medicines are nowhere in the request, and this "
    "service does not read from the FHIR server. Send null where there are none."
)


def _needed(prefetch: Prefetch) -> None:
    if not prefetch.medicines_at_hand():
        errors = [(note.place, f"{note.text}.") for note in prefetch.notes]
        raise RequestFaultError(412, [*errors, ("prefetch.medicationRequests", _NEEDED)])
