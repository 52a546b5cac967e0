"""One open alert per patient and kind; a worse report lifts it, nothing lowers it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitoring.alerts.actions import close_alert, escalate_alert, snooze_alert, take_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertState
from monitoring.audit.models import AuditEvent
from monitoring.notifications.actions import queue_stand_ins
from monitoring.notifications.models import (
    Channel,
    ContactPoint,
    ContactPreference,
    Notification,
    NotificationState,
    Template,
)
from monitoring.people.models import CareTeamMembership, Patient, User
from tests.monitoring.alerts.conftest import Raise

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def test_raising_tells_the_care_team_in_the_same_transaction(
    raised: Raise, patient: Patient, clinician: User, colleague: User, stranger: User, now: datetime
) -> None:
    alert = raised(AlertLevel.EMERGENCY, now)

    told = set(Notification.objects.filter(ref_id=alert.pk).values_list("recipient", "channel", "urgent"))
    assert told == {(who.pk, how, True) for who in (clinician, colleague) for how in (Channel.IN_APP, Channel.EMAIL)}
    assert alert.due_at == alert.next_escalation_at == now + timedelta(minutes=10)
    assert list(alert.history.values_list("what", "note")) == [("raised", "Sleepy 4 + confused 3")]
    assert AuditEvent.objects.filter(action="alert.raised", patient_id=patient.pk).count() == 1


def test_a_worse_report_lifts_the_open_alert_and_starts_its_escalation_anew(
    raised: Raise, patient: Patient, clinician: User, now: datetime
) -> None:
    alert = raised(AlertLevel.WARNING, now)
    take_alert(alert=alert, by=clinician, now=now)

    lifted = raised(AlertLevel.EMERGENCY, now + timedelta(hours=1), why=["Hard to wake"])

    assert lifted.pk == alert.pk
    lifted.refresh_from_db()
    assert (lifted.level, lifted.state, lifted.taken_by) == (AlertLevel.EMERGENCY, AlertState.NEW, None)
    assert lifted.due_at == now + timedelta(hours=1, minutes=10)
    assert lifted.why == ["Hard to wake", "Sleepy 4 + confused 3"]
    assert Notification.objects.filter(ref_id=alert.pk, template=Template.ALERT, urgent=True).count() == 4
    assert [line.what for line in lifted.history.all()] == ["raised", "taken", "lifted"]


def test_what_is_calm_waits_for_the_digest_and_holds_up_nothing_urgent(raised: Raise, now: datetime) -> None:
    raised(AlertLevel.WARNING)
    assert not Notification.objects.filter(channel=Channel.EMAIL).exists()
    raised(AlertLevel.EMERGENCY)
    mails = Notification.objects.filter(channel=Channel.EMAIL).values_list("urgent", flat=True)
    assert list(mails) == [True, True]


def test_a_mail_that_has_not_left_is_not_doubled_by_the_next_telling(
    raised: Raise, now: datetime, clinician: User
) -> None:
    alert = raised(AlertLevel.EMERGENCY)
    escalate_alert(alert_id=alert.pk, now=now + timedelta(minutes=10), job="sweep")
    mails = Notification.objects.filter(channel=Channel.EMAIL, recipient=clinician)
    assert mails.count() == 1
    assert Notification.objects.filter(channel=Channel.IN_APP, recipient=clinician).count() == 2


def test_a_mail_that_hangs_and_was_withdrawn_stands_for_no_later_one(
    raised: Raise, now: datetime, clinician: User, colleague: User
) -> None:
    alert = raised(AlertLevel.URGENT)
    mails = Notification.objects.filter(channel=Channel.EMAIL, recipient=clinician)
    mails.update(state=NotificationState.SENDING, lease_token=uuid.uuid4(), lease_until=now + timedelta(seconds=45))
    take_alert(alert=alert, by=colleague, now=now + timedelta(seconds=1))
    raised(AlertLevel.EMERGENCY, now + timedelta(seconds=3), why=["Hard to wake"])
    assert mails.filter(withdrawn_at__isnull=True, state=NotificationState.PENDING).count() == 1


def test_it_is_the_persons_own_channel_that_is_asked_whether_a_message_still_waits(
    raised: Raise, now: datetime, clinician: User, settings: Any
) -> None:
    settings.SMS_GATEWAY_URL = "https://gateway.example/messages"
    ContactPoint.objects.create(
        user=clinician, channel=Channel.SMS, address="+447700900123", created_at=now, confirmed_at=now
    )
    ContactPreference.objects.create(user=clinician, order=["sms", "email"], set_at=now)
    alert = raised(AlertLevel.EMERGENCY)
    escalate_alert(alert_id=alert.pk, now=now + timedelta(minutes=10), job="sweep")
    mine = Notification.objects.filter(recipient=clinician, ref_id=alert.pk)
    assert mine.filter(channel=Channel.SMS).count() == 1

    # The gateway is still away, but a mail took its place: that channel works, and is used for the next rung.
    queue_stand_ins(now=now + timedelta(minutes=11), job="sweep")
    mine.filter(channel=Channel.EMAIL).update(state="accepted", accepted_at=now)
    escalate_alert(alert_id=alert.pk, now=now + timedelta(minutes=30), job="sweep")
    assert mine.filter(channel=Channel.SMS).count() == 2


def test_a_lifted_alert_never_gets_more_time(raised: Raise, patient: Patient, now: datetime) -> None:
    alert = raised(AlertLevel.URGENT, now)
    lifted = raised(AlertLevel.EMERGENCY, now + timedelta(minutes=115))
    assert lifted.due_at == alert.due_at == now + timedelta(hours=2)


@pytest.mark.parametrize("level", [AlertLevel.INFO, AlertLevel.WARNING, AlertLevel.URGENT])
def test_an_equal_or_lesser_report_never_lowers_the_alert(
    level: AlertLevel, raised: Raise, patient: Patient, now: datetime
) -> None:
    raised(AlertLevel.URGENT, now)
    alert = raised(level, now + timedelta(minutes=5))
    alert.refresh_from_db()
    assert (alert.level, alert.report_count) == (AlertLevel.URGENT, 2)
    assert [line.what for line in alert.history.all()] == ["raised", "reported"]
    assert Alert.objects.count() == 1


def test_new_evidence_wakes_a_snoozed_alert_but_a_lesser_report_does_not(
    raised: Raise, patient: Patient, clinician: User, now: datetime
) -> None:
    alert = raised(AlertLevel.URGENT, now)
    snooze_alert(alert=alert, until=now + timedelta(hours=3), by=clinician, now=now, note="Rings back at noon")

    raised(AlertLevel.WARNING, now + timedelta(minutes=1))
    alert.refresh_from_db()
    assert alert.state == AlertState.SNOOZED

    raised(AlertLevel.URGENT, now + timedelta(minutes=2))
    alert.refresh_from_db()
    assert (alert.state, alert.snoozed_until, alert.snoozed_by) == (AlertState.NEW, None, None)
    assert alert.next_escalation_at == now + timedelta(minutes=62)


def test_a_taken_alert_stays_taken_and_its_holder_hears_of_the_next_report(
    raised: Raise, patient: Patient, clinician: User, now: datetime
) -> None:
    alert = raised(AlertLevel.URGENT, now)
    take_alert(alert=alert, by=clinician, now=now)
    raised(AlertLevel.URGENT, now + timedelta(minutes=5))
    alert.refresh_from_db()
    assert alert.taken_by == clinician
    assert Notification.objects.get(template=Template.ALERT_UPDATE).recipient == clinician


def test_the_same_source_reported_twice_changes_nothing(raised: Raise, patient: Patient, now: datetime) -> None:
    source = uuid.uuid4()
    for _ in range(2):
        alert = raised(AlertLevel.URGENT, now, source_id=source)
    alert.refresh_from_db()
    assert alert.report_count == 1
    assert alert.history.count() == 1
    assert AuditEvent.objects.filter(action__startswith="alert.").count() == 1


def test_the_same_source_with_another_reason_is_a_new_report(raised: Raise, now: datetime) -> None:
    source = uuid.uuid4()
    raised(AlertLevel.URGENT, source_id=source, why=["Dose above the limit"])
    alert = raised(AlertLevel.URGENT, source_id=source, why=["Kidney function fell"])
    alert.refresh_from_db()
    assert alert.why == ["Kidney function fell", "Dose above the limit"]
    assert alert.report_count == 2


def test_another_kind_and_a_report_after_closing_open_another_alert(
    raised: Raise, patient: Patient, clinician: User, now: datetime
) -> None:
    first = raised(AlertLevel.WARNING, now)
    assert raised(AlertLevel.WARNING, now, kind=AlertKind.STEP_HELD).pk != first.pk
    close_alert(alert=first, outcome="called", note="Spoke to her, all well", by=clinician, now=now)
    assert raised(AlertLevel.WARNING, now).pk != first.pk


def test_an_empty_care_team_is_passed_over_for_the_whole_clinic(
    raised: Raise, patient: Patient, clinician: User, colleague: User, stranger: User, now: datetime
) -> None:
    CareTeamMembership.objects.filter(patient=patient).update(left_at=now)
    raised(AlertLevel.URGENT, now)
    assert set(Notification.objects.values_list("recipient", flat=True)) == {
        clinician.pk,
        colleague.pk,
        stranger.pk,
    }


def test_leavers_are_not_told_and_somebody_else_is(
    raised: Raise, patient: Patient, clinician: User, colleague: User, stranger: User, now: datetime
) -> None:
    User.objects.filter(pk__in=[clinician.pk, colleague.pk]).update(is_active=False)
    raised(AlertLevel.URGENT, now)
    assert set(Notification.objects.values_list("recipient", flat=True)) == {stranger.pk}


def test_a_clinic_without_an_active_clinician_tells_its_admins(
    raised: Raise, patient: Patient, clinician: User, colleague: User, admin: User, now: datetime
) -> None:
    User.objects.filter(pk__in=[clinician.pk, colleague.pk]).update(is_active=False)
    raised(AlertLevel.URGENT, now)
    rows = set(Notification.objects.values_list("recipient", "template"))
    assert rows == {(admin.pk, Template.ALERT_UNSTAFFED)}


def test_a_mail_for_an_info_alert_is_not_sent(raised: Raise, patient: Patient, now: datetime) -> None:
    raised(AlertLevel.INFO, now)
    assert set(Notification.objects.values_list("channel", flat=True)) == {Channel.IN_APP}
