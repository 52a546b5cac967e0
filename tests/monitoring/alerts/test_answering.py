"""Take, give back, snooze, close: who may, when, and what is told to whoever was second."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from monitoring.alerts.actions import (
    AlertConflict,
    AlertRefused,
    close_alert,
    release_alert,
    snooze_alert,
    step_in,
    take_alert,
)
from monitoring.alerts.models import Alert, AlertLevel, AlertState
from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Channel, Notification, NotificationState
from monitoring.people.models import Clinic, Patient, User
from tests.monitoring.alerts.conftest import Raise

pytestmark = [pytest.mark.django_db, pytest.mark.core]
NOTE = "Rang her: awake and well."


def test_taking_stops_the_clock_and_withdraws_the_mails_that_have_not_left(
    urgent: Alert, clinician: User, now: datetime
) -> None:
    alert = take_alert(alert=urgent, by=clinician, now=now)

    alert.refresh_from_db()
    assert (alert.state, alert.taken_by, alert.taken_at) == (AlertState.TAKEN, clinician, now)
    assert alert.next_escalation_at == now + timedelta(hours=4)
    by_channel = dict(Notification.objects.values_list("channel", "state").distinct())
    assert by_channel == {Channel.EMAIL: NotificationState.CANCELLED, Channel.IN_APP: NotificationState.PENDING}
    assert AuditEvent.objects.get(action="alert.take").actor_id == str(clinician.pk)


def test_taking_twice_is_taking_once(urgent: Alert, clinician: User, now: datetime) -> None:
    take_alert(alert=urgent, by=clinician, now=now)
    again = take_alert(alert=urgent, by=clinician, now=now + timedelta(minutes=1))
    assert again.taken_at == now
    assert AuditEvent.objects.filter(action="alert.take").count() == 1


def test_the_second_to_take_is_told_who_was_first(
    urgent: Alert, clinician: User, colleague: User, now: datetime
) -> None:
    take_alert(alert=urgent, by=clinician, now=now)
    with pytest.raises(AlertConflict) as conflict:
        take_alert(alert=urgent, by=colleague, now=now)
    assert (conflict.value.holder, conflict.value.since) == (clinician.name, now)
    urgent.refresh_from_db()
    assert urgent.taken_by == clinician


@pytest.mark.parametrize("who", ["patient_user", "admin"])
def test_only_a_clinician_answers(who: str, urgent: Alert, now: datetime, request: pytest.FixtureRequest) -> None:
    with pytest.raises(AlertRefused):
        take_alert(alert=urgent, by=request.getfixturevalue(who), now=now)


def test_a_deactivated_clinician_does_not_answer(urgent: Alert, clinician: User, now: datetime) -> None:
    clinician.is_active = False
    with pytest.raises(AlertRefused):
        take_alert(alert=urgent, by=clinician, now=now)


def test_giving_back_starts_the_escalation_anew(urgent: Alert, clinician: User, colleague: User, now: datetime) -> None:
    take_alert(alert=urgent, by=clinician, now=now)
    later = now + timedelta(minutes=30)
    release_alert(alert=urgent, by=clinician, now=later, note="Off shift")

    urgent.refresh_from_db()
    assert (urgent.state, urgent.taken_by, urgent.cycle, urgent.rung) == (AlertState.NEW, None, 1, 0)
    assert urgent.next_escalation_at == later + timedelta(minutes=60)
    assert Notification.objects.filter(created_at=later, recipient=colleague).count() == 2


def test_nobody_gives_back_what_another_has(urgent: Alert, clinician: User, colleague: User, now: datetime) -> None:
    take_alert(alert=urgent, by=clinician, now=now)
    with pytest.raises(AlertConflict):
        release_alert(alert=urgent, by=colleague, now=now)


def test_a_snoozed_alert_rests_until_then(urgent: Alert, clinician: User, now: datetime) -> None:
    until = now + timedelta(hours=3)
    snooze_alert(alert=urgent, until=until, by=clinician, now=now, note="Visit at noon")
    urgent.refresh_from_db()
    assert (urgent.state, urgent.snoozed_until, urgent.next_escalation_at) == (AlertState.SNOOZED, until, until)


def test_an_emergency_is_never_snoozed(emergency: Alert, clinician: User, now: datetime) -> None:
    with pytest.raises(AlertRefused, match="emergency"):
        snooze_alert(alert=emergency, until=now + timedelta(minutes=5), by=clinician, now=now, note="Busy")
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.filter(pk=emergency.pk).update(state=AlertState.SNOOZED, snoozed_until=now, snoozed_by=clinician)


def test_a_snooze_needs_a_reason_and_a_bound(urgent: Alert, clinician: User, now: datetime) -> None:
    with pytest.raises(AlertRefused) as no_reason:
        snooze_alert(alert=urgent, until=now + timedelta(hours=1), by=clinician, now=now, note="  ")
    with pytest.raises(AlertRefused) as too_long:
        snooze_alert(alert=urgent, until=now + timedelta(hours=9), by=clinician, now=now, note="Later")
    assert (no_reason.value.field, too_long.value.field) == ("note", "until")
    urgent.refresh_from_db()
    assert urgent.state == AlertState.NEW


def test_nobody_snoozes_what_another_has(urgent: Alert, clinician: User, colleague: User, now: datetime) -> None:
    take_alert(alert=urgent, by=clinician, now=now)
    with pytest.raises(AlertConflict):
        snooze_alert(alert=urgent, until=now + timedelta(hours=1), by=colleague, now=now, note="Later")


def test_closing_keeps_outcome_note_and_author(urgent: Alert, clinician: User, now: datetime) -> None:
    close_alert(alert=urgent, outcome="called", note=NOTE, by=clinician, now=now)
    urgent.refresh_from_db()
    assert (urgent.state, urgent.outcome, urgent.closed_by) == (AlertState.CLOSED, "called", clinician)
    assert urgent.next_escalation_at is None
    line = urgent.history.last()
    assert line is not None
    assert (line.what, line.note, line.by) == ("closed", NOTE, clinician)


@pytest.mark.parametrize(("outcome", "note", "field"), [("lost", NOTE, "outcome"), ("called", " too thin ", "note")])
def test_closing_needs_an_outcome_and_a_note(
    outcome: str, note: str, field: str, urgent: Alert, clinician: User, now: datetime
) -> None:
    with pytest.raises(AlertRefused) as refused:
        close_alert(alert=urgent, outcome=outcome, note=note, by=clinician, now=now)
    assert refused.value.field == field
    urgent.refresh_from_db()
    assert urgent.state == AlertState.NEW


def test_an_emergency_is_closed_only_by_whoever_took_it(
    emergency: Alert, clinician: User, colleague: User, now: datetime
) -> None:
    with pytest.raises(AlertRefused, match="Take this emergency"):
        close_alert(alert=emergency, outcome="called", note=NOTE, by=clinician, now=now)
    take_alert(alert=emergency, by=clinician, now=now)
    with pytest.raises(AlertConflict):
        close_alert(alert=emergency, outcome="called", note=NOTE, by=colleague, now=now)
    close_alert(alert=emergency, outcome="called", note=NOTE, by=clinician, now=now)
    emergency.refresh_from_db()
    assert emergency.state == AlertState.CLOSED


def test_a_closed_alert_takes_no_more_answers(urgent: Alert, clinician: User, colleague: User, now: datetime) -> None:
    close_alert(alert=urgent, outcome="called", note=NOTE, by=clinician, now=now)
    with pytest.raises(AlertConflict) as conflict:
        close_alert(alert=urgent, outcome="advice", note=NOTE, by=colleague, now=now)
    assert conflict.value.holder == clinician.name
    with pytest.raises(AlertConflict):
        take_alert(alert=urgent, by=colleague, now=now)


def test_a_stale_page_acts_on_the_alert_as_it_is_now(raised: Raise, clinician: User, now: datetime) -> None:
    """The page was opened while it was urgent; a worse report came in between."""
    stale = raised(AlertLevel.URGENT)
    raised(AlertLevel.EMERGENCY, now + timedelta(minutes=1))
    with pytest.raises(AlertRefused, match="emergency"):
        snooze_alert(alert=stale, until=now + timedelta(hours=1), by=clinician, now=now, note="Later")


def test_a_colleague_of_the_clinic_steps_in(urgent: Alert, stranger: User, patient: Patient, now: datetime) -> None:
    step_in(alert=urgent, by=stranger, now=now)
    urgent.refresh_from_db()
    assert urgent.taken_by == stranger
    assert Patient.objects.visible_to(stranger).filter(pk=patient.pk).exists()
    actions = AuditEvent.objects.filter(actor_id=str(stranger.pk)).values_list("action", flat=True)
    assert set(actions) == {"care_team.join", "alert.take"}


def test_a_clinician_of_another_clinic_does_not_step_in(urgent: Alert, stranger: User, now: datetime) -> None:
    stranger.clinic = Clinic.objects.create(name="Elsewhere", time_zone="UTC", phone="1")
    stranger.save()
    with pytest.raises(AlertRefused):
        step_in(alert=urgent, by=stranger, now=now)
    urgent.refresh_from_db()
    assert urgent.state == AlertState.NEW
