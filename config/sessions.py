"""How long somebody stays signed in: until nobody has been there for a while, and never longer than a working day.

What a page asks by itself does not keep anybody signed in. Two requests of one session may run at the same time (a page
and what it fetches behind itself, two tabs): each writes only what it changed, so that neither undoes the other.
"""

import time
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse

from monitoring.people.rules import LONGEST_SESSION, SESSION_BEGAN, SESSION_IDLE


def merged(before: Mapping[str, Any], mine: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """`now` with every change that led from `before` to `mine`, the newest last; dicts inside likewise."""
    result = dict(now)
    for key in {**before, **mine}:
        if key in before and key in mine and mine[key] == before[key]:
            continue
        result.pop(key, None)
        if key in mine:
            within = all(isinstance(each.get(key), dict) for each in (before, mine, now))
            result[key] = merged(before[key], mine[key], now[key]) if within else mine[key]
    return result


class SessionStore(db.SessionStore):
    """Django’s own, in the database, but for its end and for how two requests share it."""

    _before: Mapping[str, Any] = {}  # as it stood in the database when this request last read or wrote it

    def get_session_cookie_age(self) -> int:
        """Seconds until this session ends if nobody comes."""
        idle = int(self.get(SESSION_IDLE, settings.SESSION_COOKIE_AGE))
        if (began := self.get(SESSION_BEGAN)) is None:
            return idle
        return max(0, min(idle, int(began + LONGEST_SESSION.total_seconds() - time.time())))

    def load(self) -> dict[str, Any]:
        data = super().load()
        self._before = deepcopy(data)
        return data

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        self._before = deepcopy(data)
        return super().create_model_instance(data)

    def save(self, must_create: bool = False) -> None:
        """Write what this request changed, or only the later end when it changed nothing.

        Raises:
            UpdateError: the session has been ended meanwhile, or the database could not take it.
        """
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        ends = self.get_expiry_date()
        row = self.model.objects.filter(session_key=self.session_key)
        try:
            if not self.modified:
                written = row.update(expire_date=ends)
            else:
                with transaction.atomic():
                    written = self._write_changes(row.select_for_update().first())
        except DatabaseError as refused:
            raise UpdateError from refused
        if not written:
            raise UpdateError

    def _write_changes(self, standing: AbstractBaseSession | None) -> bool:
        """Put what this request changed into what stands now; false when nothing stands any more."""
        if standing is None:
            return False
        serializer = self.serializer()
        mine = serializer.loads(serializer.dumps(dict(self.items())))
        self._session_cache = merged(self._before, mine, self.decode(standing.session_data))
        self.create_model_instance(self._session_cache).save(force_update=True)
        return True


class SessionMiddleware(DjangoSessionMiddleware):
    """Django’s own, but for requests that a clock in the page made: `request.renews_session = False`."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not getattr(request, "renews_session", True):
            return response
        return super().process_response(request, response)
