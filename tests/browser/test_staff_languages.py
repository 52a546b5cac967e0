"""Longer words and the other direction: nothing of the densest pages of staff is wider than their window."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from monitoring.people.models import Role, User
from monitoring.preferences.actions import change_preference
from monitoring.titration.models import TitrationPlan
from monitoring.wording.actions import sign_wording
from monitoring.wording.queries import digest_in_force
from tests.browser.conftest import NewPage
from tests.browser.pages import overflow
from tests.pseudo import LONGER, RIGHT_TO_LEFT, use_pseudo_languages

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def staff(monkeypatch: pytest.MonkeyPatch) -> dict[str, User]:
    """The demo clinic, small: its clinician and its admin."""
    monkeypatch.setenv("DEMO_PASSWORD", "a password for the demo")
    call_command("seed_demo", patients=3, days=14, verbosity=0, stdout=StringIO())
    return {role: User.objects.filter(role=role, is_active=True).earliest("joined_at", "email") for role in Role.values}


def dense_pages() -> dict[str, list[str]]:
    """The addresses with the most on them, by the role that opens them."""
    plan = TitrationPlan.objects.earliest("created_at")
    one, both = [plan.patient_id], [plan.patient_id, plan.pk]
    return {
        Role.CLINICIAN: [
            reverse("worklist"), reverse("patient", args=one), reverse("medications", args=one),
            reverse("plan_detail", args=both), reverse("staff_settings"),
        ],
        Role.ADMIN: [reverse("audit")],
    }  # fmt: skip


def test_longer_words_and_the_other_direction_fit_the_pages_of_staff(
    new_page: NewPage, staff: dict[str, User], settings: Any, tmp_path: Path
) -> None:
    use_pseudo_languages(tmp_path, settings)
    now, wide = timezone.now(), {}
    pages = {role: new_page(user=staff[role]) for role in dense_pages()}
    for language in (LONGER, RIGHT_TO_LEFT):
        sign_wording(language=language, digest=digest_in_force(language), by=staff[Role.CLINICIAN], now=now)
        for role, paths in dense_pages().items():
            change_preference(by=staff[role], now=now, language=language)
            for path in paths:
                pages[role].goto(path)
                expect(pages[role].locator("html")).to_have_attribute("lang", language)
                for width in (320, 1280):
                    pages[role].set_viewport_size({"width": width, "height": 900})
                    wide[language, path, width] = overflow(pages[role])
    assert len(wide) == 24
    assert {where: pixels for where, pixels in wide.items() if pixels > 0} == {}
