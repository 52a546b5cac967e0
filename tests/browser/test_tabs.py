"""What hands really do: two tabs with two patients, a double click, the Back button, a page kept open too long."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from interactions.medicines import Dose
from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertEvent, AlertKind, AlertLevel
from monitoring.checkins.models import SymptomReport
from monitoring.people.actions import register_patient
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.actions import import_prescription
from monitoring.regimens.models import Prescription
from tests.browser.conftest import NewPage
from tests.browser.pages import watch
from tests.browser.test_check_in import WELL, tap
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def eva(clinic: Clinic, clinician: User, now: datetime) -> Patient:
    """Another patient of the same clinician."""
    return register_patient(
        clinic=clinic, identifier="HP-0043", family_name="Lindqvist", given_names="Eva", birth_date=date(1971, 2, 3),
        care_team=[clinician], job="tests", now=now,
    )  # fmt: skip


def banner(page: Page) -> str:
    return page.get_by_role("region", name="Patient", exact=True).inner_text()


def to_dose(page: Page, patient: Patient, medicine: str) -> None:
    page.goto(f"/patients/{patient.pk}/medications/new/")
    page.get_by_role("textbox", name="Medicine").fill(medicine)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name=f"Choose {medicine}", exact=True).click()


def to_check(page: Page, amount: str) -> None:
    page.get_by_label("Amount each time").fill(amount)
    page.get_by_label("How often").select_option("1-night")
    page.get_by_role("button", name="Check interactions").click()


def test_two_tabs_with_two_patients_stay_apart(
    new_page: NewPage, patient: Patient, eva: Patient, clinician: User
) -> None:
    one = new_page(user=clinician)
    two = one.context.new_page()
    watch(two, one.url)
    # Each step is taken in turn, so that whatever the session keeps was last written by the other tab.
    to_dose(one, patient, "ibuprofen")
    to_dose(two, eva, "sertraline")
    to_check(one, "400")
    to_check(two, "50")
    for page, name, medicine in ((one, "HARPER, Maya", "ibuprofen"), (two, "LINDQVIST, Eva", "sertraline")):
        assert name in banner(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text(medicine)
    one.get_by_role("button", name="Add ibuprofen").click()
    two.get_by_role("button", name="Add sertraline").click()
    for page, name in ((one, "HARPER, Maya"), (two, "LINDQVIST, Eva")):
        expect(page.get_by_text("The medicine is added.")).to_be_visible()
        assert name in banner(page)
    found = {each.patient_id: each.label for each in Prescription.objects.all()}
    assert found == {patient.pk: "ibuprofen", eva.pk: "sertraline"}


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_a_double_click_prescribes_once_and_back_does_not_prescribe_again(
    new_page: NewPage, patient: Patient, clinician: User, javascript: bool
) -> None:
    page = new_page(user=clinician, width=390, javascript=javascript)
    to_dose(page, patient, "ibuprofen")
    to_check(page, "400")
    page.get_by_role("button", name="Add ibuprofen").dblclick()
    expect(page.get_by_role("heading", name="Medicines", level=1)).to_be_visible()
    assert Prescription.objects.count() == 1
    page.go_back()
    expect(page.get_by_role("heading", name="Medicines", level=1)).to_be_visible()
    assert "HARPER, Maya" in banner(page)
    assert Prescription.objects.count() == 1


def test_a_double_click_takes_an_alert_once(
    new_page: NewPage, patient: Patient, clinician: User, now: datetime
) -> None:
    alert = raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=AlertLevel.URGENT, why=["Nods off"], source_type="tests",
        job="tests", now=now,
    )  # fmt: skip
    page = new_page(user=clinician)
    page.goto("/alerts/")
    page.get_by_role("button", name="Take HARPER, Maya").dblclick()
    expect(page.get_by_role("row", name=re.compile("HARPER, Maya"))).to_contain_text("Taken")
    assert AlertEvent.objects.filter(alert=alert, what="taken").count() == 1


def test_a_stale_page_cannot_take_what_a_colleague_has(
    new_page: NewPage, patient: Patient, clinician: User, colleague: User, now: datetime
) -> None:
    raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=AlertLevel.URGENT, why=["Nods off"], source_type="tests",
        job="tests", now=now,
    )  # fmt: skip
    mine, theirs = new_page(user=clinician), new_page(user=colleague, width=390)
    mine.goto("/alerts/")
    theirs.goto("/alerts/")
    theirs.get_by_role("button", name="Take HARPER, Maya").click()
    expect(theirs.get_by_text("You have taken this alert")).to_be_visible()
    with mine.expect_navigation() as answered:
        mine.get_by_role("button", name="Take HARPER, Maya").click()
    assert answered.value.status == 409
    expect(mine.get_by_text("Nurse Bob Bell").first).to_be_visible()
    assert Alert.objects.get().taken_by == colleague


def test_a_stale_dose_page_changes_nothing(
    new_page: NewPage, patient: Patient, clinician: User, colleague: User, now: datetime
) -> None:
    import_prescription(
        patient=patient, entered="baclofen", route="oral", dose=Dose((Decimal(5),) * 3, "mg"), sig="",
        starts_on=now.date() - timedelta(days=100), ends_on=None, job="tests", now=now,
    )  # fmt: skip
    prescription = Prescription.objects.get()
    path = f"/patients/{patient.pk}/medications/{prescription.pk}/dose/"
    mine, theirs = new_page(user=clinician), new_page(user=colleague)
    for page in (mine, theirs):
        page.goto(path)
        page.get_by_label("Amount each time").fill("10")
    answers = []
    for page in (theirs, mine):
        with page.expect_navigation() as answered:
            page.locator("main form").get_by_role("button").first.click()
        answers.append(answered.value.status)
    assert answers[1] == 409
    assert "HARPER, Maya" in banner(mine)
    assert prescription.dose_periods.count() == 2


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_a_check_in_sent_twice_is_one_report_and_back_shows_what_was_sent(
    new_page: NewPage, patient: Patient, javascript: bool
) -> None:
    page = new_page(user=patient.user, width=390, javascript=javascript)
    page.goto("/me/check-ins/")
    tap(page, "Tell us how you feel now")
    for name in WELL[:-1]:
        tap(page, name)
    page.get_by_role("button", name=WELL[-1], exact=True).dblclick()
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    assert SymptomReport.objects.count() == 1
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    assert SymptomReport.objects.count() == 1
