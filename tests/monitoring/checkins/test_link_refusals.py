"""What a link opens no more, alike whatever is wrong with it, and how a new one comes."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from monitoring import tasks
from monitoring.audit.models import AuditEvent, Outcome
from monitoring.checkins.actions import answer_link_request, ask_for_new_link, issue_links
from monitoring.checkins.models import CheckIn, CheckInLink, LinkRequest
from monitoring.checkins.queries import link_requests
from monitoring.notifications.actions import deliver_due_notifications
from monitoring.notifications.senders.sealing import unseal
from monitoring.people.models import Patient, User
from tests.monitoring.checkins.by_link import events, phone, reminder, send, tap_through

__all__ = ["phone"]  # a fixture: here it has no session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


# --- What opens nothing ------------------------------------------------------------------------------------------


def dead_links(phone: Client, link: str, asked: CheckIn, clock: Any, now: datetime) -> dict[str, str]:
    """Tokens that are no good, by why; the clock stands where they are."""
    send(phone, tap_through(phone, link))
    other = CheckIn.objects.create(
        patient=asked.patient, schedule=asked.schedule, local_date=now.date() + timedelta(days=5), opens_at=now,
        closes_at=now + timedelta(hours=5),
    )  # fmt: skip
    replaced = issue_links(check_ins=[other], now=now, job="tests")[other.pk]
    expired = issue_links(check_ins=[other], now=now, job="tests", even_in_hand=True)[other.pk]
    clock.move_to(now + timedelta(hours=6))
    return {"unknown": f"/k/{'a' * 43}/", "used": link, "revoked": replaced, "expired": expired, "odd": "/k/%00é/"}


def test_every_dead_link_gets_one_same_answer(
    link: str, phone: Client, asked: CheckIn, clock: Any, now: datetime
) -> None:
    found = {why: Client().get(url) for why, url in dead_links(phone, link, asked, clock, now).items()}
    first = found["unknown"]
    for answer in found.values():
        assert answer.status_code == 404
        assert answer.content == first.content
        assert sorted(answer.headers) == sorted(first.headers)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
    assert reverse("linked_new") in first.text
    assert 'href="tel:999"' in first.text
    assert "it did not reach your clinic" in first.text
    reasons = [each.reason for each in events("refuse")]
    assert sorted(reasons) == ["expired", "revoked", "unknown", "unknown", "used"]
    assert {each.outcome for each in events("refuse")} == {Outcome.DENIED}


def test_a_link_of_an_account_that_was_closed_opens_nothing(link: str, phone: Client, patient: Patient) -> None:
    User.objects.filter(pk=patient.user_id).update(is_active=False)
    assert phone.get(link).status_code == 404
    assert phone.post(f"{link}1/", {"go": "none"}).status_code == 404
    assert CheckInLink.objects.get().draft == {}


def test_a_link_that_nobody_opened_ends_with_its_window(link: str, phone: Client, asked: CheckIn, clock: Any) -> None:
    clock.move_to(asked.closes_at - timedelta(seconds=1))
    assert phone.get(f"{link}1/").status_code == 200
    clock.move_to(asked.closes_at)
    assert phone.post(f"{link}1/", {"go": "none"}).status_code == 404
    assert phone.get(link).status_code == 404
    assert CheckInLink.objects.get().opened_at is None


def test_a_receipt_is_shown_for_an_hour(link: str, phone: Client, clock: Any, now: datetime) -> None:
    done = send(phone, tap_through(phone, link))
    clock.move_to(now + timedelta(minutes=59))
    assert phone.get(done).status_code == 200
    clock.move_to(now + timedelta(minutes=61))
    assert phone.get(done).status_code == 404


def test_guessing_is_put_off_after_twenty_tries_and_a_good_link_goes_on(link: str, phone: Client) -> None:
    answers = [phone.get(f"/k/{number:043}/") for number in range(10**40, 10**40 * 22, 10**40)]
    assert [each.status_code for each in answers] == [404] * 20 + [429]
    assert answers[-1].headers["Retry-After"]
    assert answers[-1].content == answers[0].content
    assert len(events("refuse")) == 20
    assert phone.get(link).status_code == 302


def test_one_beginning_is_tried_five_times_a_minute(phone: Client) -> None:
    found = [phone.get(f"/k/samestart{number:034}/").status_code for number in range(6)]
    assert found == [404] * 5 + [429]


def test_a_machine_at_a_good_link_fills_no_log_and_a_danger_told_meanwhile_names_whom_to_call(
    link: str, phone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitoring.checkins.views.linked.USED_A_MINUTE", 10)
    for _ in range(10):
        assert phone.post(f"{link}1/", {"go": "none"}).status_code == 302
    late = phone.post(f"{link}1/", {"signs": ["cannot_wake"], "go": "some"})
    assert (late.status_code, bool(late.headers["Retry-After"])) == (429, True)
    assert 'href="tel:999"' in late.text
    assert len(events("draft")) == 10


def test_a_link_is_no_sign_in_elsewhere(link: str, phone: Client, asked: CheckIn) -> None:
    phone.get(link, follow=True)
    for path in ("/me/", "/messages/", f"/me/check-ins/{asked.pk}/1/"):
        assert phone.get(path).url.startswith("/login/")


# --- A new link --------------------------------------------------------------------------------------------------


def ask(address: str) -> Any:
    """Ask, and let the sweep come by."""
    answer = Client().post("/k/new/", {"email": address})
    now = timezone.now()
    for pk in link_requests(now):
        answer_link_request(request_id=pk, now=now, job="tests")
    return answer


def test_a_new_link_comes_by_the_patients_own_ways_and_ends_the_old_one(
    link: str, phone: Client, patient: Patient, now: datetime
) -> None:
    begun = phone.post(f"{link}1/", {"go": "none"}).url
    assert ask(patient.user.email.upper()).url == "/k/asked/"
    new = unseal(reminder())
    assert new != link
    assert phone.get(link).status_code == 404
    assert phone.get(new).url == begun.replace(link, new)  # what was answered goes on
    deliver_due_notifications(now=now)
    assert [each.to for each in mail.outbox if new in each.body] == [[patient.user.email]]


@pytest.mark.parametrize("address", ["nobody@home.example", "alice@clinic.example", "MAYA@home.example"])
def test_asking_tells_nobody_whether_there_is_an_account(asked: CheckIn, address: str) -> None:
    answer = ask(address)
    assert (answer.status_code, answer.url) == (302, "/k/asked/")
    assert not answer.cookies
    assert not AuditEvent.objects.filter(actor_label__icontains="@home").filter(actor_kind="anonymous").exists()


def test_new_links_are_sent_three_times_an_hour_at_most(asked: CheckIn, patient: Patient) -> None:
    for _ in range(5):
        ask(patient.user.email)
    assert CheckInLink.objects.count() == 3
    assert ask(patient.user.email).status_code == 429


def test_no_link_is_sent_where_nothing_waits(due: CheckIn, patient: Patient, clock: Any) -> None:
    ask(patient.user.email)  # nobody was asked yet
    clock.move_to(due.closes_at + timedelta(minutes=1))
    ask(patient.user.email)
    assert not CheckInLink.objects.exists()


def test_what_is_no_address_is_said_and_kept_as_typed() -> None:
    answer = ask("maya at home")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "maya at home" in answer.text


def work_done(address: str) -> list[str]:
    """What asking for a link does to the database, without the values."""
    with CaptureQueriesContext(connection) as queries:
        Client().post("/k/new/", {"email": address})
    return [re.sub(r"('[^']*'|NULL|\d+)(::\w+)?", "?", each["sql"]) for each in queries]


def test_whoever_asks_waits_for_the_same_work_whatever_the_address(asked: CheckIn, patient: Patient) -> None:
    known, unknown, of_staff = (
        work_done(address) for address in (patient.user.email, "nobody@home.example", "alice@clinic.example")
    )
    assert known == unknown == of_staff
    assert sum("INSERT INTO" in sql for sql in known) >= 2
    assert CheckInLink.objects.count() == 1


def test_the_sweep_answers_once_and_forgets_who_asked(asked: CheckIn, patient: Patient, now: datetime) -> None:
    for address in (patient.user.email, "nobody@home.example"):
        ask_for_new_link(email=address, now=now)
    waiting = link_requests(now)
    for pk in [*waiting, *waiting]:
        answer_link_request(request_id=pk, now=now, job="tests")
    assert CheckInLink.objects.count() == 2
    assert not LinkRequest.objects.exists()
    told = [(each.outcome, each.reason) for each in events("ask")]
    assert told == [(Outcome.OK, ""), (Outcome.OK, ""), (Outcome.DENIED, "nobody to send one to")]


def test_a_request_that_nobody_answered_for_an_hour_is_dropped(asked: CheckIn, patient: Patient, now: datetime) -> None:
    ask_for_new_link(email=patient.user.email, now=now - timedelta(hours=1))
    [pk] = link_requests(now)
    assert not answer_link_request(request_id=pk, now=now, job="tests")
    assert not LinkRequest.objects.exists()
    assert CheckInLink.objects.count() == 1


def test_an_account_that_was_closed_meanwhile_gets_none(asked: CheckIn, patient: Patient, now: datetime) -> None:
    ask_for_new_link(email=patient.user.email, now=now)
    User.objects.filter(pk=patient.user_id).update(is_active=False)
    tasks.plan_check_ins()
    assert not LinkRequest.objects.exists()
    assert CheckInLink.objects.count() == 1
