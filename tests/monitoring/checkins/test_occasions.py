"""Occasions: planned once a day, asked once, missed by the patient or by the system, and never confused."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from monitoring.alerts.models import Alert, AlertKind, AlertLevel
from monitoring.checkins.actions import (
    ask_check_in,
    end_schedule,
    mark_check_in_missed,
    plan_due_check_ins,
    save_page,
    start_check_in,
    start_schedule,
    submit_check_in,
)
from monitoring.checkins.models import CheckIn, CheckInSchedule, CheckInState, ScheduleSource
from monitoring.checkins.queries import check_ins_overdue, check_ins_to_ask, patients_to_plan
from monitoring.notifications.models import Notification, Template
from monitoring.people.models import Patient, User

pytestmark = [pytest.mark.django_db, pytest.mark.core]

JOB = "check_ins"


def sweep(now: datetime) -> None:
    """One round of the clock, as the tasks do it."""
    for patient_id in patients_to_plan(now):
        plan_due_check_ins(patient_id=patient_id, now=now, job=JOB)
    for check_in_id in check_ins_to_ask(now):
        ask_check_in(check_in_id=check_in_id, now=now, job=JOB)
    for check_in_id in check_ins_overdue(now):
        mark_check_in_missed(check_in_id=check_in_id, now=now, job=JOB)


def start(patient: Patient, by: User, now: datetime, **more: object) -> CheckInSchedule:
    wanted = {"source": ScheduleSource.OVERRIDE, "source_id": uuid4(), "starts_on": patient.local_date(now)} | more
    return start_schedule(patient=patient, by=by, now=now, **wanted)  # type: ignore[arg-type]


def test_a_start_asks_today_and_plans_tomorrow(patient: Patient, clinician: User, now: datetime) -> None:
    start(patient, clinician, now)
    days = CheckIn.objects.order_by("local_date").values_list("local_date", "opens_at", "state")
    assert list(days) == [
        (date(2026, 6, 15), datetime(2026, 6, 15, 7, 0, tzinfo=UTC), "due"),
        (date(2026, 6, 16), datetime(2026, 6, 16, 7, 0, tzinfo=UTC), "due"),
    ]


def test_planning_is_the_same_however_often_it_runs(patient: Patient, clinician: User, now: datetime) -> None:
    start(patient, clinician, now)
    for hours in range(0, 72, 4):
        sweep(now + timedelta(hours=hours))
        plan_due_check_ins(patient_id=patient.pk, now=now + timedelta(hours=hours), job=JOB)
    days = CheckIn.objects.order_by("local_date").values_list("local_date", flat=True)
    # The last round is at six in the morning of the 18th: that day and the next are planned.
    assert list(days) == [date(2026, 6, day) for day in range(15, 20)]


def test_several_schedules_still_ask_once_a_day(patient: Patient, clinician: User, now: datetime) -> None:
    start(patient, clinician, now)
    start(patient, clinician, now, source=ScheduleSource.PLAN)
    start(patient, clinician, now, source=ScheduleSource.STOP)
    assert CheckIn.objects.count() == 2
    assert CheckInSchedule.objects.running().count() == 3


def test_starting_again_for_the_same_source_is_one_running_schedule(
    patient: Patient, clinician: User, now: datetime
) -> None:
    source_id = uuid4()
    first = start(patient, clinician, now, source_id=source_id)
    assert start(patient, clinician, now, source_id=source_id) == first
    later = start(patient, clinician, now, source_id=source_id, starts_on=date(2026, 6, 16), daily_days=7)
    assert CheckInSchedule.objects.running().get() == later
    assert later.daily_until == first.daily_until


def test_a_fortnight_daily_then_weekly(patient: Patient, clinician: User, now: datetime) -> None:
    start(patient, clinician, now)
    for day in range(30):
        sweep(now + timedelta(days=day))
    days = sorted(CheckIn.objects.values_list("local_date", flat=True))
    daily = [date(2026, 6, 15) + timedelta(days=n) for n in range(14)]
    assert days == [*daily, date(2026, 7, 5), date(2026, 7, 12)]


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Lord_Howe"])
def test_one_occasion_a_local_day_through_the_clock_changes(
    patient: Patient, clinician: User, now: datetime, zone: str
) -> None:
    Patient.objects.filter(pk=patient.pk).update(time_zone=zone)
    patient.refresh_from_db()
    schedule = start(patient, clinician, now, daily_days=150)
    CheckInSchedule.objects.filter(pk=schedule.pk).update(opens_at="01:30")
    for day in range(150):
        plan_due_check_ins(patient_id=patient.pk, now=now + timedelta(days=day), job=JOB)
    days = list(CheckIn.objects.order_by("local_date").values_list("local_date", flat=True))
    first = days[0]
    assert days[:148] == [first + timedelta(days=n) for n in range(148)]


def test_it_is_announced_once_by_a_message_without_content(patient: Patient, clinician: User, now: datetime) -> None:
    start(patient, clinician, now)
    for _ in range(3):
        sweep(now)
    messages = Notification.objects.filter(template=Template.CHECK_IN_DUE)
    assert sorted(messages.values_list("channel", flat=True)) == ["email", "in_app"]
    assert {message.recipient for message in messages} == {patient.user}


def test_an_asked_and_unanswered_occasion_is_missed_and_an_alert(
    patient: Patient, clinician: User, now: datetime
) -> None:
    start(patient, clinician, now)
    sweep(now)
    sweep(now + timedelta(hours=11))
    alert = Alert.objects.get()
    assert CheckIn.objects.get(local_date=date(2026, 6, 15)).state == CheckInState.MISSED
    assert (alert.kind, alert.level, alert.why) == (
        AlertKind.MISSED_CHECK_IN, AlertLevel.WARNING, ["Check-in missed: 15 June 2026"],
    )  # fmt: skip
    assert Notification.objects.filter(template=Template.CHECK_IN_MISSED, recipient=patient.user).count() == 2


def test_a_second_miss_in_a_row_makes_the_alert_urgent(patient: Patient, clinician: User, now: datetime) -> None:
    start(patient, clinician, now)
    for day in range(2):
        sweep(now + timedelta(days=day))
        sweep(now + timedelta(days=day, hours=11))
    alert = Alert.objects.get()
    assert (alert.level, alert.why[0]) == (AlertLevel.URGENT, "2 check-ins missed in a row: 16 June 2026")


def test_silence_after_a_bad_report_is_urgent_at_once(
    patient: Patient, clinician: User, now: datetime, well: dict[str, object]
) -> None:
    start(patient, clinician, now)
    bad = {**well, "q6_strength": 1}
    submit_check_in(patient=patient, answers=bad, submission_key=uuid4(), by=patient.user, now=now)
    sweep(now + timedelta(days=1))
    sweep(now + timedelta(days=1, hours=11))
    assert Alert.objects.get(kind=AlertKind.MISSED_CHECK_IN).level == AlertLevel.URGENT


def test_missing_is_judged_without_any_reminder_arriving(patient: Patient, clinician: User, now: datetime) -> None:
    start(patient, clinician, now)
    sweep(now)
    Notification.objects.all().delete()
    sweep(now + timedelta(hours=11))
    assert Alert.objects.filter(kind=AlertKind.MISSED_CHECK_IN).exists()


def test_two_sweeps_miss_it_once(patient: Patient, clinician: User, now: datetime) -> None:
    start(patient, clinician, now)
    sweep(now)
    check_in = CheckIn.objects.get(local_date=date(2026, 6, 15))
    late = now + timedelta(hours=11)
    done = [mark_check_in_missed(check_in_id=check_in.pk, now=late, job=JOB) for _ in range(3)]
    assert done == [True, False, False]
    assert Alert.objects.get().report_count == 1


def test_what_was_sent_is_not_missed(patient: Patient, clinician: User, well: dict[str, object], now: datetime) -> None:
    start(patient, clinician, now)
    sweep(now)
    submit_check_in(patient=patient, answers=well, submission_key=uuid4(), by=clinician, now=now)
    sweep(now + timedelta(hours=11))
    assert not Alert.objects.exists()


def test_an_outage_is_the_systems_silence_and_not_the_patients(
    patient: Patient, clinician: User, now: datetime
) -> None:
    start(patient, clinician, now)
    sweep(now)
    submit_check_in(patient=patient, answers={"q1_sleepiness": 0}, submission_key=uuid4(), by=clinician, now=now)
    Alert.objects.all().update(state="closed", closed_at=now, closed_by=clinician, outcome="called")
    # No sweep runs for three days: from the evening of the 15th to that of the 18th.
    sweep(datetime(2026, 6, 18, 21, 0, tzinfo=UTC))
    states = dict(CheckIn.objects.values_list("local_date", "state"))
    assert states == {
        date(2026, 6, 15): CheckInState.SUBMITTED,
        date(2026, 6, 16): CheckInState.MISSED_SYSTEM,
        date(2026, 6, 17): CheckInState.MISSED_SYSTEM,
        date(2026, 6, 18): CheckInState.MISSED_SYSTEM,
        date(2026, 6, 19): CheckInState.DUE,
    }
    assert not Alert.objects.open().exists()
    assert not Notification.objects.filter(template=Template.CHECK_IN_MISSED).exists()


def test_a_form_begun_with_a_danger_and_not_sent_reaches_somebody(
    patient: Patient, clinician: User, now: datetime
) -> None:
    check_in = start_check_in(patient=patient, by=patient.user, now=now)
    save_page(
        check_in=check_in, page=3, questions=("q2_breathing", "q7_heart"), answers={"q2_breathing": 1},
        by=patient.user, now=now,
    )  # fmt: skip
    sweep(now + timedelta(hours=13))
    alert = Alert.objects.get()
    assert alert.level == AlertLevel.URGENT
    assert alert.why[0] == "A check-in was begun and not sent"


def test_a_form_begun_without_an_answer_goes_quietly(patient: Patient, now: datetime) -> None:
    check_in = start_check_in(patient=patient, by=patient.user, now=now)
    sweep(now + timedelta(hours=13))
    check_in.refresh_from_db()
    assert check_in.state == CheckInState.CANCELLED
    assert not Alert.objects.exists()


def test_the_end_of_a_schedule_takes_its_unopened_occasions_unless_another_asks(
    patient: Patient, clinician: User, now: datetime
) -> None:
    one = start(patient, clinician, now)
    two = start(patient, clinician, now, source=ScheduleSource.PLAN)
    assert end_schedule(schedule=one, reason="override expired", by=clinician, now=now)
    assert not end_schedule(schedule=one, reason="override expired", by=clinician, now=now)
    tomorrow = CheckIn.objects.get(local_date=date(2026, 6, 16))
    assert (tomorrow.state, tomorrow.schedule) == (CheckInState.DUE, two)
    end_schedule(schedule=two, reason="plan cancelled", by=clinician, now=now)
    tomorrow.refresh_from_db()
    assert tomorrow.state == CheckInState.CANCELLED
    assert CheckIn.objects.get(local_date=date(2026, 6, 15)).state == CheckInState.DUE


def test_an_unopened_occasion_follows_the_patient_to_another_zone(
    patient: Patient, clinician: User, now: datetime
) -> None:
    start(patient, clinician, now)
    Patient.objects.filter(pk=patient.pk).update(time_zone="America/New_York")
    plan_due_check_ins(patient_id=patient.pk, now=now + timedelta(hours=14), job=JOB)
    tomorrow = CheckIn.objects.get(local_date=date(2026, 6, 16))
    assert tomorrow.opens_at == datetime(2026, 6, 16, 12, 0, tzinfo=UTC)


def test_nothing_is_planned_between_two_days(
    patient: Patient, clinician: User, now: datetime, django_assert_num_queries: object
) -> None:
    start(patient, clinician, now)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert patients_to_plan(now + timedelta(hours=1)) == []
    assert patients_to_plan(datetime(2026, 6, 15, 23, 0, tzinfo=UTC)) == [patient.pk]
