"""A check-in on a small phone without JavaScript: found, read, tapped, and nothing hidden."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from monitoring.alerts.models import Alert, AlertLevel
from monitoring.checkins.models import SymptomReport
from monitoring.people.models import Patient
from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok

pytestmark = pytest.mark.django_db(transaction=True)

WELL = [
    "None of these",
    "Wide awake",
    "Both are as usual",
    "I felt steady and did not fall",
    "My mind is clear and my mood is fine",
    "I am as strong as usual, and all is well",
    "I took all my doses and nothing else",
    "Send to my clinic",
]


def tap(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize(("width", "scheme"), [pytest.param(320, "light", marks=pytest.mark.thorough), (390, "dark")])
def test_all_is_well_in_nine_taps(new_page: NewPage, patient: Patient, now: datetime, width: int, scheme: str) -> None:
    page = new_page(user=patient.user, width=width, height=700, scheme=scheme, javascript=False)
    page.goto("/me/check-ins/")
    tap(page, "Tell us how you feel now")
    for name in WELL:
        tap(page, name)
    expect(page.get_by_role("heading", name="Your clinic has this")).to_be_visible()
    assert SymptomReport.objects.get().level == 0


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        pytest.param(320, "light", marks=pytest.mark.thorough),
        (390, "dark"),
        (1280, "light"),
    ],
)
def test_every_page_of_it_is_in_order(new_page: NewPage, patient: Patient, width: int, scheme: str) -> None:
    page = new_page(user=patient.user, width=width, scheme=scheme)
    page.goto("/me/check-ins/")
    assert_page_ok(page)
    tap(page, "Tell us how you feel now")
    for name in WELL:
        assert_page_ok(page)
        tap(page, name)
    assert_page_ok(page)


def test_a_danger_sign_leads_to_the_number_to_call(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=390, height=700, javascript=False)
    page.goto("/me/check-ins/")
    tap(page, "Tell us how you feel now")
    page.get_by_label("Someone found me hard to wake").check()
    tap(page, "Send these")
    call = page.get_by_role("link", name="Call 999", exact=True)
    expect(call).to_be_in_viewport()
    assert call.get_attribute("href") == "tel:999"
    assert Alert.objects.get().level == AlertLevel.EMERGENCY


def test_result_pages_pass_with_script(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=320)
    for sign in ("I had a fit (seizure)", "I think about hurting myself"):
        page.goto("/me/check-ins/")
        tap(page, "Tell us how you feel now")
        page.get_by_label(sign).check()
        tap(page, "Send these")
        assert_page_ok(page)


def test_every_danger_sign_is_seen_before_none_of_these(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=320, height=568, javascript=False)
    page.goto("/me/check-ins/")
    tap(page, "Tell us how you feel now")
    none = page.get_by_role("button", name="None of these", exact=True).bounding_box()
    last = page.get_by_label("I took more medicine than I was told to").bounding_box()
    assert none is not None
    assert last is not None
    assert none["y"] > last["y"] + last["height"]
    expect(page.get_by_role("button", name="None of these", exact=True)).not_to_be_in_viewport()


def test_nothing_ticked_says_so_at_the_top(new_page: NewPage, patient: Patient) -> None:
    page = new_page(user=patient.user, width=390)
    page.goto("/me/check-ins/")
    tap(page, "Tell us how you feel now")
    tap(page, "Send these")
    expect(page.get_by_role("alert", name="There is a problem")).to_contain_text("Tick what fits you")
    assert_page_ok(page, expected_status_noise=True)
