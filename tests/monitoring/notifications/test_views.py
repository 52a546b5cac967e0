"""Messages in the app, and the list of those that did not get through."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client

from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Channel, Notification, NotificationState, Template
from monitoring.people.models import Patient, User
from tests.monitoring.notifications.conftest import Queue

pytestmark = pytest.mark.django_db


def test_each_person_reads_their_own_messages(client: Client, queue: Queue, clinician: User, colleague: User) -> None:
    alert = uuid.uuid4()
    queue(channel=Channel.IN_APP, ref_id=alert)
    queue(channel=Channel.IN_APP, recipient=colleague, template=Template.ALERT_UPDATE)
    client.force_login(clinician)
    page = client.get("/messages/").content.decode()
    assert f'href="/alerts/{alert}/"' in page
    assert Template.ALERT.label in page
    assert Template.ALERT_UPDATE.label not in page


def test_looking_marks_nothing_and_the_button_marks_all(
    client: Client, queue: Queue, clinician: User, now: datetime
) -> None:
    message = queue(channel=Channel.IN_APP)
    client.force_login(clinician)
    client.get("/messages/")
    message.refresh_from_db()
    assert message.read_at is None
    assert client.get("/messages/read/").headers["Location"] == "/messages/"
    message.refresh_from_db()
    assert message.read_at is None
    assert client.post("/messages/read/").status_code == 302
    message.refresh_from_db()
    assert message.read_at is not None


def test_an_alert_told_again_and_again_is_one_line(client: Client, queue: Queue, clinician: User) -> None:
    for _ in range(30):
        queue(channel=Channel.IN_APP)
    client.force_login(clinician)
    page = client.get("/messages/").content.decode()
    assert page.count("/alerts/") == 1 + page.count('href="/alerts/"')
    assert "told 30 times" in page


def test_a_patient_reads_plain_words(client: Client, queue: Queue, patient_user: User, patient: Patient) -> None:
    queue(channel=Channel.IN_APP, recipient=patient_user, template=Template.CHECK_IN_DUE, ref_type="", ref_id=None)
    queue(channel=Channel.IN_APP, recipient=patient_user, template="of a later version")
    client.force_login(patient_user)
    page = client.get("/messages/").content.decode()
    assert "It is time for your check-in" in page
    assert "You have a message from your clinic" in page


def test_an_admin_is_led_to_where_a_clinician_can_be_added(client: Client, queue: Queue, admin: User) -> None:
    queue(channel=Channel.IN_APP, recipient=admin, template=Template.ALERT_UNSTAFFED)
    client.force_login(admin)
    page = client.get("/messages/").content.decode()
    assert '<a href="/users/">' + Template.ALERT_UNSTAFFED.label in page


def test_no_message_yet(client: Client, clinician: User) -> None:
    client.force_login(clinician)
    assert "No messages yet" in client.get("/messages/").content.decode()


def test_a_message_that_failed_stays_listed_until_a_person_deals_with_it(
    client: Client, queue: Queue, clinician: User, patient_user: User, patient: Patient
) -> None:
    message = queue(recipient=patient_user, template=Template.CHECK_IN_DUE)
    Notification.objects.update(state=NotificationState.DEAD, last_error="SMTPRecipientsRefused 550")
    client.force_login(clinician)
    page = client.get("/notifications/failed/").content.decode()
    assert "Maya Harper" in page
    assert "The mail server does not know this address" in page
    assert AuditEvent.objects.filter(
        action="patient.read", object_type="failed_messages", patient_id=patient.pk
    ).exists()

    assert client.post(f"/notifications/{message.pk}/dismiss/").status_code == 302
    assert "Everything got through" in client.get("/notifications/failed/").content.decode()


def test_trying_again(client: Client, queue: Queue, admin: User, now: datetime) -> None:
    message = queue(now=now - timedelta(days=2))
    Notification.objects.update(state=NotificationState.DEAD, last_error="TimeoutError")
    client.force_login(admin)
    assert client.post(f"/notifications/{message.pk}/retry/").status_code == 302
    message.refresh_from_db()
    assert message.state == NotificationState.PENDING


def test_a_message_in_trouble_is_listed_before_it_is_given_up(
    client: Client, queue: Queue, clinician: User, now: datetime
) -> None:
    queue()
    Notification.objects.update(last_error="ConnectionRefusedError", attempts=3)
    client.force_login(clinician)
    assert "Trying again" in client.get("/notifications/failed/").content.decode()


@pytest.mark.parametrize("deed", ["retry", "dismiss"])
@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("outsider", 404), ("patient_user", 403), (None, 302)])
def test_nobody_settles_a_message_that_is_not_theirs_to_see(
    deed: str,
    who: str | None,
    status: int,
    client: Client,
    queue: Queue,
    patient: Patient,
    patient_user: User,
    request: pytest.FixtureRequest,
) -> None:
    message = queue(recipient=patient_user)
    Notification.objects.update(state=NotificationState.DEAD)
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.post(f"/notifications/{message.pk}/{deed}/").status_code == status
    message.refresh_from_db()
    assert (message.state, message.dismissed_at) == (NotificationState.DEAD, None)
