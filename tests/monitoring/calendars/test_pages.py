"""The calendar and the sheet as a browser gets them."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from monitoring.titration.models import TitrationPlan

pytestmark = pytest.mark.django_db


def plain(page: Any) -> str:
    return " ".join(page.text.replace("\u00a0", " ").split())


def test_a_month_says_every_dose_with_its_time_and_what_may_change(maya: Client, taper: TitrationPlan) -> None:
    page = plain(maya.get(reverse("my_calendar")))
    for words in ("10 mg in the morning", "30 mg in all each day", "New dose", "check first",
                  "Wait until you see it as your dose of today."):  # fmt: skip
        assert words in page
    assert AuditEvent.objects.filter(action="patient.read", object_type="plan calendar").exists()


@pytest.mark.parametrize("query", ["?month=2026-07", "?month=nonsense", "?month=2026-13", "?month=9999-12"])
def test_a_month_that_cannot_be_read_is_this_one(maya: Client, taper: TitrationPlan, query: str) -> None:
    assert maya.get(reverse("my_calendar") + query).status_code == 200


def test_without_a_plan_the_calendar_says_so(maya: Client) -> None:
    assert "Your clinic has not set a dose here." in maya.get(reverse("my_calendar")).text


def test_a_sheet_names_the_patient_the_plan_and_until_when_it_holds(maya: Client, taper: TitrationPlan) -> None:
    page = plain(maya.get(reverse("my_sheet")))
    for words in ("HARPER, Maya", "14-Mar-1957", "Plan for baclofen, version 1", "Printed", "Valid until",
                  "If you feel worse, stay on the dose you take now and call: 020 7946 0100.", "No baclofen",
                  "Call 999 at once if", "☐ morning 10 mg", "check first"):  # fmt: skip
        assert words in page


def test_the_care_team_prints_the_same_sheet(
    client: Client, maya: Client, patient: Patient, clinician: User, taper: TitrationPlan, today: date
) -> None:
    own = plain(maya.get(reverse("my_sheet"))).split('<div class="sheet')[1].split("</table>")[0]
    client.force_login(clinician)
    page = plain(client.get(reverse("patient_sheet", args=[patient.pk])))
    assert own in page
    assert AuditEvent.objects.filter(action="patient.read", object_type="plan sheet", actor_id=clinician.pk).exists()
