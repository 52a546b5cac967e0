"""The worker is killed in the middle of its work, the broker forgets everything: each item is still done once."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from monitoring.alerts.models import Alert, AlertKind
from monitoring.audit.models import AuditEvent
from monitoring.audit.verification import verify
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.notifications.models import DeliveryAttempt, Notification, NotificationState
from monitoring.people.models import Clinic, User
from monitoring.regimens.models import DosePeriod, Prescription
from monitoring.titration.models import StepState, TitrationStep
from tests.faults import crowd
from tests.faults.sessions import held_up, other_transactions
from tests.sweeping import Sweepers, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.xdist_group("sweeping"),
]

STEPS, MISSED, MAILS = 26, 14, 26
KILLS = 2


@pytest.mark.core
def test_a_worker_killed_in_mid_sweep_loses_nothing_and_repeats_nothing(
    stopped: Sweepers, clinic: Clinic, clinician: User, now: datetime
) -> None:
    # given: more than sixty things that are due
    people = crowd.patients(clinic, clinician, STEPS + MISSED, now)
    steps = crowd.due_steps(people[:STEPS], clinician, now)
    missed = crowd.unanswered_check_ins(people[-MISSED:], clinician, now)
    mails = crowd.waiting_mails([person.user for person in people[:MAILS] if person.user], now)
    accepted = Notification.objects.filter(pk__in=[mail.pk for mail in mails], state=NotificationState.ACCEPTED)
    open_steps = TitrationStep.objects.filter(state=StepState.PLANNED)
    open_check_ins = CheckIn.objects.filter(pk__in=[each.pk for each in missed], state=CheckInState.DUE)

    def done() -> int:
        return (STEPS - open_steps.count()) + (MISSED - open_check_ins.count()) + accepted.count()

    # when: the worker is killed twice, with some of it done, and the broker forgets every message each time
    stopped.start_beat()
    for _ in range(KILLS):
        worker, before = stopped.start_worker(), done()
        until(lambda before=before: done() >= before + 5, "some of it was done")  # type: ignore[misc]
        stopped.kill(worker)
        stopped.lose_every_message()
        assert done() < STEPS + MISSED + MAILS, "killed too late to prove anything"
    # A mail that was leaving at that moment stays claimed for 45 seconds: they have passed.
    Notification.objects.filter(lease_until__isnull=False).update(lease_until=now)
    stopped.start_worker()
    until(lambda: done() == STEPS + MISSED + MAILS, "all of it was done")
    outbox = Notification.objects.filter(state__in=[NotificationState.PENDING, NotificationState.SENDING], urgent=True)
    until(lambda: not outbox.exists(), "the outbox is empty")

    # then: every step was taken up exactly once
    assert crowd.lines("step.advance") == crowd.once(list(steps))
    assert Counter(
        map(str, DosePeriod.objects.filter(source="step").values_list("source_id", flat=True))
    ) == crowd.once(list(steps))
    assert not Alert.objects.filter(kind=AlertKind.STEP_HELD).exists()
    # and: every silence was noted exactly once, with one alert
    assert crowd.lines("check_in.close") == crowd.once(list(missed))
    assert Counter(Alert.objects.values_list("kind", flat=True)) == {AlertKind.MISSED_CHECK_IN: MISSED}
    # and: every mail left; one that was leaving when the worker died may have left twice, under the same name
    assert crowd.lines("notification.send") & crowd.once(list(mails)) == crowd.once(list(mails))
    names = Counter(mail["Message-ID"] for mail in stopped.mailbox.mails)
    for mail in mails:
        assert names[f"<{mail.dedupe_key[:40]}@127.0.0.1>"] in range(1, 2 + KILLS)
    # A worker has two processes, and each notes a mail that was taken before it hands over the next.
    assert sum(names.values()) - len(names) <= KILLS * 2
    # and: the log is whole
    assert verify().intact


@pytest.mark.skipif(connection.vendor != "postgresql", reason="holds a row, which SQLite cannot")
def test_a_step_that_was_half_taken_up_is_not_taken_up_at_all(
    stopped: Sweepers, clinic: Clinic, clinician: User, now: datetime
) -> None:
    # given: a worker that has claimed a step and waits for a row that somebody else is writing
    (step,) = crowd.due_steps(crowd.patients(clinic, clinician, 1, now), clinician, now)
    with transaction.atomic():
        Prescription.objects.select_for_update(no_key=True).get(pk=step.plan.prescription_id)
        stopped.start()
        until(held_up, "the worker waits inside its transaction")
        # when: it is killed there
        for process in list(stopped.running):
            stopped.kill(process)
    # then: nothing of it remains
    until(lambda: not other_transactions(), "the server noticed")
    step.refresh_from_db()
    assert step.state == StepState.PLANNED
    assert not DosePeriod.objects.filter(source="step").exists()
    assert not AuditEvent.objects.filter(action="step.advance").exists()
    # and: the next worker does it, once
    stopped.start()
    until(lambda: TitrationStep.objects.filter(pk=step.pk, state=StepState.ADVANCED).exists(), "it was taken up")
    assert DosePeriod.objects.filter(source="step").count() == 1
    assert crowd.lines("step.advance") == crowd.once([step])


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_mail_that_was_leaving_goes_again_under_the_same_name(
    stopped: Sweepers, clinician: User, now: datetime, when: str
) -> None:
    # given: a mail that was claimed, and a server that has not said whether it took it
    (message,) = crowd.waiting_mails([clinician], now)
    stopped.mailbox.hold = when
    stopped.start()
    until(stopped.mailbox.reached.is_set, "the mail is on its way")
    message.refresh_from_db()
    assert message.state == NotificationState.SENDING
    # when: the worker is killed there
    for process in list(stopped.running):
        stopped.kill(process)
    stopped.mailbox.hold = ""
    stopped.mailbox.released.set()
    # then: nobody else sends it while the claim stands
    assert message.lease_until is not None
    assert message.lease_until > timezone.now()
    # and: once it has run out, the mail goes again
    Notification.objects.filter(pk=message.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    stopped.start()
    until(lambda: Notification.objects.get(pk=message.pk).state == NotificationState.ACCEPTED, "it was sent")
    # and: where the first copy had arrived the second bears the same name, so that a mailbox can drop it
    copies = stopped.mailbox.to(clinician.email)
    assert len(copies) == (2 if when == "after" else 1)
    assert len({mail["Message-ID"] for mail in copies}) == 1
    assert crowd.lines("notification.send") == crowd.once([message])
    assert DeliveryAttempt.objects.filter(notification=message, succeeded=True).count() == 1
    message.refresh_from_db()
    assert message.attempts == 2
