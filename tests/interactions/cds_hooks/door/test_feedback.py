"""What became of a card is kept once, whole or not at all, and only by whom the card was sent to."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from interactions.cds_hooks.door.feedback import feedback_between
from interactions.cds_hooks.models import CardFeedback, CdsClient, Door, HookCall, ServedCard
from tests.interactions.cds_hooks.door.asking import FEEDBACK, PAIR, ROOT, Asker, feedback, order_sign, overridden
from tests.interactions.cds_hooks.door.conftest import TENANT, NewClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(open_client: CdsClient) -> Asker:
    return Asker(Origin="https://sandbox.example")


@pytest.fixture
def card(sandbox: Asker) -> str:
    sandbox.ask(*PAIR)
    return str(ServedCard.objects.get(code="PAIR_CNS").pk)


def accepted(card: str, *suggestions: str, **changed: Any) -> dict[str, Any]:
    good = {
        "card": card, "outcome": "accepted", "acceptedSuggestions": [{"id": each} for each in suggestions],
        "outcomeTimestamp": "2026-06-15T09:01:00Z",
    }  # fmt: skip
    return good | changed


@pytest.mark.core
def test_an_override_is_kept_once_however_often_it_is_told(sandbox: Asker, card: str, open_client: CdsClient) -> None:
    for new in (1, 0, 0):
        response = sandbox.post(feedback(overridden(card)), FEEDBACK)
        assert (response.status_code, response.json()) == (200, {"received": 1, "new": new})
    row = CardFeedback.objects.get()
    assert (str(row.card_id), row.client, row.outcome) == (card, open_client, "overridden")
    assert (row.reason_code, row.reason_system) == ("benefit-outweighs-risk", "https://evenkeel.example/reasons")
    assert row.outcome_at == datetime(2026, 6, 15, 9, 0, 30, 123000, tzinfo=UTC)


def test_many_items_come_in_one_call(sandbox: Asker, card: str) -> None:
    later = "2026-06-15T10:02:00+01:00"
    items = [overridden(card), overridden(card), accepted(card, "s-1", "s-2", outcomeTimestamp=later)]
    assert sandbox.post(feedback(*items), FEEDBACK).json() == {"received": 3, "new": 2}
    taken = CardFeedback.objects.get(outcome="accepted")
    assert taken.accepted == ["s-1", "s-2"]
    assert taken.outcome_at == datetime(2026, 6, 15, 9, 2, tzinfo=UTC)
    assert HookCall.objects.filter(door=Door.FEEDBACK).count() == 1


def test_a_comment_is_kept_and_stands_in_no_log(sandbox: Asker, card: str, caplog: pytest.LogCaptureFixture) -> None:
    reason = {"reason": {"code": "other", "display": "Other"}, "userComment": "Zzyzxqv\nis well"}
    sandbox.post(feedback(overridden(card, overrideReason=reason)), FEEDBACK)
    sandbox.post(feedback(overridden(card, overrideReason=reason, outcome="Zzyzxqv")), FEEDBACK)
    row = CardFeedback.objects.get()
    assert (row.comment, row.reason_display, row.reason_system) == ("Zzyzxqv\nis well", "Other", "")
    assert "Zzyzxqv" not in "\n".join(str(vars(line)) for line in caplog.records)
    assert "Zzyzxqv" not in str(list(HookCall.objects.values()))


@pytest.mark.core
def test_a_card_of_another_looks_like_one_that_was_never_sent(sandbox: Asker, card: str, new_client: NewClient) -> None:
    new_client(name="Other", issuer="https://o.example", jwks={}, must_sign=False, origins=["https://other.example"])
    own, never = overridden(card), overridden(str(uuid4()))
    answers = [
        Asker(Origin="https://other.example").post(feedback(own), FEEDBACK),
        Asker().post(feedback(own), FEEDBACK),
        sandbox.post(feedback(own), f"{ROOT}/evenkeel-order-select/feedback"),
        sandbox.post(feedback(never), FEEDBACK),
    ]
    assert [answer.status_code for answer in answers] == [422] * 4
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["issue"][0]["expression"] == ["feedback[0].card"]
    assert not CardFeedback.objects.exists()


def test_one_bad_item_keeps_all_from_being_kept(sandbox: Asker, card: str) -> None:
    response = sandbox.post(feedback(overridden(card), overridden(str(uuid4()))), FEEDBACK)
    assert response.status_code == 422
    assert response.json()["issue"][0]["expression"] == ["feedback[1].card"]
    assert not CardFeedback.objects.exists()


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "no card": ({"card": None}, "card"),
    "a card that is a number": ({"card": 7}, "card"),
    "a card that is no UUID": ({"card": "card-1"}, "card"),
    "a card in another spelling": ({"card": "d1577c69dfbe44adba6d3e05e953b2ea"}, "card"),
    "no outcome": ({"outcome": None}, "outcome"),
    "another outcome": ({"outcome": "ignored"}, "outcome"),
    "an outcome in a list": ({"outcome": ["accepted"]}, "outcome"),
    "accepted, but nothing": ({"outcome": "accepted"}, "acceptedSuggestions"),
    "accepted an empty list": ({"outcome": "accepted", "acceptedSuggestions": []}, "acceptedSuggestions"),
    "accepted a text": ({"outcome": "accepted", "acceptedSuggestions": "s"}, "acceptedSuggestions"),
    "accepted one without id": ({"outcome": "accepted", "acceptedSuggestions": [{}]}, "acceptedSuggestions[0].id"),
    "accepted a bare text": ({"outcome": "accepted", "acceptedSuggestions": ["s"]}, "acceptedSuggestions[0]"),
    "overridden, yet accepted": ({"acceptedSuggestions": [{"id": "s"}]}, "acceptedSuggestions"),
    "no time": ({"outcomeTimestamp": None}, "outcomeTimestamp"),
    "a time in words": ({"outcomeTimestamp": "now"}, "outcomeTimestamp"),
    "a number": ({"outcomeTimestamp": 1781514030}, "outcomeTimestamp"),
    "a time without its offset": ({"outcomeTimestamp": "2026-06-15T09:00:30"}, "outcomeTimestamp"),
    "a day": ({"outcomeTimestamp": "2026-06-15"}, "outcomeTimestamp"),
    "a time in another age": ({"outcomeTimestamp": "1999-12-31T00:00:00Z"}, "outcomeTimestamp"),
    "a time to come": ({"outcomeTimestamp": "2026-06-17T00:00:00Z"}, "outcomeTimestamp"),
    "the end of time": ({"outcomeTimestamp": "9999-12-31T23:59:59-14:00"}, "outcomeTimestamp"),
    "a reason that is a text": ({"overrideReason": "benefit"}, "overrideReason"),
    "a reason within that is a list": ({"overrideReason": {"reason": []}}, "overrideReason.reason"),
    "a reason without a code": ({"overrideReason": {"reason": {"system": "x"}}}, "overrideReason.reason.code"),
    "a code that is a number": ({"overrideReason": {"reason": {"code": 1}}}, "overrideReason.reason.code"),
    "a comment without end": ({"overrideReason": {"userComment": "x" * 4001}}, "overrideReason.userComment"),
    "a comment with a NUL": ({"overrideReason": {"userComment": "a\x00b"}}, "overrideReason.userComment"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_by_its_path(sandbox: Asker, card: str, name: str) -> None:
    changed, path = FAULTS[name]
    response = sandbox.post(feedback(overridden(card), overridden(card, **changed)), FEEDBACK)
    assert response.status_code == 400
    found = [issue["expression"] for issue in response.json()["issue"]]
    assert [f"feedback[1].{path}"] in found
    assert not CardFeedback.objects.exists()


def test_every_fault_of_a_call_is_told_at_once(sandbox: Asker, card: str) -> None:
    bad = overridden(card, outcome="no", outcomeTimestamp="no")
    assert len(sandbox.post(feedback(bad, bad, 7), FEEDBACK).json()["issue"]) == 5  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body", [{}, [], None, "x", {"feedback": None}, {"feedback": []}, {"feedback": {}}, {"feedback": [{}] * 101}]
)
def test_what_is_no_feedback_is_400(sandbox: Asker, body: Any) -> None:
    response = sandbox.post(body, FEEDBACK)
    assert (response.status_code, response.json()["issue"][0]["expression"]) == (400, ["feedback"])


def test_members_that_nobody_knows_are_passed_over(sandbox: Asker, card: str) -> None:
    extra = overridden(card, extension={"x": 1}, overrideReason={"userComment": "", "extension": {}})
    assert sandbox.post(feedback(extra), FEEDBACK).status_code == 200
    assert CardFeedback.objects.get().comment == ""


@pytest.mark.core
def test_the_report_gets_the_last_word_on_each_card_of_a_span(sandbox: Asker, card: str, now: datetime) -> None:
    def told(minute: int, **changed: Any) -> None:
        at = (now + timedelta(minutes=minute)).isoformat()
        assert sandbox.post(feedback(overridden(card, outcomeTimestamp=at, **changed)), FEEDBACK).status_code == 200

    told(1)
    told(2, overrideReason={"reason": {"code": "other", "display": "Other"}, "userComment": "Seen today."})
    told(1, outcome="overridden", overrideReason=None)
    [row] = feedback_between(now, now + timedelta(hours=1), tenant=TENANT)
    assert (str(row.card_uuid), row.code, row.severity, row.client) == (card, "PAIR_CNS", row.severity, "Sandbox")
    assert (row.outcome, row.reason_code, row.reason_display, row.comment) == (
        "overridden", "other", "Other", "Seen today.",
    )  # fmt: skip
    assert (row.at, row.user, row.service) == (now + timedelta(minutes=2), "Practitioner/alice", "evenkeel-order-sign")
    assert feedback_between(now + timedelta(minutes=2), now + timedelta(minutes=3), tenant=TENANT) == [row]
    assert feedback_between(now + timedelta(minutes=3), now + timedelta(hours=1), tenant=TENANT) == []
    assert feedback_between(now, now + timedelta(minutes=1), tenant=TENANT) == []
    assert feedback_between(now, now + timedelta(hours=1), tenant=uuid4()) == []


def test_a_reason_of_ours_needs_only_its_code(sandbox: Asker, now: datetime) -> None:
    [card] = [each for each in sandbox.ask(*PAIR) if each["source"]["topic"]["code"] == "PAIR_CNS"]
    offered = card["overrideReasons"][0]
    reason = {"reason": {"code": offered["code"], "system": offered["system"]}}
    sandbox.post(feedback(overridden(card["uuid"], overrideReason=reason)), FEEDBACK)
    [row] = feedback_between(now - timedelta(hours=1), now + timedelta(hours=1), tenant=TENANT)
    assert row.reason_display in offered["display"]
    assert row.reason_display


def test_a_record_is_only_ever_added_to(sandbox: Asker, card: str, now: datetime) -> None:
    sandbox.post(feedback(overridden(card)), FEEDBACK)
    for model in (HookCall, ServedCard, CardFeedback):
        row = model.objects.first()
        assert row is not None
        for deed in (row.save, row.delete, model.objects.all().delete, lambda m=model: m.objects.update(pk=0)):
            with pytest.raises(TypeError, match="only ever added"):
                deed()


def test_old_calls_without_a_card_are_forgotten_and_those_with_one_stay(
    sandbox: Asker, card: str, now: datetime
) -> None:
    sandbox.post(order_sign())
    assert HookCall.objects.count() == 2
    assert HookCall.objects.forget(before=now) == 0
    assert HookCall.objects.forget(before=now + timedelta(seconds=1)) == 1
    assert HookCall.objects.get().cards > 0
