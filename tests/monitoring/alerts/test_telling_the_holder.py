"""Whoever has taken an alert hears of what is new about it outside the app as well; the same again does not storm."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitoring.alerts.actions import raise_alert, take_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel, AlertState
from monitoring.alerts.rules import SAME_WORDS_FOR
from monitoring.notifications.models import OUTWARD, Channel, ContactPoint, ContactPreference, Notification, Template
from monitoring.people.models import Patient, User
from tests.monitoring.alerts.conftest import Raise

pytestmark = [pytest.mark.django_db, pytest.mark.core]
LATER = timedelta(minutes=5)


@pytest.fixture
def taken(raised: Raise, clinician: User, now: datetime) -> Alert:
    return take_alert(alert=raised(AlertLevel.EMERGENCY), by=clinician, now=now)


def updates() -> list[tuple[object, str]]:
    rows = Notification.objects.filter(template=Template.ALERT_UPDATE).order_by("created_at", "channel")
    return list(rows.values_list("recipient", "channel"))


def taken_away() -> None:
    """The carrier takes all that waits."""
    Notification.objects.filter(channel__in=OUTWARD, state="pending").update(state="accepted")


@pytest.mark.parametrize("level", [AlertLevel.URGENT, AlertLevel.EMERGENCY])
def test_what_is_new_and_urgent_reaches_the_holder_outside_the_app(
    level: AlertLevel, taken: Alert, raised: Raise, clinician: User, now: datetime
) -> None:
    raised(level, now + LATER, why=["Hard to wake"])
    assert updates() == [(clinician.pk, Channel.EMAIL), (clinician.pk, Channel.IN_APP)]
    mail = Notification.objects.get(template=Template.ALERT_UPDATE, channel=Channel.EMAIL)
    assert (mail.urgent, mail.failover_at is not None) == (True, True)
    taken.refresh_from_db()
    assert (taken.state, taken.taken_by) == (AlertState.TAKEN, clinician)


def test_each_new_thing_is_one_message_and_the_same_words_again_are_none(
    taken: Alert, raised: Raise, now: datetime
) -> None:
    mails = Notification.objects.filter(template=Template.ALERT_UPDATE, channel=Channel.EMAIL)
    for minute, words in enumerate(["Hard to wake", "Hard to wake", "Confused", "Hard to wake"], start=1):
        raised(AlertLevel.EMERGENCY, now + timedelta(minutes=minute), why=[words])
        taken_away()
    assert mails.count() == 2
    assert Notification.objects.filter(template=Template.ALERT_UPDATE, channel=Channel.IN_APP).count() == 4

    # What is still so a good while later is news again.
    raised(AlertLevel.EMERGENCY, now + timedelta(minutes=4) + SAME_WORDS_FOR, why=["Hard to wake"])
    assert mails.count() == 3


def test_a_message_that_still_waits_says_all_that_the_next_one_would(
    taken: Alert, raised: Raise, now: datetime
) -> None:
    for minute, words in enumerate(["Hard to wake", "Confused"], start=1):
        raised(AlertLevel.EMERGENCY, now + timedelta(minutes=minute), why=[words])
    assert Notification.objects.filter(template=Template.ALERT_UPDATE, channel=Channel.EMAIL).count() == 1


def test_what_is_calm_stands_in_the_app_alone(taken: Alert, raised: Raise, clinician: User, now: datetime) -> None:
    raised(AlertLevel.WARNING, now + LATER, why=["Slept badly"])
    assert updates() == [(clinician.pk, Channel.IN_APP)]


def test_a_calm_alert_that_was_taken_brings_no_mail(patient: Patient, clinician: User, now: datetime) -> None:
    for minutes, words in enumerate(["Missed", "Missed twice"]):
        alert = raise_alert(
            patient=patient, kind=AlertKind.MISSED_CHECK_IN, level=AlertLevel.WARNING, why=[words], source_type="c",
            now=now + timedelta(minutes=minutes), job="tests",
        )  # fmt: skip
        take_alert(alert=alert, by=clinician, now=now)
    assert updates() == [(clinician.pk, Channel.IN_APP)]


def test_it_goes_by_the_channel_the_holder_put_first(
    taken: Alert, raised: Raise, clinician: User, now: datetime, settings: Any
) -> None:
    settings.SMS_GATEWAY_URL = "https://gateway.example/messages"
    ContactPoint.objects.create(
        user=clinician, channel=Channel.SMS, address="+447700900123", created_at=now, confirmed_at=now
    )
    ContactPreference.objects.create(user=clinician, order=["sms", "email"], set_at=now)
    raised(AlertLevel.EMERGENCY, now + LATER, why=["Hard to wake"])
    assert updates() == [(clinician.pk, Channel.IN_APP), (clinician.pk, Channel.SMS)]
