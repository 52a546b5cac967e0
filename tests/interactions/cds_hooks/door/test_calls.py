"""A hospital's system asks over HTTP: what it is answered, and what is written down of it."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest

from interactions.cds_hooks import services
from interactions.cds_hooks.door.bodies import LARGEST_BODY
from interactions.cds_hooks.models import CallOutcome, CardFeedback, CdsClient, HookCall, ServedCard
from tests.interactions.cds_hooks.door.asking import (
    FEEDBACK,
    INSTANCE,
    ORDER_SIGN,
    PAIR,
    PARACETAMOL,
    ROOT,
    Asker,
    issues,
    order_sign,
)
from tests.interactions.cds_hooks.door.hospital import Hospital

pytestmark = pytest.mark.django_db

HERE = "http://testserver"


@pytest.mark.core
def test_discovery_lists_the_services(anyone: Asker) -> None:
    response = anyone.get()
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    listed = response.json()["services"]
    assert {each["hook"] for each in listed} == {"patient-view", "order-select", "order-sign"}
    assert all(each["id"] and each["description"] and each["prefetch"] for each in listed)
    again = anyone.get(**{"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert anyone.get(f"{ROOT}/").json() == response.json()
    assert not HookCall.objects.exists()


@pytest.mark.core
def test_an_order_gets_cards_and_each_is_written_down(anyone: Asker, now: datetime) -> None:
    cards = anyone.ask(*PAIR)
    assert any(card["indicator"] in {"warning", "critical"} for card in cards)
    call = HookCall.objects.get()
    assert (call.outcome, call.status, call.cards) == (CallOutcome.ANSWERED, 200, len(cards))
    assert (call.service, call.hook, str(call.hook_instance)) == ("evenkeel-order-sign", "order-sign", INSTANCE)
    assert (call.client, call.user, call.at, bool(call.release)) == (None, "Practitioner/alice", now, True)
    served = ServedCard.objects.filter(call=call)
    assert {str(card.uuid) for card in served} == {card["uuid"] for card in cards}
    assert "PAIR_CNS" in {card.code for card in served}
    pair = served.get(code="PAIR_CNS")
    assert set(pair.participants) == {"baclofen", "amitriptyline"}
    assert pair.rule


def test_nothing_to_say_is_an_empty_list_and_is_written_down(anyone: Asker) -> None:
    response = anyone.post(order_sign(PARACETAMOL))
    assert response.json() == {"cards": []}
    assert HookCall.objects.get().cards == 0


def test_nothing_of_the_patient_is_kept(anyone: Asker) -> None:
    document = order_sign(*PAIR)
    document["context"] |= {"patientId": "Zzyzxqv", "userId": "Patient/Zzyzxqv", "encounterId": "Zzyzxqv"}
    document["prefetch"]["patient"] |= {"id": "Zzyzxqv", "name": [{"family": "Zzyzxqv"}]}
    anyone.post(document)
    rows = [*HookCall.objects.values(), *ServedCard.objects.values(), *CardFeedback.objects.values()]
    assert rows
    assert "Zzyzxqv" not in str(rows)


def test_a_trailing_slash_is_the_same_address(anyone: Asker) -> None:
    assert anyone.post(order_sign(*PAIR), f"{ORDER_SIGN}/").status_code == 200


@pytest.mark.core
def test_a_signed_call_needs_its_token_for_that_address(signer: CdsClient, hospital: Hospital) -> None:
    def ask(token: str | None, path: str = ORDER_SIGN) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Asker(**headers).post(order_sign(*PAIR), path)

    assert ask(hospital.token(f"{HERE}{ORDER_SIGN}")).status_code == 200
    assert HookCall.objects.get().client == signer
    for token in (None, hospital.token(f"{HERE}{ROOT}"), hospital.token(f"https://testserver{ORDER_SIGN}")):
        response = ask(token)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert issues(response)[0]["code"] == "login"
    assert ask(hospital.token(f"{HERE}{ROOT}/evenkeel-order-select")).status_code == 401
    assert HookCall.objects.filter(outcome=CallOutcome.REFUSED, status=401).count() == 4


def test_discovery_and_feedback_are_behind_the_same_door(signer: CdsClient, hospital: Hospital) -> None:
    assert Asker().get().status_code == 401
    assert Asker().post({}, FEEDBACK).status_code == 401
    for path in (ROOT, f"{ROOT}/"):
        token = hospital.token(f"{HERE}{path}")
        assert Asker(Authorization=f"Bearer {token}").get(path).status_code == 200


def test_the_name_the_site_is_known_by_is_an_audience_too(signer: CdsClient, hospital: Hospital, settings: Any) -> None:
    settings.SITE_URL = "https://evenkeel.clinic.example"
    token = hospital.token(f"https://evenkeel.clinic.example{ORDER_SIGN}")
    assert Asker(Authorization=f"Bearer {token}").post(order_sign(*PAIR)).status_code == 200
    token = hospital.token(f"https://evenkeel.evil.example{ORDER_SIGN}")
    refused = Asker(Authorization=f"Bearer {token}", Host="evenkeel.evil.example").post(order_sign(*PAIR))
    assert refused.status_code in {400, 401}


def test_a_refusal_tells_the_admins_more_than_the_caller(
    signer: CdsClient, hospital: Hospital, caplog: pytest.LogCaptureFixture
) -> None:
    token = hospital.token(f"{HERE}{ORDER_SIGN}", header={"kid": "key-9"})
    response = Asker(Authorization=f"Bearer {token}").post(order_sign(*PAIR))
    assert "kid" not in issues(response)[0]["diagnostics"]
    call = HookCall.objects.get()
    assert (call.client, call.outcome, call.cards) == (signer, CallOutcome.REFUSED, 0)
    assert "kid" in call.reason
    said = "\n".join(str(vars(line)) for line in caplog.records)
    assert "hook_refused" in said
    assert token not in said
    assert token.split(".")[1] not in said


def test_a_service_that_is_not_there_is_404(anyone: Asker) -> None:
    for path in (f"{ROOT}/nope", f"{ROOT}/nope/feedback", f"{ROOT}/Zzyzxqv%00", f"{ROOT}/{'x' * 500}"):
        assert issues(anyone.post(order_sign(*PAIR), path))
        call = HookCall.objects.latest("id")
        assert (call.status, call.service) == (404, "")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "TRACE"])
def test_another_method_is_405_and_says_which(anyone: Asker, method: str) -> None:
    response = anyone.client.generic(method, ORDER_SIGN)
    assert response.status_code == 405
    assert response["Allow"] == "POST, OPTIONS"
    assert anyone.client.generic("POST", ROOT).status_code == 405
    assert anyone.client.head(ROOT).status_code == 200


FAULTY: dict[str, tuple[Any, int]] = {
    "no JSON": (b"{", 400),
    "a key twice": (b'{"hook": "order-sign", "hook": "order-sign"}', 400),
    "no object": ([], 400),
    "nothing": ({}, 400),
    "no user": (order_sign(*PAIR) | {"context": {"patientId": "maya"}}, 400),
    "no instance": (order_sign(*PAIR, hookInstance=None), 400),
    "no UUID": (order_sign(*PAIR, hookInstance="7"), 400),
    "too much": (b" " * (LARGEST_BODY + 1), 413),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_request_is_told_where_and_written_down(anyone: Asker, name: str) -> None:
    body, status = FAULTY[name]
    response = anyone.post(body)
    assert response.status_code == status
    assert issues(response)
    call = HookCall.objects.get()
    assert (call.outcome, call.status) == (CallOutcome.FAULTY, status)


def test_a_fault_has_its_path(anyone: Asker) -> None:
    document = order_sign(*PAIR)
    del document["context"]["userId"]
    assert [issue["expression"] for issue in issues(anyone.post(document))] == [["context.userId"]]
    assert HookCall.objects.get().reason == "context.userId"


def test_another_media_type_is_415(anyone: Asker) -> None:
    assert anyone.post(order_sign(*PAIR), kind="text/xml").status_code == 415


def test_a_chunk_of_calls_asks_the_database_little(anyone: Asker, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5):  # who may call; begin, the call, its cards, commit
        anyone.ask(*PAIR)


def test_no_session_is_looked_at_or_made(anyone: Asker) -> None:
    response = anyone.post(order_sign(*PAIR))
    assert not response.cookies


def test_every_card_has_an_id_of_its_own(anyone: Asker) -> None:
    first, second = anyone.ask(*PAIR), anyone.ask(*PAIR)
    ids = [UUID(card["uuid"]) for card in first + second]
    assert len(set(ids)) == len(ids)


def test_every_service_is_served(anyone: Asker) -> None:
    for service in services.SERVICES:
        response = anyone.post({}, f"{ROOT}/{service.id}")
        assert response.status_code == HTTPStatus.BAD_REQUEST


def test_a_dose_keeps_its_decimals_on_the_way(anyone: Asker) -> None:
    document = order_sign(*PAIR)
    dosage = document["context"]["draftOrders"]["entry"][0]["resource"]["dosageInstruction"][0]
    del dosage["text"]
    dosage["doseAndRate"][0]["doseQuantity"]["value"] = 2.3
    card = anyone.post(document).json()["cards"][0]
    assert "2.3 mg" in card["detail"]
