"""What clinicians and admins open in a day: each page in order once, the forms with what is wrong in them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from interactions.medicines import Dose
from monitoring.backtests.models import Proposal
from monitoring.checkins.models import ReportChannel, SymptomReport
from monitoring.operations.models import SchedulerGap
from monitoring.people.actions import record_absence
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import import_prescription
from monitoring.regimens.models import Prescription
from monitoring.supplies.actions import count_supply
from tests.browser.conftest import NewPage
from tests.browser.pages import seen
from tests.monitoring.backtests.conftest import finished, milder, report
from tests.today import clinic, now

__all__ = ["clinic", "milder", "now", "report"]  # fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def baclofen(patient: Patient, now: datetime) -> Prescription:
    """Maya has taken 30 mg a day for months."""
    import_prescription(
        patient=patient, entered="baclofen", route="oral", dose=Dose((Decimal(10),) * 3, "mg"), sig="",
        starts_on=now.date() - timedelta(days=100), ends_on=None, job="tests", now=now,
    )  # fmt: skip
    return Prescription.objects.get()


@pytest.fixture
def gap(db: None, now: datetime) -> SchedulerGap:
    """Nobody watched for nine hours, six days ago."""
    end = now - timedelta(days=6)
    return SchedulerGap.objects.create(
        from_at=end - timedelta(hours=9), to_at=end, cause="outage", noted_at=end,
        settled_at=end + timedelta(minutes=4), skipped={"reminders": 3},
    )  # fmt: skip


def test_the_pages_about_one_patient_are_in_order(
    new_page: NewPage, patient: Patient, clinician: User, baclofen: Prescription, gap: SchedulerGap, now: datetime
) -> None:
    count_supply(prescription=baclofen, packs=[(Decimal(10), Decimal(9))], by=clinician, now=now)
    page = new_page(user=clinician, width=390)
    for place in ("", "check-ins/", "check-ins/new/", "check-ins/times/", "supplies/"):
        page.goto(f"/patients/{patient.pk}/{place}")
        seen(page, f"patient_{place.strip('/').replace('/', '_') or 'overview'}")
    expect(page.get_by_text("Ends soon", exact=True)).to_be_visible()

    page.goto(f"/patients/{patient.pk}/check-ins/cadence/")
    page.get_by_label("How often").select_option("Every second day")
    page.get_by_label("Reason").fill("She lives alone and asks for it.")
    page.get_by_role("button", name="Look at the next days").click()
    expect(page.get_by_role("heading", name="Next days as you would set it")).to_be_visible()
    seen(page, "cadence_looked_at")
    page.get_by_label("Reason").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, "cadence_without_reason")


def test_a_check_in_by_phone_is_entered_without_javascript(
    new_page: NewPage, patient: Patient, clinician: User
) -> None:
    page = new_page(user=clinician, width=390, javascript=False)
    page.goto(f"/patients/{patient.pk}/check-ins/")
    page.get_by_role("link", name="Take a check-in by phone").click()
    page.get_by_role("radio", name="a carer").check()
    page.get_by_role("radio", name="Often sleepy, but I wake up by myself").check()
    page.get_by_role("button", name="Save the check-in").click()
    expect(page.get_by_text("By phone")).to_be_visible()
    sent = SymptomReport.objects.get()
    assert (sent.channel, sent.answered_by, sent.answers["q1_sleepiness"]) == (ReportChannel.PHONE, "carer", 2)


def test_the_pages_of_a_clinicians_own_are_in_order(
    new_page: NewPage, clinician: User, colleague: User, now: datetime
) -> None:
    record_absence(
        user=clinician, starts_at=now, ends_at=now + timedelta(days=3), cover=colleague, by=clinician, now=now,
        note="Conference",
    )  # fmt: skip
    page = new_page(user=clinician, width=1280, scheme="dark")
    for path in ("/absences/", "/escalation/", "/contact/"):
        page.goto(path)
        seen(page, path.strip("/"))
    page.goto("/absences/")
    page.get_by_role("link", name="Record an absence").click()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, "absence_with_faults")


def test_a_change_of_thresholds_is_in_order_from_the_proposal_to_the_version(
    new_page: NewPage,
    patient: Patient,
    clinician: User,
    colleague: User,
    milder: Proposal,
    report: Callable[..., Any],
    now: datetime,
) -> None:
    report(patient, now - timedelta(days=3), q5_thinking=1)
    report(patient, now - timedelta(days=2), q1_sleepiness=3)
    page = new_page(user=clinician, width=390)
    page.goto("/protocols/new/")
    page.get_by_role("button", name="Propose and replay").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, "protocol_new_with_faults")

    finished(milder, clinician, now)
    theirs = new_page(user=colleague, width=390, scheme="dark")
    theirs.goto(f"/protocols/proposals/{milder.pk}/")
    seen(theirs, "protocol_results")
    theirs.get_by_role("link", name="Decide").click()
    seen(theirs, "protocol_approve")
    theirs.get_by_role("radio", name="At once").check()
    theirs.get_by_label("Why you approve it").fill("Seen together with the team.")
    theirs.get_by_role("button", name="Approve it for the clinic").click()
    expect(theirs.get_by_text("Version 1").first).to_be_visible()
    page.goto("/protocols/")
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()
    seen(page, "protocols")


def test_the_pages_of_an_admin_are_in_order(new_page: NewPage, admin: User, gap: SchedulerGap) -> None:
    page = new_page(user=admin, width=390, scheme="dark")
    for path in ("/clinic/", "/notifications/outbox/", "/monitoring/"):
        page.goto(path)
        seen(page, path.strip("/").replace("/", "_"))
    expect(page.get_by_text("9 h")).to_be_visible()

    page.goto("/escalation/")
    page.get_by_role("link", name="Change Urgent").click()
    page.get_by_label("Why is it changed?").fill("Nights are staffed now.")
    page.get_by_role("button", name="See it in words").click()
    expect(page.get_by_role("heading", name="Who will be told")).to_be_visible()
    seen(page, "policy_in_words")
    page.get_by_role("button", name="Change it first").click()
    page.get_by_label("Rung 1: then wait (minutes)").fill("100000")
    page.get_by_role("button", name="See it in words").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page, "policy_with_faults")
