"""An admin keeps accounts and reads the log, a clinician registers a patient, and everybody signs in."""

import os
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from monitoring.audit.actions import check_log, seal_events
from monitoring.audit.models import AuditEvent
from monitoring.audit.record import record
from monitoring.operations.actions import beat
from monitoring.operations.rules import VITAL_SWEEPS
from monitoring.people.models import Patient, User
from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok

SIZES = [(390, "dark"), (1280, "light")]


@pytest.fixture(autouse=True)
def _sweeps_alive(db: None) -> None:
    for name in VITAL_SWEEPS:
        beat(name=name, now=timezone.now())


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def look_at(page: Page, addresses: dict[str, str], suffix: str, *, noise: bool = False) -> None:
    for name, address in addresses.items():
        page.goto(address)
        shoot(page, f"{name}-{suffix}")
        assert_page_ok(page, expected_status_noise=noise)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_admins_pages_pass_at_every_size_and_scheme(
    width: int, scheme: str, new_page: NewPage, admin: User, patient: Patient, stranger: User
) -> None:
    now = timezone.now()
    record(
        action="patient.read", now=now, by=stranger, patient_id=patient.pk, outcome="denied", reason="not on the team"
    )
    seal_events(now=now, job="seal_audit")
    check_log(now=now, job="verify_audit")
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    event = AuditEvent.objects.get(outcome="denied")
    pages = {
        "audit": f"/audit/?actor=charlie&patient={patient.pk}",
        "audit-all": "/audit/",
        "audit-none": "/audit/?actor=nobody",
        "audit-event": f"/audit/{event.serial}/",
        "users": "/users/",
        "invite": "/users/new/",
    }
    page = new_page(user=admin, width=width, scheme=scheme)
    look_at(page, pages, f"{scheme}-{width}")
    page.goto("/users/new/")
    page.get_by_role("button", name="Make the account").click()
    shoot(page, f"invite-wrong-{scheme}-{width}")
    assert_page_ok(page, expected_status_noise=True)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_clinicians_pages_pass_at_every_size_and_scheme(
    width: int, scheme: str, new_page: NewPage, clinician: User, patient: Patient, stranger: User
) -> None:
    page = new_page(user=clinician, width=width, scheme=scheme)
    look_at(page, {"register": "/patients/new/", "team": f"/patients/{patient.pk}/team/"}, f"{scheme}-{width}")
    page.goto("/patients/new/")
    page.get_by_role("button", name="Register").click()
    shoot(page, f"register-wrong-{scheme}-{width}")
    assert_page_ok(page, expected_status_noise=True)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_signing_in_and_choosing_a_password_pass_at_every_size(
    width: int, scheme: str, new_page: NewPage, patient_user: User
) -> None:
    User.objects.filter(pk=patient_user.pk).update(must_change_password=True)
    look_at(new_page(width=width, scheme=scheme), {"login": "/login/", "out": "/signed-out/"}, f"{scheme}-{width}")
    page = new_page(user=patient_user, width=width, scheme=scheme)
    look_at(page, {"password": "/password/"}, f"{scheme}-{width}")


@pytest.mark.parametrize("javascript", [True, False])
def test_from_an_invitation_to_the_first_patient(javascript: bool, new_page: NewPage, admin: User) -> None:
    # given an admin who invites a clinician and reads out the password
    page = new_page(user=admin, width=390, javascript=javascript)
    page.goto("/users/")
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("Name").fill("Dr Nia New")
    page.get_by_label("Email").fill("nia@clinic.example")
    page.get_by_role("radio", name=re.compile("Clinician")).check()
    page.get_by_role("button", name="Make the account").click()
    password = page.locator("dd strong").inner_text()
    # when she signs in, she must choose her own
    hers = new_page(width=390, javascript=javascript)
    hers.goto("/login/")
    hers.get_by_label("Email").fill("Nia@Clinic.Example")
    hers.get_by_label("Password").fill(password)
    hers.get_by_role("button", name="Sign in", exact=True).click()
    expect(hers.get_by_role("heading", level=1)).to_have_text("Choose your password")
    hers.get_by_label("New password").fill("seven blue herons")
    hers.get_by_role("button", name="Save my password").click()
    expect(hers).to_have_url(re.compile("/alerts/$"))
    # then she can register a patient and is on the care team
    hers.goto("/patients/new/")
    hers.get_by_label("Patient number").fill("HP-9")
    hers.get_by_label("Family name").fill("Reed")
    hers.get_by_label("Given names").fill("Sam")
    hers.get_by_label("Birth date").fill("1970-05-01")
    hers.get_by_role("button", name="Register").click()
    expect(hers.get_by_role("row", name=re.compile("Dr Nia New"))).to_be_visible()
    # and the admin finds it in the log, without a word of the patient
    page.goto("/audit/?actor=nia&action=patient.register")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("Reed")
