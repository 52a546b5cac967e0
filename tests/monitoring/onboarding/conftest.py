"""The desk at which somebody is let in, or shut out."""

import pytest
from django.test import Client

from monitoring.people.models import User
from tests.monitoring.people.helping import prove


@pytest.fixture
def desk(clinician: User) -> Client:
    """A clinician who typed the password a moment ago."""
    client = Client()
    client.force_login(clinician)
    prove(client)
    return client
