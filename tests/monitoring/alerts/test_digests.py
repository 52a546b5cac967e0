"""What is calm reaches a clinician as one mail a digest time; what is urgent never waits for it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail

from monitoring.alerts import queries
from monitoring.alerts.actions import close_alert, raise_alert, settle_digests, take_alert
from monitoring.alerts.models import AlertDigest, AlertKind, AlertLevel
from monitoring.notifications.actions import deliver_due_notifications
from monitoring.notifications.models import Channel, Notification, Template
from monitoring.operations.models import SchedulerGap
from monitoring.people.actions import deactivate_user, register_patient
from monitoring.people.models import Clinic, Patient, User
from tests.monitoring.alerts.conftest import Raise

pytestmark = pytest.mark.django_db
AFTERNOON = timedelta(hours=4)  # the fixtures' now is ten o'clock in London, the next digest at two
NEXT_MORNING = timedelta(hours=22)
NOTE = "Rang her: awake and well."
Sweep = Callable[[datetime], int]


def sweep(now: datetime) -> int:
    return sum(settle_digests(user_id=pk, now=now, job="sweep") for pk in queries.digests_due(now))


def mails(user: User) -> list[Notification]:
    return list(Notification.objects.filter(recipient=user, channel=Channel.EMAIL).order_by("created_at"))


@pytest.fixture
def patients(clinic: Clinic, clinician: User, now: datetime) -> list[Patient]:
    """Three more patients of the clinician alone."""
    return [
        register_patient(
            clinic=clinic, identifier=f"HP-8{number}", family_name="Lind", given_names="Eva",
            birth_date=now.date().replace(year=1945), care_team=[clinician], job="tests", now=now,
        )
        for number in range(3)
    ]  # fmt: skip


def raise_for(patient: Patient, level: AlertLevel, now: datetime) -> None:
    raise_alert(
        patient=patient, kind=AlertKind.MISSED_CHECK_IN, level=level, why=["Missed"], source_type="check_in", now=now,
        job="tests",
    )  # fmt: skip


def test_many_calm_alerts_are_one_mail_that_says_a_number(
    patients: list[Patient], raised: Raise, clinician: User, colleague: User, now: datetime
) -> None:
    for patient in patients:
        raise_for(patient, AlertLevel.WARNING, now)
    raised(AlertLevel.INFO, now + timedelta(hours=1))
    assert sweep(now + AFTERNOON - timedelta(seconds=1)) == 0
    assert sweep(now + AFTERNOON) == 4 + 1
    assert sweep(now + AFTERNOON) == 0
    assert [(line.template, line.count, line.urgent) for line in mails(clinician)] == [(Template.DIGEST, 4, False)]
    assert [line.count for line in mails(colleague)] == [1]

    deliver_due_notifications(now=now + AFTERNOON)
    found = {letter.to[0]: letter for letter in mail.outbox}
    assert found[clinician.email].subject == "4 alerts wait for you"
    assert found[colleague.email].subject == "1 alert waits for you"
    assert "Lind" not in found[clinician.email].body


def test_what_was_answered_meanwhile_is_not_counted(raised: Raise, clinician: User, now: datetime) -> None:
    alert = raised(AlertLevel.WARNING)
    close_alert(alert=alert, outcome="called", note=NOTE, by=clinician, now=now)
    assert sweep(now + AFTERNOON) == 0
    assert not Notification.objects.filter(template=Template.DIGEST).exists()
    assert set(AlertDigest.objects.values_list("count", "settled_at")) == {(0, now + AFTERNOON)}


@pytest.mark.parametrize("level", [AlertLevel.URGENT, AlertLevel.EMERGENCY])
def test_what_is_urgent_is_never_digested_and_holds_the_calm_of_its_patient_back(
    level: AlertLevel, raised: Raise, patients: list[Patient], clinician: User, now: datetime
) -> None:
    raised(AlertLevel.WARNING)
    worse = raised(level, kind=AlertKind.WITHDRAWAL)
    raise_for(patients[0], AlertLevel.WARNING, now)
    assert [(line.template, line.created_at) for line in mails(clinician)] == [(Template.ALERT, now)]
    assert sweep(now + AFTERNOON) == 1  # the other patient's
    assert AlertDigest.objects.filter(settled_at__isnull=True).count() == 2  # for the two of the care team

    taken = take_alert(alert=worse, by=clinician, now=now + AFTERNOON)
    close_alert(alert=taken, outcome="called", note=NOTE, by=clinician, now=now + AFTERNOON)
    sweep(now + NEXT_MORNING)
    assert mails(clinician)[-1].count == 2  # nothing was lost: the row stood there all the time


def test_an_outage_ends_in_one_digest_that_holds_everything(
    patients: list[Patient], clinician: User, now: datetime
) -> None:
    raise_for(patients[0], AlertLevel.WARNING, now)
    raise_for(patients[1], AlertLevel.WARNING, now + AFTERNOON)  # belongs to the next morning's
    back = now + timedelta(hours=36)
    gap = SchedulerGap.objects.create(from_at=now + AFTERNOON, to_at=back, cause="outage", noted_at=back)
    assert sweep(back) == 0
    raise_for(patients[2], AlertLevel.WARNING, back)
    assert sweep(back + timedelta(minutes=5)) == 0
    SchedulerGap.objects.filter(pk=gap.pk).update(settled_at=back + timedelta(minutes=6))
    assert sweep(back + timedelta(minutes=6)) == 3
    assert [line.count for line in mails(clinician)] == [3]


def test_a_leaver_gets_none(raised: Raise, clinician: User, colleague: User, admin: User, now: datetime) -> None:
    raised(AlertLevel.WARNING)
    deactivate_user(user=colleague, by=admin, now=now)
    assert sweep(now + AFTERNOON) == 1
    assert mails(colleague) == []
