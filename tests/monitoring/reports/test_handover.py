"""What one shift hands to the next: as it stood, of the reader's own patients, and noted as read."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from monitoring.alerts.actions import close_alert, raise_alert, release_alert, snooze_alert, take_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.operations.models import SchedulerGap
from monitoring.people.actions import record_absence, register_patient
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.models import Prescription
from monitoring.reports.queries import handover
from monitoring.titration.models import TitrationPlan, TitrationStep

pytestmark = pytest.mark.django_db
NOTE = "Rang her: awake and well."


@pytest.fixture(autouse=True)
def _at(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def desk(client: Client, clinician: User) -> Client:
    client.force_login(clinician)
    return client


def raised(patient: Patient, at: datetime, kind: str = AlertKind.SYMPTOMS, level: int = AlertLevel.URGENT) -> Alert:
    return raise_alert(
        patient=patient, kind=kind, level=level, why=[f"why-{kind}"], source_type="test", job="tests", now=at
    )


def step(patient: Patient, by: User, number: int, due: datetime, **more: Any) -> TitrationStep:
    prescription = Prescription.objects.create(
        patient=patient, entered="baclofen", label="baclofen", ingredients=["baclofen"], match="exact", route="oral",
        state="active", starts_on=date(2026, 6, 1), prescribed_at=due,
    )  # fmt: skip
    plan = TitrationPlan.objects.create(
        patient=patient, prescription=prescription, direction="up", state="signed", created_at=due, created_by=by,
        signed_at=due, signed_by=by,
    )  # fmt: skip
    return TitrationStep.objects.create(plan=plan, number=number, due_on=due.date(), due_at=due, amounts=["15"], **more)


def test_every_part_of_the_shift_is_on_the_sheet(
    desk: Client, patient: Patient, clinician: User, colleague: User, now: datetime
) -> None:
    hour = timedelta(hours=1)
    take_alert(alert=raised(patient, now - 5 * hour), by=colleague, now=now - 4 * hour)
    closed = raised(patient, now - 30 * hour, AlertKind.SUPPLY)
    close_alert(alert=closed, outcome="called", note=NOTE, by=clinician, now=now - 2 * hour)
    step(patient, clinician, 1, now + 5 * hour)
    step(
        patient, clinician, 1, now - 48 * hour, state="held", settled_at=now - 47 * hour, decision={"decision": "hold"}
    )
    step(patient, clinician, 1, now + 30 * hour)
    CheckIn.objects.create(patient=patient, local_date=now.date(), opens_at=now - 9 * hour, closes_at=now - hour,
                           state=CheckInState.MISSED)  # fmt: skip
    record_absence(user=colleague, starts_at=now + hour, ends_at=now + 9 * hour, cover=clinician, by=colleague, now=now)
    SchedulerGap.objects.create(from_at=now - 8 * hour, to_at=now - 7 * hour, cause="outage", noted_at=now)

    sheet = handover(clinician, now)
    parts = (sheet.open, sheet.closed, sheet.due, sheet.held, sheet.missed, sheet.away, sheet.outages)
    assert [part.count for part in parts] == [1, 1, 1, 1, 1, 1, 1]
    assert list(sheet.by_owner) == ["Nurse Bob Bell"]
    page = desk.get("/reports/handover/").text
    for words in ("Nurse Bob Bell has", "why-symptoms", "Called the patient", NOTE, "if the gate lets it",
                  "15\u00a0mg a day", "Dr Alice Okafor stands in", "Nobody watched from"):  # fmt: skip
        assert words in page
    reads = AuditEvent.objects.filter(action="patient.read", object_type="handover")
    assert list(reads.values_list("patient_id", flat=True)) == [patient.pk]
    assert AuditEvent.objects.filter(action="report.read", object_id="handover").count() == 1


def test_an_earlier_day_is_told_as_it_stood_at_its_end(
    patient: Patient, clinician: User, colleague: User, now: datetime
) -> None:
    alert = raised(patient, now - timedelta(days=3))
    day, later = now - timedelta(days=2), now - timedelta(days=1)
    take_alert(alert=alert, by=colleague, now=day)
    alert.refresh_from_db()
    release_alert(alert=alert, by=colleague, now=day + timedelta(minutes=5), note="")
    alert.refresh_from_db()
    snooze_alert(
        alert=alert, until=day + timedelta(hours=8), by=clinician, now=day + timedelta(minutes=9), note="Rings later"
    )
    alert.refresh_from_db()
    close_alert(alert=alert, outcome="called", note=NOTE, by=clinician, now=later)
    stood = [
        (row.owner, row.state)
        for at in (day - timedelta(minutes=1), day, day + timedelta(minutes=6), day + timedelta(minutes=10), later)
        for row in handover(clinician, at).open.rows
    ]
    assert stood == [
        ("Nobody", "new"), ("Nurse Bob Bell", "taken"), ("Nobody", "new"), ("Dr Alice Okafor", "snoozed"),
    ]  # fmt: skip


def test_what_does_not_fit_is_counted(desk: Client, clinic: Clinic, clinician: User, now: datetime) -> None:
    for number in range(26):
        other = register_patient(
            clinic=clinic, identifier=f"L-{number}", family_name=f"Lind{number}", given_names="Eva",
            birth_date=date(1950, 1, 1), by=clinician, now=now,
        )  # fmt: skip
        raised(other, now - timedelta(hours=1))
    page = desk.get("/reports/handover/").text
    assert "Open alerts: 26" in page
    assert "And 2 more" in page
    assert AuditEvent.objects.filter(object_type="handover").count() == 24


@pytest.mark.parametrize("who", ["stranger", "outsider"])
def test_nobody_else_reads_of_them(
    who: str, client: Client, patient: Patient, now: datetime, request: pytest.FixtureRequest
) -> None:
    raised(patient, now)
    client.force_login(request.getfixturevalue(who))
    page = client.get("/reports/handover/")
    assert page.status_code == 200
    assert "Nothing to hand over" in page.text
    assert "HARPER" not in page.text


@pytest.mark.parametrize("day", ["x", "2026-02-30", "2026-06-16", "1999-12-31", "0001-01-01", "9999-12-31", "\0"])
def test_a_day_that_is_none_is_asked_for_again(day: str, desk: Client, patient: Patient, now: datetime) -> None:
    raised(patient, now)
    page = desk.get("/reports/handover/", {"date": day})
    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert "HARPER" not in page.text


def test_the_day_is_the_clinics_own(desk: Client, patient: Patient, now: datetime) -> None:
    assert "15 Jun" in desk.get("/reports/handover/", {"date": "2026-06-14"}).text.replace("\u00a0", " ")
