"""The screening door against its own OpenAPI description.

Schemathesis writes requests that the schema allows and requests that it does not, and judges the answers: no 5xx,
no undocumented status, type or shape, nothing refused that is described and nothing taken that is not.
"""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, Final

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import positive_data_acceptance

from config.wsgi import django_application as application
from monitoring.people.actions import issue_token
from monitoring.people.models import User

pytestmark = pytest.mark.django_db

SCHEMA = "/api/v1/schema/"
SCREENINGS = "/api/v1/screenings/"
# What JSON Schema cannot say: whether a day exists, the order of two days, the answers of a check-in, and
# the limits that every body has.
BEYOND_THE_SCHEMA: Final = re.compile(
    r"no day of the calendar|lies before the start|check_in\.|digits|levels deep|key twice|not text in UTF-8"
)
Talk = Callable[[GenerationMode], list[Response]]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As Django's own test client does: the end of a request must not close the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def talk(one_connection: None, clinician: User) -> Talk:
    """Send every request that Schemathesis thinks of in a mode; the answers it did not object to."""
    operation: Any = schemathesis.openapi.from_wsgi(SCHEMA, application)[SCREENINGS]["POST"]
    token = issue_token(user=clinician, now=timezone.now())

    def talk(mode: GenerationMode) -> list[Response]:
        answers: list[Response] = []

        @settings(suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def run(case: Any) -> None:
            cache.clear()  # how many may be asked in a minute is tested elsewhere
            headers = {"Authorization": f"Token {token}"}
            answers.append(case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance]))

        run()
        return answers

    return talk


def test_what_the_description_allows_is_screened(talk: Talk) -> None:
    answers = talk(GenerationMode.POSITIVE)

    refused = [answer for answer in answers if answer.status_code != HTTPStatus.OK]
    assert len(refused) < len(answers)
    for answer in refused:
        assert answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
        faults = answer.json()["errors"]
        assert faults
        assert all(BEYOND_THE_SCHEMA.search(f"{fault['path']}: {fault['message']}") for fault in faults), faults


def test_what_it_does_not_allow_is_refused_with_its_place(talk: Talk) -> None:
    for answer in talk(GenerationMode.NEGATIVE):
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == ["application/problem+json"]
