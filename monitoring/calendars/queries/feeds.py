"""Whose calendar a token opens, and what stands in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from monitoring.calendars.models import CalendarFeed
from monitoring.calendars.queries.days import MedicineOnDay, Plan, days_of, plan_of
from monitoring.calendars.rules import FEED_AHEAD, FEED_BACK, REMIND_AT
from monitoring.checkins.models import CheckIn, CheckInState
from monitoring.fields import token_digest
from monitoring.intakes.queries import is_taken_on, taking_of
from monitoring.people.models import Patient
from monitoring.regimens.queries import dose_of, period_on


def feed_of(patient: Patient) -> CalendarFeed | None:
    """The patient's calendar that works; there is at most one."""
    found: CalendarFeed | None = CalendarFeed.objects.live().filter(patient=patient).first()
    return found


def feed_by_token(token: str) -> CalendarFeed | None:
    """The calendar this token was made for, whatever became of it; one look-up, so that any text costs the same."""
    made = CalendarFeed.objects.filter(token_digest=token_digest(token))
    found: CalendarFeed | None = made.select_related("patient", "created_by").first()
    return found


def can_be_read(feed: CalendarFeed) -> bool:
    """Whether its address is good: not revoked, and made by somebody who still may see the patient."""
    may_see = Patient.objects.visible_to(feed.created_by).filter(pk=feed.patient_id)
    return feed.revoked_at is None and may_see.exists()


@dataclass(frozen=True, slots=True)
class Task:
    """One entry of a calendar: `at` is a moment in the patient's zone, or a day. `uid` stays the same at every read.

    `kind` is "doses", "step" or "check_in"; `labels` name the medicines, never an amount: a copy in a phone may be days
    old, and an old amount is a wrong dose.
    """

    uid: UUID
    at: datetime | date
    kind: str
    labels: tuple[str, ...] = ()


def tasks_of(patient: Patient, now: datetime) -> list[Task]:
    """Everything that a phone is reminded of, from a week ago to three months ahead, by the patient's own clock."""
    today = patient.local_date(now)
    plan = plan_of(patient, today)
    first, last = today - FEED_BACK, today + FEED_AHEAD
    found = [*_doses(patient, plan, first, last), *_steps(patient, plan, last), *_check_ins(patient, first, last)]
    return sorted(found, key=lambda task: (str(task.at), str(task.uid)))


def _doses(patient: Patient, plan: Plan, first: date, last: date) -> Iterator[Task]:
    """One entry for each time of day at which anything is taken.

    A dose that a step may take away keeps its entry, and one that a step may add has none: until a step has been taken
    up, a phone reminds of the present doses alone.
    """
    for day in days_of(plan, first, last):
        at_time: dict[str, dict[str, None]] = {}
        for each in day.medicines:
            for at in _times(plan, each, day.day):
                at_time.setdefault(at, {})[each.prescription.label] = None
        for at, labels in at_time.items():
            moment = REMIND_AT.get(at)
            when = day.day if moment is None else datetime.combine(day.day, moment, tzinfo=patient.zone)
            yield Task(uuid5(patient.pk, f"doses {day.day} {at}"), when, "doses", tuple(labels))


def _times(plan: Plan, each: MedicineOnDay, day: date) -> Iterable[str]:
    row = each.prescription
    by_step = any(on <= day for on, _ in plan.ahead.get(row.pk, ())) and day > plan.today
    told = dict.fromkeys(slot.at for slot in each.taking.slots) if each.taking and not by_step else {}
    if each.may_change and is_taken_on(row, plan.today) and is_taken_on(row, day):
        present = taking_of(row, dose_of(period_on(row.dose_periods.all(), plan.today)))
        told |= dict.fromkeys(slot.at for slot in present.slots)
    return told


def _steps(patient: Patient, plan: Plan, last: date) -> Iterator[Task]:
    labels = {row.pk: row.label for row in plan.rows}
    for key, ahead in plan.ahead.items():
        for day, _ in ahead:
            if day <= last and key in labels:
                yield Task(uuid5(patient.pk, f"step {key} {day}"), day, "step", (labels[key],))


def _check_ins(patient: Patient, first: date, last: date) -> Iterator[Task]:
    asked = CheckIn.objects.filter(
        patient=patient, schedule__isnull=False, local_date__gte=first, local_date__lte=last
    ).exclude(state=CheckInState.CANCELLED)
    for check_in in asked:
        yield Task(uuid5(patient.pk, f"check-in {check_in.pk}"), check_in.opens_at.astimezone(patient.zone), "check_in")
