"""The pages on which a dose is reported, and the one that says what to do."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.alerts.models import Alert, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.help.numbers import REGIONS
from monitoring.intakes.models import DoseReport
from monitoring.people.models import Patient, User
from monitoring.regimens.models import DosePeriod, Prescription

pytestmark = pytest.mark.django_db


def taken_too(patient: Patient, now: datetime, label: str, *amounts: str, **more: Any) -> Prescription:
    row = Prescription.objects.create(
        patient=patient, entered=label, label=label, ingredients=[label], match="exact", state="active",
        prescribed_at=now, starts_on=date(2026, 5, 1), **({"route": "oral"} | more),
    )  # fmt: skip
    DosePeriod.objects.create(
        prescription=row, amounts=list(amounts), unit="mg", starts_on=row.starts_on, source="prescribed", created_at=now
    )
    return row


def sent(kind: str, *doses: int) -> dict[str, Any]:
    return {"kind": kind, "doses": [str(dose) for dose in doses], "submission_key": str(uuid4())}


def test_one_medicine_is_asked_about_at_once_and_several_are_chosen_from(
    maya: Client, patient: Patient, baclofen: Prescription, today: date, now: datetime
) -> None:
    address = reverse("my_dose_report", args=[today])
    assert "What happened?" in maya.get(address).text
    taken_too(patient, now, "amitriptyline", "25")
    page = maya.get(address).text
    assert "Which medicine?" in page
    assert f"?medicine={baclofen.pk}" in page
    assert page.index("Did you take too much?") < page.index("Which medicine?")


def test_a_missed_dose_is_ticked_sent_and_answered(maya: Client, baclofen: Prescription, today: date) -> None:
    page = maya.post(reverse("my_dose_report", args=[today]), sent("skipped", 1), follow=True)
    assert "A dose was missed" in page.text
    assert "Do not take two doses at once." in page.text
    assert "Call 999 at once if you have any of these:" in page.text
    assert page.text.count("<h1") == 1


def test_several_missed_doses_of_baclofen_ask_to_call_now_and_name_the_signs(
    maya: Client, baclofen: Prescription, today: date
) -> None:
    page = maya.post(reverse("my_dose_report", args=[today]), sent("skipped", 1, 2, 3), follow=True).text
    assert "Call your clinic now" in page
    assert 'href="tel:02079460100"' in page
    assert 'href="tel:999"' in page
    assert "baclofen withdrawal" in page
    assert Alert.objects.get().level == AlertLevel.URGENT


def test_whoever_stopped_needs_no_tick_and_is_told_to_call_now_never_to_begin_again(
    maya: Client, baclofen: Prescription, today: date
) -> None:
    address = reverse("my_dose_report", args=[today])
    assert "I have stopped taking it" in maya.get(address).text
    page = maya.post(address, sent("stopped"), follow=True).text
    assert "Call your clinic now" in page
    assert "baclofen withdrawal" in page
    assert "Ask them what to do about your next dose." in page
    assert "not taken any more" in page
    assert "It was not so" not in page


@pytest.mark.parametrize("region", ["UK", "US"])
def test_too_much_shows_the_emergency_card_with_the_regions_numbers_and_asks_nothing_first(
    maya: Client, patient: Patient, baclofen: Prescription, today: date, settings: Any, region: str
) -> None:
    settings.HELP_NUMBERS = REGIONS[region]
    patient.clinic.emergency_phone = REGIONS[region].emergency.number
    patient.clinic.save()
    page = maya.post(reverse("my_dose_report", args=[today]), sent("extra"), follow=True).text
    assert f'href="tel:{REGIONS[region].emergency.number}"' in page
    assert ('href="tel:1-800-222-1222"' in page) == (region == "US")
    assert "Call even if you feel well." in page
    assert "Ask what to do about your next dose." in page, "neither taken nor left out on one's own"
    assert Alert.objects.get().level == AlertLevel.EMERGENCY
    assert "It was not so" not in page


def test_nothing_ticked_is_asked_again_with_what_to_do(maya: Client, baclofen: Prescription, today: date) -> None:
    page = maya.post(reverse("my_dose_report", args=[today]), sent("skipped"))
    assert page.status_code == 422
    assert "Tick the dose first." in page.text
    assert not DoseReport.objects.exists()


@pytest.mark.parametrize("bad", [{}, {"kind": "stolen"}, {"kind": "extra", "submission_key": "x"}])
def test_a_form_that_nobody_was_shown_is_refused(
    maya: Client, baclofen: Prescription, today: date, bad: dict[str, str]
) -> None:
    assert maya.post(reverse("my_dose_report", args=[today]), bad).status_code == 422
    assert not DoseReport.objects.exists()


@pytest.mark.parametrize("path", ["/me/doses/2026-06-31/report/", "/me/doses/2026-06-08/report/",
                                  "/me/doses/2026-06-16/report/", "/me/doses/today/report/"])  # fmt: skip
def test_a_day_out_of_reach_is_not_there(maya: Client, baclofen: Prescription, path: str) -> None:
    assert maya.get(path).status_code == 404


def test_what_is_taken_only_when_needed_can_be_too_much_but_not_missed(
    maya: Client, patient: Patient, today: date, now: datetime
) -> None:
    row = taken_too(patient, now, "paracetamol", "500")
    row.dose_periods.update(as_needed=True)
    address = reverse("my_dose_report", args=[today])
    page = maya.get(address).text
    assert "I missed it" not in page
    assert "I took more than I was told to" in page
    assert maya.post(address, sent("skipped", 1)).status_code == 404


def test_the_advice_of_somebody_else_is_not_there(
    client: Client, maya: Client, baclofen: Prescription, today: date, clinician: User
) -> None:
    page = maya.post(reverse("my_dose_report", args=[today]), sent("late", 1), follow=True)
    address = page.redirect_chain[-1][0]
    client.force_login(clinician)
    assert client.get(address).status_code == 403


def test_the_care_team_reads_every_report_and_which_of_them_stand(
    client: Client, maya: Client, patient: Patient, baclofen: Prescription, today: date, clinician: User
) -> None:
    for kind in ("skipped", "took"):
        maya.post(reverse("my_dose_report", args=[today]), sent(kind, 1))
    client.force_login(clinician)
    page = client.get(reverse("dose_reports", args=[patient.pk])).text
    assert "replaced by a later report" in page
    assert "Taken as planned" in page
    assert AuditEvent.objects.filter(action="patient.read", object_type="dose reports").exists()


def test_a_day_of_the_week_before_is_offered(maya: Client, baclofen: Prescription, today: date) -> None:
    page = maya.get(reverse("my_dose_report", args=[today])).text
    assert reverse("my_dose_report", args=[today - timedelta(days=6)]) in page
    assert reverse("my_dose_report", args=[today - timedelta(days=7)]) not in page
