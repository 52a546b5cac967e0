"""Has anybody changed the log? Reads every row, in batches, and says what is wrong and where."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Final, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce

from monitoring.audit.digests import SealDigest, is_authentic, key_id
from monitoring.audit.models import AuditEvent, AuditLeaf, AuditSeal

BATCH: Final = 1_000
FAULTS_LISTED: Final = 100
T = TypeVar("T")
# What reading a row raises whose columns somebody filled with what this program never writes.
UNREADABLE: Final = (ValueError, TypeError, AttributeError, RecursionError, ValidationError)


class FaultKind(StrEnum):
    EDITED = "edited"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `position` counts in the sealed sequence, `event_id` is the row's key."""

    kind: FaultKind
    what: str
    position: int | None = None
    event_id: int | None = None


@dataclass(slots=True)
class Verification:
    """What a check found. `head` is the last seal as `position:digest`: kept elsewhere, it proves that nothing was
    cut off the end later."""

    checked: int = 0
    unsealed: int = 0
    oldest_unsealed_at: datetime | None = None
    head: str = ""
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    authentic: int = 0

    @property
    def intact(self) -> bool:
        return self.fault_count == 0

    def add(self, kind: FaultKind, what: str, *, position: int | None = None, event_id: int | None = None) -> None:
        self.fault_count += 1
        if len(self.faults) < FAULTS_LISTED:
            self.faults.append(Fault(kind, what, position, event_id))


class CouldNotCheckError(Exception):
    """Nothing can be said about the log; the message says why."""


def verify(*, known_head: str = "") -> Verification:
    """Check every event against its own digest and against the seals.

    `known_head` is a head that an earlier check printed: it must still be there. Events that are not sealed yet are
    counted, not faulted: a slow transaction and a stopped sealer are no tampering. CouldNotCheckError when the log
    was written with another key than the present one.
    """
    result = Verification()
    try:
        _check_seals(result)
    except UNREADABLE:
        result.add(FaultKind.EDITED, "A seal, or the place of an event in it, cannot be read.")
    _check_unsealed(result)
    if known_head:
        _check_head(known_head, result)
    if result.checked and not result.authentic and not AuditSeal.objects.filter(key_id=key_id()).exists():
        raise CouldNotCheckError("No event fits the present AUDIT_KEY: the log was written with another key.")
    return result


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def load_events(ids: Sequence[int]) -> dict[int, AuditEvent | None]:
    """The events that exist, by id; None stands for a row so damaged that it cannot be read."""
    try:
        return dict(AuditEvent.objects.in_bulk(ids))
    except UNREADABLE:
        return {pk: event for pk in ids for event in _load_one(pk)}


def _load_one(pk: int) -> list[AuditEvent | None]:
    try:
        return list(AuditEvent.objects.filter(pk=pk))
    except UNREADABLE:
        return [None]


def _check_seals(result: Verification) -> None:
    """Walk the seals that exist now; what is sealed meanwhile is the next check's."""
    last = AuditSeal.objects.order_by("-first_position").first()
    previous, expected = "", 1
    if last is not None:
        seals = AuditSeal.objects.filter(first_position__lte=last.first_position).order_by("first_position")
        for seal in seals.iterator(chunk_size=BATCH):
            if seal.first_position != expected:
                result.add(FaultKind.MISSING, "A seal is gone.", position=expected)
            _check_seal(seal, previous, result)
            previous, expected = seal.digest, seal.last_position + 1
        result.head = f"{last.last_position}:{last.digest}"
    _check_stray_leaves(result)


