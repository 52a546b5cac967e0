"""A clinician answers an alert, at a desk and on a phone, with and without JavaScript."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from monitoring.alerts.actions import escalate_alert, raise_alert, snooze_alert, take_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertState
from monitoring.notifications.models import Channel, Notification, NotificationState
from monitoring.people.actions import register_patient
from monitoring.people.models import Clinic, Patient, User
from tests.browser.conftest import NewPage
from tests.browser.pages import assert_page_ok

STORIES = [
    ("Lindqvist", "Eva", AlertLevel.URGENT, 60, ["Stopped baclofen suddenly"]),
    ("Adeyemi", "Tunde", AlertLevel.URGENT, 40, ["Fell since the last check-in"]),
    ("Soto", "Luis", AlertLevel.WARNING, 700, ["Two check-ins missed in a row"]),
    ("Chen", "Wei", AlertLevel.INFO, 600, ["Step due on 3 May needs a signature"]),
]


@pytest.fixture
def alerts(clinic: Clinic, patient: Patient, clinician: User, colleague: User) -> list[Alert]:
    """Five open alerts: one overdue emergency, one taken, one snoozed."""
    now = timezone.now()
    people = [(patient, AlertLevel.EMERGENCY, 22, ["Hard to wake", "Muddled or confused"])]
    for number, (family, given, level, age, why) in enumerate(STORIES):
        other = register_patient(
            clinic=clinic, identifier=f"HP-1{number}", family_name=family, given_names=given,
            birth_date=date(1950, 1, 2), care_team=[clinician, colleague], job="tests", now=now,
        )  # fmt: skip
        people.append((other, level, age, why))
    raised = [
        raise_alert(
            patient=who, kind=AlertKind.SYMPTOMS, level=level, why=why, source_type="symptom_report", job="tests",
            now=now - timedelta(minutes=age),
        )
        for who, level, age, why in people
    ]  # fmt: skip
    take_alert(alert=raised[2], by=colleague, now=now)
    later = now + timedelta(hours=4)
    snooze_alert(alert=raised[3], until=later, by=colleague, now=now, note="Rings at noon")
    return raised


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        pytest.param(320, "light", marks=pytest.mark.thorough),
        (390, "dark"),
        (1280, "light"),
        pytest.param(1280, "dark", marks=pytest.mark.thorough),
    ],
)
def test_the_pages_of_alerts_pass_at_every_size_and_scheme(
    width: int, scheme: str, new_page: NewPage, alerts: list[Alert], clinician: User
) -> None:
    Notification.objects.filter(channel=Channel.EMAIL, urgent=False).update(
        state=NotificationState.DEAD, last_error="SMTPRecipientsRefused 550"
    )
    page = new_page(user=clinician, width=width, scheme=scheme)
    emergency, urgent = alerts[0], alerts[1]
    for name, address in {
        "worklist": "/alerts/",
        "none": "/alerts/?kind=supply",
        "alert": f"/alerts/{emergency.pk}/",
        "snooze": f"/alerts/{urgent.pk}/snooze/",
        "close": f"/alerts/{urgent.pk}/close/",
        "messages": "/messages/",
        "failed": "/notifications/failed/",
    }.items():
        page.goto(address)
        shoot(page, f"{name}-{scheme}-{width}")
        assert_page_ok(page)


@pytest.mark.parametrize(
    ("width", "javascript"),
    [
        (390, False),
        (1280, True),
        pytest.param(390, True, marks=pytest.mark.thorough),
        pytest.param(1280, False, marks=pytest.mark.thorough),
    ],
)
def test_a_clinician_takes_and_closes_the_most_pressing_alert(
    width: int, javascript: bool, new_page: NewPage, alerts: list[Alert], clinician: User
) -> None:
    page = new_page(user=clinician, width=width, javascript=javascript)
    page.goto("/alerts/")
    page.get_by_role("button", name="Take HARPER, Maya").click()
    expect(page.get_by_text("You have taken this alert")).to_be_visible()

    page.get_by_role("link", name="Close HARPER, Maya").click()
    page.get_by_role("button", name="Close alert").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Called the patient").check()
    page.get_by_label("What was done?").fill("Rang her: awake and well. Sees us tomorrow.")
    page.get_by_role("button", name="Close alert").click()

    expect(page.get_by_text("HARPER, Maya: closed.")).to_be_visible()
    alerts[0].refresh_from_db()
    assert (alerts[0].state, alerts[0].closed_by) == (AlertState.CLOSED, clinician)


def test_a_clinician_steps_in_for_another_team(new_page: NewPage, alerts: list[Alert], stranger: User) -> None:
    escalate_alert(alert_id=alerts[0].pk, now=timezone.now(), job="tests")
    page = new_page(user=stranger, width=390)
    page.goto("/alerts/")
    assert_page_ok(page)
    page.get_by_role("link", name="Step in").first.click()
    assert_page_ok(page)
    page.get_by_role("button", name="Join the team and take the alert").click()
    expect(page.get_by_role("heading", name="Symptoms reported")).to_be_visible()
