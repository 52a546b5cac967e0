"""A day that was called off before anybody was asked, and is wanted again while its window is still open."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from monitoring import tasks
from monitoring.checkins.actions import end_schedule, plan_due_check_ins, start_schedule
from monitoring.checkins.models import CheckIn, CheckInSchedule, CheckInState, ScheduleSource
from monitoring.notifications.models import Notification, Template
from monitoring.people.models import Patient, User

pytestmark = [pytest.mark.django_db, pytest.mark.core]

TODAY = date(2026, 6, 15)
OPENS, CLOSES = datetime(2026, 6, 15, 7, tzinfo=UTC), datetime(2026, 6, 15, 19, tzinfo=UTC)
EARLY = OPENS - timedelta(hours=1)
LATER = OPENS + timedelta(hours=1)


def start(patient: Patient, by: User, now: datetime) -> CheckInSchedule:
    return start_schedule(
        patient=patient, source=ScheduleSource.PLAN, source_id=uuid4(), starts_on=TODAY, by=by, now=now
    )


def today() -> CheckIn:
    return CheckIn.objects.get(local_date=TODAY)


@pytest.fixture
def called_off(patient: Patient, clinician: User) -> CheckIn:
    """The patient's only schedule ended an hour before today's check-in was to open."""
    end_schedule(schedule=start(patient, clinician, EARLY), reason="plan cancelled", by=clinician, now=EARLY)
    assert today().state == CheckInState.CANCELLED
    return today()


def test_a_plan_that_begins_after_the_opening_brings_the_day_back_and_it_is_asked_at_once(
    called_off: CheckIn, patient: Patient, clinician: User, time_machine: object
) -> None:
    new = start(patient, clinician, LATER)
    assert (today().pk, today().state, today().schedule) == (called_off.pk, CheckInState.DUE, new)
    assert (today().opens_at, today().closes_at) == (OPENS, CLOSES)
    time_machine.move_to(LATER, tick=False)  # type: ignore[attr-defined]
    tasks.plan_check_ins()
    assert today().reminded_at == LATER
    assert today().late_at == LATER + (CLOSES - LATER) / 2
    asked = Notification.objects.filter(template=Template.CHECK_IN_DUE, ref_id=called_off.pk)
    assert sorted(asked.values_list("channel", flat=True)) == ["email", "in_app"]


def test_it_is_one_check_in_a_local_day_however_often_it_is_planned(
    called_off: CheckIn, patient: Patient, clinician: User
) -> None:
    for minutes in (0, 5, 10):
        start(patient, clinician, LATER + timedelta(minutes=minutes))
        plan_due_check_ins(patient_id=patient.pk, now=LATER + timedelta(minutes=minutes), job="tests")
    days = CheckIn.objects.order_by("local_date").values_list("local_date", "state")
    assert list(days) == [(TODAY, "due"), (TODAY + timedelta(days=1), "due")]


def test_a_day_stays_called_off_where_nothing_asks_on_it(
    called_off: CheckIn, patient: Patient, clinician: User
) -> None:
    start_schedule(
        patient=patient, source=ScheduleSource.PLAN, source_id=uuid4(), starts_on=TODAY + timedelta(days=1),
        by=clinician, now=LATER,
    )  # fmt: skip
    assert today().state == CheckInState.CANCELLED


def test_a_day_whose_window_has_closed_is_not_asked_for_any_more(
    called_off: CheckIn, patient: Patient, clinician: User
) -> None:
    start(patient, clinician, CLOSES)
    assert today().state == CheckInState.CANCELLED


def test_a_day_that_somebody_was_asked_on_is_not_opened_again(
    called_off: CheckIn, patient: Patient, clinician: User
) -> None:
    CheckIn.objects.filter(pk=called_off.pk).update(reminded_at=OPENS)
    start(patient, clinician, LATER)
    assert today().state == CheckInState.CANCELLED
