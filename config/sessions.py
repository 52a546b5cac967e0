"""How long somebody stays signed in: until nobody has been there for a while, and never longer than a working day.

What a page asks by itself does not keep anybody signed in.
"""

import time

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse

from monitoring.people.rules import LONGEST_SESSION, SESSION_BEGAN, SESSION_IDLE


class SessionStore(db.SessionStore):
    """Django’s own, in the database, but for its end."""

    def get_session_cookie_age(self) -> int:
        """Seconds until this session ends if nobody comes."""
        idle = int(self.get(SESSION_IDLE, settings.SESSION_COOKIE_AGE))
        if (began := self.get(SESSION_BEGAN)) is None:
            return idle
        return max(0, min(idle, int(began + LONGEST_SESSION.total_seconds() - time.time())))


class SessionMiddleware(DjangoSessionMiddleware):
    """Django’s own, but for requests that a clock in the page made: `request.renews_session = False`."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not getattr(request, "renews_session", True):
            return response
        return super().process_response(request, response)
