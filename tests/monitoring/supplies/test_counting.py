"""Somebody counts the tablets, and the clock warns in time."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from monitoring.alerts.actions import close_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertOutcome
from monitoring.audit.models import AuditEvent
from monitoring.notifications.models import Notification, Template
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import stop_prescription
from monitoring.regimens.models import Prescription
from monitoring.supplies.actions import NotTakenError, count_supply, look_at_supplies
from monitoring.supplies.models import SupplyCount
from monitoring.supplies.queries import patients_to_look_at, supplies_of
from tests.monitoring.titration.conftest import DOWN, UP, Draw

pytestmark = pytest.mark.django_db
JOB = "watch_supplies"


def count(prescription: Prescription, left: int, by: User, now: datetime, strength: int = 10) -> SupplyCount:
    return count_supply(prescription=prescription, packs=[(Decimal(strength), Decimal(left))], by=by, now=now)


def look(patient: Patient, now: datetime) -> int:
    return look_at_supplies(patient_id=patient.pk, now=now, job=JOB)


def last_day(patient: Patient, today: date) -> date | None:
    return supplies_of(patient, today)[0].last_day


def test_what_nobody_counted_is_not_known_and_nobody_is_warned(
    baclofen: Prescription, patient: Patient, now: datetime, today: date
) -> None:
    (supply,) = supplies_of(patient, today)
    assert (supply.is_counted, supply.ends.known, supply.loudness) == (False, False, None)
    assert patients_to_look_at(now) == []


def test_thirty_milligrams_a_day_of_a_hundred_and_fifty_last_five_days(
    baclofen: Prescription, patient: Patient, clinician: User, now: datetime, today: date
) -> None:
    count(baclofen, 15, clinician, now)
    assert last_day(patient, today) == today + timedelta(days=4)


def test_a_signed_rise_ends_it_sooner_and_a_taper_not_later_than_the_dose_taken_now(
    baclofen: Prescription, patient: Patient, clinician: User, now: datetime, today: date, draw: Draw, sign: Draw
) -> None:
    count(baclofen, 60, clinician, now)  # 600 mg: twenty days at 30 mg
    assert last_day(patient, today) == today + timedelta(days=19)
    sign(draw(UP))
    # 3 × 30 + 7 × 35 = 335; 265 are left for 40 mg a day
    assert last_day(patient, today) == today + timedelta(days=15)
    sign(draw(DOWN, direction="taper"))
    assert last_day(patient, today) == today + timedelta(days=19)


def test_a_warning_a_week_ahead_another_when_it_presses_and_none_twice(
    baclofen: Prescription, patient: Patient, clinician: User, now: datetime, today: date
) -> None:
    # given: baclofen for ten days
    count(baclofen, 30, clinician, now)
    said = []
    # when: the clock looks each morning, and the team closes each alert that comes
    for day in range(14):
        moment = now + timedelta(days=day)
        assert (patient.pk in patients_to_look_at(moment)) is True
        if look(patient, moment):
            alert = Alert.objects.open().get(kind=AlertKind.SUPPLY)
            said.append((day, alert.level))
            close_alert(alert=alert, outcome=AlertOutcome.CALLED, note="Prescription sent.", by=clinician, now=moment)
        assert look(patient, moment) == 0
    # then: one said with six days left, one with a day left, and nothing more of this count
    assert said == [(3, AlertLevel.WARNING), (8, AlertLevel.URGENT)]
    assert AuditEvent.objects.filter(action="supply.warn", object_id=str(SupplyCount.objects.get().pk)).count() == 2
    assert {each.template for each in Notification.objects.filter(recipient=patient.user)} == {Template.SUPPLY}
    # and: a new count starts afresh
    later = now + timedelta(days=14)
    count(baclofen, 3, clinician, later)
    assert look(patient, later) == 1
    assert Alert.objects.open().get(kind=AlertKind.SUPPLY).level == AlertLevel.URGENT


def test_with_nothing_left_the_team_is_told_at_once(
    baclofen: Prescription, patient: Patient, clinician: User, now: datetime
) -> None:
    count(baclofen, 0, clinician, now)
    assert look(patient, now) == 1
    alert = Alert.objects.get(kind=AlertKind.SUPPLY)
    assert alert.level == AlertLevel.URGENT
    assert "not enough doses left for today" in alert.why[0]


def test_a_medicine_that_was_stopped_is_neither_counted_nor_warned_of(
    baclofen: Prescription, patient: Patient, clinician: User, now: datetime, today: date
) -> None:
    count(baclofen, 3, clinician, now - timedelta(days=1))
    stop_prescription(
        prescription=baclofen, reason="side_effect", note="Switched to a pump.", last_day=today - timedelta(days=1),
        expected_version=baclofen.version, without_taper_reason="Given through the pump now.", by=clinician, now=now,
    )  # fmt: skip
    assert look(patient, now) == 0
    with pytest.raises(NotTakenError):
        count(baclofen, 3, clinician, now)
