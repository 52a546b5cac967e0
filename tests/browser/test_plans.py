"""A clinician plans a dose: drawn, redrawn, signed, held, released; at a desk and on a phone without JavaScript."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from interactions.medicines import Dose
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import import_prescription
from monitoring.titration.actions import settle_step
from monitoring.titration.models import TitrationPlan
from tests.browser.conftest import NewPage
from tests.browser.pages import seen

REASON = "Agreed with the spasticity team."


@pytest.fixture
def maya(transactional_db: None, patient: Patient) -> Patient:
    """Maya has taken baclofen for months."""
    import_prescription(
        patient=patient, entered="baclofen", route="oral", dose=Dose((Decimal(5),) * 3, "mg"), sig="",
        starts_on=date(2026, 3, 1), ends_on=None, job="tests", now=datetime.now(UTC),
    )  # fmt: skip
    return patient


def hold(plan: TitrationPlan) -> None:
    """The morning of the first step has come, and nobody has checked in."""
    now = datetime.now(UTC)
    step = plan.steps.get(number=1)
    plan.steps.filter(pk=step.pk).update(due_on=plan.patient.local_date(now), due_at=now - timedelta(minutes=1))
    settle_step(step_id=step.pk, now=now + timedelta(hours=12), job="tests")


@pytest.mark.parametrize(
    ("width", "javascript", "scheme"), [(1280, True, "light"), (320, True, "dark"), (390, False, "light")]
)
def test_a_plan_is_drawn_signed_held_and_released(
    maya: Patient, clinician: User, new_page: NewPage, width: int, javascript: bool, scheme: str
) -> None:
    page = new_page(user=clinician, width=width, javascript=javascript, scheme=scheme)
    page.goto(f"/patients/{maya.pk}/plans/")
    seen(page, f"plans_{width}", javascript=javascript)
    page.get_by_role("link", name="Increase baclofen").click()
    seen(page, f"plan_new_{width}", javascript=javascript)

    # numbers that are not there
    page.get_by_role("radio", name=re.compile("My own numbers")).check()
    page.get_by_role("button", name="Draw up the steps").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, f"plan_new_errors_{width}", javascript=javascript)

    # a labelled schedule, quicker than is advised for her
    page.get_by_role("radio", name=re.compile("US label")).check()
    page.get_by_role("button", name="Draw up the steps").click()
    expect(page.get_by_role("heading", name="Baclofen: increase plan, version 1")).to_be_visible()
    seen(page, f"plan_draft_{width}", javascript=javascript)

    # redrawn to one small step
    page.get_by_role("link", name="Change the draft").click()
    drawn = page.locator(".looked")
    expect(drawn).to_contain_text("as typed, not saved.")
    page.get_by_label("Doses of the day, mg").first.fill("5,5")
    page.get_by_label("Doses of the day, mg").first.blur()
    if javascript:
        expect(drawn).to_contain_text("Not drawn:")
    else:
        page.get_by_role("button", name="Draw it").click()
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    for place in (1, 2):
        page.get_by_role("checkbox", name="Take this step out").nth(place).check()
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("link", name=re.compile("Step 1, doses of the day"))).to_be_visible()
    seen(page, f"plan_edit_errors_{width}", javascript=javascript)
    page.get_by_label("Doses of the day, mg").first.fill("5 + 5 + 8")
    page.get_by_role("button", name="Save the draft").click()

    # signed, with a reason for what needs one
    page.get_by_role("button", name="Sign the plan").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, f"plan_sign_errors_{width}", javascript=javascript)
    page.wait_for_load_state()
    for box in page.get_by_label(re.compile("^Why")).all():
        box.fill(REASON)
    page.get_by_role("button", name="Sign the plan").click()
    expect(page.get_by_text("Signed. Steps go on only while check-ins are clear.")).to_be_visible()
    seen(page, f"plan_running_{width}", javascript=javascript)

    # held, then released
    hold(TitrationPlan.objects.get())
    page.reload()
    expect(page.get_by_role("heading", name="The next step is on hold")).to_be_visible()
    seen(page, f"plan_held_{width}", javascript=javascript)
    page.get_by_label("Reason").first.fill("Spoke with her; she is well.")
    page.get_by_role("button", name="Release step 1 today").click()
    expect(page.get_by_text("Step released. The new dose counts from today.")).to_be_visible()
    expect(page.get_by_text("Completed")).to_be_visible()
    seen(page, f"plan_done_{width}", javascript=javascript)
