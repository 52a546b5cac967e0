"""A patient’s plan on a phone, on paper, and what to do when a dose was missed or too many."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from interactions.medicines import Dose
from monitoring.intakes.models import DoseReport
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import import_prescription
from monitoring.titration.models import TitrationPlan, TitrationStep
from tests.browser.conftest import NewPage
from tests.browser.pages import drawn, seen
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PASSWORD = "correct horse battery"


@pytest.fixture
def tapering(patient: Patient, clinician: User, now: datetime) -> Patient:
    """Maya takes two medicines four times a day; both are cut down every four days, to nothing."""
    today = patient.local_date(now)
    for name in ("baclofen", "amitriptyline"):
        row = import_prescription(
            patient=patient, entered=name, route="oral", dose=Dose((Decimal(20),) * 4, "mg"), sig="",
            starts_on=today - timedelta(days=100), ends_on=None, job="tests", now=now,
        )  # fmt: skip
        plan = TitrationPlan.objects.create(
            patient=patient, prescription=row, direction="taper", state="signed", created_at=now, signed_at=now,
            created_by=clinician, signed_by=clinician,
        )  # fmt: skip
        for number in range(1, 6):
            amounts = [str(20 - 4 * number)] * 4 if number < 5 else []
            TitrationStep.objects.create(
                plan=plan, number=number, due_on=today + timedelta(days=4 * number), due_at=now + timedelta(days=9),
                amounts=amounts,
            )  # fmt: skip
    return patient


def sheets(page: Page) -> int:
    """How many sheets of paper the page prints on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_four_weeks_of_a_taper_and_whom_to_call_fit_on_one_sheet(new_page: NewPage, tapering: Patient) -> None:
    # given a plan with more in it than most
    page = new_page(user=tapering.user, width=390)
    page.goto("/me/")
    seen(page, "home_of_a_taper")
    # when it is opened as a month and as a sheet
    page.get_by_role("link", name="See the calendar").click()
    expect(page.get_by_role("heading", name="My calendar")).to_be_visible()
    seen(page, "my_calendar")
    page.get_by_role("link", name="Print four weeks").click()
    seen(page, "my_sheet")
    # then paper holds four weeks, the emergency box, and until when it is valid
    assert sheets(page) == 1
    page.emulate_media(media="print")
    for words in ("Call 999 at once if", "Valid until", "HARPER, Maya", "No baclofen"):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    assert page.locator(".month tbody tr").count() == 4


@pytest.mark.parametrize("javascript", [True, False])
def test_a_dose_is_reported_and_answered_at_once(new_page: NewPage, tapering: Patient, javascript: bool) -> None:
    assert tapering.user is not None
    tapering.user.set_password(PASSWORD)
    tapering.user.save()
    page = new_page(user=tapering.user, width=320, scheme="dark", javascript=javascript)
    page.goto("/me/")
    page.get_by_role("link", name="Tell us about a dose").click()
    seen(page, "which_medicine", javascript=javascript)
    page.get_by_role("link", name="Baclofen").click()
    # when nothing is ticked, it is said at the place
    page.get_by_role("button", name="I missed it").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, "dose_report_with_faults", javascript=javascript)
    # when a whole day was missed
    for box in drawn(page).get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="I missed it").click()
    expect(page.get_by_role("heading", name="Call your clinic now")).to_be_visible()
    seen(page, "withdrawal_advice", javascript=javascript)
    assert DoseReport.objects.count() == 4
    # when more was taken, nothing is asked first
    page.get_by_role("link", name="It was not so").click()
    page.get_by_role("button", name="I took more than I was told to").click()
    expect(page.get_by_role("link", name="Call 999 now")).to_be_visible()
    seen(page, "too_much", javascript=javascript)
    page.go_back()
    page.reload()
    assert DoseReport.objects.filter(kind="extra").count() == 1
    page.goto("/me/history/")
    seen(page, "my_history", javascript=javascript)
    page.goto("/me/plan/feed/")
    page.get_by_role("button", name="Switch it on").click()
    # the address goes on when the session has ended: whoever asks for one proves who they are
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("/cal/")).to_be_visible()
    seen(page, "my_feed", javascript=javascript)
