"""A clinic's own severities: asked for by the tenant of the client that calls, and what happens when they are lost."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError

from interactions.cds_hooks.door.breaking import SEVERITIES_UNKNOWN
from interactions.cds_hooks.models import CallOutcome, CdsClient, HookCall, ServedCard
from interactions.checking import Adjustment, Severity
from tests.interactions.cds_hooks.door.asking import ORDER_SIGN, PAIR, PARACETAMOL, Asker, order_sign
from tests.interactions.cds_hooks.door.conftest import TENANT
from tests.interactions.cds_hooks.door.hospital import Hospital

pytestmark = pytest.mark.django_db

ORIGIN = "https://sandbox.example"


def kept(tenant: UUID) -> Mapping[str, Adjustment]:
    """Where this clinic keeps its severities."""
    assert tenant == TENANT
    reason = "Falls on our wards"
    return {"R01": Adjustment(rule="R01", severity=Severity.CONTRAINDICATED, reason=reason, since=date(2026, 6, 1))}


def lost(_tenant: UUID) -> Mapping[str, Adjustment]:
    raise DatabaseError("Zzyzxqv took baclofen")


@pytest.fixture(autouse=True)
def _of_the_clinic(settings: Any) -> None:
    settings.CDS_HOOKS_ADJUSTMENTS = f"{__name__}.kept"


def of_pair(cards: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [card for card in cards if card["source"].get("topic", {}).get("code") == "PAIR_CNS"]
    return found


def test_a_client_gets_the_severities_of_its_clinic(signer: CdsClient, hospital: Hospital) -> None:
    token = hospital.token(f"http://testserver{ORDER_SIGN}")
    pair = of_pair(Asker(Authorization=f"Bearer {token}").ask(*PAIR))
    assert pair["indicator"] == "critical"
    assert "Set to contraindicated by the clinic on 1 June 2026: Falls on our wards" in pair["detail"]
    assert ServedCard.objects.get(rule="R01").severity == "contraindicated"


def test_a_client_that_need_not_sign_is_known_by_its_page(open_client: CdsClient) -> None:
    assert of_pair(Asker(Origin=ORIGIN).ask(*PAIR))["indicator"] == "critical"


def test_who_belongs_to_no_clinic_gets_what_the_release_has(anyone: Asker) -> None:
    pair = of_pair(anyone.ask(*PAIR))
    assert pair["indicator"] == "warning"
    assert "by the clinic" not in pair["detail"]


def test_nobody_need_keep_any(open_client: CdsClient, settings: Any) -> None:
    settings.CDS_HOOKS_ADJUSTMENTS = ""
    assert of_pair(Asker(Origin=ORIGIN).ask(*PAIR))["indicator"] == "warning"


@pytest.mark.parametrize("path", [f"{__name__}.lost", "nowhere.at_all"])
def test_severities_that_cannot_be_had_keep_no_hazard_back_and_are_missed_aloud(
    open_client: CdsClient, settings: Any, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    settings.CDS_HOOKS_ADJUSTMENTS = path
    first, *cards = Asker(Origin=ORIGIN).ask(*PAIR)
    assert first["indicator"] == "warning"
    assert first["summary"] == "Your clinic’s own severities are not in these cards"
    assert of_pair(cards)["summary"].startswith(("Moderate", "Major"))
    assert "hook_severities_unknown" in [line.message for line in caplog.records]
    call = HookCall.objects.get()
    assert (call.outcome, call.cards) == (CallOutcome.ANSWERED, len(cards) + 1)
    assert ServedCard.objects.filter(code=SEVERITIES_UNKNOWN).count() == 1


def test_where_nothing_was_found_no_severity_is_missed(open_client: CdsClient, settings: Any) -> None:
    settings.CDS_HOOKS_ADJUSTMENTS = f"{__name__}.lost"
    assert Asker(Origin=ORIGIN).post(order_sign(PARACETAMOL)).json() == {"cards": []}
