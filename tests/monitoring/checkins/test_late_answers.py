"""Answers kept in a form that was closed meanwhile, or sent through another door: no sweep looks, they are judged."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.checkins.actions import (
    issue_links,
    keep_readable_answers,
    mark_check_in_missed,
    save_page,
    start_check_in,
    submit_check_in,
)
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.people.models import Patient, User
from tests.monitoring.checkins.by_link import phone, tap_through

__all__ = ["phone"]  # a fixture: here it has no session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MOMENT = timedelta(seconds=8)
BEGUN = "A check-in was begun and not sent"
URGENT = {"q2_breathing": 1}


def answer(check_in: CheckIn, answers: dict[str, object], by: User, now: datetime) -> None:
    save_page(check_in=check_in, page=3, questions=tuple(answers), answers=answers, by=by, now=now)


def unsent() -> Alert:
    return Alert.objects.get(kind=AlertKind.MISSED_CHECK_IN)


@pytest.fixture
def missed(asked: CheckIn, patient: Patient, clock: Any) -> CheckIn:
    """Page 1 was answered two minutes before the close; then the sweep came."""
    before = asked.closes_at - timedelta(minutes=2)
    save_page(
        check_in=asked, page=1, questions=("danger_signs",), answers={"danger_signs": ["none"]}, by=patient.user,
        now=before,
    )  # fmt: skip
    assert mark_check_in_missed(check_in_id=asked.pk, now=asked.closes_at + MOMENT, job="tests")
    clock.move_to(asked.closes_at + timedelta(minutes=2))
    asked.refresh_from_db()
    assert (asked.state, unsent().level) == (CheckInState.MISSED, AlertLevel.WARNING)
    return asked


# --- Signed in ---------------------------------------------------------------------------------------------------


def test_an_urgent_answer_in_a_form_that_was_just_missed_reaches_somebody(
    missed: CheckIn, patient: Patient, client: Client
) -> None:
    client.force_login(patient.user)
    page = reverse("my_check_in_page", args=[missed.pk, 3])
    assert client.post(page, {"q2_breathing": "1", "q7_heart": "0"}).status_code == 302
    assert unsent().level == AlertLevel.URGENT
    assert BEGUN in unsent().why


def test_each_page_after_it_tells_the_same_alert_and_only_what_is_new(missed: CheckIn, patient: Patient) -> None:
    at = missed.closes_at + timedelta(minutes=2)
    answer(missed, URGENT, patient.user, at)
    told = unsent().report_count
    for minute, answers in enumerate([URGENT, {"q7_heart": 0}, {"q9_mood": 0}, URGENT]):
        answer(missed, answers, patient.user, at + timedelta(minutes=minute))
    assert unsent().report_count == told


def test_what_was_answered_for_is_not_raised_again_by_a_page_that_adds_nothing(
    missed: CheckIn, patient: Patient, clinician: User
) -> None:
    at = missed.closes_at + timedelta(minutes=2)
    answer(missed, URGENT, patient.user, at)
    Alert.objects.all().update(state="closed", closed_at=at, closed_by=clinician, outcome="called")
    answer(missed, {"q7_heart": 0}, patient.user, at + timedelta(minutes=1))
    assert not Alert.objects.open().exists()


def test_what_can_be_read_of_a_faulty_page_is_judged_too(missed: CheckIn, patient: Patient) -> None:
    at = missed.closes_at + timedelta(minutes=2)
    keep_readable_answers(check_in=missed, answers={**URGENT, "q7_heart": 99}, by=patient.user, now=at)
    assert unsent().level == AlertLevel.URGENT


def test_a_form_of_ones_own_that_was_put_away_is_judged_when_it_is_taken_up_again(
    patient: Patient, now: datetime
) -> None:
    own = start_check_in(patient=patient, by=patient.user, now=now)
    mark_check_in_missed(check_in_id=own.pk, now=own.closes_at, job="tests")
    own.refresh_from_db()
    assert own.state == CheckInState.CANCELLED
    answer(own, URGENT, patient.user, own.closes_at + MOMENT)
    assert unsent().level == AlertLevel.URGENT


def test_answers_that_are_well_raise_nothing_and_an_open_form_waits_for_its_sweep(
    missed: CheckIn, patient: Patient, well: dict[str, object]
) -> None:
    answer(missed, well, patient.user, missed.closes_at + timedelta(minutes=2))
    assert unsent().level == AlertLevel.WARNING
    tomorrow = CheckIn.objects.get(patient=patient, state=CheckInState.DUE)
    answer(tomorrow, URGENT, patient.user, tomorrow.opens_at)
    assert unsent().level == AlertLevel.WARNING


# --- By a link ---------------------------------------------------------------------------------------------------


def test_an_urgent_answer_by_a_link_in_hand_is_judged_though_its_window_was_closed(
    link: str, phone: Client, asked: CheckIn, clock: Any
) -> None:
    clock.move_to(asked.closes_at - timedelta(minutes=2))
    assert phone.post(f"{link}1/", {"go": "none"}).status_code == 302
    mark_check_in_missed(check_in_id=asked.pk, now=asked.closes_at + MOMENT, job="tests")
    clock.move_to(asked.closes_at + timedelta(minutes=2))
    assert phone.post(f"{link}3/", {"q2_breathing": "1", "q7_heart": "0"}).status_code == 302
    assert unsent().level == AlertLevel.URGENT


def send_signed_in(asked: CheckIn, answers: dict[str, object], at: datetime) -> SymptomReport:
    return submit_check_in(
        patient=asked.patient, answers=answers, submission_key=uuid4(), by=asked.patient.user, now=at, check_in=asked
    )


def test_what_was_begun_by_link_and_looks_worse_than_what_was_then_sent_reaches_somebody(
    link: str, phone: Client, asked: CheckIn, well: dict[str, object], now: datetime
) -> None:
    phone.post(f"{link}1/", {"go": "none"})
    phone.post(f"{link}3/", {"q2_breathing": "1", "q7_heart": "0"})
    send_signed_in(asked, well, now)
    assert unsent().level == AlertLevel.URGENT
    assert unsent().why[0] == BEGUN


def test_what_a_link_adds_after_the_form_was_sent_is_judged_as_far_as_it_is_worse(
    link: str, phone: Client, asked: CheckIn, well: dict[str, object], now: datetime
) -> None:
    phone.post(f"{link}1/", {"go": "none"})
    send_signed_in(asked, well, now)
    assert not Alert.objects.exists()
    phone.post(f"{link}3/", {"q2_breathing": "1", "q7_heart": "0"})
    assert unsent().level == AlertLevel.URGENT


def test_what_was_begun_by_link_and_then_sent_signed_in_is_told_once(
    link: str, phone: Client, asked: CheckIn, well: dict[str, object], now: datetime
) -> None:
    phone.post(f"{link}1/", {"go": "none"})
    phone.post(f"{link}3/", {"q2_breathing": "1", "q7_heart": "0"})
    send_signed_in(asked, {**well, **URGENT}, now)
    assert [(each.kind, each.level) for each in Alert.objects.all()] == [(AlertKind.SYMPTOMS, AlertLevel.URGENT)]


def test_an_answer_that_was_changed_under_a_newer_link_does_not_come_back(
    link: str, phone: Client, asked: CheckIn, well: dict[str, object], now: datetime, clock: Any
) -> None:
    phone.post(f"{link}1/", {"go": "none"})
    phone.post(f"{link}3/", {"q2_breathing": "1", "q7_heart": "0"})
    later = now + timedelta(minutes=5)
    clock.move_to(later)
    newer = issue_links(check_ins=[asked], now=later, job="tests", even_in_hand=True)[asked.pk]
    phone.post(f"{newer}3/", {"q2_breathing": "0", "q7_heart": "0"})
    review = tap_through(phone, newer)
    assert phone.post(review, {"submission_key": str(uuid4()), "note": ""}).status_code == 302
    assert not Alert.objects.exists()
