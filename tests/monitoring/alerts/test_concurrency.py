"""Two people, two reports or two sweeps at the same moment."""

import uuid
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from monitoring.alerts.actions import AlertConflict, escalate_alert, raise_alert, take_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.notifications.models import Notification
from monitoring.people.models import Patient, User
from tests.at_once import at_once as deeds_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time by design"),
]
at_once = partial(deeds_at_once, refused=AlertConflict)


def test_two_who_take_at_once_end_with_one_holder(
    urgent: Alert, clinician: User, colleague: User, now: datetime
) -> None:
    results = at_once(*[lambda by=by: take_alert(alert=urgent, by=by, now=now) for by in (clinician, colleague)])
    urgent.refresh_from_db()
    (conflict,) = [result for result in results if isinstance(result, AlertConflict)]
    assert urgent.taken_by is not None
    assert conflict.holder == urgent.taken_by.name
    assert urgent.history.filter(what="taken").count() == 1


def test_two_sweeps_at_once_fire_a_rung_once(emergency: Alert, now: datetime) -> None:
    at = now + timedelta(minutes=10)
    results = at_once(*[lambda: escalate_alert(alert_id=emergency.pk, now=at, job="sweep")] * 4)
    assert sorted(map(bool, results)) == [False, False, False, True]
    emergency.refresh_from_db()
    assert emergency.rung == 1
    assert emergency.history.filter(what="escalated").count() == 1


def test_a_take_and_a_rung_at_once_leave_no_escalation_behind(emergency: Alert, clinician: User, now: datetime) -> None:
    at = now + timedelta(minutes=10)
    at_once(
        lambda: escalate_alert(alert_id=emergency.pk, now=at, job="sweep"),
        lambda: take_alert(alert=emergency, by=clinician, now=at),
    )
    emergency.refresh_from_db()
    assert emergency.taken_by == clinician
    assert emergency.next_escalation_at == at + timedelta(minutes=30)


def test_reports_that_arrive_together_end_in_one_alert_at_the_worst_level(patient: Patient, now: datetime) -> None:
    levels = [AlertLevel.INFO, AlertLevel.EMERGENCY, AlertLevel.URGENT, AlertLevel.WARNING]

    def report(level: AlertLevel) -> Alert:
        return raise_alert(
            patient=patient, kind=AlertKind.SYMPTOMS, level=level, why=[level.name], source_type="t",
            source_id=uuid.uuid4(), now=now, job="test",
        )  # fmt: skip

    results = at_once(*[lambda level=level: report(level) for level in levels])
    assert all(isinstance(result, Alert) for result in results)
    alert = Alert.objects.get()
    assert (alert.level, alert.report_count) == (AlertLevel.EMERGENCY, 4)
    assert Notification.objects.filter(ref_id=alert.pk, urgent=True).exists()
