"""When and how often one patient is asked: the running schedules and the patient's own times together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from monitoring.checkins.models import CheckInPreference, CheckInSchedule, ScheduleSource
from monitoring.checkins.rules import (
    Asking,
    Occasion,
    Override,
    QuietHours,
    Slot,
    asked_days,
    guarded_until,
    occasion_days,
    who_asks,
)
from monitoring.people.models import Patient

# A plan's gate and the watch for withdrawal need their daily days whatever else was set.
ALWAYS_GUARDED: Final = frozenset({ScheduleSource.PLAN, ScheduleSource.STOP})
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timing:
    """What decides on which days and at which times a patient is asked. `since`: from when the own times hold."""

    schedules: tuple[CheckInSchedule, ...]
    override: Override
    overridden_at: datetime | None
    quiet: QuietHours | None
    preference: CheckInPreference | None
    since: datetime

    @property
    def asking(self) -> tuple[Asking, ...]:
        """The schedules as the rules see them.

        What was begun after a clinician set the patient's own cadence is guarded as well: the clinician had
        not seen that change.
        """
        return tuple(Asking(each.cadence, guarded=self._is_guarded(each)) for each in self.schedules)

    def _is_guarded(self, schedule: CheckInSchedule) -> bool:
        after = self.overridden_at is not None and schedule.created_at > self.overridden_at
        return after or schedule.source in ALWAYS_GUARDED

    def slot_on(self, day: date) -> Slot | None:
        """What is asked on the patient's `day`; None when nothing is."""
        place = who_asks(day, self.asking, self.override)
        if place is None:
            return None
        schedule = self.schedules[place]
        asks_at = self.preference.asks_at if self.preference else None
        return Slot(asks_at or schedule.opens_at, schedule.window_hours, place)

    def days_from(self, first: date) -> Iterator[date]:
        """The days on which the patient is asked, from `first` for the next 400 days."""
        return asked_days(first, self.asking, self.override)

    def guarded_until(self, day: date) -> date | None:
        """The last of the daily days that cannot be thinned out, when `day` is one of them."""
        return guarded_until(self.asking, day)


def preference_of(patient: Patient) -> CheckInPreference | None:
    """The patient's own times and cadence; None: as the rule says."""
    found: CheckInPreference | None = (
        CheckInPreference.objects.filter(patient=patient).select_related("set_by", "overridden_by").first()
    )
    return found


def override_of(preference: CheckInPreference | None) -> Override:
    """The cadence a clinician set for this patient, as the rules see it."""
    if preference is None:
        return Override()
    return Override(preference.every_days, preference.override_from, preference.override_until, preference.ends_on)


def quiet_of(preference: CheckInPreference | None) -> QuietHours | None:
    """The hours in which this patient is not reminded."""
    if preference is None or preference.quiet_from is None or preference.quiet_until is None:
        return None
    return QuietHours(preference.quiet_from, preference.quiet_until)


def timing_of(patient: Patient) -> Timing:
    """What decides when this patient is asked; two queries."""
    preference = preference_of(patient)
    return Timing(
        schedules=tuple(CheckInSchedule.objects.running().filter(patient=patient)),
        override=override_of(preference),
        overridden_at=preference.overridden_at if preference else None,
        quiet=quiet_of(preference),
        preference=preference,
        since=preference.set_at.astimezone(UTC) if preference else BEGINNING,
    )


def next_occasions(patient: Patient, timing: Timing, now: datetime, limit: int = 10) -> list[Occasion]:
    """The coming occasions as this timing lays them out, today's included; for showing only."""
    today = patient.local_date(now)
    days = [day for day, _ in zip(timing.days_from(today), range(limit + 1), strict=False)]
    if not days:
        return []
    laid_out = occasion_days(days[0], days[-1], slot_on=timing.slot_on, zone=patient.zone, quiet=timing.quiet)
    return [each for each in laid_out if each.closes_at > now][:limit]
