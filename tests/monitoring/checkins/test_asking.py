"""Asked, late, missed by the patient and missed by the system: four things, each once and each apart."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest

from monitoring.alerts.models import Alert, AlertKind
from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import (
    Times,
    ask_check_ins,
    claim_to_ask,
    claim_turned_late,
    mark_check_in_missed,
    note_late_check_ins,
    set_check_in_times,
    start_schedule,
    submit_check_in,
)
from monitoring.checkins.models import CheckIn, CheckInState, ScheduleSource
from monitoring.checkins.queries import (
    check_ins_overdue,
    check_ins_to_ask,
    home_check_in,
    missed_in_a_row,
    standing,
    tally_of,
)
from monitoring.checkins.rules import QuietHours, Standing
from monitoring.notifications.models import Notification, Template
from monitoring.operations.models import GapCause, SchedulerGap
from monitoring.people.models import Patient, User

pytestmark = [pytest.mark.django_db, pytest.mark.core]

JOB = "check_ins"


def sweep(now: datetime) -> None:
    ask_check_ins(check_in_ids=claim_to_ask(now, 500, ()), now=now, job=JOB)
    note_late_check_ins(check_in_ids=claim_turned_late(now, 500, ()), now=now, job=JOB)
    for pk in check_ins_overdue(now):
        mark_check_in_missed(check_in_id=pk, now=now, job=JOB)


def told(template: Template) -> list[str]:
    return sorted(Notification.objects.filter(template=template).values_list("channel", flat=True))


def keep_quiet(patient: Patient, start: time, until: time, now: datetime) -> None:
    times = Times(patient.time_zone, quiet=QuietHours(start, until))
    assert patient.user is not None
    set_check_in_times(patient=patient, times=times, by=patient.user, now=now)


def at(hour: int, minute: int = 0) -> datetime:
    """On the day of the fixtures, in London, where it is summer."""
    return datetime(2026, 6, 15, hour - 1, minute, tzinfo=UTC)


def test_late_is_seen_and_reminded_once(patient: Patient, due: CheckIn) -> None:
    sweep(at(10))
    due.refresh_from_db()
    assert (due.late_at, standing(due, at(14))) == (at(15), Standing.ASKED)
    for minute in range(3):
        sweep(at(15, minute))
    due.refresh_from_db()
    assert (due.late_noted_at, standing(due, at(15))) == (at(15), Standing.LATE)
    assert told(Template.CHECK_IN_LATE) == told(Template.CHECK_IN_DUE) == ["email", "in_app"]
    assert home_check_in(patient, at(15)).is_late
    assert not Alert.objects.exists()


def test_what_was_answered_is_never_late(patient: Patient, due: CheckIn, well: dict[str, object]) -> None:
    sweep(at(10))
    submit_check_in(patient=patient, answers=well, submission_key=uuid4(), by=patient.user, now=at(11), check_in=due)
    sweep(at(15))
    assert not told(Template.CHECK_IN_LATE)


def test_what_nobody_asked_is_not_late(due: CheckIn) -> None:
    CheckIn.objects.filter(pk=due.pk).update(late_at=at(9))
    assert claim_turned_late(at(15), 500, ()) == []
    assert standing(due, at(15)) is Standing.WAITING


def test_no_reminder_leaves_in_quiet_hours_and_the_windows_goes_at_their_end(patient: Patient, clinician: User) -> None:
    keep_quiet(patient, time(21), time(9, 30), at(5))
    start_schedule(
        patient=patient, source=ScheduleSource.CLINICIAN, source_id=None,
        starts_on=patient.local_date(at(5)), by=clinician, now=at(5),
    )  # fmt: skip
    sweep(at(8))
    sweep(at(9, 29))
    assert not told(Template.CHECK_IN_DUE)
    sweep(at(9, 30))
    assert told(Template.CHECK_IN_DUE) == ["email", "in_app"]
    # What has not left when the window closes is not sent any more.
    assert set(Notification.objects.values_list("expires_at", flat=True)) == {at(20)}


def test_a_sweep_that_comes_late_into_quiet_hours_waits_and_the_silence_is_not_the_patients(
    patient: Patient, due: CheckIn
) -> None:
    keep_quiet(patient, time(19), time(7), at(10))
    assert check_ins_to_ask(at(19, 5)) == [due.pk]
    sweep(at(19, 5))
    assert check_ins_to_ask(at(19, 6)) == []
    sweep(at(20, 1))
    due.refresh_from_db()
    assert due.state == CheckInState.MISSED_SYSTEM
    assert not Notification.objects.exists()
    assert not Alert.objects.exists()


def test_the_second_reminder_stays_away_in_quiet_hours_and_staff_see_it_all_the_same(
    patient: Patient, due: CheckIn
) -> None:
    sweep(at(10))
    keep_quiet(patient, time(14), time(22), at(11))
    sweep(at(15))
    due.refresh_from_db()
    assert due.late_noted_at == at(15)
    assert not told(Template.CHECK_IN_LATE)
    sweep(at(20, 1))
    # The alert does not wait, and the patient reads it in the app without being woken.
    assert Alert.objects.get().kind == AlertKind.MISSED_CHECK_IN
    assert told(Template.CHECK_IN_MISSED) == ["in_app"]


def test_an_emergency_in_quiet_hours_is_judged_and_raised_at_once(
    patient: Patient, due: CheckIn, well: dict[str, object]
) -> None:
    keep_quiet(patient, time(10), time(14), at(9))
    bad = {**well, "danger_signs": ["hard_to_wake"]}
    submit_check_in(patient=patient, answers=bad, submission_key=uuid4(), by=patient.user, now=at(11))
    assert Alert.objects.get().level == 4


def away(start: datetime, end: datetime) -> None:
    SchedulerGap.objects.create(from_at=start, to_at=end, cause=GapCause.OUTAGE, noted_at=end)


def test_asked_while_the_system_was_away_for_most_of_the_window_is_the_systems(patient: Patient, due: CheckIn) -> None:
    sweep(at(9))
    away(at(10), at(19, 30))
    sweep(at(20, 1))
    due.refresh_from_db()
    assert due.state == CheckInState.MISSED_SYSTEM
    assert not Alert.objects.exists()
    assert missed_in_a_row(patient) == 0
    assert AuditEvent.objects.get(action="check_in.close").detail["state"] == "missed_system"


def test_a_short_absence_leaves_the_patient_a_fair_window(patient: Patient, due: CheckIn) -> None:
    sweep(at(9))
    away(at(10), at(11))
    sweep(at(20, 1))
    due.refresh_from_db()
    assert due.state == CheckInState.MISSED
    assert Alert.objects.filter(kind=AlertKind.MISSED_CHECK_IN).exists()


def test_a_danger_that_was_ticked_before_the_system_went_away_still_reaches_somebody(
    patient: Patient, due: CheckIn
) -> None:
    sweep(at(9))
    CheckIn.objects.filter(pk=due.pk).update(draft={"answers": {"q2_breathing": 2}})
    away(at(10), at(19, 30))
    sweep(at(20, 1))
    assert Alert.objects.get().level == 4


def test_each_kind_of_silence_is_counted_apart(patient: Patient, due: CheckIn) -> None:
    for offset, state in enumerate([CheckInState.MISSED, CheckInState.MISSED_SYSTEM, CheckInState.MISSED_SYSTEM]):
        day = timedelta(days=offset + 1)
        CheckIn.objects.create(
            patient=patient, schedule=due.schedule, local_date=due.local_date - day, state=state,
            opens_at=due.opens_at - day, closes_at=due.closes_at - day,
        )  # fmt: skip
    tally = tally_of(patient, at(12))
    assert (tally.sent, tally.missed, tally.not_asked, tally.asked) == (0, 1, 2, 1)
