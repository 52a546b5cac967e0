"""Orders, statements, dispenses and administrations of medicines: what counts, since when and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from interactions.fhir.concepts import Named, read_medication
from interactions.fhir.dates import read_date
from interactions.fhir.dosage import ReadDose, read_dosages
from interactions.fhir.nodes import FaultError, Node, codings
from interactions.fhir.quantities import read_days
from interactions.fhir.routes import read_route

KINDS: Final = ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration")

# By status: why it does not count. Words complete the sentence "it is …".
_NOT_GIVEN: Final[Mapping[str, Mapping[str, str]]] = {
    "MedicationRequest": {"cancelled": "cancelled", "draft": "a draft"},
    "MedicationStatement": {"not-taken": "not taken", "intended": "only intended"},
    "MedicationDispense": {"cancelled": "cancelled", "declined": "declined"},
    "MedicationAdministration": {"not-done": "not given"},
}
_ENDED: Final = frozenset({"completed", "stopped"})
_RUNNING: Final = frozenset({"active", "in-progress", "preparation", "draft"})
_DOUBTFUL: Final = {
    "on-hold": "it is on hold: it counts as taken",
    "unknown": "its status is unknown: it counts as taken",
    "": "it has no status: it counts as taken",
}
_PLANS_ONLY: Final = frozenset({"proposal", "plan", "option"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMedicine:
    """One line of a medication list, read. ``starts_on`` and ``ends_on`` are the first and last day taken.

    ``ends_on`` None is open, unless ``end_unknown``: it ended, nobody wrote when. ``left_out`` says why the line
    does not count ("cancelled"); "" when it does. ``linked`` are resources that speak of the same supply,
    ``replaces`` orders that this one stands in for.
    """

    place: str
    key: str
    kind: str
    status: str
    identity: str
    named: Named
    dosages: tuple[ReadDose, ...] = ()
    route: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    end_unknown: bool = False
    left_out: str = ""
    linked: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What the line calls the medicine; "" for a code alone."""
        return self.named.text

    @property
    def rxcui(self) -> str | None:
        """RxNorm code."""
        return self.named.rxcui

    @property
    def atc(self) -> str | None:
        """ATC code."""
        return self.named.atc

    @property
    def dose(self) -> ReadDose:
        """The first dosage; an empty one where none is written."""
        return self.dosages[0] if self.dosages else ReadDose()


def read_medicine(
    resource: Node, medications: Mapping[str, Node], *, full_url: str = "", draft: bool = False
) -> ReadMedicine:
    """Read one line. With ``draft`` it is an order about to be signed, which counts whatever its intent.

    FaultError names the place of a wrong type, an impossible date or an end before the start.
    """
    _check_version(resource)
    identity = resource.identity
    named = read_medication(resource, medications)
    dosages = read_dosages(resource)
    status = resource.text("status")
    starts_on, ends_on, said = _period(resource, dosages)
    return ReadMedicine(
        place=resource.path,
        key=full_url or identity,
        kind=resource.kind,
        status=status,
        identity=identity,
        named=named,
        dosages=dosages,
        route=_route(resource, named),
        starts_on=starts_on,
        ends_on=ends_on,
        end_unknown=ends_on is None and has_ended(resource.kind, status),
        left_out=_left_out(resource, status, draft=draft)
        or ("the record says that none is taken" if named.absent else ""),
        linked=_references(resource, "authorizingPrescription", "request", "basedOn", "derivedFrom", "partOf"),
        replaces=_references(resource, "priorPrescription"),
        problems=(*named.problems, *_doubt(resource, status), *said),
    )


def _check_version(resource: Node) -> None:
    """FHIR STU3 says in a field of its own whether a medicine is taken; read as R4 a "no" would be lost."""
    if resource.kind == "MedicationStatement" and resource.value.get("taken") is not None:
        raise FaultError(resource.at("taken"), "is of FHIR STU3; R4 says it by the status.")


def has_ended(kind: str, status: str) -> bool:
    """Whether the status says that it is no longer taken. What was dispensed in full is at the patient's home."""
    return status in _ENDED and not (kind == "MedicationDispense" and status == "completed")


def _left_out(resource: Node, status: str, *, draft: bool) -> str:
    if status == "entered-in-error":
        return "entered in error"
    if resource.flag("doNotPerform") is True:
        return "an order not to give it"
    reason = _NOT_GIVEN.get(resource.kind, {}).get(status, "")
    if draft:
        return "" if status == "draft" else reason
    intent = resource.text("intent")
    if not reason and intent in _PLANS_ONLY and not _reported(resource):
        return f"a {intent}, not an order" if intent != "option" else "an option, not an order"
    return reason


