"""A staff page that nobody sits at: a warning, a cover, and what was typed is still there for whoever comes back."""

from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from monitoring.notes.models import Note
from monitoring.people.models import Patient, User
from tests.browser.conftest import NewPage
from tests.today import clinic, now

__all__ = ["clinic", "now"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def sign_in_again(page: Page, user: User) -> None:
    """As in another tab: a new session, and new proofs for forms."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": urljoin(page.url, "/")}])


def test_what_was_typed_survives_a_sign_out_under_a_cover(
    new_page: NewPage, patient: Patient, clinician: User, colleague: User
) -> None:
    page = new_page(user=clinician)
    page.clock.install()
    page.goto(f"/patients/{patient.pk}/notes/")
    note = page.get_by_role("textbox", name="Note")
    note.fill("Steadier on the stairs.")

    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=100))
    page.clock.fast_forward("13:01")
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=10)

    Session.objects.all().delete()
    page.clock.fast_forward("30:00")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(note).not_to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Go on here").click()
    expect(page.get_by_text("You are not signed in yet.")).to_be_visible()
    sign_in_again(page, colleague)
    page.get_by_role("button", name="Go on here").click()
    expect(page.get_by_text("Somebody else is signed in now.")).to_be_visible()
    expect(note).not_to_be_visible()

    sign_in_again(page, clinician)
    page.get_by_role("button", name="Go on here").click()
    expect(note).to_have_value("Steadier on the stairs.")
    note.press("Tab")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Steadier on the stairs.")).to_be_visible()
    assert Note.objects.get().author == clinician
