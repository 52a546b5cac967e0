"""What an admin decides about a rule counts for the hospital's system too, from the next call on."""

from datetime import datetime
from typing import Any

import pytest

from interactions.cds_hooks.models import CdsClient
from monitoring.cds_clients.actions import add_client
from monitoring.knowledge.actions import set_adjustment, withdraw_adjustment
from monitoring.people.models import Clinic, User
from tests.interactions.cds_hooks.door.asking import PAIR, Asker

pytestmark = pytest.mark.django_db

ORIGIN = "https://ehr.hospital.example"


@pytest.fixture
def ehr(admin: User, now: datetime) -> CdsClient:
    return add_client(
        clinic=admin.clinic, name="St Elsewhere EHR", issuer=ORIGIN, jwks={}, must_sign=False, origins=[ORIGIN],
        by=admin, now=now,
    )  # fmt: skip


def pair() -> dict[str, Any]:
    cards = Asker(Origin=ORIGIN).ask(*PAIR)
    (found,) = [card for card in cards if card["source"]["topic"]["code"] == "PAIR_CNS"]
    return found


def test_a_severity_that_is_set_counts_at_once_and_withdrawn_no_more(
    ehr: CdsClient, admin: User, now: datetime
) -> None:
    before = pair()
    assert "by the clinic" not in before["detail"]
    set_to = {"rule": "R01", "severity": "contraindicated", "reason": "Three falls on our wards this year."}
    made = set_adjustment(clinic=admin.clinic, by=admin, now=now, **set_to)
    assert pair()["indicator"] == "critical"
    assert "Set to contraindicated by the clinic on" in pair()["detail"]
    assert "Three falls on our wards this year;" in pair()["detail"]
    withdraw_adjustment(adjustment=made, reason="The wards have changed since.", by=admin, now=now)
    after = pair()
    assert (after["summary"], after["detail"]) == (before["summary"], before["detail"])


def test_another_clinics_severity_does_not(
    ehr: CdsClient, admin: User, now: datetime, other_clinic: Clinic, other_admin: User
) -> None:
    set_to = {"rule": "R01", "severity": "contraindicated", "reason": "Three falls on our wards this year."}
    set_adjustment(clinic=other_clinic, by=other_admin, now=now, **set_to)
    assert pair()["indicator"] == "warning"
