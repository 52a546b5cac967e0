"""Two machines with a clock and workers each: one dies for ever, and every item is still done once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from config.sweeps import BATCH, CARE, URGENT
from monitoring.alerts.actions import raise_alert
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.verification import verify
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.notifications.models import Notification, NotificationState
from monitoring.operations.models import Heartbeat, SchedulerGap
from monitoring.people.models import Clinic, Patient, User
from monitoring.regimens.models import DosePeriod
from monitoring.titration.models import StepState, TitrationStep
from tests.faults import crowd
from tests.faults.sessions import held_up
from tests.sweeping import Sweepers, database_url, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.xdist_group("sweeping"),
]

STEPS, MISSED, MAILS = 14, 10, 14
AT_ONCE_SECONDS = 30.0  # less than the 45 after which what holds them up is given up


@pytest.mark.core
def test_one_of_two_machines_dies_and_the_other_does_the_rest_once(
    stopped: Sweepers, clinic: Clinic, clinician: User, now: datetime
) -> None:
    # given: two machines, each with a clock that asks for the same sweeps, and much that is due
    people = crowd.patients(clinic, clinician, STEPS + MISSED, now)
    steps = crowd.due_steps(people[:STEPS], clinician, now)
    missed = crowd.unanswered_check_ins(people[-MISSED:], clinician, now)
    mails = crowd.waiting_mails([person.user for person in people[:MAILS] if person.user], now)
    accepted = Notification.objects.filter(pk__in=[mail.pk for mail in mails], state=NotificationState.ACCEPTED)
    open_steps = TitrationStep.objects.filter(state=StepState.PLANNED)
    open_check_ins = CheckIn.objects.filter(pk__in=[each.pk for each in missed], state=CheckInState.DUE)

    def done() -> int:
        return (STEPS - open_steps.count()) + (MISSED - open_check_ins.count()) + accepted.count()

    one, two = [[stopped.start_worker(), stopped.start_beat()] for _ in range(2)]
    until(lambda: done() >= 5, "some of it was done")
    # when: one of them loses its power and stays away
    for process in one:
        stopped.kill(process)
    assert done() < STEPS + MISSED + MAILS, "killed too late to prove anything"
    # A mail that was leaving at that moment stays claimed for 45 seconds: they have passed.
    Notification.objects.filter(lease_until__isnull=False).update(lease_until=now)
    until(lambda: done() == STEPS + MISSED + MAILS, "the other did the rest")
    assert all(process.is_running() for process in two)
    # then: every step was taken up and every silence noted exactly once
    assert crowd.lines("step.advance") == crowd.once(list(steps))
    doses = DosePeriod.objects.filter(source="step").values_list("source_id", flat=True)
    assert Counter(map(str, doses)) == crowd.once(list(steps))
    assert crowd.lines("check_in.close") == crowd.once(list(missed))
    assert Counter(Alert.objects.values_list("kind", flat=True)) == {AlertKind.MISSED_CHECK_IN: MISSED}
    # and: every mail left; one that was leaving may have left once more, under the same name
    assert crowd.lines("notification.send") & crowd.once(list(mails)) == crowd.once(list(mails))
    names = Counter(mail["Message-ID"] for mail in stopped.mailbox.mails)
    assert {f"<{mail.dedupe_key[:40]}@127.0.0.1>" for mail in mails} <= names.keys()
    assert max(names.values()) <= 2
    # and: nobody took it for a time in which nobody watched, and the log is whole
    assert not SchedulerGap.objects.exists()
    assert verify().intact


@contextmanager
def held(prescription: UUID) -> Iterator[None]:
    """A row that somebody else is writing all the while."""
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT 1 FROM monitoring_prescription WHERE id = %s FOR NO KEY UPDATE", [prescription])
        yield
        other.rollback()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="holds a row, which SQLite cannot")
def test_an_emergency_leaves_at_once_while_every_other_process_is_held_up(
    stopped: Sweepers, clinic: Clinic, clinician: User, patient: Patient, now: datetime
) -> None:
    # given: a worker for what is pressing, and one for the rest whose processes all wait for a row, with more behind
    (step,) = crowd.due_steps(crowd.patients(clinic, clinician, 1, now), clinician, now)
    stopped.start_beat()
    stopped.start_worker(URGENT)
    until(lambda: Heartbeat.objects.filter(name="deliver_notifications").exists(), "the pressing sweeps run")
    with held(step.plan.prescription_id):
        stopped.start_worker(CARE, BATCH)
        until(lambda: held_up() >= 2, "both processes wait")
        until(lambda: stopped.waiting(CARE) > 0 and stopped.waiting(BATCH) > 0, "work stands in both lanes")
        # when
        raise_alert(
            patient=patient, kind=AlertKind.SYMPTOMS, level=AlertLevel.EMERGENCY, why=["Slow breathing"],
            source_type="tests", source_id=patient.pk, job="tests", now=timezone.now(),
        )  # fmt: skip
        # then: its mail arrives while they are still held up
        until(lambda: stopped.mailbox.to(clinician.email), "the mail of the emergency", AT_ONCE_SECONDS)
        assert held_up() >= 2
    # and: what beat asked for meanwhile has lost its time and is thrown away
    until(lambda: "Discarding revoked task" in stopped.said(), "what was asked for long ago is thrown away")
    until(lambda: TitrationStep.objects.get(pk=step.pk).state == StepState.ADVANCED, "the work goes on")
    assert crowd.lines("step.advance") == crowd.once([step])
