"""The report's page, its export and its API: who sees what, and what is noted of it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from monitoring.audit.models import AuditEvent
from monitoring.people.models import Patient, User
from tests.living import text_of
from tests.monitoring.reports.conftest import Answers, Give, flag_of

pytestmark = pytest.mark.django_db
PAGE = "/reports/overrides/"
EXPORT = "/reports/overrides/export/"
SECRET = "=cmd|' /C calc'!A0 and a note about Maya"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def browse() -> Callable[[User], Client]:
    def _browse(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return _browse


@pytest.fixture
def answered(patient: Patient, lee: Patient, stranger: User, give: Give, answer: Answers, now: datetime) -> None:
    """One answer for Maya by Alice, one for Sam by Charlie, and a question of Sam's that nobody has answered."""
    give(patient, "baclofen", 10, 10)
    answer(flag_of(patient, "RENAL"), note=SECRET)
    give(lee, "baclofen", 10, 10, by=stranger)
    give(lee, "amitriptyline", 25, by=stranger)
    answer(flag_of(lee, "PAIR_CNS"), "tolerated", by=stranger, note="Sam is well")
    give(lee, "tramadol", 50, by=stranger)


def whole(response: Any) -> str:
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


class TestPage:
    def test_a_clinician_sees_the_clinics_figures_and_only_their_own_patients(
        self, answered: None, browse: Callable[[User], Client], clinician: User, patient: Patient, lee: Patient
    ) -> None:
        response = browse(clinician).get(PAGE)
        page = response.content.decode()
        assert response.context["figures"].answers == 2
        assert "HARPER, Maya" in page
        assert "LEE" not in text_of(response)
        assert "Answers by clinician" not in page
        assert AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk).exists()
        assert not AuditEvent.objects.filter(action="patient.read", patient_id=lee.pk).exists()

    def test_an_admin_sees_counts_and_neither_patient_nor_note(
        self, answered: None, browse: Callable[[User], Client], admin: User
    ) -> None:
        page = browse(admin).get(PAGE).content.decode()
        assert "Answers by clinician" in page
        assert "Dr Charlie Stone" in page
        for hidden in ("HARPER", "Maya", "LEE", "Sam", "a note about"):
            assert hidden not in page

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("from=2026-06-15&until=2026-06-01", "cannot be before the first"),
            ("from=2001-01-01&until=2026-06-01", "at most 731 days"),
            ("from=yesterday", "Enter a valid date"),
            ("until=2026-02-30", "Enter a valid date"),
        ],
    )
    def test_a_period_that_cannot_be_is_422(
        self, browse: Callable[[User], Client], clinician: User, query: str, words: str
    ) -> None:
        for path in (PAGE, EXPORT):
            response = browse(clinician).get(f"{path}?{query}")
            assert response.status_code == 422
            assert words in response.content.decode()

    def test_a_clinic_without_answers_says_so(self, browse: Callable[[User], Client], clinician: User) -> None:
        page = browse(clinician).get(PAGE).content.decode()
        assert "Nothing was asked in this time." in page
        assert "None %" not in page


class TestExport:
    def test_the_spreadsheet_runs_nothing(
        self, answered: None, browse: Callable[[User], Client], clinician: User, patient: Patient
    ) -> None:
        rows = list(csv.DictReader(io.StringIO(whole(browse(clinician).get(EXPORT)))))
        (row,) = (row for row in rows if row["action"] == "overridden")
        assert row["note"] == f"'{SECRET}"
        assert (row["code"], row["feedback_code"], row["user"]) == ("RENAL", "dose_adjusted", "Dr Alice Okafor")
        assert row["location"] == "Harbour Pain Clinic"
        assert row["at"] == "2026-06-15T09:00:00+00:00"
        assert all("Sam" not in row["note"] for row in rows)
        assert AuditEvent.objects.filter(action="patient.read", patient_id=patient.pk).exists()

    def test_the_programs_form_holds_intervention_action_feedback_user_date_and_place(
        self, answered: None, browse: Callable[[User], Client], admin: User
    ) -> None:
        document = json.loads(whole(browse(admin).get(f"{EXPORT}?format=json")))
        assert document["clinic"] == "Harbour Pain Clinic"
        actions = {(row["code"], row["action"], row["user"]) for row in document["interventions"]}
        assert {
            ("RENAL", "overridden", "Dr Alice Okafor"), ("PAIR_CNS", "overridden", "Dr Charlie Stone"),
        } <= actions  # fmt: skip
        assert any(action == "not answered" and not user for _, action, user in actions)
        assert all(row["note"] == "" for row in document["interventions"])
        assert "Maya" not in json.dumps(document)

    def test_each_export_is_noted_with_what_was_asked(self, browse: Callable[[User], Client], admin: User) -> None:
        browse(admin).get(f"{EXPORT}?format=json&from=2026-06-01&until=2026-06-15")
        event = AuditEvent.objects.filter(action="report.export").get()
        assert event.detail == {"from": "2026-06-01", "until": "2026-06-15", "format": "json"}
        assert browse(admin).get(f"{EXPORT}?format=xls").status_code == 422


class TestApi:
    def test_the_same_figures(
        self, answered: None, api: Callable[..., APIClient], clinician: User, admin: User
    ) -> None:
        found = api(clinician).get("/api/v1/reports/overrides/").json()
        assert (found["from"], found["until"]) == ("2026-03-18", "2026-06-15")
        assert (found["answers"], found["own_answers"], found["by_clinician"]) == (2, 1, None)
        assert found["after"]["too_early"] == 2
        assert found["total"]["answered"] == 2
        assert api(admin).get("/api/v1/reports/overrides/").json()["by_clinician"][0]["count"] == 1
        assert "Maya" not in str(found)

    @pytest.mark.parametrize("query", ["from=2026-06-15&until=2026-06-01", "from=soon", "of=2026-06-01"])
    def test_a_fault_names_its_place(self, api: Callable[..., APIClient], clinician: User, query: str) -> None:
        response = api(clinician).get(f"/api/v1/reports/overrides/?{query}")
        assert response.status_code == 422
        assert response.json()["errors"]
