"""While no worker sweeps, calls to the web server do what is pressing, beside the answer and never before it."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from config.ticking import TickingApplication
from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.notifications.models import Notification, NotificationState
from monitoring.operations.actions import beat
from monitoring.operations.machine import Memory, remember
from monitoring.operations.models import Heartbeat, SchedulerGap, SweepClock, SweepFailure
from monitoring.operations.queries import monitoring_stalled
from monitoring.operations.rules import VITAL_SWEEPS
from monitoring.people.models import Patient, User
from monitoring.tasks import attend_without_workers
from tests.sweeping import until

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path


def answer(_environ: dict[str, Any], _start_response: Callable[..., Any]) -> list[bytes]:
    return [b"answer"]


def raised(patient: Patient, level: AlertLevel, kind: AlertKind, now: datetime) -> Alert:
    return raise_alert(
        patient=patient, kind=kind, level=level, why=["x"], source_type="tests", source_id=patient.pk, now=now,
        job="tests",
    )  # fmt: skip


@pytest.mark.django_db
def test_pressing_alerts_are_passed_on_and_sent_though_nobody_sweeps(patient: Patient, now: datetime) -> None:
    # given: sweeps that were alive when an emergency, an urgent alert and a calm one were raised
    for name in VITAL_SWEEPS:
        beat(name=name, now=now)
    emergency = raised(patient, AlertLevel.EMERGENCY, AlertKind.SYMPTOMS, now)
    calm = raised(patient, AlertLevel.WARNING, AlertKind.MISSED_CHECK_IN, now)
    Alert.objects.update(next_escalation_at=now + MINUTE)
    # when: they have been silent for 89 seconds, the web server does not step in
    assert not attend_without_workers(now=now + timedelta(seconds=89))
    # and when: for 91, it does
    assert attend_without_workers(now=now + timedelta(seconds=91))
    # then: the emergency was passed on and its mails left; the calm one waits for the catch-up
    emergency.refresh_from_db()
    calm.refresh_from_db()
    assert emergency.rung == 1
    assert calm.rung == 0
    sent = Notification.objects.filter(ref_id=emergency.pk, channel="email")
    assert set(sent.values_list("state", flat=True)) == {NotificationState.ACCEPTED}
    assert mail.outbox
    # and: it goes on counting as standing still, and no tick hides the gap from the sweeps that come back
    assert monitoring_stalled(now + 3 * MINUTE) == now
    assert not SweepClock.objects.exists()


@pytest.mark.django_db
def test_of_all_processes_one_steps_in_every_ten_seconds(now: datetime) -> None:
    assert attend_without_workers(now=now)
    assert not attend_without_workers(now=now + timedelta(seconds=9))
    assert attend_without_workers(now=now + timedelta(seconds=10))
    assert attend_without_workers(now=now - timedelta(days=1)), "nor does a clock set back keep it away"


@pytest.mark.django_db
def test_a_restored_database_is_made_ready_before_anything_is_sent(
    clinician: User, now: datetime, settings: Any
) -> None:
    clock = SweepClock.objects.create(ticked_at=now)
    remember(settings.VAR_DIR, Memory(clock.database, 1000))
    held = Notification.objects.create(
        recipient=clinician, channel="email", template="alert", dedupe_key="x", created_at=now, next_at=now
    )
    assert attend_without_workers(now=now + 60 * MINUTE)
    held.refresh_from_db()
    assert held.state == NotificationState.CANCELLED
    assert SchedulerGap.objects.get().cause == "restore"
    assert not mail.outbox


class Looker:
    """Stands for the look; a test holds it as long as it likes."""

    def __init__(self, *, needed: bool = True, error: Exception | None = None) -> None:
        self.looks, self.needed, self.error = 0, needed, error
        self.go_on = threading.Event()

    def __call__(self, *, now: datetime) -> bool:
        self.looks += 1
        self.go_on.wait(20)
        if self.error:
            raise self.error
        return self.needed


@pytest.fixture
def looker() -> Iterator[Looker]:
    made = Looker()
    yield made
    made.go_on.set()


@pytest.mark.django_db(transaction=True)
def test_an_answer_does_not_wait_for_the_look_and_one_look_is_enough(looker: Looker) -> None:
    application = TickingApplication(answer, looker)
    began = time.monotonic()
    assert [application({}, lambda *_: None) for _ in range(100)] == [[b"answer"]] * 100
    assert time.monotonic() - began < 5, "the look still hangs"
    until(lambda: looker.looks == 1, "the look")
    application.look_at = 0.0
    assert application.nudge() is None, "one is under way"
    looker.go_on.set()
    until(lambda: not application.looking.locked(), "its end")
    assert looker.looks == 1


@pytest.mark.django_db(transaction=True)
def test_a_look_that_fails_is_counted_and_the_next_one_that_works_forgets_it(looker: Looker) -> None:
    looker.go_on.set()
    looker.error = KeyError("HARPER")
    application = TickingApplication(answer, looker)
    joined(application.nudge())
    assert SweepFailure.objects.get().sweep == "web_tick"
    looker.error, application.look_at = None, 0.0
    joined(application.nudge())
    assert not SweepFailure.objects.exists()
    assert not Heartbeat.objects.exists()


def joined(thread: threading.Thread | None) -> None:
    assert thread is not None
    thread.join(20)
    assert not thread.is_alive()
