"""A database that goes away in mid-answer is not the reader's fault, and nobody knows what was saved."""

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory

from config.refusals import bad_request
from config.sessions import SessionStore
from monitoring.people.models import User


@pytest.mark.django_db
def test_a_session_that_cannot_be_written_is_our_fault_and_says_that_nothing_is_known(
    client: Client, clinician: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(clinician)

    def gone(_: SessionStore, must_create: bool = False) -> None:
        raise UpdateError

    monkeypatch.setattr(SessionStore, "save", gone)
    page = client.get("/alerts/")
    assert page.status_code == 503
    assert "We do not know if what you just sent was saved." in page.text


def test_what_cannot_be_read_stays_a_bad_request(rf: RequestFactory) -> None:
    assert bad_request(rf.get("/"), SuspiciousOperation()).status_code == 400
