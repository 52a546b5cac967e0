"""A patient's own times, a move to another zone, and a clinician's cadence: the planned occasions follow."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import (
    Times,
    end_schedule,
    override_cadence,
    plan_due_check_ins,
    return_to_rule,
    set_check_in_times,
    start_schedule,
)
from monitoring.checkins.models import CheckIn, CheckInPreference, CheckInSchedule, CheckInState, ScheduleSource
from monitoring.checkins.rules import InputError, Override
from monitoring.people.models import Patient, User
from monitoring.regimens.actions import change_patient_context

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)
TOMORROW = TODAY + timedelta(days=1)
WHY = "Stable for a year, agreed with the patient."


def planned() -> dict[date, datetime]:
    rows = CheckIn.objects.filter(schedule__isnull=False, state=CheckInState.DUE)
    return dict(rows.order_by("local_date").values_list("local_date", "opens_at"))


def plan(patient: Patient, now: datetime, days: int) -> set[date]:
    for day in range(days):
        plan_due_check_ins(patient_id=patient.pk, now=now + timedelta(days=day), job="plan_check_ins")
    return set(planned())


def test_tomorrow_follows_another_time_and_today_stays_as_it_is_open(
    patient: Patient, patient_user: User, due: CheckIn, now: datetime
) -> None:
    times = Times(patient.time_zone, asks_at=time(18))
    assert set_check_in_times(patient=patient, times=times, by=patient_user, now=now) == ("asks_at",)
    assert planned()[TODAY] == due.opens_at
    assert planned()[TOMORROW] == datetime(2026, 6, 16, 17, tzinfo=UTC)
    assert set_check_in_times(patient=patient, times=times, by=patient_user, now=now) == ()
    assert AuditEvent.objects.filter(action="check_in.times").count() == 1


@pytest.mark.parametrize(
    ("zone", "opens"),
    [
        ("America/New_York", datetime(2026, 6, 16, 12, tzinfo=UTC)),
        # In Auckland eight o'clock of the 16th comes 13 hours after that of the 15th in London.
        ("Pacific/Auckland", datetime(2026, 6, 15, 20, tzinfo=UTC)),
        # In Kiritimati it would come after 11 hours: it waits for the twelfth.
        ("Pacific/Kiritimati", datetime(2026, 6, 15, 19, tzinfo=UTC)),
    ],
)
def test_who_moves_is_asked_by_the_new_clock_twelve_hours_apart_at_least(
    patient: Patient, patient_user: User, due: CheckIn, now: datetime, zone: str, opens: datetime
) -> None:
    set_check_in_times(patient=patient, times=Times(zone), by=patient_user, now=now)
    assert planned()[TOMORROW] == opens
    patient.refresh_from_db()
    assert patient.time_zone == zone


def test_a_zone_corrected_on_the_record_moves_them_too(
    patient: Patient, clinician: User, due: CheckIn, now: datetime
) -> None:
    change_patient_context(patient=patient, changes={"time_zone": "America/New_York"}, by=clinician, now=now)
    assert planned()[TOMORROW] == datetime(2026, 6, 16, 12, tzinfo=UTC)


def test_a_zone_that_does_not_exist_changes_nothing(
    patient: Patient, patient_user: User, due: CheckIn, now: datetime
) -> None:
    with pytest.raises(InputError) as refused:
        set_check_in_times(patient=patient, times=Times("Moon/Base", time(9)), by=patient_user, now=now)
    assert [fault.path for fault in refused.value.faults] == ["time_zone"]
    assert not CheckInPreference.objects.exists()


def test_a_weekly_cadence_drops_tomorrow_and_the_rule_brings_it_back(
    patient: Patient, clinician: User, due: CheckIn, now: datetime
) -> None:
    override_cadence(patient=patient, override=Override(7, TODAY), reason=WHY, by=clinician, now=now)
    assert set(planned()) == {TODAY}
    assert plan(patient, now, 15) == {TODAY, TODAY + timedelta(days=7), TODAY + timedelta(days=14)}
    event = AuditEvent.objects.get(action="check_in.override")
    assert (event.reason, event.detail["every_days"]) == (WHY, 7)
    later = now + timedelta(days=14)
    assert return_to_rule(patient=patient, by=clinician, now=later)
    # The days that the weekly cadence left out are nobody's silence.
    assert not CheckIn.objects.filter(state=CheckInState.MISSED_SYSTEM).exists()
    assert not return_to_rule(patient=patient, by=clinician, now=later)


def test_a_last_day_ends_them(patient: Patient, clinician: User, due: CheckIn, now: datetime) -> None:
    last = TODAY + timedelta(days=3)
    override_cadence(patient=patient, override=Override(ends_on=last), reason=WHY, by=clinician, now=now)
    assert max(plan(patient, now, 9)) == last


def test_more_often_starts_check_ins_for_a_patient_without_any(
    patient: Patient, clinician: User, now: datetime
) -> None:
    override_cadence(patient=patient, override=Override(2, TOMORROW), reason=WHY, by=clinician, now=now)
    assert CheckInSchedule.objects.running().get(patient=patient).source == ScheduleSource.CLINICIAN
    assert plan(patient, now, 5) == {TOMORROW, TOMORROW + timedelta(days=2), TOMORROW + timedelta(days=4)}


def test_a_plan_that_runs_keeps_its_daily_check_ins(
    patient: Patient, clinician: User, due: CheckIn, now: datetime
) -> None:
    start_schedule(
        patient=patient, source=ScheduleSource.PLAN, source_id=uuid4(), starts_on=TODAY, by=clinician, now=now,
    )  # fmt: skip
    with pytest.raises(InputError, match="holds every step"):
        override_cadence(patient=patient, override=Override(7, TODAY), reason=WHY, by=clinician, now=now)
    after = TODAY + timedelta(days=14)
    override_cadence(patient=patient, override=Override(28, after), reason=WHY, by=clinician, now=now)
    assert len(plan(patient, now, 13)) == 14


def test_what_is_begun_after_a_weekly_cadence_was_set_is_watched_daily(
    patient: Patient, clinician: User, due: CheckIn, now: datetime
) -> None:
    override_cadence(patient=patient, override=Override(7, TODAY), reason=WHY, by=clinician, now=now)
    later = now + timedelta(hours=1)
    start_schedule(
        patient=patient, source=ScheduleSource.CHANGE, source_id=uuid4(), starts_on=TODAY, by=clinician, now=later,
    )  # fmt: skip
    assert TOMORROW in planned()


def test_days_of_an_outage_before_a_change_are_still_written_down(
    patient: Patient, clinician: User, due: CheckIn, now: datetime
) -> None:
    later = now + timedelta(days=4)
    override_cadence(
        patient=patient, override=Override(7, patient.local_date(later)), reason=WHY, by=clinician, now=later
    )
    lost = CheckIn.objects.filter(state=CheckInState.MISSED_SYSTEM).values_list("local_date", flat=True)
    # The 16th had been planned, and is closed by its own sweep.
    assert set(lost) == {date(2026, 6, 17), date(2026, 6, 18)}


def test_the_times_outlast_a_schedule(patient: Patient, patient_user: User, due: CheckIn, now: datetime) -> None:
    set_check_in_times(patient=patient, times=Times(patient.time_zone, time(18)), by=patient_user, now=now)
    assert due.schedule is not None
    end_schedule(schedule=due.schedule, reason="over", by=patient_user, now=now)
    assert TOMORROW not in planned()
    start_schedule(
        patient=patient, source=ScheduleSource.CHANGE, source_id=uuid4(), starts_on=TOMORROW, by=patient_user, now=now
    )
    assert planned()[TOMORROW] == datetime(2026, 6, 16, 17, tzinfo=UTC)
