"""Asked by the hundred or one alone: the same rows, and one that cannot be asked keeps nobody waiting."""

import random
import threading
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from monitoring import tasks
from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.audit.digests import is_authentic
from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import (
    ask_check_in,
    ask_check_ins,
    claim_to_ask,
    claim_turned_late,
    note_late_check_in,
    note_late_check_ins,
)
from monitoring.checkins.models import CheckIn, CheckInPreference, CheckInSchedule, CheckInState, ScheduleSource
from monitoring.notifications.actions import Message, queue_messages
from monitoring.notifications.models import Notification, Template
from monitoring.operations.models import SweepFailure
from monitoring.operations.rules import QUARANTINED_AFTER
from monitoring.people.models import Clinic, Patient, User
from tests.faults import crowd

JOB = "plan_check_ins"
ZONES = ("UTC", "Europe/London", "Pacific/Auckland", "America/St_Johns", "Asia/Kathmandu")


def occasions(clinic: Clinic, clinician: User, count: int, now: datetime, chance: random.Random) -> list[CheckIn]:
    """Occasions of all kinds around `now`: not open, open, asked, late, closed; some patients quiet, some away."""
    people = crowd.patients(clinic, clinician, count, now)
    for person in people:
        person.time_zone = chance.choice(ZONES)
        if chance.random() < 0.2:
            person.user = None
    Patient.objects.bulk_update(people, ["time_zone", "user"])
    User.objects.filter(pk__in=[p.user_id for p in people if p.user_id and chance.random() < 0.2]).update(
        is_active=False
    )
    CheckInPreference.objects.bulk_create(
        CheckInPreference(
            patient=person, quiet_from=time(chance.randrange(24)), quiet_until=time(chance.randrange(24), 30),
            set_at=now, set_by=clinician,
        )
        for person in people if chance.random() < 0.5
    )  # fmt: skip
    schedules = CheckInSchedule.objects.bulk_create(
        CheckInSchedule(
            patient=person, source=ScheduleSource.CLINICIAN, starts_on=now.date(), daily_until=now.date(),
            opens_at=time(8), plan_next_at=now, created_at=now,
        )
        for person in people
    )  # fmt: skip
    return CheckIn.objects.bulk_create(_occasion(schedule, now, chance) for schedule in schedules)


def _occasion(schedule: CheckInSchedule, now: datetime, chance: random.Random) -> CheckIn:
    opens_at = now - timedelta(hours=chance.choice([-1, 0, 1, 3, 11, 12, 13]))
    asked = opens_at if opens_at < now and chance.random() < 0.5 else None
    return CheckIn(
        patient=schedule.patient, schedule=schedule if chance.random() < 0.9 else None, local_date=now.date(),
        opens_at=opens_at, closes_at=opens_at + timedelta(hours=12), reminded_at=asked,
        remind_at=opens_at + timedelta(hours=2) if chance.random() < 0.3 else None,
        late_at=asked and asked + timedelta(hours=chance.choice([0, 2, 6])),
        state=CheckInState.DUE if chance.random() < 0.9 else CheckInState.SUBMITTED,
    )  # fmt: skip


def written() -> dict[str, list[dict[str, Any]]]:
    """All that asking writes, without what is drawn anew for each row."""
    messages = Notification.objects.order_by("dedupe_key").values()
    lines = AuditEvent.objects.filter(action__in=["check_in.ask", "check_in.late"]).order_by("action", "object_id")
    assert all(is_authentic(line) for line in lines)
    kept = {"check-ins": CheckIn.objects.order_by("pk").values(), "messages": messages, "lines": lines.values()}
    own = {"messages": {"id", "sealed_link"}, "lines": {"id", "serial", "digest"}}
    return {
        name: [{column: row[column] for column in row.keys() - own.get(name, set())} for row in rows]
        for name, rows in kept.items()
    }


@pytest.mark.core
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_many_at_once_write_what_each_alone_writes(clinic: Clinic, clinician: User, now: datetime, seed: int) -> None:
    occasions(clinic, clinician, 60, now, random.Random(seed))  # noqa: S311 - the same each time
    found = []
    for at_once in (True, False):
        save = transaction.savepoint()
        asked, late = claim_to_ask(now, 500, ()), claim_turned_late(now, 500, ())
        assert asked
        assert late
        if at_once:
            counts = (
                ask_check_ins(check_in_ids=asked, now=now, job=JOB),
                note_late_check_ins(check_in_ids=late, now=now, job=JOB),
            )
        else:
            counts = (
                sum(ask_check_in(check_in_id=pk, now=now, job=JOB) for pk in asked),
                sum(note_late_check_in(check_in_id=pk, now=now, job=JOB) for pk in late),
            )
        found.append((counts, written()))
        transaction.savepoint_rollback(save)
    assert found[0] == found[1]
    assert found[0][1]["messages"]


