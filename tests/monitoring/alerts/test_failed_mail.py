"""A message that was given up is told of, whoever it was for; one that cannot be told of keeps no other back."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitoring import tasks
from monitoring.alerts.actions import failed_mail, raise_alerts_for_dead_letters
from monitoring.alerts.models import Alert
from monitoring.notifications.actions import dismiss_notification, queue_notification, retry_notification
from monitoring.notifications.models import Channel, Notification, NotificationState, Template
from monitoring.operations.models import Heartbeat, SweepFailure
from monitoring.people.models import Patient, User

pytestmark = [pytest.mark.django_db, pytest.mark.core]
GivenUp = Callable[..., Notification]


@pytest.fixture
def given_up(clinician: User, now: datetime) -> GivenUp:
    """A message that was given up; a digest to the clinician unless told otherwise."""

    def call(recipient: User = clinician, ref_type: str = "digest", minutes: int = 0, **changes: Any) -> Notification:
        message = queue_notification(
            recipient=recipient, channel=Channel.EMAIL, template=Template.DIGEST, ref_type=ref_type,
            ref_id=uuid.uuid4(), dedupe_key=f"test {uuid.uuid4()}", now=now + timedelta(minutes=minutes), **changes,
        )  # fmt: skip
        Notification.objects.filter(pk=message.pk).update(state=NotificationState.DEAD)
        return message

    return call


def notices() -> list[tuple[object, str]]:
    rows = Notification.objects.filter(template=Template.UNREACHABLE).order_by("created_at")
    return list(rows.values_list("recipient", "channel"))


def sweep(now: datetime) -> int:
    return raise_alerts_for_dead_letters(now=now, job="sweep")


def test_one_that_cannot_be_told_of_keeps_no_other_back_and_rests(
    given_up: GivenUp, patient: Patient, patient_user: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, good = given_up(patient_user), given_up(patient_user, minutes=1)
    behind = failed_mail._patient_behind

    def broken(message: Notification) -> Patient | None:
        if message.pk == poisoned.pk:
            raise LookupError
        return behind(message)

    monkeypatch.setattr(failed_mail, "_patient_behind", broken)
    tasks.deliver_notifications()
    assert Alert.objects.get().source_id == good.pk
    assert SweepFailure.objects.get().item_id == str(poisoned.pk)
    assert Heartbeat.objects.filter(name="deliver_notifications").exists()


def test_a_digest_that_reaches_nobody_is_told_to_the_admins_once(
    given_up: GivenUp, clinician: User, admin: User, now: datetime
) -> None:
    for minutes in range(3):
        given_up(minutes=minutes)
        assert sweep(now + timedelta(minutes=minutes)) == 0
    assert notices() == [(admin.pk, Channel.IN_APP)]
    assert not Alert.objects.exists()
    assert not Notification.objects.filter(state=NotificationState.DEAD, reported_at__isnull=True).exists()


@pytest.mark.parametrize("answer", [dismiss_notification, retry_notification])
def test_what_fails_after_it_was_dealt_with_is_told_anew(
    answer: Callable[..., bool], given_up: GivenUp, admin: User, now: datetime
) -> None:
    first = given_up()
    sweep(now)
    answer(notification=first, by=admin, now=now + timedelta(minutes=1))
    if answer is dismiss_notification:
        given_up(minutes=2)
    Notification.objects.filter(pk=first.pk).update(state=NotificationState.DEAD)
    sweep(now + timedelta(minutes=2))
    assert len(notices()) == 2


def test_another_address_and_another_person_are_told_of_apart(
    given_up: GivenUp, clinician: User, colleague: User, admin: User, now: datetime
) -> None:
    given_up()
    given_up(colleague)
    sweep(now)
    assert len(notices()) == 2
    User.objects.filter(pk=clinician.pk).update(email="alice.new@clinic.example")
    given_up(minutes=1)
    sweep(now + timedelta(minutes=1))
    assert len(notices()) == 3


def test_a_notice_to_an_admin_that_was_given_up_is_told_too(given_up: GivenUp, admin: User, now: datetime) -> None:
    given_up(admin, ref_type="scheduler_gap")
    sweep(now)
    assert notices() == [(admin.pk, Channel.IN_APP)]


def test_the_notice_leads_to_the_list_and_names_nobody(
    given_up: GivenUp, clinician: User, admin: User, client: Client, now: datetime
) -> None:
    given_up()
    sweep(now)
    client.force_login(admin)
    page = client.get(reverse("messages")).content.decode()
    assert Template.UNREACHABLE.label in page
    assert f'href="{reverse("failed_messages")}"' in page
    assert clinician.name not in page
