"""Lay out a patient's next occasions: part of an action that holds the patient's lock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from monitoring.checkins.models import CheckIn, CheckInSchedule, CheckInState
from monitoring.checkins.rules import day_exists, instant_of
from monitoring.people.models import Patient

# After an outage the days that nobody was asked are written down, this far back at most.
LOOK_BACK = timedelta(days=60)


def plan_patient(patient: Patient, *, now: datetime) -> int:
    """Make sure that every day up to the patient's tomorrow has the occasion its schedules ask for; the count made.

    At most one a day however many schedules run. A day whose window closed before it was ever planned is
    written down as not asked by the system. Occasions that have not opened follow the patient's present zone.
    """
    running = list(CheckInSchedule.objects.running().filter(patient=patient))
    if not running:
        return 0
    today = patient.local_date(now)
    tomorrow = today + timedelta(days=1)
    first = max(today - LOOK_BACK, min(schedule.starts_on for schedule in running))
    known = {
        check_in.local_date: check_in
        for check_in in CheckIn.objects.filter(patient=patient, schedule__isnull=False, local_date__gte=first)
    }
    made: list[CheckIn] = []
    for offset in range((tomorrow - first).days + 1):
        day = first + timedelta(days=offset)
        schedule = _asking_on(day, running)
        if schedule is None or not day_exists(day, patient.zone):
            continue
        if day in known:
            _refresh(known[day], schedule, patient, now)
        elif occasion := _occasion(patient, schedule, day, now):
            made.append(occasion)
    CheckIn.objects.bulk_create(made, ignore_conflicts=True)
    again = instant_of(tomorrow, time(0), patient.zone)
    CheckInSchedule.objects.filter(pk__in=[schedule.pk for schedule in running]).update(plan_next_at=again)
    return len(made)


def _asking_on(day: date, running: Sequence[CheckInSchedule]) -> CheckInSchedule | None:
    for schedule in running:
        if schedule.cadence.asks_on(day):
            return schedule
    return None


def _window(patient: Patient, schedule: CheckInSchedule, day: date) -> tuple[datetime, datetime]:
    opens_at = instant_of(day, schedule.opens_at, patient.zone)
    return opens_at, opens_at + timedelta(hours=schedule.window_hours)


def _occasion(patient: Patient, schedule: CheckInSchedule, day: date, now: datetime) -> CheckIn | None:
    opens_at, closes_at = _window(patient, schedule, day)
    if closes_at <= schedule.created_at.astimezone(UTC):
        return None  # the schedule did not exist while this window was open
    state = CheckInState.MISSED_SYSTEM if closes_at <= now else CheckInState.DUE
    return CheckIn(
        patient=patient,
        schedule=schedule,
        local_date=day,
        opens_at=opens_at,
        closes_at=closes_at,
        state=state,
    )


def _refresh(check_in: CheckIn, schedule: CheckInSchedule, patient: Patient, now: datetime) -> None:
    """Bring an occasion that has not opened in line with the zone, and back when its schedule was ended."""
    opens_at, closes_at = _window(patient, schedule, check_in.local_date)
    waiting = check_in.state in {CheckInState.DUE, CheckInState.CANCELLED} and check_in.reminded_at is None
    unchanged = (check_in.opens_at, check_in.state) == (opens_at, CheckInState.DUE)
    if not waiting or unchanged or check_in.opens_at <= now or closes_at <= now:
        return
    CheckIn.objects.filter(pk=check_in.pk, state=check_in.state, reminded_at__isnull=True).update(
        state=CheckInState.DUE, schedule=schedule, opens_at=opens_at, closes_at=closes_at
    )
