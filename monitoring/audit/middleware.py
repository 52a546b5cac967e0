"""Who is asking, for the audit log: the request's id and address, for as long as it is answered."""

import ipaddress
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from monitoring.audit.record import RequestContext, request_context


class RequestContextMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = RequestContext(
            request_id=uuid.uuid4().hex, ip_address=canonical_address(request.META.get("REMOTE_ADDR", ""))
        )
        token = request_context.set(context)
        try:
            response = self.get_response(request)
        finally:
            request_context.reset(token)
        response["X-Request-ID"] = context.request_id
        return response


def canonical_address(text: str) -> str | None:
    """The address as every database gives it back, so that the digest over it holds; None when it is no address."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)
