"""Lay out a patient's next occasions: part of an action that holds the patient's lock."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from monitoring.checkins.models import CheckIn, CheckInSchedule, CheckInState
from monitoring.checkins.queries import Timing, timing_of
from monitoring.checkins.rules import Occasion, instant_of, occasion_days
from monitoring.people.models import Patient

# After an outage the days that nobody was asked are written down, this far back at most.
LOOK_BACK = timedelta(days=60)
# The occasions before the first day from which the distance to it is measured.
BEFORE = timedelta(days=2)


def plan_patient(patient: Patient, *, now: datetime) -> int:
    """Make sure that every day up to the patient's tomorrow has the occasion its schedules ask for; the count made.

    At most one a day however many schedules run, and 12 hours between two. A day whose window closed before it
    was ever planned is written down as not asked by the system. Occasions that have not opened follow the
    patient's present zone, times and cadence; one that was called off is asked for once more while its window lasts.
    """
    timing = timing_of(patient)
    if not timing.schedules:
        return 0
    today = patient.local_date(now)
    tomorrow = today + timedelta(days=1)
    first = max(today - LOOK_BACK, min(schedule.starts_on for schedule in timing.schedules))
    known = _known(patient, min(first, today) - BEFORE)
    fixed = {day: each.opens_at for day, each in known.items() if not _is_movable(each, now)}
    laid_out = occasion_days(
        first, tomorrow, slot_on=timing.slot_on, zone=patient.zone, quiet=timing.quiet, fixed=fixed
    )
    made = [new for each in laid_out if each.day not in known and (new := _new(patient, timing, each, now))]
    CheckIn.objects.bulk_create(made, ignore_conflicts=True)
    _move(known, {each.day: each for each in laid_out}, timing, now)
    again = instant_of(tomorrow, time(0), patient.zone)
    CheckInSchedule.objects.filter(pk__in=[schedule.pk for schedule in timing.schedules]).update(plan_next_at=again)
    return len(made)


def _known(patient: Patient, since: date) -> dict[date, CheckIn]:
    rows = CheckIn.objects.filter(patient=patient, schedule__isnull=False, local_date__gte=since)
    return {check_in.local_date: check_in for check_in in rows}


def _is_movable(check_in: CheckIn, now: datetime) -> bool:
    """Whether nobody has seen it yet, so that it may still be moved, dropped or brought back.

    A day that was called off before anybody was asked can be brought back while its window is open: a new plan may
    begin an hour after the old one ended.
    """
    if check_in.reminded_at is not None:
        return False
    if check_in.state == CheckInState.CANCELLED:
        return check_in.closes_at > now
    return check_in.state == CheckInState.DUE and check_in.opens_at > now


def _new(patient: Patient, timing: Timing, laid_out: Occasion, now: datetime) -> CheckIn | None:
    schedule = timing.schedules[laid_out.slot.place]
    if laid_out.closes_at <= max(schedule.created_at.astimezone(UTC), timing.since):
        return None  # while this window was open nothing asked for it
    state = CheckInState.MISSED_SYSTEM if laid_out.closes_at <= now else CheckInState.DUE
    return CheckIn(patient=patient, local_date=laid_out.day, schedule=schedule, state=state, **_times(laid_out))


def _times(laid_out: Occasion) -> dict[str, datetime | None]:
    waits = laid_out.remind_at > laid_out.opens_at
    return {
        "opens_at": laid_out.opens_at,
        "closes_at": laid_out.closes_at,
        "remind_at": laid_out.remind_at if waits else None,
        "late_at": laid_out.late_at,
    }


def _move(known: Mapping[date, CheckIn], laid_out: Mapping[date, Occasion], timing: Timing, now: datetime) -> None:
    """Bring the occasions that nobody has seen in line: moved, brought back, or cancelled when none is due."""
    for day, check_in in known.items():
        if not _is_movable(check_in, now):
            continue
        wanted = laid_out.get(day)
        here = CheckIn.objects.filter(pk=check_in.pk, state=check_in.state, reminded_at__isnull=True)
        if wanted is None or wanted.closes_at <= now:
            # A day that went by while the patient moved east is nobody's silence.
            if check_in.state == CheckInState.DUE:
                here.update(state=CheckInState.CANCELLED)
            continue
        schedule, times = timing.schedules[wanted.slot.place], _times(wanted)
        same = all(getattr(check_in, name) == value for name, value in times.items())
        if not same or check_in.state != CheckInState.DUE:
            here.update(state=CheckInState.DUE, schedule=schedule, **times)
