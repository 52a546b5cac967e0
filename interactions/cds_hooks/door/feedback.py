"""What became of the cards: reading a client's feedback, keeping it once, and giving it to the report."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import transaction

from interactions.cds_hooks.door.faults import HookFaultError
from interactions.cds_hooks.models import (
    CallOutcome,
    CardFeedback,
    CdsClient,
    Door,
    FeedbackOutcome,
    HookCall,
    ServedCard,
)
from interactions.checking.reasons import DISPLAYS

MOST_ITEMS: Final = 100
_MOST_ACCEPTED: Final = 50
_LONGEST: Final = {"id": 100, "system": 200, "code": 100, "display": 200, "userComment": 4000}
_FIRST_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)
_FAST_CLOCK: Final = timedelta(days=1)
_UUID_LENGTH: Final = 36  # written with its hyphens, as the standard has it
_UNKNOWN_CARD: Final = "is not a card that this service sent to you"


@dataclass(frozen=True, slots=True)
class Item:
    """What a clinician did with one card."""

    card: UUID
    outcome: FeedbackOutcome
    accepted: tuple[str, ...]
    reason_system: str
    reason_code: str
    reason_display: str
    comment: str
    outcome_at: datetime

    @property
    def digest(self) -> str:
        """The same for the same report, however often it comes."""
        told = [
            str(self.card), self.outcome, sorted(self.accepted), self.reason_system, self.reason_code, self.comment,
            self.outcome_at.astimezone(UTC).isoformat(),
        ]  # fmt: skip
        return hashlib.sha256(orjson.dumps(told)).hexdigest()


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One card's feedback, for the report. `comment` may speak of a patient."""

    card_uuid: UUID
    code: str
    rule: str
    severity: str
    outcome: str
    reason_code: str
    reason_display: str
    comment: str
    client: str
    at: datetime
    user: str
    service: str


def feedback_between(start: datetime, end: datetime, *, tenant: UUID) -> list[FeedbackRow]:
    """What was last done with each card of a tenant's clients from `start` until just before `end`, the oldest first.

    A card that was overridden and then accepted counts as accepted: the later deed stands.
    """
    told = CardFeedback.objects.within(start, end).filter(client__tenant=tenant)
    rows = told.select_related("card__call", "client").order_by("outcome_at", "id")
    last = {row.card_id: row for row in rows}
    return [
        FeedbackRow(
            card_uuid=row.card_id, code=row.card.code, rule=row.card.rule, severity=row.card.severity,
            outcome=row.outcome, reason_code=row.reason_code,
            # Of a reason that we offered a client may send the code alone.
            reason_display=row.reason_display or DISPLAYS.get(row.reason_code, ""),
            comment=row.comment, client=row.client.name if row.client else "", at=row.outcome_at,
            user=row.card.call.user, service=row.card.call.service,
        )
        for row in sorted(last.values(), key=lambda row: (row.outcome_at, row.pk))
    ]  # fmt: skip


@transaction.atomic
def keep_feedback(*, items: Sequence[Item], client: CdsClient | None, service: str, now: datetime) -> int:
    """Keep all items or none; return how many were new. A HookFaultError (422) names each card that is not theirs.

    A card of another client, or of another service, looks like one that does not exist.
    """
    own = ServedCard.objects.filter(call__client=client, call__service=service)
    known = set(own.filter(pk__in=[item.card for item in items]).values_list("pk", flat=True))
    unknown = [(f"feedback[{place}].card", _UNKNOWN_CARD) for place, item in enumerate(items) if item.card not in known]
    if unknown:
        raise HookFaultError(HTTPStatus.UNPROCESSABLE_ENTITY, unknown, noted="feedback on a card that is not theirs")
    digests = {item.digest: item for item in items}
    there = set(CardFeedback.objects.filter(digest__in=digests).values_list("digest", flat=True))
    # Of two that come at once the second writes nothing: the digest is unique.
    CardFeedback.objects.bulk_create(
        [_row(item, client, now) for digest, item in digests.items() if digest not in there], ignore_conflicts=True
    )
    HookCall(
        client=client, door=Door.FEEDBACK, service=service, at=now, status=HTTPStatus.OK, outcome=CallOutcome.ANSWERED
    ).save(force_insert=True)
    return len(digests) - len(there)


def _row(item: Item, client: CdsClient | None, now: datetime) -> CardFeedback:
    return CardFeedback(
        card_id=item.card, client=client, outcome=item.outcome, accepted=list(item.accepted),
        reason_system=item.reason_system, reason_code=item.reason_code, reason_display=item.reason_display,
        comment=item.comment, outcome_at=item.outcome_at, received_at=now, digest=item.digest,
    )  # fmt: skip


