"""The worklist and the pages on which one alert is answered."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from monitoring.alerts.actions import close_alert, escalate_alert, snooze_alert, take_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertState
from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Channel, Notification, NotificationState
from monitoring.onboarding.models import StartListDismissal
from monitoring.people.actions import register_patient
from monitoring.people.models import Clinic, Patient, User
from tests.living import text_of
from tests.monitoring.alerts.conftest import Raise

pytestmark = pytest.mark.django_db
NOTE = "Rang her: awake and well."


@pytest.fixture(autouse=True)
def _at(now: datetime) -> Any:
    with time_machine.travel(now + timedelta(minutes=22), tick=False):
        yield


@pytest.fixture
def desk(client: Client, clinician: User) -> Client:
    """The clinician's browser."""
    client.force_login(clinician)
    return client


def another_patient(clinic: Clinic, clinician: User, number: int, now: datetime) -> Patient:
    return register_patient(
        clinic=clinic,
        identifier=f"HP-9{number:03}",
        family_name=f"Lind{number}",
        given_names="Eva",
        birth_date=now.date().replace(year=1945),
        care_team=[clinician],
        job="tests",
        now=now,
    )


# The worklist


def test_the_most_pressing_alert_comes_first(
    desk: Client, raised: Raise, clinic: Clinic, clinician: User, now: datetime
) -> None:
    names = ["info", "overdue", "urgent", "older urgent"]
    people = {name: another_patient(clinic, clinician, number, now) for number, name in enumerate(names)}
    raised(AlertLevel.INFO, patient=people["info"])
    raised(AlertLevel.EMERGENCY, patient=people["overdue"])
    raised(AlertLevel.URGENT, now + timedelta(minutes=1), patient=people["urgent"])
    raised(AlertLevel.URGENT, patient=people["older urgent"])

    page = text_of(desk.get("/alerts/"))
    found = re.findall(r"LIND(\d)", page)
    assert list(dict.fromkeys(found)) == ["1", "3", "2", "0"]
    assert "4 open · 1 overdue" in page
    assert "overdue 12 min" in page


def test_an_empty_worklist_proves_that_it_is_alive(desk: Client, sweeps_running: None) -> None:
    page = text_of(desk.get("/alerts/"))
    assert "No open alerts" in page
    assert "Last sweep 10:00 . 0 check-ins today" in page


def test_an_empty_worklist_whose_sweep_never_ran_says_so(desk: Client) -> None:
    page = text_of(desk.get("/alerts/"))
    assert "No sweep has run yet" in page
    assert "Last sweep" not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"new", "mine", "theirs", "snoozed"}),
        ("state=nonsense&level=7&owner=x&page=-4", {"new", "mine", "theirs", "snoozed"}),
        ("owner=me", {"mine"}),
        ("owner=none", {"new"}),
        ("state=snoozed", {"snoozed"}),
        ("state=closed", {"closed"}),
        ("level=emergency", {"mine"}),
        ("owner=others", {"theirs", "snoozed"}),
        ("overdue=1", {"mine"}),
        ("kind=symptoms&level=urgent", {"new", "theirs"}),
        ("kind=supply", set()),
        ("team=cover", set()),
    ],
)
def test_the_filters_are_the_address(
    query: str, shown: set[str], desk: Client, raised: Raise, clinic: Clinic, clinician: User, colleague: User,
    patient: Patient, now: datetime,
) -> None:  # fmt: skip
    raised(AlertLevel.URGENT, why=["word-new"])
    others = {
        name: raised(level, patient=another_patient(clinic, clinician, number, now), why=[f"word-{name}"])
        for number, (name, level) in enumerate(
            [("mine", AlertLevel.EMERGENCY), ("theirs", 3), ("snoozed", 2), ("closed", 1)]
        )
    }
    take_alert(alert=others["mine"], by=clinician, now=now)
    take_alert(alert=others["theirs"], by=colleague, now=now)
    later = now + timedelta(hours=2)
    snooze_alert(alert=others["snoozed"], until=later, by=colleague, now=now, note="Later today")
    close_alert(alert=others["closed"], outcome="advice", note=NOTE, by=clinician, now=now)

    response = desk.get(f"/alerts/?{query}")
    assert response.status_code == 200
    assert set(re.findall(r"word-(\w+)", text_of(response))) == shown


