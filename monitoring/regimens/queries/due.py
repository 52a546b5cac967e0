"""When a regimen must be screened again though nobody changed it. Reads only."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from interactions.checking.standing import next_change_day as next_standing_day
from interactions.checking.standing import standing_on
from monitoring.checkins.models import CheckInSchedule, ScheduleSource
from monitoring.people.models import Patient
from monitoring.regimens.models import DosePeriod, FlagStatus, InteractionFlag, Override, Prescription, RegimenCheck
from monitoring.regimens.queries.screening import Screened
from monitoring.regimens.rules import AGE_BANDS

# Even when nothing is due, age and the age of an eGFR move on (judgement).
LONGEST_WITHOUT_CHECK: Final = timedelta(days=30)
RETRY_FAILED_AFTER: Final = timedelta(minutes=15)


def next_check_day(patient: Patient, screened: Screened, today: date) -> date:
    """The first day after `today` on which time alone may change the answer.

    A start, an end, the end of a washout, a planned dose, the expiry of an answer, the day after a check-in that was
    promised with one, the birthday that begins an age band; at the latest 30 days ahead.
    """
    standings = standing_on(screened.exposures, screened.context, today)
    days = [today + LONGEST_WITHOUT_CHECK, next_standing_day(standings, today), *_planned_doses(patient, today)]
    days += [day + timedelta(days=1) for day in (*_expiries(patient), *_promised(patient, today))]
    days += _birthdays(patient)
    return min(day for day in days if day is not None and day > today)


def _planned_doses(patient: Patient, today: date) -> Iterable[date | None]:
    rows = Prescription.objects.filter(patient=patient).current()
    return DosePeriod.objects.filter(prescription__in=rows, starts_on__gt=today).values_list("starts_on", flat=True)


def _expiries(patient: Patient) -> Iterable[date]:
    flags = InteractionFlag.objects.filter(patient=patient, status=FlagStatus.ACKNOWLEDGED)
    return Override.objects.filter(flag__in=flags).values_list("expires_on", flat=True)


def _birthdays(patient: Patient) -> list[date]:
    """The days on which the patient reaches another age band; born on 29 February, the day after the 28th."""
    born = patient.birth_date
    day_before = born - timedelta(days=1)
    leap = (born.month, born.day) == (2, 29)
    return [
        day_before.replace(year=born.year + years) + timedelta(days=1) if leap else born.replace(year=born.year + years)
        for years in AGE_BANDS
    ]


def _promised(patient: Patient, today: date) -> Iterable[date]:
    """The next day of each running promise on which the patient is asked: on the day after, it is kept or missed."""
    for schedule in CheckInSchedule.objects.running().filter(patient=patient, source=ScheduleSource.OVERRIDE):
        ahead = (today + timedelta(days=offset) for offset in range(LONGEST_WITHOUT_CHECK.days))
        if (day := next((day for day in ahead if schedule.cadence.asks_on(day)), None)) is not None:
            yield day


def due_regimen_ids(now: datetime, limit: int = 500) -> list[UUID]:
    """Patients whose regimen may be due for a check: by day anywhere on earth, or after a failure.

    `recheck_due_regimen` decides by the patient's own day. What another release changes is rolled out apart.
    """
    # It is already the next day in zones up to 14 hours ahead.
    today = (now + timedelta(hours=14)).date()
    settled = Q(failed=False, next_check_on__lte=today)
    failed = Q(failed=True, checked_at__lte=now - RETRY_FAILED_AFTER)
    rows = RegimenCheck.objects.filter(settled | failed).order_by("next_check_on", "patient_id")
    never = Prescription.objects.current().filter(patient__regimen_check__isnull=True).order_by("patient_id")
    unchecked = list(never.values_list("patient_id", flat=True).distinct()[:limit])
    return [*unchecked, *rows.values_list("patient_id", flat=True)[: limit - len(unchecked)]]


def is_check_due(patient: Patient, now: datetime) -> bool:
    """Whether this patient's regimen must be screened now; False when somebody just has."""
    check = RegimenCheck.objects.filter(patient=patient).first()
    if check is None:
        return Prescription.objects.filter(patient=patient).current().exists()
    if check.failed:
        return check.checked_at <= now - RETRY_FAILED_AFTER
    return check.next_check_on <= patient.local_date(now)
