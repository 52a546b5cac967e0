"""Daily check-ins follow when a medicine is begun or changed, whatever its flags were answered with."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from monitoring.checkins.actions import start_schedule
from monitoring.checkins.models import CheckInSchedule, ScheduleSource
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_dose, stop_prescription
from monitoring.regimens.models import Prescription
from tests.monitoring.regimens.conftest import Prescribe, mg

pytestmark = pytest.mark.django_db

Answer = Callable[..., Prescription]


def raise_dose(prescription: Prescription, by: User, now: datetime, from_day: date) -> None:
    prescription.refresh_from_db()
    change_dose(
        prescription=prescription, dose=mg(10, 10, 15), sig="", from_day=from_day, by=by, now=now,
        expected_version=prescription.version,
    )  # fmt: skip


def watch_of(prescription: Prescription) -> CheckInSchedule:
    return CheckInSchedule.objects.running().get(source=ScheduleSource.CHANGE, source_id=prescription.pk)


def nothing_asked(now: datetime) -> None:
    CheckInSchedule.objects.running().update(ended_at=now, ended_reason="over")


@pytest.mark.parametrize("reason", ["tolerated", "specialist"])
def test_a_pair_that_is_begun_is_watched_whatever_the_answer(
    reason: str, give: Prescribe, answer: Answer, baclofen: Prescription, today: date
) -> None:
    # given a medicine of the pair that waits for its flag: nobody takes it, so nobody is asked
    begun = give("amitriptyline", mg(25))
    assert not CheckInSchedule.objects.running().exists()
    # when the flag is answered without a promise to monitor
    answer(begun, reason)
    # then 14 daily check-ins follow, weekly ones, and one every four weeks
    cadence = watch_of(begun).cadence
    assert [cadence.asks_on(today + timedelta(days=n)) for n in range(15)] == [True] * 14 + [False]
    assert cadence.later_weeks == 4


def test_a_promise_to_monitor_does_all_of_it_already(give: Prescribe, answer: Answer, baclofen: Prescription) -> None:
    answer(give("amitriptyline", mg(25)), "will_monitor")
    assert [each.source for each in CheckInSchedule.objects.running()] == [ScheduleSource.OVERRIDE]


def test_a_medicine_to_come_is_watched_from_its_first_day(
    give: Prescribe, answer: Answer, baclofen: Prescription, today: date
) -> None:
    first = today + timedelta(days=5)
    assert watch_of(answer(give("amitriptyline", mg(25), starts_on=first), "tolerated")).starts_on == first


def test_what_was_begun_weeks_ago_is_no_start(amitriptyline: Prescription) -> None:
    assert not CheckInSchedule.objects.running().exists()


def test_a_change_of_a_flagged_medicine_is_watched_daily_for_two_weeks(
    patient: Patient, clinician: User, amitriptyline: Prescription, baclofen: Prescription, now: datetime, today: date
) -> None:
    start_schedule(
        patient=patient, source=ScheduleSource.CLINICIAN, source_id=None, starts_on=today - timedelta(days=40),
        by=clinician, now=now,
    )  # fmt: skip
    for day in (2, 4):
        raise_dose(baclofen, clinician, now, today + timedelta(days=day))
    watch = watch_of(baclofen)
    assert (watch.starts_on, watch.daily_until) == (today + timedelta(days=4), today + timedelta(days=17))
    assert watch.later_weeks is None


def test_a_change_of_the_pair_begins_check_ins_where_none_run(
    clinician: User, amitriptyline: Prescription, baclofen: Prescription, now: datetime, today: date
) -> None:
    nothing_asked(now)
    raise_dose(baclofen, clinician, now, today)
    watch = watch_of(baclofen)
    assert (watch.daily_until, watch.later_weeks) == (today + timedelta(days=13), 4)


def test_without_the_pair_a_change_begins_none(
    clinician: User, baclofen: Prescription, now: datetime, today: date
) -> None:
    nothing_asked(now)
    raise_dose(baclofen, clinician, now, today)
    assert not CheckInSchedule.objects.running().exists()


def test_amitriptyline_that_ends_is_watched_weekly_for_a_month(
    clinician: User, amitriptyline: Prescription, now: datetime, today: date
) -> None:
    amitriptyline.refresh_from_db()
    stop_prescription(
        prescription=amitriptyline, last_day=today, reason="no_benefit", note="", by=clinician, now=now,
        expected_version=amitriptyline.version,
    )  # fmt: skip
    cadence = CheckInSchedule.objects.running().get(source=ScheduleSource.STOP).cadence
    asked = [n for n in range(60) if cadence.asks_on(today + timedelta(days=n))]
    assert asked == [1, 8, 15, 22, 29]


def test_a_schedule_from_before_the_four_weekly_stage_gets_it_when_it_restarts(
    patient: Patient, clinician: User, now: datetime, today: date
) -> None:
    # given a row of the time when the weekly ones had no end
    same = {"patient": patient, "source": ScheduleSource.PLAN, "source_id": uuid4(), "by": clinician, "now": now}
    old = start_schedule(**same, starts_on=today - timedelta(days=70))
    CheckInSchedule.objects.filter(pk=old.pk).update(weekly_until=None, later_weeks=None)
    old.refresh_from_db()
    assert old.cadence.asks_on(old.daily_until + timedelta(weeks=30))
    # when it is started again
    new = start_schedule(**same, starts_on=today)
    assert (new.weekly_until, new.later_weeks) == (new.daily_until + timedelta(weeks=6), 4)