@pytest.mark.core
@pytest.mark.django_db
def test_one_that_cannot_be_asked_goes_alone_and_the_others_are_asked(
    clinic: Clinic, clinician: User, now: datetime, time_machine: Any
) -> None:
    occasions(clinic, clinician, 12, now, random.Random(7))  # noqa: S311 - the same each time
    CheckInPreference.objects.all().delete()  # a patient in quiet hours waits, and would not be asked now
    bad = CheckIn.objects.get(pk=claim_to_ask(now, 1, ())[0])
    Patient.objects.filter(pk=bad.patient_id).update(time_zone="Nowhere/Atall")
    time_machine.move_to(now, tick=False)
    tasks.plan_check_ins()
    assert claim_to_ask(now, 500, ()) == [bad.pk]
    assert SweepFailure.objects.get(sweep="ask_check_ins").item_id == str(bad.pk)


@pytest.mark.core
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("template", "opened", "why"),
    [
        (Template.CHECK_IN_DUE, timedelta(minutes=1), "could not be asked for; nobody is asking this patient"),
        (Template.CHECK_IN_LATE, timedelta(hours=7), "is late and the patient could not be reminded"),
    ],
)
def test_a_patient_who_can_never_be_asked_is_an_alert_and_the_others_are_asked(
    clinic: Clinic, clinician: User, now: datetime, time_machine: Any, monkeypatch: pytest.MonkeyPatch,
    template: Template, opened: timedelta, why: str,
) -> None:  # fmt: skip
    bad, *others = alike(clinic, clinician, 4, opens_at=now - opened, asked=template == Template.CHECK_IN_LATE)

    def broken(*, messages: list[Message], now: datetime) -> object:
        if any(each.ref_id == bad.pk for each in messages):
            raise KeyError("HARPER")
        return queue_messages(messages=messages, now=now)

    monkeypatch.setattr("monitoring.checkins.actions.asking.queue_messages", broken)
    for minute in range(QUARANTINED_AFTER + 3):
        assert Alert.objects.exists() == (minute >= QUARANTINED_AFTER)
        time_machine.move_to(now + timedelta(minutes=2 * minute), tick=False)
        tasks.plan_check_ins()
    alert = Alert.objects.get()
    assert (alert.patient, alert.kind, alert.level) == (bad.patient, AlertKind.MISSED_CHECK_IN, AlertLevel.URGENT)
    assert (alert.why[0].endswith(why), len(alert.why), alert.report_count) == (True, 1, 1)
    told = Notification.objects.filter(template=template).values_list("ref_id", flat=True)
    assert set(told) == {each.pk for each in others}


def alike(clinic: Clinic, clinician: User, count: int, *, opens_at: datetime, asked: bool) -> list[CheckIn]:
    """Occasions that opened at one instant, of patients without quiet hours; asked for then, or not yet."""
    closes_at = opens_at + timedelta(hours=12)
    schedules = CheckInSchedule.objects.bulk_create(
        CheckInSchedule(
            patient=person, source=ScheduleSource.CLINICIAN, starts_on=opens_at.date(), daily_until=opens_at.date(),
            opens_at=time(8), plan_next_at=closes_at, created_at=opens_at,
        )
        for person in crowd.patients(clinic, clinician, count, opens_at)
    )  # fmt: skip
    return CheckIn.objects.bulk_create(
        CheckIn(
            patient=each.patient, schedule=each, local_date=opens_at.date(), opens_at=opens_at, closes_at=closes_at,
            reminded_at=opens_at if asked else None, late_at=opens_at + timedelta(hours=6) if asked else None,
        )
        for each in schedules
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_what_another_holds_is_left_to_it(clinic: Clinic, clinician: User, now: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    occasions(clinic, clinician, 40, now, random.Random(3))  # noqa: S311 - the same each time
    theirs: list[UUID] = []

    def claim() -> None:
        with transaction.atomic():
            theirs.extend(claim_to_ask(now, 500, ()))
        connection.close()

    with transaction.atomic():
        ours = claim_to_ask(now, 3, ())
        other = threading.Thread(target=claim)
        other.start()
        other.join(10)
    assert len(ours) == 3
    assert theirs
    assert not set(ours) & set(theirs)
