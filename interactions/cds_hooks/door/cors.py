"""Which pages of other web origins may call: those of enabled clients, and no cookie ever counts."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from interactions.cds_hooks.door.faults import answer_fault, fault
from interactions.cds_hooks.models import CdsClient

REMEMBERED_SECONDS: Final = 600
_ALLOWED_HEADERS: Final = "Authorization, Content-Type"
_ANY_PORT: Final = ":*"


def client_of_origin(origin: str, clients: Iterable[CdsClient]) -> CdsClient | None:
    """The client whose page this is, or None."""
    return next((client for client in clients if any(fits(origin, entry) for entry in client.origins)), None)


def fits(origin: str, entry: str) -> bool:
    """Whether an origin is the one an entry names; `http://localhost:*` is this machine at any port."""
    if not entry.endswith(_ANY_PORT):
        return origin == entry
    host = entry.removesuffix(_ANY_PORT)
    port = origin.removeprefix(host)
    return origin.startswith(host) and (not port or (port[0] == ":" and port[1:].isdecimal()))


def preflight(request: HttpRequest, clients: Iterable[CdsClient], methods: tuple[str, ...]) -> HttpResponse:
    """The answer to a browser that asks before it calls."""
    origin = request.headers.get("Origin", "")
    if client_of_origin(origin, clients) is None:
        refusal = fault(HTTPStatus.FORBIDDEN, "Pages of this web origin may not call.")
        response = answer_fault(refusal)
        patch_vary_headers(response, ["Origin"])
        return response
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["Access-Control-Allow-Methods"] = ", ".join(methods)
    response["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
    response["Access-Control-Max-Age"] = str(REMEMBERED_SECONDS)
    if request.headers.get("Access-Control-Request-Private-Network") == "true":
        response["Access-Control-Allow-Private-Network"] = "true"
    return open_to(response, origin, clients)


def open_to(response: HttpResponse, origin: str, clients: Iterable[CdsClient]) -> HttpResponse:
    """Let a page of an allowed origin read the answer; any other page's browser keeps it back."""
    if origin and client_of_origin(origin, clients) is not None:
        response["Access-Control-Allow-Origin"] = origin
    patch_vary_headers(response, ["Origin"])
    return response
