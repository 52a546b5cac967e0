"""What is put right in the transaction that finds a gap, and what the machines and the admins are told."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import DatabaseError
from django.test import Client

from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.notifications.actions import deliver_due_notifications
from monitoring.notifications.models import Channel, Notification, NotificationState, Template
from monitoring.operations.actions import beat, settle_gap
from monitoring.operations.machine import Reading
from monitoring.operations.models import SchedulerGap
from monitoring.outages.actions import begin_after_restore, begin_sweep
from monitoring.outages.queries import latest_gaps, oldest_unattended_emergency
from monitoring.outages.rules import RESTORED
from monitoring.people.models import Patient, User
from tests.at_once import at_once
from tests.living import text_of, words_of

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def waiting(recipient: User, at: datetime, **more: Any) -> Notification:
    given = {"channel": Channel.EMAIL, "template": Template.ALERT, "created_at": at, "next_at": at} | more
    return Notification.objects.create(recipient=recipient, dedupe_key=uuid4().hex, **given)


def states(*messages: Notification) -> list[str]:
    for message in messages:
        message.refresh_from_db()
    return [message.state for message in messages]


def test_what_a_backup_holds_as_unsent_is_not_sent_again(clinician: User, now: datetime) -> None:
    # given: messages of an hour ago, one of them half sent when the backup was made, and an urgent one of just now
    old = waiting(clinician, now - HOUR)
    urgent = waiting(clinician, now - HOUR, urgent=True)
    leaving = waiting(
        clinician, now - HOUR, state=NotificationState.SENDING, lease_until=now, lease_token=clinician.pk,
        ref_id=clinician.pk,
    )  # fmt: skip
    seen = waiting(clinician, now - HOUR, channel=Channel.IN_APP)
    young = waiting(clinician, now - MINUTE, urgent=True)
    # when
    begin_after_restore(now=now, job="after_restore")
    # then
    assert states(old, urgent, leaving) == [NotificationState.CANCELLED] * 3
    assert old.last_error == RESTORED
    assert states(seen, young) == [NotificationState.PENDING] * 2
    assert AuditEvent.objects.get(action="notification.cancel_restored").detail["count"] == 3


def test_every_admin_is_told_of_a_gap_once_and_nobody_else(
    admin: User, other_admin: User, clinician: User, now: datetime
) -> None:
    for hours in (0, 5, 5, 10):
        begin_sweep(now=now + hours * HOUR, job="t", machine=Reading("m", hours * HOUR))
    assert SchedulerGap.objects.count() == 2
    told = Notification.objects.filter(template=Template.MONITORING_GAP, channel=Channel.IN_APP)
    assert sorted(told.values_list("recipient__email", flat=True)) == sorted([admin.email, other_admin.email] * 2)


def test_readyz_says_that_an_emergency_is_not_passed_on(
    client: Client, patient: Patient, now: datetime, sweeps_running: None, time_machine: Any
) -> None:
    raise_alert(
        patient=patient, kind=AlertKind.SYMPTOMS, level=AlertLevel.EMERGENCY, why=["HARPER"], source_type="t",
        source_id=patient.pk, now=now, job="t",
    )  # fmt: skip
    Alert.objects.update(next_escalation_at=now - MINUTE)
    assert oldest_unattended_emergency(now - timedelta(seconds=1)) is None
    time_machine.move_to(now, tick=False)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reasons"] == [
        "An emergency alert has been waiting to be passed on since 2026-06-15T08:59:00Z."
    ]
    assert "HARPER" not in response.content.decode()


def test_the_admins_page_lists_the_gaps_and_what_runs(
    client: Client, admin: User, other_admin: User, now: datetime, sweeps_running: None, time_machine: Any
) -> None:
    time_machine.move_to(now, tick=False)
    client.force_login(admin)
    assert "Monitoring has never paused" in words_of(client.get("/monitoring/"))
    begin_sweep(now=now - 11 * HOUR, job="t", machine=Reading("m", HOUR))
    gap = begin_sweep(now=now, job="t", machine=Reading("m", 12 * HOUR))
    assert gap is not None
    said = words_of(client.get("/monitoring/"))
    assert "Catching up" in said
    assert "Monitoring did not run" in said
    assert "11 h" in said
    assert "Being counted" in said
    undone = {str(admin.clinic_id): {"steps_held": 2}, str(other_admin.clinic_id): {"steps_held": 41}}
    settle_gap(gap=gap, skipped=undone, now=now + MINUTE, job="t")
    assert latest_gaps(admin.clinic_id)[0].skipped == ["2 dose steps on hold for review"]
    assert "41" not in text_of(client.get("/monitoring/"))
    assert "Catching up" not in words_of(client.get("/monitoring/"))


def test_the_page_says_which_sweep_stands_still(client: Client, admin: User, now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)
    beat(name="deliver_notifications", now=now)
    client.force_login(admin)
    said = words_of(client.get("/monitoring/"))
    assert said.count("Stands still") == 4
    assert said.index("Stands still") < said.index("Deliver notifications")


def test_the_mail_to_an_admin_says_where_to_look_and_names_nobody(admin: User, patient: Patient, now: datetime) -> None:
    begin_sweep(now=now, job="t", machine=Reading("m", HOUR))
    begin_sweep(now=now + HOUR, job="t", machine=Reading("m", 2 * HOUR))
    deliver_due_notifications(now=now + HOUR)
    (message,) = mail.outbox
    assert message.to == [admin.email]
    assert message.subject == "Monitoring did not run for a time"
    assert "/monitoring/" in str(message.body)
    assert patient.family_name not in str(message.body)


@pytest.mark.django_db(transaction=True)
def test_sweeps_that_come_back_at_the_same_moment_find_one_gap(admin: User, now: datetime) -> None:
    begin_sweep(now=now, job="t", machine=Reading("m", HOUR))
    back = now + 5 * HOUR
    found = at_once(
        *(partial(begin_sweep, now=back, job="t", machine=Reading(name, 6 * HOUR)) for name in ("m", "m", "n", "o")),
        refused=DatabaseError,
    )
    assert [type(each) for each in found if each is not None] == [SchedulerGap]
    assert SchedulerGap.objects.count() == 1
    assert Notification.objects.filter(template=Template.MONITORING_GAP, channel=Channel.IN_APP).count() == 1
