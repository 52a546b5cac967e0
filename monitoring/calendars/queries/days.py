"""A patient's doses day by day: what was, what is, and what a signed plan may bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from interactions.medicines import Dose
from monitoring.intakes.queries import Taking, is_taken_on, taken_rows_of, taking_of
from monitoring.people.models import Patient
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries import dose_of, period_on
from monitoring.titration.models import StepState, TitrationPlan, TitrationStep

ONE_DAY = timedelta(days=1)
# From a day on so much is taken; None is nothing.
Ahead = tuple[date, Dose | None]


@dataclass(frozen=True, slots=True)
class MedicineOnDay:
    """A medicine on one day; `taking` None says that none is taken any more.

    `mark` is "" or what is new on that day: "more", "less", "other", "start" or "none". `may_change` is set where only
    a plan, or a day to come, says so: nobody takes that before it is shown as today's dose.
    """

    prescription: Prescription
    taking: Taking | None
    mark: str = ""
    may_change: bool = False

    @property
    def key(self) -> object:
        """What makes two days alike; the mark belongs to the first day alone."""
        told = None if self.taking is None else (self.taking.how, self.taking.slots, self.taking.dose)
        return self.prescription.pk, told, self.may_change


@dataclass(frozen=True, slots=True)
class CalendarDay:
    day: date
    medicines: tuple[MedicineOnDay, ...]
    is_today: bool = False

    @property
    def is_change(self) -> bool:
        return any(each.mark for each in self.medicines)


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row on which the same is taken."""

    first: date
    last: date
    medicines: tuple[MedicineOnDay, ...]

    @property
    def is_change(self) -> bool:
        return any(each.mark for each in self.medicines)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a patient's doses: the medicines, the signed plans, and what of these lies ahead."""

    rows: tuple[Prescription, ...]
    plans: tuple[TitrationPlan, ...]
    ahead: Mapping[UUID, tuple[Ahead, ...]]
    today: date

    @property
    def waits(self) -> bool:
        """Whether a plan stands still: on pause, or with a step on hold."""
        return any(plan.paused or _held(plan) for plan in self.plans)


def plan_of(patient: Patient, today: date) -> Plan:
    """Everything a calendar of this patient is drawn from, read once."""
    running = TitrationPlan.objects.running().filter(patient=patient).select_related("prescription")
    plans = tuple(running.prefetch_related("steps").order_by("signed_at", "id"))
    ahead = {plan.prescription_id: _ahead(plan, today) for plan in plans}
    return Plan(tuple(taken_rows_of(patient)), plans, ahead, today)


def _held(plan: TitrationPlan) -> bool:
    return any(step.state == StepState.HELD for step in plan.steps.all())


def _ahead(plan: TitrationPlan, today: date) -> tuple[Ahead, ...]:
    """The steps to come with the day from which each may count; none while the plan stands still."""
    if plan.paused or _held(plan):
        return ()
    steps = sorted(plan.steps.all(), key=lambda step: step.number)
    tomorrow = today + ONE_DAY
    return tuple((max(step.due_on, tomorrow), _dose(step)) for step in steps if step.state == StepState.PLANNED)


def _dose(step: TitrationStep) -> Dose | None:
    if not step.amounts:
        return None
    return Dose(tuple(Decimal(amount) for amount in step.amounts), step.unit, times=tuple(step.times))


def days_of(plan: Plan, first: date, last: date) -> list[CalendarDay]:
    """Each day from `first` to `last`, both included, with what is taken and what is new on it."""
    before = _bare(plan, first - ONE_DAY, first)
    found = []
    day = first
    while day <= last:
        bare = _bare(plan, day, first)
        marked = tuple(replace(each, mark=_mark(before.get(pk), each)) for pk, each in bare.items())
        found.append(CalendarDay(day, marked, is_today=day == plan.today))
        before, day = bare, day + ONE_DAY
    return found


def _bare(plan: Plan, day: date, first: date) -> dict[UUID, MedicineOnDay]:
    found = {}
    for row in plan.rows:
        each = _on(plan, row, day, first)
        if each is not None:
            found[row.pk] = each
    return found


def _on(plan: Plan, row: Prescription, day: date, first: date) -> MedicineOnDay | None:
    """A medicine on a day; one whose course ended within the days shown stays, to say that none is taken."""
    if not is_taken_on(row, day):
        ended = row.ends_on is not None and first - ONE_DAY <= row.ends_on < day
        return MedicineOnDay(row, None, may_change=day > plan.today) if ended and not _goes_on(plan, row, day) else None
    periods = list(row.dose_periods.all())
    dose = dose_of(period_on(periods, day))
    if day <= plan.today:
        return MedicineOnDay(row, taking_of(row, dose))
    reached = [step for step in plan.ahead.get(row.pk, ()) if step[0] <= day]
    if reached:
        step = reached[-1][1]
        return MedicineOnDay(row, None if step is None else taking_of(row, step), may_change=True)
    now = dose_of(period_on(periods, plan.today)) if is_taken_on(row, plan.today) else None
    return MedicineOnDay(row, taking_of(row, dose), may_change=dose != now or not is_taken_on(row, plan.today))


def _goes_on(plan: Plan, row: Prescription, day: date) -> bool:
    """Whether the same medicine is taken that day by another prescription."""
    others = (other for other in plan.rows if other.pk != row.pk and other.ingredients == row.ingredients)
    return any(is_taken_on(other, day) for other in others)


def _mark(before: MedicineOnDay | None, now: MedicineOnDay) -> str:
    was, told = None if before is None else before.taking, now.taking
    if was is None or told is None:
        if was is None and told is None:
            return ""
        return "start" if told is not None else "none"
    if (was.how, was.slots, was.dose) == (told.how, told.slots, told.dose):
        return ""
    if was.total is None or told.total is None or was.total == told.total:
        return "other"
    return "more" if told.total > was.total else "less"


def spans_of(days: Sequence[CalendarDay]) -> list[Span]:
    """The same days as spans: what stays alike is said once, from its first day to its last."""
    found: list[Span] = []
    keys: list[object] = []
    for each in days:
        key = [medicine.key for medicine in each.medicines]
        if found and keys == key and not each.is_change:
            found[-1] = replace(found[-1], last=each.day)
        else:
            found.append(Span(each.day, each.day, each.medicines))
            keys = key
    return found


def changing(days: Sequence[CalendarDay]) -> set[UUID]:
    """The medicines whose dose is not the same on each of these days."""
    return {each.prescription.pk for day in days[1:] for each in day.medicines if each.mark}