def test_the_worklist_takes_as_many_queries_for_forty_alerts_as_for_two(
    desk: Client, raised: Raise, clinic: Clinic, clinician: User, now: datetime
) -> None:
    StartListDismissal.objects.create(user=clinician, at=now)  # first steps are looked up until they are put away

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/alerts/").status_code == 200
        return len(captured)

    for number in range(2):
        raised(patient=another_patient(clinic, clinician, number, now))
    few = queries()
    for number in range(2, 40):
        raised(patient=another_patient(clinic, clinician, number, now))
    assert queries() == few <= 22


def test_every_patient_on_the_worklist_is_a_recorded_read(
    desk: Client, urgent: Alert, raised: Raise, clinic: Clinic, clinician: User, patient: Patient, now: datetime
) -> None:
    other = another_patient(clinic, clinician, 1, now)
    raised(patient=other)
    raised(patient=other, kind=AlertKind.STEP_HELD)
    desk.get("/alerts/")
    reads = AuditEvent.objects.filter(action="patient.read", object_type="worklist")
    assert sorted(reads.values_list("patient_id", flat=True)) == sorted([patient.pk, other.pk])


def test_nothing_of_another_team_is_listed(client: Client, urgent: Alert, stranger: User, outsider: User) -> None:
    for user in (stranger, outsider):
        client.force_login(user)
        page = text_of(client.get("/alerts/"))
        assert "HARPER" not in page
        assert "0 open" in page


def test_messages_that_failed_are_pointed_out(desk: Client, urgent: Alert) -> None:
    Notification.objects.filter(channel=Channel.EMAIL).update(state=NotificationState.DEAD)
    assert "2 messages did not get through" in text_of(desk.get("/alerts/"))


# One alert


def test_the_alert_page_says_why_since_when_and_what_happened(
    desk: Client, urgent: Alert, raised: Raise, colleague: User, now: datetime, patient: Patient
) -> None:
    close_alert(alert=urgent, outcome="called", note=NOTE, by=colleague, now=now)
    alert = raised(AlertLevel.EMERGENCY, why=["Hard to wake", "Confused"], rule_version="2026.11")
    escalate_alert(alert_id=alert.pk, now=now + timedelta(minutes=10), job="sweep")

    page = text_of(desk.get(f"/alerts/{alert.pk}/"))
    for words in ["Hard to wake", "Confused", "HARPER, Maya", "version 2026.11", "Passed on: no answer",
                  "Called the patient", "overdue 12 min", "cannot be snoozed"]:  # fmt: skip
        assert words in page
    assert AuditEvent.objects.filter(action="patient.read", object_type="alert", patient_id=patient.pk).exists()


@pytest.mark.parametrize("page", ["alert", "alert_take", "alert_snooze", "alert_close", "alert_release"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 404), ("outsider", 404), ("patient_user", 403), ("admin", 403), (None, 302)],
)
def test_who_may_open_or_answer(
    page: str, who: str | None, status: int, client: Client, urgent: Alert, request: pytest.FixtureRequest
) -> None:
    if who:
        client.force_login(request.getfixturevalue(who))
    method = client.get if page == "alert" else client.post
    response = method(reverse(page, args=[urgent.pk]), {"outcome": "called", "note": NOTE, "hours": 1})
    assert response.status_code == status
    urgent.refresh_from_db()
    assert urgent.state == AlertState.NEW
    assert "HARPER" not in response.content.decode()


@pytest.mark.parametrize("page", ["alert_take"])
def test_looking_never_takes(page: str, desk: Client, urgent: Alert) -> None:
    assert desk.get(reverse(page, args=[urgent.pk])).headers["Location"] == reverse("alert", args=[urgent.pk])
    urgent.refresh_from_db()
    assert urgent.state == AlertState.NEW


def test_taking_from_the_worklist(desk: Client, urgent: Alert, clinician: User) -> None:
    response = desk.post(f"/alerts/{urgent.pk}/take/", follow=True)
    assert "You have taken this alert" in text_of(response)
    urgent.refresh_from_db()
    assert urgent.taken_by == clinician