def _check_seal(seal: AuditSeal, previous: str, result: Verification) -> None:
    digest, faults_before, position = SealDigest(seal, previous=previous), result.fault_count, seal.first_position
    leaves = AuditLeaf.objects.filter(position__range=(seal.first_position, seal.last_position)).order_by("position")
    for batch in batches(leaves.iterator(chunk_size=BATCH)):
        events = load_events([leaf.event_id for leaf in batch])
        for leaf in batch:
            if leaf.position != position:
                result.add(FaultKind.MISSING, _gap(position, leaf.position - 1), position=position)
            _check_leaf(leaf, events, result)
            digest.add(leaf)
            position = leaf.position + 1
    if position <= seal.last_position:
        result.add(FaultKind.MISSING, _gap(position, seal.last_position), position=position)
    if digest.hexdigest() != seal.digest and result.fault_count == faults_before:
        result.add(
            FaultKind.REORDERED,
            f"The events at positions {seal.first_position}–{seal.last_position}, or their seal, are not as sealed.",
            position=seal.first_position,
        )


def _gap(first: int, last: int) -> str:
    return "A sealed place is gone." if first == last else f"The sealed places up to position {last} are gone."


def _check_leaf(leaf: AuditLeaf, events: dict[int, AuditEvent | None], result: Verification) -> None:
    place = {"position": leaf.position, "event_id": leaf.event_id}
    event = events.get(leaf.event_id)
    if leaf.event_id not in events:
        moved = _stands_elsewhere(leaf, result)
        kind = FaultKind.REORDERED if moved else FaultKind.MISSING
        result.add(kind, "The event was given another number." if moved else "A sealed event is gone.", **place)
        return
    result.checked += 1
    if event is None or not reads_as_written(event):
        result.add(FaultKind.EDITED, "The event is not what was written.", **place)
        return
    result.authentic += 1
    if event.digest != leaf.digest:
        moved = _stands_elsewhere(leaf, result)
        kind = FaultKind.REORDERED if moved else FaultKind.EDITED
        result.add(kind, "Another event stands in the place of the sealed one.", **place)


def _stands_elsewhere(leaf: AuditLeaf, result: Verification) -> bool:
    """Whether the sealed event is in the log under another number; not asked again when the list is full."""
    return result.fault_count < FAULTS_LISTED and AuditEvent.objects.filter(digest=leaf.digest).exists()


def reads_as_written(event: AuditEvent) -> bool:
    """Whether the event is authentic; a row that cannot even be digested is not."""
    try:
        return is_authentic(event)
    except UNREADABLE:
        return False


def _check_stray_leaves(result: Verification) -> None:
    """Leaves that belong to no seal. Leaves and their seal are committed together, so there are none."""
    # In one statement: a seal committed between two would make its own leaves look stray.
    end = Subquery(AuditSeal.objects.order_by("-last_position").values("last_position")[:1])
    beyond = Q(position__gt=Coalesce(end, Value(0))) | Q(position__lt=1)
    stray = AuditLeaf.objects.filter(beyond).order_by("position").first()
    if stray is not None:
        result.add(FaultKind.MISSING, "The seal over this position is gone.", position=stray.position)


def _check_unsealed(result: Verification) -> None:
    seen: set[str] = set()
    for batch in batches(AuditEvent.objects.unsealed().order_by("pk").values_list("pk", flat=True).iterator()):
        for pk, event in load_events(batch).items():
            result.checked += 1
            if event is None or not reads_as_written(event):
                result.add(FaultKind.INSERTED, "An event that this program did not write.", event_id=pk)
                continue
            result.authentic += 1
            if event.digest in seen or _is_copy(event):
                result.add(FaultKind.INSERTED, "A copy of another event.", event_id=pk)
                continue
            seen.add(event.digest)
            result.unsealed += 1
            result.oldest_unsealed_at = min(result.oldest_unsealed_at or event.at, event.at)


def _is_copy(event: AuditEvent) -> bool:
    """Whether the same event is sealed under another number."""
    return AuditLeaf.objects.filter(digest=event.digest).exclude(event_id=event.pk).exists()


def _check_head(known_head: str, result: Verification) -> None:
    position, _, digest = known_head.partition(":")
    if not position.isdecimal() or not digest:
        raise CouldNotCheckError("The known head must look like 1234:0f3a…, as an earlier check printed it.")
    if not AuditSeal.objects.filter(last_position=int(position), digest=digest).exists():
        result.add(FaultKind.MISSING, "The log once reached this position with another ending.", position=int(position))
