"""The doors of the patient's face, as people use them: a passkey in place of the password, and a carer's link."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page, expect

from monitoring.checkins.models import SymptomReport
from monitoring.people.models import CarerConsent, Patient, User
from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(page: Page, email: str) -> None:
    page.goto("/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/me/")


@pytest.mark.usefixtures("sweeps_running")
def test_a_passkey_is_added_and_opens_the_door_without_a_password(
    new_page: NewPage, patient: Patient, patient_user: User
) -> None:
    with_password(patient_user)
    page = new_page(width=390)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    sign_in(page, patient_user.email)
    page.goto("/passkeys/")
    assert_page_ok(page)
    page.get_by_role("button", name="Add a passkey").click()
    assert_page_ok(page)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("You can sign in with this passkey now.")).to_be_visible()
    assert_page_ok(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out/")
    page.goto("/login/?next=/sessions/")
    assert_page_ok(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/sessions/")
    expect(page.get_by_text("This is where you are now.")).to_be_visible()
    assert_page_ok(page)
    page.goto("/passkeys/")
    page.get_by_text("Change or remove").click()
    page.get_by_role("button", name="Remove this passkey").click()
    expect(page.get_by_text("No passkeys yet")).to_be_visible()
    off = new_page(javascript=False)
    off.goto("/login/")
    expect(off.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


@pytest.mark.usefixtures("sweeps_running")
@pytest.mark.parametrize("javascript", [False, True])
def test_a_danger_sign_sent_after_the_session_had_ended_is_called_lost_and_can_be_sent_again(
    new_page: NewPage, patient: Patient, patient_user: User, javascript: bool
) -> None:
    with_password(patient_user)
    page = new_page(user=patient_user, width=390, height=700, javascript=javascript)
    page.goto("/me/check-ins/")
    page.get_by_role("button", name="Tell us how you feel now").click()
    page.get_by_label("It is hard to breathe").check()
    danger = page.url
    Session.objects.all().delete()  # a cookie taken away would come back with what the page still fetches
    page.get_by_role("button", name="Send these").click()

    said = page.get_by_role("alert")
    expect(said).to_contain_text("What you just sent did not reach us.")
    expect(said).to_be_focused()
    call = page.get_by_role("link", name="In danger right now? Call 999")
    expect(call).to_be_in_viewport()
    expect(call).to_have_attribute("href", "tel:999")
    assert not SymptomReport.objects.exists()
    if javascript:
        assert_page_ok(page)
    page.get_by_label("Email").fill(patient_user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(danger)
    page.get_by_label("It is hard to breathe").check()
    page.get_by_role("button", name="Send these").click()
    expect(page.get_by_role("link", name="Call 999", exact=True)).to_be_visible()
    page.get_by_text("Is it someone else? What to do").click()
    expect(page.get_by_text("start CPR")).to_be_in_viewport()
    if javascript:
        assert_page_ok(page)
    assert SymptomReport.objects.count() == 1


@pytest.mark.usefixtures("sweeps_running")
def test_a_patient_asks_for_help_a_carer_gives_it_and_one_tap_ends_it(
    new_page: NewPage, patient: Patient, patient_user: User
) -> None:
    with_password(patient_user)
    maya, sam = new_page(width=320), new_page(width=390, scheme="dark")
    sign_in(maya, patient_user.email)
    maya.goto("/me/carers/")
    assert_page_ok(maya)
    maya.get_by_role("link", name="Add a helper").click()
    assert_page_ok(maya)
    maya.get_by_label("Their name").fill("Sam Harper")
    maya.get_by_label("Their email").fill("sam@home.example")
    maya.get_by_label("See my plan, and send check-ins for me").check()
    maya.get_by_role("button", name="Say yes and make a link").click()
    assert_page_ok(maya)
    link = maya.get_by_label("The link").input_value()
    maya.get_by_role("link", name="I have sent it").click()
    assert_page_ok(maya)

    sam.goto(link)
    assert_page_ok(sam)
    sam.get_by_label("Your email").fill("sam@home.example")
    sam.get_by_label("Choose a password").fill(PASSWORD)
    sam.get_by_role("button", name="Yes, I will help").click()
    expect(sam.get_by_text("You are helping Maya")).to_be_visible()
    assert_page_ok(sam)
    sam.goto("/care/")
    assert_page_ok(sam)

    maya.goto("/me/carers/")
    assert_page_ok(maya)
    maya.get_by_role("button", name=re.compile("End it for Sam Harper")).click()
    expect(maya.get_by_text("Sam Harper can see nothing of yours now.")).to_be_visible()
    assert CarerConsent.objects.get().withdrawn_by == patient_user
    answer: Any = sam.goto("/me/")
    assert answer.status == 403
    sam.goto("/care/")
    expect(sam.get_by_text("You help nobody now")).to_be_visible()
    gone: Any = Client().get(link.replace(maya.url.split("/me/")[0], ""))
    assert gone.status_code == 404
