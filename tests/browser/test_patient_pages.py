"""What a patient sets: when we ask, how we reach them, what is left at home; with what is wrong in it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from interactions.medicines import Dose
from monitoring.checkins.models import CheckInPreference
from monitoring.people.models import Patient
from monitoring.regimens.actions import import_prescription
from monitoring.supplies.models import SupplyCount
from tests.browser.conftest import NewPage
from tests.browser.pages import seen
from tests.monitoring.notifications.carriers import Carrier
from tests.monitoring.notifications.conftest import gateway
from tests.today import clinic, now

__all__ = ["clinic", "gateway", "now"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PASSWORD = "nine quiet tides turn"


@pytest.fixture
def taking(patient: Patient, now: datetime) -> Patient:
    """Maya has taken 30 mg of baclofen a day for months."""
    import_prescription(
        patient=patient, entered="baclofen", route="oral", dose=Dose((Decimal(10),) * 3, "mg"), sig="",
        starts_on=now.date() - timedelta(days=100), ends_on=None, job="tests", now=now,
    )  # fmt: skip
    return patient


def test_times_are_set_and_a_fault_is_shown_at_its_field(new_page: NewPage, taking: Patient) -> None:
    page = new_page(user=taking.user, width=390, scheme="dark")
    page.goto("/me/")
    seen(page, "home")
    page.get_by_role("link", name="See all your check-ins").click()
    seen(page, "my_check_ins")
    page.get_by_role("link", name="Change when we ask you").click()
    page.get_by_label("Time of the check-in").fill("09:30")
    page.get_by_label("Quiet from").fill("21:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("Time of the check-in")).to_have_value("09:30")
    seen(page, "my_times_with_faults")
    page.get_by_label("Quiet until").fill("07:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. We will ask you then.")).to_be_visible()
    assert str(CheckInPreference.objects.get().asks_at) == "09:30:00"


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_tablets_are_counted(new_page: NewPage, taking: Patient, javascript: bool) -> None:
    page = new_page(user=taking.user, width=320, javascript=javascript)
    page.goto("/me/supplies/")
    page.get_by_role("button", name="Save what is left of baclofen").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, "my_tablets_with_faults", javascript=javascript)
    page.get_by_label("Strength on the pack, in mg").first.fill("10")
    page.get_by_label("How many are left").first.fill("0")
    page.get_by_role("button", name="Save what is left of baclofen").click()
    expect(page.get_by_role("heading", name="You may have none left")).to_be_visible()
    seen(page, "my_tablets_gone", javascript=javascript)
    assert SupplyCount.objects.get().on_hand_mg == 0


@pytest.mark.parametrize("javascript", [True, False])
def test_a_number_is_asked_for_and_a_wrong_code_is_told(
    new_page: NewPage, patient: Patient, gateway: Carrier, javascript: bool
) -> None:
    assert patient.user is not None
    patient.user.set_password(PASSWORD)
    patient.user.save()
    page = new_page(user=patient.user, width=390, javascript=javascript)
    page.goto("/contact/")
    seen(page, "my_contact", javascript=javascript)
    page.get_by_label("Your mobile number").fill("7")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    seen(page, "is_it_you", javascript=javascript)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, "my_number_with_faults", javascript=javascript)
    page.get_by_label("Your mobile number").fill("07700 900123")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_text("We sent a code to the number")).to_be_visible()
    page.get_by_label("The code we sent").fill("not it")
    page.get_by_role("button", name="Use this number").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, "my_code_with_faults", javascript=javascript)
