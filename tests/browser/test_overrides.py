"""An answer is read, withdrawn and counted: at a desk in the dark, and on a phone without JavaScript."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from interactions.medicines import Dose
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import acknowledge_flag, import_prescription
from monitoring.regimens.models import InteractionFlag
from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok

NOTE = "Stop if she falls, or sleeps by day."


@pytest.fixture
def now() -> datetime:
    """The pages read the machine's clock."""
    return timezone.now()


@pytest.fixture
def answered(transactional_db: None, patient: Patient, clinician: User, now: datetime) -> Patient:
    """Maya takes both, and the clinician answered what that means: she will monitor."""
    for name in ("baclofen", "amitriptyline"):
        import_prescription(
            patient=patient, entered=name, route="oral", dose=Dose((Decimal(5),) * 2, "mg"), sig="",
            starts_on=date(2026, 3, 1), ends_on=None, job="tests", now=now - timedelta(days=2),
        )  # fmt: skip
    for flag in InteractionFlag.objects.unanswered():
        acknowledge_flag(flag=flag, reason="will_monitor", note=NOTE, by=clinician, now=now - timedelta(days=1))
    return patient


@pytest.mark.parametrize(("width", "javascript", "scheme"), [(1280, True, "dark"), (390, False, "light")])
def test_an_answer_is_read_and_taken_back(
    answered: Patient, clinician: User, new_page: NewPage, width: int, javascript: bool, scheme: str
) -> None:
    page = new_page(user=clinician, width=width, javascript=javascript, scheme=scheme)
    page.goto(f"/patients/{answered.pk}/medications/")
    page.get_by_role("link", name="About this answer").first.click()
    expect(page.get_by_role("heading", name="What it weighed")).to_be_visible()
    expect(page.get_by_text(NOTE).first).to_be_visible()
    if javascript:
        assert_page_ok(page)
    page.get_by_label("I can no longer keep what I promised").check()
    page.get_by_role("button", name="Withdraw my answer").click()
    expect(page.get_by_text("Dr Alice Okafor withdrew the answer").first).to_be_visible()
    expect(page.get_by_role("heading", name="Go ahead? Say why")).to_be_visible()


@pytest.mark.parametrize(("width", "javascript", "scheme"), [(1280, True, "light"), (390, True, "dark")])
def test_the_report_can_be_read_and_taken_along(
    answered: Patient, clinician: User, admin: User, new_page: NewPage, width: int, javascript: bool, scheme: str
) -> None:
    for user, sees_patients in ((clinician, True), (admin, False)):
        page = new_page(user=user, width=width, javascript=javascript, scheme=scheme)
        page.goto("/reports/overrides/")
        assert_page_ok(page)
        assert bool(page.get_by_text("HARPER").count()) is sees_patients
        with page.expect_download() as download:
            page.get_by_role("link", name="Spreadsheet (CSV)").click()
        assert download.value.suggested_filename.endswith(".csv")
