"""A clinician adds a medicine that interacts: at a desk, and on a phone without JavaScript."""

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

NOTE = "Low dose at night; stop if drowsy by day."


@pytest.fixture
def maya(transactional_db: None, patient: Patient, now: datetime) -> Patient:
    """Maya takes baclofen already."""
    import_prescription(
        patient=patient, entered="baclofen", route="oral", dose=Dose((Decimal(10),) * 3, "mg"), sig="",
        starts_on=date(2026, 3, 1), ends_on=None, job="tests", now=now - timedelta(days=1),
    )  # fmt: skip
    return patient


@pytest.mark.parametrize(
    ("width", "javascript", "scheme"),
    [pytest.param(1280, True, "light", marks=pytest.mark.thorough), (320, True, "dark"), (390, False, "light")],
)
def test_a_medicine_is_added_with_a_reason(
    maya: Patient, clinician: User, new_page: NewPage, width: int, javascript: bool, scheme: str
) -> None:
    page = new_page(user=clinician, width=width, javascript=javascript, scheme=scheme)
    page.goto(f"/patients/{maya.pk}/medications/")
    seen(page, f"medications_{width}", javascript=javascript)
    page.get_by_role("link", name="Add a medicine").click()
    page.get_by_role("textbox", name="Medicine").fill("amitrip")
    page.get_by_role("button", name="Search").click()
    seen(page, f"search_{width}", javascript=javascript)
    page.get_by_role("button", name="Choose amitriptyline", exact=True).click()
    page.get_by_role("button", name="Check interactions").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    seen(page, f"dose_{width}", javascript=javascript)
    page.get_by_label("Amount each time").fill("25")
    page.get_by_label("How often").select_option("1-night")
    page.get_by_role("button", name="Check interactions").click()
    expect(page.get_by_role("heading", name="Go ahead? Say why")).to_be_visible()
    seen(page, f"check_{width}", javascript=javascript)
    page.get_by_role("radio", name="Benefit outweighs risk; I will monitor").first.check()
    page.get_by_label("Note for the next clinician").fill(NOTE)
    page.get_by_role("button", name="Add amitriptyline with this reason").click()
    expect(page.get_by_text("The medicine is added.")).to_be_visible()
    seen(page, f"after_{width}", javascript=javascript)
    assert Prescription.objects.get(label="amitriptyline").state == "active"
    page.get_by_role("link", name="Details, review or renew for baclofen + amitriptyline").click()
    seen(page, f"flag_{width}", javascript=javascript)


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.thorough)])
def test_stopping_baclofen_points_to_a_taper(maya: Patient, clinician: User, new_page: NewPage, width: int) -> None:
    page = new_page(user=clinician, width=width)
    page.goto(f"/patients/{maya.pk}/medications/")
    page.get_by_role("link", name="Stop baclofen").click()
    seen(page, f"stop_{width}")
    page.get_by_role("radio", name="No benefit").check()
    page.get_by_role("button", name="Record the stop").click()
    expect(page.get_by_role("link", name="Plan a taper").first).to_be_visible()
    seen(page, f"taper_{width}")
    page.goto(f"/patients/{maya.pk}/context/")
    seen(page, f"context_{width}")
