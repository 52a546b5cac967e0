"""People who help, as the tests of them need them."""

import re
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from monitoring.people.access import PROVEN_AT
from monitoring.people.actions import accept_invitation, invite_carer, open_carer_account
from monitoring.people.models import CarerConsent, Patient, User

WELL = {"danger_signs": ["none"], "q2_breathing": 0}
ADDRESS, PASSWORD = "sam@home.example", "three quiet green boats"


def helped_by(patient: Patient, by: User, now: datetime, *, may: str, email: str = ADDRESS) -> User:
    _invitation, token = invite_carer(patient=patient, name="Sam Harper", email=email, may=may, by=by, now=now)
    return open_carer_account(token=token, password=PASSWORD, now=now)


def also_helps(carer: User, patient: Patient, by: User, now: datetime) -> CarerConsent:
    _invitation, token = invite_carer(
        patient=patient, name="Sam", email=carer.email, may="answer", how="paper", by=by, now=now
    )
    return accept_invitation(token=token, by=carer, now=now)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def token_in(response: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.content.decode())
    assert found is not None
    return found[1]


def without_tokens(response: Any) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return re.sub(r"/care/welcome/[^/\"]+/", "", text)


def prove(client: Client) -> None:
    """As if the password was typed a moment ago, by the clock of the test."""
    session = client.session
    session[PROVEN_AT] = timezone.now().timestamp()
    session.save()
