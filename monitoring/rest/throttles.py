"""The API's limits, counted by all server processes together and in one step: a burst cannot slip between two."""

from typing import Any

from django.utils import timezone
from rest_framework import throttling
from rest_framework.request import Request

from monitoring.rest.limits import caller, is_beyond, seconds_left


class CountedTogether(throttling.SimpleRateThrottle):
    """The framework's own keep a list of times, which two processes overwrite. Every rate is one of a minute."""

    num_requests: int | None

    def allow_request(self, request: Request, view: Any) -> bool:
        who = self.get_cache_key(request, view)
        if self.rate is None or self.num_requests is None or who is None:
            return True
        return not is_beyond(self.num_requests, f"api-{self.scope}", who, timezone.now())

    def wait(self) -> float:
        return float(seconds_left(timezone.now()))

    def get_ident(self, request: Request) -> str:
        return caller(super().get_ident(request) or "")


class AnonymousThrottle(CountedTogether, throttling.AnonRateThrottle):
    """Those who are not signed in, by address."""


class PersonThrottle(CountedTogether, throttling.UserRateThrottle):
    """Whoever is signed in."""


class ScopedThrottle(throttling.ScopedRateThrottle, CountedTogether):
    """By a view's own `throttle_scope`."""