def read_feedback(document: object, *, now: datetime) -> tuple[Item, ...]:
    """The items of a feedback request. A HookFaultError (400) names the path of every fault; then none is taken."""
    entries = document.get("feedback") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_ITEMS:
        wrong = [("feedback", f"must be a list of 1 to {MOST_ITEMS} items")]
        raise HookFaultError(HTTPStatus.BAD_REQUEST, wrong, noted="feedback")
    reader = _Reader(now)
    items = [reader.item(entry, f"feedback[{place}]") for place, entry in enumerate(entries)]
    if reader.faults:
        noted = ", ".join(path for path, _ in reader.faults)[:300]
        raise HookFaultError(HTTPStatus.BAD_REQUEST, reader.faults, noted=noted)
    return tuple(item for item in items if item is not None)


class _Reader:
    """Reads items, and gathers what is wrong instead of stopping at the first."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.faults: list[tuple[str, str]] = []

    def item(self, entry: object, path: str) -> Item | None:
        if not isinstance(entry, dict):
            self._wrong(path, "must be an object")
            return None
        found = len(self.faults)
        card = self._uuid(entry.get("card"), f"{path}.card")
        outcome = self._outcome(entry.get("outcome"), f"{path}.outcome")
        accepted = self._accepted(entry.get("acceptedSuggestions"), f"{path}.acceptedSuggestions", outcome)
        system, code, display, comment = self._reason(entry.get("overrideReason"), f"{path}.overrideReason")
        at = self._moment(entry.get("outcomeTimestamp"), f"{path}.outcomeTimestamp")
        if len(self.faults) > found or card is None or outcome is None or at is None:
            return None
        return Item(card, outcome, accepted, system, code, display, comment, at)

    def _wrong(self, path: str, text: str) -> None:
        self.faults.append((path, text))

    def _uuid(self, value: object, path: str) -> UUID | None:
        try:
            return UUID(value if isinstance(value, str) and len(value) == _UUID_LENGTH else "")
        except ValueError:
            self._wrong(path, "must be a UUID")
            return None

    def _outcome(self, value: object, path: str) -> FeedbackOutcome | None:
        if not isinstance(value, str) or value not in FeedbackOutcome.values:
            self._wrong(path, f"must be one of: {', '.join(FeedbackOutcome.values)}")
            return None
        return FeedbackOutcome(value)

    def _accepted(self, value: object, path: str, outcome: FeedbackOutcome | None) -> tuple[str, ...]:
        if outcome != FeedbackOutcome.ACCEPTED:
            if value not in (None, []):
                self._wrong(path, "belongs to the outcome accepted alone")
            return ()
        if not isinstance(value, list) or not 1 <= len(value) <= _MOST_ACCEPTED:
            self._wrong(path, f"must be a list of 1 to {_MOST_ACCEPTED} suggestions")
            return ()
        return tuple(
            self._text(self._object(each, f"{path}[{n}]"), "id", f"{path}[{n}]") for n, each in enumerate(value)
        )

    def _reason(self, value: object, path: str) -> tuple[str, str, str, str]:
        told = self._object(value, path)
        reason = self._object(told.get("reason"), f"{path}.reason")
        needs_code = told.get("reason") is not None
        return (
            self._text(reason, "system", f"{path}.reason", optional=True),
            self._text(reason, "code", f"{path}.reason", optional=not needs_code),
            self._text(reason, "display", f"{path}.reason", optional=True),
            self._text(told, "userComment", path, optional=True),
        )

    def _object(self, value: object, path: str) -> dict[str, Any]:
        if value is not None and not isinstance(value, dict):
            self._wrong(path, "must be an object")
        return value if isinstance(value, dict) else {}

    def _text(self, holder: dict[str, Any], name: str, path: str, *, optional: bool = False) -> str:
        value, longest = holder.get(name), _LONGEST[name]
        if value is None and optional:
            return ""
        if not isinstance(value, str) or "\x00" in value or len(value) > longest or not (value.strip() or optional):
            self._wrong(f"{path}.{name}", f"must be a text of at most {longest} characters")
            return ""
        return value.strip()

    def _moment(self, value: object, path: str) -> datetime | None:
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.utcoffset() is None:
            self._wrong(path, "must be a time with its offset, like 2026-06-15T10:00:00Z")
        elif not _FIRST_DAY <= moment <= self.now + _FAST_CLOCK:
            self._wrong(path, "is not a time at which this card could have been answered")
        else:
            return moment.astimezone(UTC)
        return None
