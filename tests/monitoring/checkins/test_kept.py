"""A check-in that a phone kept without a network: whose day it is, and clocks that are wrong."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from monitoring.alerts.models import Alert, AlertLevel
from monitoring.audit.models import AuditEvent
from monitoring.checkins.actions import submit_check_in
from monitoring.checkins.models import CheckIn, CheckInState, SymptomReport
from monitoring.checkins.rules import Kept
from monitoring.people.models import Patient

Well = dict[str, object]
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


@pytest.mark.parametrize("clock_is_off", [timedelta(0), HOUR, -HOUR, timedelta(days=400), timedelta(days=-20_000)])
def test_a_clock_that_is_wrong_all_along_tells_the_right_time(now: datetime, clock_is_off: timedelta) -> None:
    there = now + clock_is_off
    assert Kept(there - 3 * HOUR, there).given_at(now=now) == now - 3 * HOUR


@pytest.mark.parametrize("waited", [timedelta(seconds=-1), -HOUR, WEEK + timedelta(seconds=1), timedelta(days=20_000)])
def test_a_clock_that_was_set_in_between_tells_nothing(now: datetime, waited: timedelta) -> None:
    assert Kept(now - waited, now).given_at(now=now) is None


@pytest.mark.parametrize("waited", [timedelta(0), WEEK])
def test_from_now_to_a_week_ago_is_believed(now: datetime, waited: timedelta) -> None:
    assert Kept(now - waited, now).given_at(now=now) == now - waited


def send(patient: Patient, answers: Well, now: datetime, kept: Kept, **more: Any) -> SymptomReport:
    key = more.pop("key", None) or uuid4()
    return submit_check_in(patient=patient, answers=answers, submission_key=key, by=patient.user, now=now, kept=kept)


@pytest.mark.django_db
def test_what_was_given_in_the_window_is_its_report_though_it_came_after(
    patient: Patient, due: CheckIn, well: Well, now: datetime
) -> None:
    CheckIn.objects.filter(pk=due.pk).update(state=CheckInState.MISSED)
    arrival = now + timedelta(days=1)
    report = send(patient, well, arrival, Kept(now + 2 * HOUR, arrival + 2 * HOUR))
    due.refresh_from_db()
    assert (report.check_in, due.state) == (due, CheckInState.SUBMITTED)
    assert (report.submitted_at, report.entered_at, report.phone_said) == (now, arrival, now + 2 * HOUR)
    assert report.channel == "kept"
    assert AuditEvent.objects.get(action="check_in.submit").detail["kept"] is True


@pytest.mark.django_db
def test_where_nobody_can_say_when_it_is_a_report_of_its_own_and_today_is_still_asked(
    patient: Patient, due: CheckIn, well: Well, now: datetime
) -> None:
    report = send(patient, well, now, Kept(now + HOUR, now))
    due.refresh_from_db()
    assert (report.check_in.schedule, due.state) == (None, CheckInState.DUE)
    assert (report.submitted_at, report.phone_said) == (now, now + HOUR)


@pytest.mark.django_db
def test_a_kept_danger_sign_is_an_alert_of_the_moment_it_comes(patient: Patient, now: datetime) -> None:
    send(patient, {"danger_signs": ["fit"]}, now, Kept(now - 5 * HOUR, now))
    alert = Alert.objects.get()
    assert (alert.level, alert.raised_at) == (AlertLevel.EMERGENCY, now)


@pytest.mark.django_db
def test_sent_twice_by_the_same_key_it_is_one_report_whatever_the_time(
    patient: Patient, well: Well, now: datetime
) -> None:
    key = uuid4()
    first = send(patient, well, now, Kept(now - HOUR, now), key=key)
    again = send(patient, well, now + HOUR, Kept(now - HOUR, now + HOUR), key=key)
    assert first == again
    assert SymptomReport.objects.count() == 1
