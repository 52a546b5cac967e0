"""What was answered by a link and never sent stands on the record: an alert speaks of it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from monitoring.alerts.models import Alert
from monitoring.checkins.actions import issue_links, mark_check_in_missed, save_page, submit_check_in
from monitoring.checkins.models import CheckIn, CheckInLink
from monitoring.people.models import User
from tests.living import text_of
from tests.monitoring.checkins.by_link import phone, send, tap_through

__all__ = ["phone"]  # a fixture: here it has no session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOBODY = "No question was answered"
BEGUN = "Begun by link, not sent"


@pytest.fixture
def desk(clinician: User) -> Client:
    client = Client()
    client.force_login(clinician)
    return client


def read(desk: Client, check_in: CheckIn) -> str:
    page = desk.get(reverse("patient_check_in", args=[check_in.patient_id, check_in.pk]))
    assert page.status_code == 200
    return text_of(page)


def begin(phone: Client, link: str, sleepiness: str) -> None:
    """Two pages of the form behind a link, and no more."""
    phone.post(f"{link}1/", {"go": "none"})
    phone.post(f"{link}2/", {"q1_sleepiness": sleepiness})


def test_the_record_shows_what_the_alert_of_an_unsent_form_speaks_of(
    link: str, phone: Client, asked: CheckIn, desk: Client
) -> None:
    begin(phone, link, "2")
    mark_check_in_missed(check_in_id=asked.pk, now=asked.closes_at, job="tests")
    assert Alert.objects.get().why[0] == "A check-in was begun and not sent"
    page = read(desk, asked)
    assert BEGUN in page
    assert "Often sleepy" in page
    assert "whoever had the link answered" in page
    assert "The form was begun and not sent" in page
    assert NOBODY not in page


def test_while_the_window_is_open_it_is_told_too(link: str, phone: Client, asked: CheckIn, desk: Client) -> None:
    assert NOBODY in read(desk, asked)
    phone.get(link, follow=True)
    assert NOBODY in read(desk, asked), "looking answers nothing"
    begin(phone, link, "2")
    page = read(desk, asked)
    assert BEGUN in page
    assert NOBODY not in page


def test_answers_given_signed_in_and_by_link_stand_apart(
    link: str, phone: Client, asked: CheckIn, patient_user: User, desk: Client, now: datetime
) -> None:
    begin(phone, link, "2")
    save_page(
        check_in=asked, page=2, questions=("q1_sleepiness",), answers={"q1_sleepiness": 1}, by=patient_user, now=now
    )  # fmt: skip
    page = read(desk, asked)
    own, linked = page.split(BEGUN)
    assert "A bit sleepy" in own
    assert "A bit sleepy" not in linked
    assert "Often sleepy" in linked


def test_what_went_on_under_a_new_link_is_told_once(
    link: str, phone: Client, asked: CheckIn, desk: Client, now: datetime
) -> None:
    begin(phone, link, "2")
    newer = issue_links(check_ins=[asked], now=now + timedelta(minutes=1), job="tests", even_in_hand=True)[asked.pk]
    assert read(desk, asked).count(BEGUN) == 1
    assert "Last answered or opened" in read(desk, asked), "the newer one, that nobody has opened, does not tell when"
    phone.post(f"{newer}3/", {"q2_breathing": "1"})
    assert read(desk, asked).count(BEGUN) == 1
    phone.post(f"{newer}2/", {"q1_sleepiness": "0"})
    changed = read(desk, asked)
    assert changed.count(BEGUN) == 2, "the alert still speaks of the first answer"
    assert changed.index("Wide awake") < changed.index("Often sleepy"), "the newest first"


def test_a_report_leaves_no_answer_by_link_untold(
    link: str, phone: Client, asked: CheckIn, well: dict[str, object], patient_user: User, desk: Client, now: datetime
) -> None:
    begin(phone, link, "2")
    report = submit_check_in(
        patient=asked.patient, answers=well, submission_key=uuid4(), by=patient_user, now=now, check_in=asked
    )  # fmt: skip
    assert report.check_in_id == asked.pk
    page = read(desk, asked)
    assert BEGUN in page
    assert "Often sleepy" in page.split(BEGUN)[1]


def test_what_was_sent_is_not_told_as_unsent(link: str, phone: Client, asked: CheckIn, desk: Client) -> None:
    send(phone, tap_through(phone, link))
    assert BEGUN not in read(desk, asked)


def test_the_same_answers_in_a_report_are_not_told_again(
    link: str, phone: Client, asked: CheckIn, well: dict[str, object], patient_user: User, desk: Client, now: datetime
) -> None:
    begin(phone, link, "0")
    submit_check_in(
        patient=asked.patient, answers=well, submission_key=uuid4(), by=patient_user, now=now, check_in=asked
    )  # fmt: skip
    assert BEGUN not in read(desk, asked)


def test_links_cost_one_query_and_nothing_where_there_is_none(due: CheckIn, desk: Client, now: datetime) -> None:
    read(desk, due)
    with CaptureQueriesContext(connection) as without:
        read(desk, due)
    issue_links(check_ins=[due], now=now, job="tests")
    CheckInLink.objects.update(draft={"answers": {"q1_sleepiness": 2}, "seen": [1, 2]})
    with CaptureQueriesContext(connection) as with_one:
        assert BEGUN in read(desk, due)
    assert len(with_one) == len(without) + 1
