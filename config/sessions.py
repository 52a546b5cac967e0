"""Sessions end after half an hour without a person: what a page asks by itself does not keep anybody signed in."""

from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse


class SessionMiddleware(DjangoSessionMiddleware):
    """Django’s own, but for requests that a clock in the page made: `request.renews_session = False`."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not getattr(request, "renews_session", True):
            return response
        return super().process_response(request, response)
