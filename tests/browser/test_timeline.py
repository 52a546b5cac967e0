"""The timeline in a real browser: read by keyboard, begun at today on a small screen, whole without script."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from monitoring.checkins.actions import submit_check_in
from monitoring.operations.actions import beat
from monitoring.operations.rules import VITAL_SWEEPS
from monitoring.people.models import Patient, User
from monitoring.regimens.models import DosePeriod, Prescription
from tests.browser.pages import assert_page_ok

pytestmark = pytest.mark.django_db(transaction=True)

NewPage = Callable[..., Page]


@pytest.fixture
def lived(patient: Patient, patient_user: User) -> Patient:
    """Baclofen for a month, more of it since yesterday, and a bad day."""
    now = timezone.now()
    today = patient.local_date(now)
    row = Prescription.objects.create(
        patient=patient, entered="baclofen", label="baclofen", ingredients=["baclofen"], match="exact", route="oral",
        state="active", starts_on=today - timedelta(days=30), prescribed_at=now,
    )  # fmt: skip

    def since(day: date, amount: str, **more: Any) -> None:
        DosePeriod.objects.create(
            prescription=row, amounts=[amount], unit="mg", starts_on=day, source="changed", created_at=now, **more
        )

    since(today - timedelta(days=30), "10", ends_on=today - timedelta(days=2))
    since(today - timedelta(days=1), "20")
    submit_check_in(patient=patient, answers={"q1_sleepiness": 3}, submission_key=uuid4(), by=patient_user, now=now)
    for name in VITAL_SWEEPS:
        beat(name=name, now=now)
    return patient


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_day_is_read_by_keyboard(
    new_page: NewPage, lived: Patient, clinician: User, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = new_page(user=clinician, width=width, scheme=scheme)
    page.goto(f"/patients/{lived.pk}/")
    slider, reading = page.get_by_role("slider", name="Day"), page.locator("#day-reading")
    expect(reading).to_contain_text("Baclofen 20 mg a day; Sleepy 3 nods off")
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    expect(reading).to_contain_text("Baclofen 10 mg a day; no check-in.")
    assert slider.get_attribute("aria-valuetext") == reading.inner_text()
    expect(page.locator(".cursor")).to_have_css("visibility", "visible")
    assert_page_ok(page)


def test_a_small_screen_begins_at_today(new_page: NewPage, lived: Patient, clinician: User) -> None:
    page = new_page(user=clinician, width=390)
    page.goto(f"/patients/{lived.pk}/")
    region = page.locator("[data-chart]").bounding_box()
    today = page.locator(".chart .today").bounding_box()
    assert region is not None
    assert today is not None
    assert region["x"] < today["x"] < region["x"] + region["width"]


def test_a_mark_and_its_entry_in_the_list_lead_to_each_other(
    new_page: NewPage, lived: Patient, clinician: User
) -> None:
    page = new_page(user=clinician, width=1280)
    page.goto(f"/patients/{lived.pk}/?w=4")
    page.locator("#mark-1").click()
    expect(page).to_have_url(re.compile("#event-1$"))
    slider = page.get_by_role("slider", name="Day")
    slider.press("Home")
    page.get_by_role("link", name="Show on the chart: event 1").press("Enter")
    expect(page).to_have_url(re.compile("#mark-1$"))
    expect(slider, "the slider stands on the day of the event").to_have_value("27")
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.get_by_role("link", name="All", exact=True)).to_have_attribute("aria-current", "true")
    assert_page_ok(page)


def test_without_script_the_chart_and_the_table_are_there_and_no_dead_slider(
    new_page: NewPage, lived: Patient, clinician: User
) -> None:
    page = new_page(user=clinician, width=390, javascript=False)
    page.goto(f"/patients/{lived.pk}/")
    expect(page.locator("svg.chart g[role=img]")).to_be_visible()
    expect(page.locator("#day-slider")).to_be_hidden()
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("cell", name="20 mg a day").first).to_be_visible()


def test_the_longest_name_stays_inside_the_smallest_window(new_page: NewPage, lived: Patient, clinician: User) -> None:
    Patient.objects.filter(pk=lived.pk).update(family_name="X" * 60, given_names="محمد " * 8, allergies="y" * 200)
    page = new_page(user=clinician, width=320)
    for path in (f"/patients/{lived.pk}/", "/patients/", "/alerts/"):
        page.goto(path)
        assert_page_ok(page)
