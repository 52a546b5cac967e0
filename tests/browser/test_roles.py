"""Each role signs in and does its main job: on a phone and at a desk, light and dark, with and without JavaScript."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from interactions.medicines import Dose
from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertState
from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import import_prescription
from monitoring.regimens.models import Prescription, PrescriptionState
from monitoring.titration.models import PlanState, TitrationPlan
from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok, drawn
from tests.browser.test_check_in import WELL, tap
from tests.living import at_fifty
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PASSWORD = "nine quiet tides turn"
NOTE = "Low dose at night; stop if drowsy by day."
MODES = pytest.mark.parametrize(
    ("width", "scheme", "javascript"),
    [(390, "light", True), (1280, "dark", True), (390, "dark", False)],
)


@pytest.fixture
def patient(patient: Patient, now: datetime) -> Patient:
    """Maya at fifty, on baclofen for months."""
    at_fifty(patient)
    import_prescription(
        patient=patient, entered="baclofen", route="oral", dose=Dose((Decimal(5),) * 3, "mg"), sig="",
        starts_on=now.date() - timedelta(days=100), ends_on=None, job="tests", now=now,
    )  # fmt: skip
    return patient


def sign_in(page: Page, user: User) -> None:
    """Through the page that everybody signs in with."""
    user.set_password(PASSWORD)
    user.save()
    page.goto("/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def seen(page: Page, *, javascript: bool) -> None:
    """The page is in order; the questions are asked in the page's own language, so not where it is off."""
    if javascript:
        assert_page_ok(page)


@MODES
def test_a_patient_checks_in_and_with_a_danger_sign_is_told_to_call(
    new_page: NewPage, patient: Patient, patient_user: User, width: int, scheme: str, javascript: bool
) -> None:
    page = new_page(width=width, scheme=scheme, javascript=javascript)
    sign_in(page, patient_user)
    expect(page.get_by_role("heading", name="My plan")).to_be_visible()
    expect(page.get_by_text("15 mg in all today")).to_be_visible()
    seen(page, javascript=javascript)

    tap(page, "Tell us how you feel now")
    for name in WELL:
        tap(page, name)
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    seen(page, javascript=javascript)
    assert SymptomReport.objects.get().level == 0

    page.goto("/me/")
    tap(page, "Tell us how you feel now")
    page.get_by_label("I had a fit (seizure)").check()
    tap(page, "Send these")
    expect(page.get_by_role("link", name="Call 999", exact=True)).to_be_in_viewport()
    seen(page, javascript=javascript)
    assert Alert.objects.get().level == AlertLevel.EMERGENCY

    page.get_by_role("banner").get_by_role("link", name="Get help now").click()
    expect(page.get_by_role("link", name="Call 999").first).to_be_visible()
    page.goto("/me/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out/")
    page.go_back()
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()


def add_amitriptyline(page: Page, patient: Patient, *, javascript: bool) -> None:
    page.goto(f"/patients/{patient.pk}/medications/")
    page.get_by_role("link", name="Add a medicine").click()
    page.get_by_role("textbox", name="Medicine").fill("amitriptyline")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Choose amitriptyline", exact=True).click()
    page.get_by_label("Amount each time").fill("25")
    page.get_by_label("How often").select_option("1-night")
    page.get_by_role("button", name="Check interactions").click()
    expect(page.get_by_role("heading", name="Go ahead? Say why")).to_be_visible()
    seen(page, javascript=javascript)
    page.get_by_role("radio", name="Benefit outweighs risk; I will monitor").first.check()
    page.get_by_label("Note for the next clinician").fill(NOTE)
    page.get_by_role("button", name="Add amitriptyline with this reason").click()
    expect(page.get_by_text("The medicine is added.")).to_be_visible()
    seen(page, javascript=javascript)


def draw_up_and_sign(page: Page, patient: Patient, *, javascript: bool) -> None:
    page.goto(f"/patients/{patient.pk}/plans/")
    page.get_by_role("link", name="Increase baclofen").click()
    page.get_by_role("radio", name="My own numbers").check()
    for label, value in (
        ("Target", "30"),
        ("Change at each step", "15"),
        ("Days between steps", "7"),
        ("Doses a day", "3"),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_label(re.compile("^Tablet, mg")).fill("5")
    seen(page, javascript=javascript)
    page.get_by_role("button", name="Draw up the steps").click()
    expect(page.get_by_role("button", name="Sign the plan")).to_be_visible()
    # Each guard rail that is passed on purpose asks for a reason.
    for reason in drawn(page).locator("form[action$='/sign/']").get_by_role("textbox").all():
        reason.fill("Seen in clinic; she tolerated this before.")
    seen(page, javascript=javascript)
    page.get_by_role("button", name="Sign the plan").click()
    expect(page.get_by_text("signed by Dr Alice Okafor")).to_be_visible()
    seen(page, javascript=javascript)


@MODES
def test_a_clinician_answers_prescribes_looks_and_plans(
    new_page: NewPage, patient: Patient, clinician: User, now: datetime, width: int, scheme: str, javascript: bool
) -> None:
    raise_alert(
        patient=patient, kind=AlertKind.MISSED_CHECK_IN, level=AlertLevel.WARNING, why=["Check-in missed: yesterday"],
        source_type="check_in", job="tests", now=now - timedelta(hours=2),
    )  # fmt: skip
    page = new_page(width=width, scheme=scheme, javascript=javascript)
    sign_in(page, clinician)

    page.get_by_role("button", name="Take HARPER, Maya").click()
    expect(page.get_by_text("You have taken this alert")).to_be_visible()
    assert Alert.objects.get().state == AlertState.TAKEN
    seen(page, javascript=javascript)

    add_amitriptyline(page, patient, javascript=javascript)
    assert Prescription.objects.get(label="amitriptyline").state == PrescriptionState.ACTIVE

    page.goto(f"/patients/{patient.pk}/")
    expect(page.get_by_role("img", name="Dose and symptoms")).to_be_visible()
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("columnheader", name="Day")).to_be_visible()
    seen(page, javascript=javascript)

    draw_up_and_sign(page, patient, javascript=javascript)
    assert TitrationPlan.objects.get().state == PlanState.SIGNED


@MODES
def test_an_admin_searches_the_log_and_invites_a_colleague(
    new_page: NewPage, admin: User, clinician: User, width: int, scheme: str, javascript: bool
) -> None:
    page = new_page(width=width, scheme=scheme, javascript=javascript)
    sign_in(page, admin)
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()
    page.get_by_label("Did what").fill("sign_in")
    page.get_by_role("button", name="Search").click()
    row = page.get_by_role("row").filter(has_text=admin.email)
    expect(row).to_have_count(1)
    seen(page, javascript=javascript)
    row.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="sign_in")).to_be_visible()
    seen(page, javascript=javascript)

    page.goto("/users/")
    seen(page, javascript=javascript)
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("Name").fill("Nurse Dana Frost")
    page.get_by_label("Email").fill("dana@clinic.example")
    page.get_by_role("radio", name="Clinician").check()
    seen(page, javascript=javascript)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="One-time password for Nurse Dana Frost")).to_be_visible()
    seen(page, javascript=javascript)
    password = page.locator("strong.number").inner_text()

    theirs = new_page(width=width, scheme=scheme, javascript=javascript)
    theirs.goto("/login/")
    theirs.get_by_label("Email").fill("dana@clinic.example")
    theirs.get_by_label("Password").fill(password)
    theirs.get_by_role("button", name="Sign in", exact=True).click()
    expect(theirs.get_by_label("New password")).to_be_visible()
    seen(theirs, javascript=javascript)
