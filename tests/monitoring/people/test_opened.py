"""Who opened a record: for the team with every name, for the patient in plain words."""

import ast
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring.alerts.actions import raise_alert, step_in
from monitoring.alerts.models import Alert, AlertKind
from monitoring.audit.models import AuditEvent
from monitoring.audit.queries import LISTS
from monitoring.audit.record import record_denial, record_read, record_reads
from monitoring.people.models import Patient, User
from monitoring.people.queries import last_openings
from tests.architecture.house import dotted, source_files, tree_of
from tests.living import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(patient: Patient, clinician: User, colleague: User, stranger: User, now: datetime) -> Patient:
    """Alice looked three times on Saturday and once today, Bob once; and once each too long ago, in a list, refused."""
    saturday = now - timedelta(days=2)
    for minute in range(3):
        record_read(patient_id=patient.pk, what="medications", by=clinician, now=saturday + timedelta(minutes=minute))
    record_read(patient_id=patient.pk, what="overview", by=clinician, now=now)
    record_read(patient_id=patient.pk, what="notes", by=colleague, now=now - timedelta(days=1))
    record_read(patient_id=patient.pk, what="notes", by=colleague, now=now - timedelta(days=91))
    record_reads(patient_ids=[patient.pk], what="worklist", by=colleague, now=now)
    assert patient.user is not None
    record_read(patient_id=patient.pk, what="my plan", by=patient.user, now=now)
    record_denial(action="patient.read", by=stranger, now=now, patient_id=patient.pk, reason="not on the care team")
    return patient


def test_a_line_for_each_person_and_day(opened: Patient, clinician: User, colleague: User, now: datetime) -> None:
    found = [(each.who, each.times, each.parts) for each in last_openings(opened, now, n=9)]
    assert found == [
        (clinician, 1, ("overview",)), (colleague, 1, ("notes",)), (clinician, 3, ("medications",)),
    ]  # fmt: skip
    assert [each.who for each in last_openings(opened, now, n=1)] == [clinician]


def test_the_day_is_the_patients_own(patient: Patient, clinician: User, now: datetime) -> None:
    Patient.objects.filter(pk=patient.pk).update(time_zone="Pacific/Kiritimati")
    patient.refresh_from_db()
    record_read(patient_id=patient.pk, what="overview", by=clinician, now=now.replace(hour=11))
    assert [each.day for each in last_openings(patient, now)] == [(now + timedelta(days=1)).date()]


def test_who_stepped_in_is_marked(patient: Patient, stranger: User, now: datetime) -> None:
    alert: Alert = raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=3, why=["Sleepy 4"], source_type="test", now=now, job="tests"
    )
    step_in(alert=alert, by=stranger, now=now)
    record_read(patient_id=patient.pk, what="alert", by=stranger, now=now)
    assert [(each.who, each.stepped_in) for each in last_openings(patient, now)] == [(stranger, True)]


def test_the_team_sees_everybody_and_who_was_turned_away(
    client: Client, opened: Patient, clinician: User, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    client.force_login(clinician)
    page = words_of(client.get(reverse("patient_access", args=[opened.pk])))
    assert "Nurse Bob Bell" in page
    assert "Turned away" in page
    assert "Dr Charlie Stone" in page
    assert "maya@home.example" not in page
    # and: that this page was opened is noted as well
    assert AuditEvent.objects.filter(object_type="access", actor_id=str(clinician.pk)).count() == 1


def test_the_patient_reads_it_in_plain_words(client: Client, opened: Patient, now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)
    assert opened.user is not None
    client.force_login(opened.user)
    page = words_of(client.get(reverse("my_access")))
    assert "Nurse Bob Bell" in page
    assert "Sunday 14 Jun 2026" in page
    assert "3 times" in page
    assert "Your medicines" in page
    assert "Charlie" not in page
    assert "clinic.example" not in page


def test_whose_account_is_gone_still_stands_there(
    client: Client, opened: Patient, clinician: User, now: datetime
) -> None:
    AuditEvent.objects.none()
    record_read(patient_id=opened.pk, what="overview", by=_Gone(), now=now)
    client.force_login(clinician)
    assert last_openings(opened, now, n=1)[0].who is None


class _Gone:
    """Somebody whose account was removed since."""

    pk = "00000000-0000-4000-8000-000000000000"
    email, role, clinic_id = "gone@clinic.example", "clinician", None


def test_every_list_that_names_patients_is_known_as_one() -> None:
    said = {
        keyword.value.value
        for path in source_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and dotted(node.func).endswith("record_reads")
        for keyword in node.keywords
        if keyword.arg == "what" and isinstance(keyword.value, ast.Constant)
    }
    assert len(said) > 5
    assert said <= set(LISTS)
