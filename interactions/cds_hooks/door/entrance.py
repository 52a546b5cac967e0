"""The way into every address of the hook service: browser rules, limits, who is calling, and how faults are told."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from interactions.cds_hooks.door import limits
from interactions.cds_hooks.door.auth import Caller, NotLetInError, identify
from interactions.cds_hooks.door.cors import open_to, preflight
from interactions.cds_hooks.door.exchange import note
from interactions.cds_hooks.door.faults import HookFaultError, answer_fault, fault
from interactions.cds_hooks.models import CallOutcome, CdsClient, Door
from interactions.cds_hooks.requests import RequestFaultError
from interactions.cds_hooks.services import SERVICES

logger = logging.getLogger(__name__)

CHALLENGE: Final = 'Bearer realm="Evenkeel CDS Hooks"'
SERVICE_IDS: Final = frozenset(service.id for service in SERVICES)


@dataclass(frozen=True, slots=True)
class Visit:
    """A call at one door, and since it was let in, whose it is."""

    door: Door
    service: str
    now: datetime
    client: CdsClient | None = None


Handler = Callable[[HttpRequest, Visit], HttpResponse]


def enter(
    request: HttpRequest, door: Door, handler: Handler, *, methods: tuple[str, ...], now: datetime, service: str = ""
) -> HttpResponse:
    """Let a call in to its handler, or tell why not. Every answer obeys the browser rules of its origin."""
    try:
        clients = list(CdsClient.objects.enabled().defer("jwks"))
    except DatabaseError:
        text = "The service cannot tell who is calling just now. Nothing was checked."
        return answer_fault(fault(HTTPStatus.SERVICE_UNAVAILABLE, text, Retry_After="10"))
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return preflight(request, clients, methods)
    # What is no service of ours could be anything, and is not written down.
    visit = Visit(door, service if service in SERVICE_IDS else "", now)
    response = _answer(request, visit, handler, methods, clients)
    return open_to(response, request.headers.get("Origin", ""), clients)


def _answer(
    request: HttpRequest, visit: Visit, handler: Handler, methods: tuple[str, ...], clients: list[CdsClient]
) -> HttpResponse:
    if request.method not in methods:
        allowed = ", ".join((*methods, "OPTIONS"))
        return answer_fault(fault(HTTPStatus.METHOD_NOT_ALLOWED, f"Use {allowed}.", Allow=allowed))
    address = request.META.get("REMOTE_ADDR", "")
    try:
        caller = _identify(request, visit, clients, address)
        limits.count_call(caller.client, is_signed=caller.is_signed, address=address, now=visit.now)
    except HookFaultError as error:
        return answer_fault(error)
    visit = Visit(visit.door, visit.service, visit.now, caller.client)
    try:
        return handler(request, visit)
    except RequestFaultError as error:
        paths = ", ".join(path for path, _ in error.faults)
        return _tell(HookFaultError(HTTPStatus(error.status), error.faults, noted=paths), visit)
    except HookFaultError as error:
        return _tell(error, visit)
    except Exception as error:
        logger.error("hook_failed", exc_info=error, extra={"item": visit.service})
        text = "Something broke on our side. Nothing was kept."
        return _tell(fault(HTTPStatus.INTERNAL_SERVER_ERROR, text), visit, CallOutcome.FAILED)


def _identify(request: HttpRequest, visit: Visit, clients: list[CdsClient], address: str) -> Caller:
    try:
        return identify(
            authorization=request.headers.get("Authorization"), origin=request.headers.get("Origin", ""),
            audiences=audiences(request), clients=clients, now=visit.now,
        )  # fmt: skip
    except NotLetInError as refusal:
        limits.count_refusal(address, visit.now)
        note(
            door=visit.door, service=visit.service, status=HTTPStatus.UNAUTHORIZED, outcome=CallOutcome.REFUSED,
            reason=refusal.noted, client=refusal.client, now=visit.now,
        )  # fmt: skip
        raise fault(HTTPStatus.UNAUTHORIZED, refusal.said, WWW_Authenticate=CHALLENGE) from None
    except DatabaseError:
        # Whether the token was used before cannot be told: better no answer than one to a thief.
        text = "The service cannot tell who is calling just now. Nothing was checked."
        raise fault(HTTPStatus.SERVICE_UNAVAILABLE, text, Retry_After="10") from None


def _tell(error: HookFaultError, visit: Visit, outcome: CallOutcome = CallOutcome.FAULTY) -> HttpResponse:
    note(
        door=visit.door, service=visit.service, status=error.status, outcome=outcome,
        reason=error.noted, client=visit.client, now=visit.now,
    )  # fmt: skip
    return answer_fault(error)


def audiences(request: HttpRequest) -> frozenset[str]:
    """What a token for this address may name: the address as it was called, or as the site is known, without query.

    The host has passed ALLOWED_HOSTS, and the scheme is the proxy's word only where a proxy is trusted. A slash at
    the end makes no other address.
    """
    path = request.path.rstrip("/")
    bases = {request.build_absolute_uri("/").rstrip("/"), settings.SITE_URL.rstrip("/")}
    return frozenset(f"{base}{path}{end}" for base in bases for end in ("", "/"))
