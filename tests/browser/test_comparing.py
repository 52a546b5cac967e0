"""A clinician compares choices: from the medicines and from the interaction check, also without JavaScript."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from interactions.medicines import Dose
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import import_prescription
from monitoring.regimens.models import Prescription
from tests.browser.conftest import NewPage
from tests.browser.pages import seen


@pytest.fixture
def maya(transactional_db: None, patient: Patient, now: datetime) -> Patient:
    """Maya takes baclofen and amitriptyline already."""
    for entered, dose in (("baclofen", (Decimal(10),) * 3), ("amitriptyline", (Decimal(25),))):
        import_prescription(
            patient=patient, entered=entered, route="oral", dose=Dose(dose, "mg"), sig="",
            starts_on=date(2026, 3, 1), ends_on=None, job="tests", now=now - timedelta(days=1),
        )  # fmt: skip
    return patient


WINDOWS = [
    pytest.param(1280, True, "light", id="desk"),
    pytest.param(390, False, "light", id="phone without JavaScript"),
    pytest.param(1280, True, "dark", id="desk at night", marks=pytest.mark.thorough),
    pytest.param(390, True, "dark", id="phone at night", marks=pytest.mark.thorough),
]


@pytest.mark.parametrize(("width", "javascript", "scheme"), WINDOWS)
def test_four_choices_side_by_side(
    maya: Patient, clinician: User, new_page: NewPage, width: int, javascript: bool, scheme: str
) -> None:
    page, named = new_page(user=clinician, width=width, javascript=javascript, scheme=scheme), f"{width}_{scheme}"
    page.goto(f"/patients/{maya.pk}/medications/")
    page.get_by_role("link", name="Compare with other choices").click()
    seen(page, f"compare_begin_{named}", javascript=javascript)
    instead = page.locator("details", has_text="in place of baclofen")
    instead.locator("summary").click()
    seen(page, f"compare_instead_{named}", javascript=javascript)
    instead.get_by_label("Dose of tizanidine").fill("2 mg three times a day")
    instead.get_by_label("care without a medicine").check()
    page.get_by_role("button", name="Compare these with baclofen").click()
    expect(page.get_by_role("heading", name="Option B")).to_be_visible()
    page.get_by_label("Medicine", exact=True).select_option(label="amitriptyline: 25\u00a0mg once a day")
    page.get_by_label("What changes").select_option("dose")
    page.get_by_role("button", name="Compare this change").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    seen(page, f"compare_error_{named}", javascript=javascript)
    page.get_by_label("To what").fill("10 mg at night")
    page.get_by_role("button", name="Compare this change").click()
    page.get_by_label("Medicine", exact=True).select_option("more")
    page.get_by_label("What changes").select_option("add")
    page.get_by_label("To what").fill("zorbifax 5 mg")
    page.get_by_role("button", name="Compare this change").click()
    expect(page.get_by_role("heading", name="Option D")).to_be_visible()
    expect(page.get_by_text("“zorbifax 5 mg” was not understood")).to_be_visible()
    expect(page.get_by_text("Only while it washes out, until").first).to_be_visible()
    seen(page, f"compare_four_{named}", javascript=javascript)
    page.get_by_role("button", name="Take option D away").click()
    page.get_by_role("button", name="Prescribe tizanidine").click()
    expect(page.get_by_role("heading", name="Add tizanidine: the dose")).to_be_visible()
    assert page.get_by_label("Amount each time").input_value() == "2"
    seen(page, f"compare_prescribe_{named}", javascript=javascript)
    assert Prescription.objects.count() == 2


def test_from_the_interaction_check_and_back(maya: Patient, clinician: User, new_page: NewPage) -> None:
    page = new_page(user=clinician, width=390)
    page.goto(f"/patients/{maya.pk}/medications/new/")
    page.get_by_role("textbox", name="Medicine").fill("diazepam")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Choose diazepam", exact=True).click()
    page.get_by_label("Amount each time").fill("5")
    page.get_by_label("How often").select_option("1-night")
    page.get_by_role("button", name="Check interactions").click()
    page.get_by_role("button", name="Compare with other choices").click()
    expect(page.get_by_text("diazepam, 5").first).to_be_visible()
    seen(page, "compare_carried_390_light")
    page.get_by_role("link", name="Back to the interaction check").click()
    expect(page.get_by_role("heading", name="Add diazepam: check the interactions")).to_be_visible()


def test_nobody_takes_anything(transactional_db: None, patient: Patient, clinician: User, new_page: NewPage) -> None:
    page = new_page(user=clinician, width=1280)
    page.goto(f"/patients/{patient.pk}/medications/compare/")
    expect(page.get_by_text("No medicine is recorded as taken")).to_be_visible()
    seen(page, "compare_empty_1280_light")