def test_the_second_to_take_reads_who_was_first(desk: Client, urgent: Alert, colleague: User, now: datetime) -> None:
    take_alert(alert=urgent, by=colleague, now=now)
    response = desk.post(f"/alerts/{urgent.pk}/take/")
    assert response.status_code == 409
    assert "Nurse Bob Bell has this alert since 15 Jun 2026, 10:00" in text_of(response)


def test_closing_what_a_colleague_closed_is_a_conflict(
    desk: Client, urgent: Alert, colleague: User, now: datetime
) -> None:
    close_alert(alert=urgent, outcome="called", note=NOTE, by=colleague, now=now)
    response = desk.post(f"/alerts/{urgent.pk}/close/", {"outcome": "advice", "note": NOTE})
    assert response.status_code == 409
    assert "Nurse Bob Bell closed this alert" in text_of(response)


def test_closing_with_an_outcome(desk: Client, urgent: Alert, clinician: User) -> None:
    assert desk.get(f"/alerts/{urgent.pk}/close/").status_code == 200
    response = desk.post(f"/alerts/{urgent.pk}/close/", {"outcome": "called", "note": NOTE})
    assert response.status_code == 302
    urgent.refresh_from_db()
    assert (urgent.state, urgent.outcome, urgent.closed_by) == (AlertState.CLOSED, "called", clinician)


@pytest.mark.parametrize(
    "sent", [{}, {"outcome": "called"}, {"outcome": "called", "note": "short"}, {"outcome": "x", "note": NOTE}]
)
def test_a_close_that_lacks_something_keeps_what_was_written(sent: dict[str, str], desk: Client, urgent: Alert) -> None:
    response = desk.post(f"/alerts/{urgent.pk}/close/", sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert "<title>Error: " in page
    assert sent.get("note", "") in page
    urgent.refresh_from_db()
    assert urgent.state == AlertState.NEW


def test_an_emergency_that_nobody_took_is_not_closed(desk: Client, emergency: Alert) -> None:
    response = desk.post(f"/alerts/{emergency.pk}/close/", {"outcome": "called", "note": NOTE})
    assert response.status_code == 422
    assert "Take this emergency before you close it" in text_of(response)


def test_snoozing_within_the_limit_of_the_level(desk: Client, urgent: Alert, now: datetime) -> None:
    page = text_of(desk.get(f"/alerts/{urgent.pk}/snooze/"))
    assert "8 h" in page
    assert "24 h" not in page
    assert desk.post(f"/alerts/{urgent.pk}/snooze/", {"hours": 24, "note": "Later"}).status_code == 422
    assert desk.post(f"/alerts/{urgent.pk}/snooze/", {"hours": 8, "note": " "}).status_code == 422
    assert desk.post(f"/alerts/{urgent.pk}/snooze/", {"hours": 8, "note": "Later"}).status_code == 302
    urgent.refresh_from_db()
    assert urgent.snoozed_until == now + timedelta(hours=8, minutes=22)


@pytest.mark.parametrize("hours", ["1", "0", "72", "x", ""])
def test_an_emergency_cannot_be_snoozed_by_any_form(hours: str, desk: Client, emergency: Alert) -> None:
    response = desk.post(f"/alerts/{emergency.pk}/snooze/", {"hours": hours, "note": "Later"})
    assert response.status_code == 422
    assert "An emergency cannot be snoozed" in text_of(response)
    emergency.refresh_from_db()
    assert emergency.state == AlertState.NEW


def test_giving_back(desk: Client, urgent: Alert, clinician: User, now: datetime) -> None:
    take_alert(alert=urgent, by=clinician, now=now)
    assert desk.get(f"/alerts/{urgent.pk}/release/").status_code == 200
    assert desk.post(f"/alerts/{urgent.pk}/release/", {"note": ""}).status_code == 302
    urgent.refresh_from_db()
    assert urgent.state == AlertState.NEW


def test_a_clinician_without_patients_is_told_how_to_begin(
    client: Client, stranger: User, clinician: User, patient: Patient
) -> None:
    client.force_login(stranger)
    page = client.get(reverse("worklist")).content.decode()
    assert "Register a patient" in page
    client.force_login(clinician)
    assert "Register a patient" not in client.get(reverse("worklist")).content.decode()
