"""Answers one call and writes down that it did; and what is said when the checker or the record breaks."""

import logging
from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, transaction

from interactions.cds_hooks.door.breaking import could_not_check, severities_unknown
from interactions.cds_hooks.door.severities import severities_of
from interactions.cds_hooks.models import CallOutcome, CdsClient, Door, HookCall, ServedCard
from interactions.cds_hooks.requests import HookRequest, RequestFaultError, read_request
from interactions.cds_hooks.services import Answer, answer

logger = logging.getLogger(__name__)

_STAFF: Final = ("Practitioner/", "PractitionerRole/")


def serve(
    document: object,
    *,
    service: str,
    client: CdsClient | None,
    on: date,
    now: datetime,
    base_url: str,
    new_uuid: Callable[[], UUID],
) -> list[dict[str, Any]]:
    """The cards for a request, recorded. RequestFaultError when the request itself is at fault.

    When the checker breaks there is one warning card that says so: an answer with status 500 is dropped in silence by
    the systems that ask, and no card reads like no interaction. When the record cannot be written the cards go out
    all the same, without the ids that feedback would need: a warning matters more than its book-keeping.
    """
    request: HookRequest | None = None
    try:
        request = read_request(document, service_id=service)
        given, outcome = _checked(request, client, on=on, base_url=base_url, new_uuid=new_uuid), CallOutcome.ANSWERED
    except RequestFaultError:
        raise
    except Exception as error:
        logger.error("hook_not_checked", exc_info=error, extra={"item": service})
        given, outcome = could_not_check(base_url, new_uuid()), CallOutcome.FAILED
    call = HookCall(
        client=client, door=Door.CALL, service=service, at=now, release=given.release, status=HTTPStatus.OK,
        outcome=outcome, cards=len(given.cards),
    )  # fmt: skip
    if request is not None:
        call.hook, call.hook_instance = request.hook, request.hook_instance
        call.user = staff_member(request.user_id)
    try:
        _record(call, given)
    except DatabaseError as error:
        logger.error("hook_not_recorded", exc_info=error, extra={"item": service})
        return [{name: value for name, value in card.items() if name != "uuid"} for card in given.cards]
    return list(given.cards)


def _checked(
    request: HookRequest, client: CdsClient | None, *, on: date, base_url: str, new_uuid: Callable[[], UUID]
) -> Answer:
    """The answer with the severities of the client's clinic. When those cannot be had, no finding is kept back for
    it: the cards bear the severities of the rules, and another says so."""
    try:
        adjustments = severities_of(client)
    except Exception as error:
        logger.error("hook_severities_unknown", exc_info=error, extra={"item": request.service_id})
        given = answer(request, on=on, base_url=base_url, new_uuid=new_uuid)
        return severities_unknown(given, base_url, new_uuid()) if any(card.rule for card in given.served) else given
    return answer(request, on=on, base_url=base_url, new_uuid=new_uuid, adjustments=adjustments)


@transaction.atomic
def _record(call: HookCall, given: Answer) -> None:
    call.save(force_insert=True)
    if given.served:
        ServedCard.objects.bulk_create(
            ServedCard(
                uuid=card.uuid, call=call, code=card.code, rule=card.rule, severity=card.severity,
                indicator=card.indicator,
                # Without a rule they are what somebody typed and nobody understood: it could be anything.
                participants=list(card.participants) if card.rule else [],
            )
            for card in given.served
        )  # fmt: skip


def staff_member(user_id: str) -> str:
    """The user's reference when it is a member of staff: a patient who looks on is not written down."""
    return user_id[:120] if user_id.startswith(_STAFF) and user_id.isprintable() else ""


def note(
    *,
    door: Door,
    service: str,
    status: HTTPStatus,
    outcome: CallOutcome,
    reason: str,
    client: CdsClient | None,
    now: datetime,
) -> None:
    """Write down a call that got no cards, and log it. `reason` is in words of ours and holds nothing that was sent."""
    logger.warning("hook_refused", extra={"item": service, "problem": f"{status.value} {reason}"})
    row = HookCall(
        client=client, door=door, service=service, at=now, status=status, outcome=outcome,
        reason=reason[:300] if reason.isprintable() else "",
    )  # fmt: skip
    try:
        row.save(force_insert=True)
    except DatabaseError as error:
        logger.error("hook_not_recorded", exc_info=error, extra={"item": service})
