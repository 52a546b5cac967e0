"""Who is really asking when a reverse proxy stands in front."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ProxyAddressMiddleware:
    """Put the client's address where the audit log and the sign-in throttle look for it.

    Only the last PROXY_COUNT entries of X-Forwarded-For were written by our own proxies; whatever stands before
    them came with the request and may be invented.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count: int = settings.PROXY_COUNT
        if count:
            chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
            if len(chain) >= count and chain[-count]:
                request.META["REMOTE_ADDR"] = chain[-count]
        return self.get_response(request)
