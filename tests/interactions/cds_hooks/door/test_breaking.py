"""What is answered when something breaks on our side, and to who calls too often."""

from typing import Any

import pytest
from django.db import DatabaseError

from interactions.cds_hooks import views
from interactions.cds_hooks.door import exchange
from interactions.cds_hooks.door.breaking import CHECK_FAILED
from interactions.cds_hooks.models import CallOutcome, CdsClient, HookCall, ServedCard
from tests.interactions.cds_hooks.door.asking import (
    FEEDBACK,
    ORDER_SIGN,
    PAIR,
    ROOT,
    Asker,
    feedback,
    issues,
    order_sign,
    overridden,
)
from tests.interactions.cds_hooks.door.hospital import Hospital

pytestmark = pytest.mark.django_db

HERE = "http://testserver"


@pytest.mark.parametrize("part", ["read_request", "answer"])
def test_a_checker_that_breaks_says_so_on_a_card(
    anyone: Asker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    def broken(*_args: Any, **_named: Any) -> Any:
        raise RuntimeError("Zzyzxqv took baclofen")

    monkeypatch.setattr(exchange, part, broken)
    response = anyone.post(order_sign(*PAIR))
    [card] = response.json()["cards"]
    assert response.status_code == 200
    assert card["indicator"] == "warning"
    assert "could not check" in card["summary"]
    assert "not a clear result" in card["detail"]
    call = HookCall.objects.get()
    assert call.outcome == CallOutcome.FAILED
    assert ServedCard.objects.get().code == CHECK_FAILED
    assert [line.message for line in caplog.records if line.levelname == "ERROR"] == ["hook_not_checked"]


def test_feedback_that_breaks_says_that_nothing_was_kept(anyone: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_named: Any) -> Any:
        raise RuntimeError("Zzyzxqv took baclofen")

    monkeypatch.setattr(views, "keep_feedback", broken)
    [card] = [card for card in anyone.ask(*PAIR) if card["source"]["topic"]["code"] == "PAIR_CNS"]
    response = anyone.post(feedback(overridden(card["uuid"])), FEEDBACK)
    assert response.status_code == 500
    assert issues(response)[0]["code"] == "exception"
    assert b"Zzyzxqv" not in response.content
    assert HookCall.objects.latest("id").outcome == CallOutcome.FAILED


def test_a_record_that_cannot_be_written_keeps_no_card_back(
    anyone: Asker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_args: Any, **_named: Any) -> Any:
        raise DatabaseError("disk full")

    monkeypatch.setattr(ServedCard.objects, "bulk_create", full)
    cards = anyone.ask(*PAIR)
    assert cards
    assert all("uuid" not in card for card in cards)
    assert not HookCall.objects.exists()  # not half of it either
    assert "hook_not_recorded" in [line.message for line in caplog.records]


def test_without_a_database_nobody_is_let_in(
    signer: CdsClient, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_args: Any, **_named: Any) -> Any:
        raise DatabaseError("gone")

    token = hospital.token(f"{HERE}{ORDER_SIGN}")
    monkeypatch.setattr("interactions.cds_hooks.door.auth.SpentToken.save", gone)
    response = Asker(Authorization=f"Bearer {token}").post(order_sign(*PAIR))
    assert response.status_code == 503
    assert "Nothing was checked" in issues(response)[0]["diagnostics"]
    monkeypatch.setattr(CdsClient.objects, "enabled", gone)
    response = Asker(Authorization=f"Bearer {token}").post(order_sign(*PAIR))
    assert (response.status_code, response["Retry-After"]) == (503, "10")


def test_who_calls_too_often_waits(anyone: Asker, settings: Any) -> None:
    settings.CDS_HOOKS_A_MINUTE = {"signed": 2, "unsigned": 2, "refused": 60}
    assert [anyone.get().status_code for _ in range(3)] == [200, 200, 429]
    response = anyone.get()
    assert 0 < int(response["Retry-After"]) <= 60
    assert issues(response)[0]["code"] == "throttled"


def test_one_clients_calls_do_not_count_against_another(
    signer: CdsClient, hospital: Hospital, open_client: CdsClient, settings: Any
) -> None:
    settings.CDS_HOOKS_A_MINUTE = {"signed": 1, "unsigned": 1, "refused": 60}
    assert Asker().get().status_code == 200
    assert Asker(Authorization=f"Bearer {hospital.token(f'{HERE}{ROOT}')}").get().status_code == 200
    assert Asker().get().status_code == 429


def test_guessing_stops_before_another_row_is_written(
    signer: CdsClient, hospital: Hospital, settings: Any, time_machine: Any
) -> None:
    settings.CDS_HOOKS_A_MINUTE = {"signed": 9, "unsigned": 9, "refused": 3}
    found = [Asker(Authorization="Bearer guess").get().status_code for _ in range(6)]
    assert found == [401, 401, 401, 429, 429, 429]
    assert HookCall.objects.count() == 3
    # A hospital's good calls come from one address with its bad ones.
    assert Asker(Authorization=f"Bearer {hospital.token(f'{HERE}{ROOT}')}").get().status_code == 200
    time_machine.shift(60)
    assert Asker(Authorization="Bearer guess").get().status_code == 401
