"""The services and their answer: cards for a request, with what is needed to keep a record of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from interactions.cds_hooks.cards.findings import card_of
from interactions.cds_hooks.cards.gaps import COULD_NOT_CHECK, NOT_SENT, medicines_card, record_card
from interactions.cds_hooks.checked import check
from interactions.cds_hooks.offers import SERVICES, Service
from interactions.cds_hooks.requests import HookRequest
from interactions.checking import Adjustments

__all__ = ["COULD_NOT_CHECK", "NOT_SENT", "SERVICES", "Answer", "Served", "Service", "answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A card that was given out. ``rule`` and ``severity`` are "" on cards that no rule made."""

    uuid: UUID
    code: str
    rule: str
    severity: str
    participants: tuple[str, ...]
    indicator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The cards, in the JSON of the standard, loudest first; and what was served with them."""

    cards: tuple[dict[str, Any], ...]
    served: tuple[Served, ...]
    release: str


def answer(
    request: HookRequest,
    *,
    on: date,
    base_url: str,
    new_uuid: Callable[[], UUID],
    adjustments: Adjustments = MappingProxyType({}),
) -> Answer:
    """The answer to a request on a day. No card means that everything was read and nothing was found.

    Nothing is filtered: a warning that was given before is given again, whatever the request's extension asks.
    ``adjustments`` are the severities that the caller's clinic has set, by rule; a card says what was set.
    """
    checked = check(request, on, adjustments)
    cards: list[dict[str, Any]] = []
    served: list[Served] = []
    for finding in checked.findings:
        card = card_of(finding, checked, base_url=base_url, new_uuid=new_uuid)
        cards.append(card)
        served.append(
            Served(
                uuid=UUID(card["uuid"]),
                code=finding.code,
                rule=finding.rule,
                severity=finding.severity.value,
                participants=finding.participants,
                indicator=card["indicator"],
            )
        )
    for code, make in ((COULD_NOT_CHECK, medicines_card), (NOT_SENT, record_card)):
        gap = make(checked, base_url=base_url, new_uuid=new_uuid)
        if gap is not None:
            cards.append(gap)
            served.append(
                Served(
                    uuid=UUID(gap["uuid"]), code=code, rule="", severity="", participants=(), indicator=gap["indicator"]
                )
            )
    return Answer(cards=tuple(cards), served=tuple(served), release=checked.screening.release)
