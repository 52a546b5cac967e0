"""A program that calls the API for somebody, at the fixed instant of the tests."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from monitoring.people.models import User

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def _throttles_start_anew() -> None:
    cache.clear()


@pytest.fixture
def api(db: None, now: datetime, time_machine: Any) -> Callable[..., APIClient]:
    """A client of the API, signed in as a user; the clock stands still until a test moves it."""
    time_machine.move_to(now, tick=False)

    def client(user: User | None = None, **options: Any) -> APIClient:
        made = APIClient(**options)
        if user is not None:
            made.force_login(user)
        return made

    return client
