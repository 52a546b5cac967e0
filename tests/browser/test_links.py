"""From the link in a message to the receipt, without a sign-in and without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from monitoring.checkins.actions import ask_check_in
from monitoring.checkins.models import CheckIn, CheckInSchedule, SymptomReport
from monitoring.notifications.models import Notification
from monitoring.notifications.senders.sealing import unseal
from monitoring.people.models import Patient
from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok
from tests.browser.test_check_in import WELL, tap

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def link(patient: Patient) -> str:
    """What the reminder of a check-in that is open now brings."""
    now = timezone.now()
    today = patient.local_date(now)
    schedule = CheckInSchedule.objects.create(
        patient=patient, source="clinician", starts_on=today, daily_until=today, opens_at=now.time(), plan_next_at=now,
        created_at=now,
    )  # fmt: skip
    due = CheckIn.objects.create(
        patient=patient, schedule=schedule, local_date=today, opens_at=now - timedelta(minutes=5),
        closes_at=now + timedelta(hours=8),
    )  # fmt: skip
    assert ask_check_in(check_in_id=due.pk, now=now, job="tests")
    return unseal(Notification.objects.exclude(sealed_link="").get())


def test_a_link_is_tapped_through_once_and_then_shows_what_it_brought(
    new_page: NewPage, patient: Patient, link: str
) -> None:
    page = new_page(width=390, height=700, scheme="dark", javascript=False)
    page.goto(link)
    for name in WELL:
        assert patient.family_name not in page.content()
        tap(page, name)
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    assert SymptomReport.objects.get().channel == "link"
    again = new_page(width=320, javascript=False)
    again.goto(link)
    expect(again.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    assert SymptomReport.objects.count() == 1


def test_a_danger_by_link_calls_and_a_dead_link_offers_a_new_one(new_page: NewPage, link: str) -> None:
    page = new_page(width=320)
    page.goto(link)
    assert_page_ok(page)
    page.get_by_label("I had a fit (seizure)").check()
    tap(page, "Send these")
    assert page.get_by_role("link", name="Call 999", exact=True).get_attribute("href") == "tel:999"
    assert_page_ok(page)
    page.goto(f"/k/{'x' * 43}/")
    assert_page_ok(page, expected_status_noise=True)
    page.get_by_role("link", name="Get a new link").click()
    assert_page_ok(page, expected_status_noise=True)
    page.get_by_label("Your email").fill("maya@home.example")
    tap(page, "Send me a new link")
    expect(page.get_by_role("heading", name="Look at your messages")).to_be_visible()
    assert_page_ok(page, expected_status_noise=True)
