"""A bad check-in becomes an alert, goes out as a mail that says nothing, is passed on, and ends with a person."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from monitoring.alerts.models import Alert, AlertDigest, AlertKind, AlertLevel, AlertState
from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import CheckIn, CheckInState, ScheduleSource
from monitoring.notifications.models import Notification, NotificationState
from monitoring.people.models import Patient, User
from tests.flows.conftest import mailed
from tests.living import Browser
from tests.sweeping import Sweepers, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.xdist_group("sweeping")]

SHE = ("Harper", "HARPER", "Maya", "HP-0042", "baclofen", "Baclofen", "nod", "sleep")


def nobody_answered_in_time() -> None:
    """The wait of the alert's present rung is over."""
    Alert.objects.update(next_escalation_at=timezone.now() - timedelta(seconds=1))


def test_nodding_off_reaches_a_person_and_is_passed_on_until_one_answers(
    sweeping: Sweepers, check_in: Callable[..., Any], alice: Browser, ada: Browser, patient: Patient,
    clinician: User, colleague: User,
) -> None:  # fmt: skip
    # when: she reports that she nods off while she talks
    page = check_in(q1_sleepiness=3)

    # then: she reads at once what to do now, and one urgent alert is open
    assert page.context["report"].level == AlertLevel.URGENT
    assert "020 7946 0100" in page.content.decode()
    alert = Alert.objects.get()
    assert (alert.kind, alert.level, alert.state) == (AlertKind.SYMPTOMS, AlertLevel.URGENT, AlertState.NEW)

    # and: both of her clinicians get a mail, which says nothing about her
    for person in (clinician, colleague):
        (mail,) = mailed(sweeping, person.email, 1)
        assert mail["Subject"] == "An alert needs an answer"
        assert not [word for word in SHE if word in mail.as_string()]

    # when: nobody answers
    nobody_answered_in_time()

    # then: it is passed on, once
    until(lambda: Alert.objects.get().rung == 1, "the alert was passed on")
    second = mailed(sweeping, clinician.email, 2)
    assert len({mail["Message-ID"] for mail in second}) == 2
    assert AuditEvent.objects.filter(action="alert.escalated", actor_label="escalate_unanswered_alerts").count() == 1

    # when: a clinician takes it from the worklist, and closes it with what was done
    assert "HARPER, Maya" in alice.get("/alerts/").content.decode()
    alice.send(f"/alerts/{alert.pk}/take/")
    done = "Rang her: awake and clear now. Evening dose left as it is."
    alice.send(f"/alerts/{alert.pk}/close/", outcome="called", note=done)

    # then: it rests: nothing is left to send or to pass on
    alert.refresh_from_db()
    assert (alert.state, alert.closed_by, alert.next_escalation_at) == (AlertState.CLOSED, clinician, None)
    waiting = Notification.objects.filter(state__in=[NotificationState.PENDING, NotificationState.SENDING])
    until(lambda: not waiting.exists(), "the outbox is empty")
    assert Alert.objects.get().rung == 1

    # and: the log tells an admin who did what, in order
    log = ada.get(f"/audit/?patient={patient.pk}&action=alert.").content.decode()
    said = list(AuditEvent.objects.filter(object_id=str(alert.pk)).order_by("id").values_list("action", "actor_label"))
    assert said == [
        ("alert.raised", "maya@home.example"),
        ("alert.escalated", "escalate_unanswered_alerts"),
        ("alert.take", clinician.email),
        ("alert.close", clinician.email),
    ]
    assert all(action in log for action, _ in said)


def test_a_check_in_that_never_comes_is_an_alert(
    sweeping: Sweepers, patient: Patient, clinician: User, today: date
) -> None:
    # given: she is asked every day, and was asked today
    start_schedule(
        patient=patient, source=ScheduleSource.CLINICIAN, source_id=None, starts_on=today, by=clinician,
        now=timezone.now(),
    )  # fmt: skip
    asked = CheckIn.objects.filter(patient=patient, reminded_at__isnull=False)
    until(asked.exists, "she was asked")
    occasion = asked.get()

    # when: half a day passes without an answer, and the window closes
    earlier = timezone.now() - timedelta(hours=12)
    CheckIn.objects.filter(pk=occasion.pk).update(
        opens_at=earlier, remind_at=earlier, reminded_at=earlier, closes_at=timezone.now() - timedelta(seconds=1)
    )

    # then: it is missed, her clinicians have an alert about it, and she has a message
    until(lambda: Alert.objects.filter(kind=AlertKind.MISSED_CHECK_IN).exists(), "an alert was raised")
    assert CheckIn.objects.get(pk=occasion.pk).state == CheckInState.MISSED
    alert = Alert.objects.get()
    assert alert.level == AlertLevel.WARNING
    assert alert.source_id == occasion.pk
    # and: it can wait for the day's digest, which gives a number and nothing else
    AlertDigest.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    (mail,) = mailed(sweeping, clinician.email, 1)
    assert not [word for word in SHE if word in mail.as_string()]
    assert Notification.objects.filter(recipient=patient.user, template="check_in_missed").exists()
    closed = AuditEvent.objects.get(action="check_in.close")
    assert (closed.actor_label, closed.detail["state"]) == ("mark_missed_check_ins", "missed")
