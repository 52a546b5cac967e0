"""Four weeks on one sheet of paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from monitoring.calendars.queries.days import CalendarDay, MedicineOnDay, Plan, changing, days_of
from monitoring.calendars.rules import WEEK, sheet_weeks
from monitoring.titration.models import TitrationPlan

# What a cell of a quarter of the sheet holds and can still be read across a kitchen (judgement).
MOST_IN_A_CELL: Final = 2
# More lines than this need smaller type.
MOST_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """`weeks` hold the medicines that change, or the first ones where none does; `alike` are the others."""

    weeks: tuple[tuple[CalendarDay, ...], ...]
    alike: tuple[MedicineOnDay, ...]
    plans: tuple[TitrationPlan, ...]
    waits: bool
    is_dense: bool

    @property
    def first(self) -> date:
        return self.weeks[0][0].day

    @property
    def last(self) -> date:
        return self.weeks[-1][-1].day


def sheet_of(plan: Plan, first: date) -> Sheet:
    """The four weeks from the Monday of the week of `first`.

    A cell has room for two medicines: those that change come first, then baclofen. What else is taken, the same on
    each day, stands in a line of its own; if more than two change, all of these are in the cells.
    """
    weeks = sheet_weeks(first)
    days = days_of(plan, weeks[0][0], weeks[-1][-1])
    moving = changing(days)
    order = list(dict.fromkeys(each.prescription.pk for day in days for each in day.medicines))
    shown = {key for key in order if key in moving}
    shown |= set([key for key in order if key not in moving][: max(0, MOST_IN_A_CELL - len(shown))])
    rows = [_only(day, shown) for day in days]
    alike = {each.prescription.pk: each for day in days for each in day.medicines if each.prescription.pk not in shown}
    return Sheet(
        weeks=tuple(tuple(rows[start : start + WEEK]) for start in range(0, len(rows), WEEK)),
        alike=tuple(alike.values()),
        plans=plan.plans,
        waits=plan.waits,
        is_dense=_most_lines(rows) > MOST_LINES,
    )


def _only(day: CalendarDay, shown: set[UUID]) -> CalendarDay:
    kept = tuple(each for each in day.medicines if each.prescription.pk in shown)
    return CalendarDay(day.day, kept, is_today=day.is_today)


def _most_lines(days: Sequence[CalendarDay]) -> int:
    """The most lines that a cell needs: a head, a line for each dose, and what is new."""
    return max(sum(2 + len(each.taking.slots if each.taking else ()) for each in day.medicines) for day in days)
