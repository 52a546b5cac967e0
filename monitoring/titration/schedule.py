"""From a labelled schedule, or from a few numbers, to dated steps.

Pure. Amounts are Decimal in one unit; a step's `amounts` are one whole day, and an empty tuple is "none",
which only the last step of a taper may be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import gcd
from typing import Final

from interactions.medicines.dosing import Schedule

# The longest plan anybody can oversee on a page (judgement); longer ones are planned anew from their end.
MOST_STEPS: Final = 60


@dataclass(frozen=True, slots=True)
class PlannedStep:
    on: date
    amounts: tuple[Decimal, ...]
    times: tuple[str, ...] = ()

    @property
    def daily(self) -> Decimal:
        return sum(self.amounts, Decimal(0))


def from_template(template: Schedule, starts_on: date, current: Decimal | None = None) -> tuple[PlannedStep, ...]:
    """The steps of a labelled schedule that lie beyond the daily amount taken now, the first on `starts_on`.

    A taper from above the schedule's first dose comes down to it by the schedule's own largest change, and ends
    with a step to none, as far after its last dose as its steps are apart; strike it out to stay on the lowest
    dose. Empty when the schedule has nothing beyond the present dose.
    """
    if template.direction == "up":
        ahead = [step for step in template.steps if current is None or sum(step.amounts) > current]
        return tuple(
            PlannedStep(starts_on + timedelta(days=step.day - ahead[0].day), step.amounts, step.times) for step in ahead
        )
    apart = timedelta(days=_days_apart(template))
    above = _coming_down(template, current)
    steps = [PlannedStep(starts_on + place * apart, *dose) for place, dose in enumerate(above)]
    below = [step for step in template.steps if current is None or sum(step.amounts) < current]
    own_start = starts_on + len(above) * apart
    steps += [PlannedStep(own_start + timedelta(days=s.day - below[0].day), s.amounts, s.times) for s in below]
    if current is None or current > 0:
        steps.append(PlannedStep(steps[-1].on + apart if steps else starts_on, ()))
    return tuple(steps)


def _days_apart(template: Schedule) -> int:
    days = [step.day for step in template.steps]
    return min((later - sooner for sooner, later in pairwise(days)), default=template.min_gap_days)


def _coming_down(template: Schedule, current: Decimal | None) -> list[tuple[tuple[Decimal, ...], tuple[str, ...]]]:
    """The doses between what is taken now and the first of a taper's own, in steps of its largest change."""
    first = template.steps[0]
    measure = Decimal(gcd(*(int(amount) for step in template.steps for amount in step.amounts)))
    daily, doses = sum(first.amounts, Decimal(0)) + template.max_step, []
    while current is not None and daily < current:
        doses.append((split_daily(daily, len(first.amounts), measure), first.times))
        daily += template.max_step
    return doses[::-1]


def split_daily(daily: Decimal, doses: int, unit_step: Decimal) -> tuple[Decimal, ...]:
    """`daily` in `doses` parts that are multiples of `unit_step` (what can be measured), the larger ones last.

    The evening dose takes the remainder: sedation by day is what hurts (judgement). Raises ValueError when
    `daily` is no multiple of `unit_step`.
    """
    pieces, rest = divmod(daily, unit_step)
    if rest:
        raise ValueError(f"{daily} cannot be made of pieces of {unit_step}.")
    each, extra = divmod(int(pieces), doses)
    counts = [each + (1 if position >= doses - extra else 0) for position in range(doses)]
    return tuple(count * unit_step for count in counts if count)


def stepwise(
    *,
    current: Decimal,
    target: Decimal,
    change: Decimal,
    every_days: int,
    split: Callable[[Decimal], tuple[Decimal, ...]],
    starts_on: date,
) -> tuple[PlannedStep, ...]:
    """Equal changes of the daily amount from `current` to `target`, the first on `starts_on`; `split` parts a day.

    Raises ValueError when `change` or `every_days` is not positive, when the plan would have more than
    MOST_STEPS steps, or when `split` does.
    """
    if change <= 0 or every_days <= 0:
        raise ValueError("The change and the days between steps must be more than 0.")
    if abs(target - current) > change * MOST_STEPS:
        raise ValueError(f"That would be more than {MOST_STEPS} steps.")
    sign = 1 if target > current else -1
    steps: list[PlannedStep] = []
    daily, day = current, starts_on
    while daily != target:
        daily = min(daily + change, target) if sign > 0 else max(daily - change, target)
        steps.append(PlannedStep(day, split(daily)))
        day += timedelta(days=every_days)
    return tuple(steps)


def moved_to(steps: Sequence[PlannedStep], starts_on: date) -> tuple[PlannedStep, ...]:
    """The same steps, as far apart as they were, the first on `starts_on`."""
    return tuple(replace(step, on=starts_on + (step.on - steps[0].on)) for step in steps)