def _reported(resource: Node) -> bool:
    """A plan that somebody reports as taken: how self-chosen medicines are recorded."""
    return resource.value.get("reportedBoolean") is True or bool(resource.child("reportedReference"))


def _doubt(resource: Node, status: str) -> tuple[str, ...]:
    if status in _DOUBTFUL:
        return (_DOUBTFUL[status],)
    known = _ENDED | _RUNNING | {"entered-in-error"} | set(_NOT_GIVEN.get(resource.kind, {}))
    return () if status in known else (f"“{status[:30]}” is not a status that is known: it counts as taken",)


def _route(resource: Node, named: Named) -> str | None:
    texts = (named.text, named.form)
    for dosage in _dosage_nodes(resource):
        found = read_route(dosage, *texts)
        if found is not None:
            return found
    return read_route(Node({}, resource.path), *texts)


def _dosage_nodes(resource: Node) -> list[Node]:
    if resource.kind == "MedicationAdministration":
        return [resource.child("dosage")]
    key = "dosageInstruction" if resource.value.get("dosageInstruction") is not None else "dosage"
    return resource.items(key)


def _references(resource: Node, *keys: str) -> tuple[str, ...]:
    written = [key for key in keys if resource.value.get(key) is not None]
    found = [one.text("reference") for key in written for one in resource.items(key, one_allowed=True)]
    return tuple(reference for reference in found if reference)


_Period = tuple[date | None, date | None, tuple[str, ...]]


def _period(resource: Node, dosages: tuple[ReadDose, ...]) -> _Period:
    """First and last day, by the dosages' bounds, the record's own period, or the day it was written."""
    first, last = _own_period(resource)
    starts = [dosage.start for dosage in dosages if dosage.start is not None]
    ends = [_end(dosage, first) for dosage in dosages]
    starts_on = min(starts) if starts else first
    known = [end for end in ends if end is not None]
    # An order ends with the last of its dosages, if all of them end.
    ends_on = max(known) if known and len(known) == len(ends) else last
    said: tuple[str, ...] = ()
    if ends_on is None and starts_on is not None and has_ended(resource.kind, resource.text("status")):
        ends_on = _supplied_until(resource, starts_on)
        said = (f"it ended on an unknown day: its supply lasted until {ends_on}",) if ends_on else ()
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise FaultError(resource.path, f"ends on {ends_on}, before its start on {starts_on}.")
    return starts_on, ends_on, said


def _end(dosage: ReadDose, first: date | None) -> date | None:
    start = dosage.start or first
    if dosage.end is not None or dosage.lasts is None or start is None:
        return dosage.end
    return _after(start, dosage.lasts)


def _after(start: date, days: int) -> date | None:
    """The last of so many days; None when that is beyond the calendar."""
    try:
        return start + timedelta(days=days - 1)
    except OverflowError:
        return None


def _own_period(resource: Node) -> tuple[date | None, date | None]:
    """By the fields each kind of record has for it."""
    if resource.kind == "MedicationDispense":
        start = _first_date(resource, "whenHandedOver", "whenPrepared")
        supply = read_days(_supply(resource))
        return start, None if start is None or supply is None else _after(start, max(int(supply), 1))
    period = resource.child("effectivePeriod")
    start = _first_date(period, "start") or _first_date(resource, "effectiveDateTime", "authoredOn", "dateAsserted")
    end = _first_date(period, "end")
    if resource.kind == "MedicationAdministration" and resource.text("effectiveDateTime"):
        end = start
    return start, end


def _supply(resource: Node) -> Node:
    supply = resource.child("daysSupply")
    if supply.value.get("value") is not None and not supply.text("code") and not supply.text("unit"):
        return Node({"value": supply.value["value"], "code": "d"}, supply.path)
    return supply


def _supplied_until(resource: Node, start: date) -> date | None:
    """The day on which the supply that was ordered runs out, its repeats included."""
    request = resource.child("dispenseRequest")
    supply = read_days(request.child("expectedSupplyDuration"))
    if supply is None:
        return None
    return _after(start, max(int(supply * (1 + (request.number("numberOfRepeatsAllowed") or 0))), 1))


def _first_date(resource: Node, *keys: str) -> date | None:
    for key in keys:
        if text := resource.text(key):
            return read_date(text, resource.at(key))
    return None


def allergy_words(resource: Node) -> str:
    """What an AllergyIntolerance is to; "" when it does not say."""
    concept = resource.child("code")
    return concept.text("text") or next((one.display for one in codings(concept) if one.display), "")
