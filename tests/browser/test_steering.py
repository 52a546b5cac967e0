"""A running plan is let stand still and go on: on a phone without JavaScript, and from a tab that is out of date."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from interactions.medicines import Dose
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import import_prescription
from monitoring.regimens.models import Prescription
from monitoring.titration.actions import draft_plan, sign_plan
from monitoring.titration.models import DecisionKind, StepPolicy, TitrationPlan
from tests.browser.conftest import NewPage
from tests.browser.pages import seen
from tests.monitoring.titration.conftest import DOWN, UP, planned, reasons_for
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
REASON = "She has a chest infection."


@pytest.fixture
def today(patient: Patient, now: datetime) -> date:
    return patient.local_date(now)


@pytest.fixture
def draft(patient: Patient, clinician: User, now: datetime, today: date) -> Callable[..., TitrationPlan]:
    """Draw up a plan for Maya, who has taken 30 mg of baclofen a day for months."""
    import_prescription(
        patient=patient, entered="baclofen", route="oral", dose=Dose((Decimal(10),) * 3, "mg"), sig="",
        starts_on=today - timedelta(days=100), ends_on=None, job="tests", now=now,
    )  # fmt: skip

    def _draft(direction: str) -> TitrationPlan:
        return draft_plan(
            prescription=Prescription.objects.get(), direction=direction, template=None, note="", by=clinician,
            now=now, policy=StepPolicy.ADVANCE_WHEN_CLEAR, steps=planned(today, UP if direction == "up" else DOWN),
        )  # fmt: skip

    return _draft


@pytest.fixture
def running(draft: Callable[..., TitrationPlan], clinician: User, now: datetime, today: date) -> TitrationPlan:
    plan = draft("up")
    return sign_plan(plan=plan, exceptions=reasons_for(plan, today), by=clinician, now=now)


def page_of(plan: TitrationPlan) -> str:
    return f"/patients/{plan.patient_id}/plans/{plan.pk}/"


def test_a_drawn_taper_is_in_order_with_its_picture_and_its_watch(
    new_page: NewPage, clinician: User, draft: Callable[..., TitrationPlan]
) -> None:
    plan = draft("taper")
    page = new_page(user=clinician, width=320)
    page.goto(page_of(plan))
    expect(page.get_by_role("heading", name="This draft after what came before it")).to_be_visible()
    expect(page.get_by_role("heading", name="Watch for withdrawal")).to_be_visible()
    page.get_by_text("Show as a table").click()
    seen(page, "taper_draft")
    page.get_by_role("link", name="Change the draft").click()
    seen(page, "taper_edit")


def test_own_numbers_are_asked_for_when_they_are_chosen(
    new_page: NewPage, clinician: User, draft: Callable[..., TitrationPlan]
) -> None:
    patient, prescription = draft("taper").patient, Prescription.objects.get()
    page = new_page(user=clinician, width=1280, scheme="dark", javascript=False)
    page.goto(f"/patients/{patient.pk}/plans/new/?prescription={prescription.pk}&direction=taper")
    expect(page.get_by_label("Days between steps")).to_be_hidden()
    page.get_by_role("radio", name="My own numbers").check()
    expect(page.get_by_label("Days between steps")).to_be_visible()


def test_a_plan_is_paused_and_goes_on_without_javascript(
    new_page: NewPage, clinician: User, running: TitrationPlan
) -> None:
    page = new_page(user=clinician, width=390, javascript=False)
    page.goto(page_of(running))
    page.get_by_text("Pause", exact=True).click()
    page.get_by_role("button", name="Pause the plan").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Reason").first.fill(REASON)
    page.get_by_role("button", name="Pause the plan").click()
    expect(page.get_by_role("heading", name="This plan is paused")).to_be_visible()

    page.get_by_label("Reason").first.fill("She is over her infection.")
    page.get_by_role("button", name="Let the plan go on").click()
    expect(page.get_by_role("heading", name="This plan is paused")).to_be_hidden()
    kinds = list(running.decisions.values_list("what", flat=True))
    assert {DecisionKind.PAUSE, DecisionKind.RESUME} <= set(kinds)


def test_a_tab_opened_before_the_pause_changes_nothing(
    new_page: NewPage, clinician: User, colleague: User, patient: Patient, running: TitrationPlan
) -> None:
    stale, other = new_page(user=clinician, width=390), new_page(user=colleague, scheme="dark")
    for page in (stale, other):
        page.goto(page_of(running))
    seen(other, "plan_running")
    other.get_by_text("Pause", exact=True).click()
    other.get_by_label("Reason").first.fill(REASON)
    other.get_by_role("button", name="Pause the plan").click()
    expect(other.get_by_role("heading", name="This plan is paused")).to_be_visible()
    seen(other, "plan_paused")

    stale.get_by_text("Cancel this plan").click()
    stale.locator("form[action$='/cancel/']").get_by_label("Reason").fill("She would rather stay as she is.")
    with stale.expect_navigation() as answered:
        stale.get_by_role("button", name="Cancel the plan").click()
    assert answered.value.status == 409
    seen(stale, "plan_overtaken")
    running.refresh_from_db()
    assert (running.state, running.paused) == ("signed", True)

    hers = new_page(user=patient.user, width=390)
    hers.goto("/me/")
    expect(hers.get_by_text("Your plan is on pause")).to_be_visible()
    seen(hers, "home_paused")
