"""Sessions end after half an hour without a person: what a page asks by itself does not keep anybody signed in."""

from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SessionMiddleware(DjangoSessionMiddleware):
    """Django’s own, but for answers that a clock in the page asked for: `response.renews_session = False`."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not getattr(response, "renews_session", True):
            return response
        return super().process_response(request, response)
