"""From a labelled schedule, or from a few numbers, to dated steps; and the guard rails a plan must keep.

Pure. Amounts are Decimal in one unit; a step's `amounts` are one whole day, and an empty tuple is "none",
which only the last step of a taper may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from interactions.medicines.dosing import DosingFacts, Schedule

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


@dataclass(frozen=True, slots=True)
class Breach:
    """A guard rail the plan does not keep: which step, what the limit is and where it comes from.

    A `hard` breach cannot be signed; another needs a written reason.
    """

    rule: str
    step: int
    text: str
    sources: tuple[str, ...]
    evidence: str
    hard: bool = False


def from_template(template: Schedule, starts_on: date, current: Decimal | None = None) -> tuple[PlannedStep, ...]:
    """The steps of a labelled schedule that lie beyond the daily amount taken now, the first on `starts_on`.

    A taper ends with a step to none, as far after its last dose as its steps are apart; strike it out to stay
    on the lowest dose. Empty when the schedule has nothing beyond the present dose.
    """
    rising = template.direction == "up"
    ahead = [
        step
        for step in template.steps
        if current is None or (sum(step.amounts) > current if rising else sum(step.amounts) < current)
    ]
    steps = [
        PlannedStep(starts_on + timedelta(days=step.day - ahead[0].day), step.amounts, step.times) for step in ahead
    ]
    if steps and not rising and steps[-1].amounts:
        steps.append(PlannedStep(steps[-1].on + timedelta(days=template.min_gap_days), ()))
    return tuple(steps)


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
    doses: int,
    unit_step: Decimal,
    starts_on: date,
) -> tuple[PlannedStep, ...]:
    """Equal changes of the daily amount from `current` to `target`, the first on `starts_on`.

    Raises ValueError when `change` or `every_days` is not positive, when the plan would have more than
    MOST_STEPS steps, or when an amount cannot be split.
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
        steps.append(PlannedStep(day, split_daily(daily, doses, unit_step)))
        day += timedelta(days=every_days)
    return tuple(steps)


def guard_rails(
    steps: Sequence[PlannedStep],
    *,
    direction: str,
    current_daily: Decimal | None,
    facts: DosingFacts,
    template: Schedule | None,
    egfr: Decimal | None,
    age: int | None,
    today: date,
) -> tuple[Breach, ...]:
    """Every guard rail that the steps break, in step order."""
    breaches = [*_shape(steps, direction, current_daily, today)]
    ruling = template or _ruling(direction, facts)
    previous, previous_on = current_daily, None
    for number, step in enumerate(steps, start=1):
        breaches += _limits(number, step, facts, age)
        if ruling is not None:
            breaches += _pace(number, step, previous, previous_on, ruling)
        previous, previous_on = step.daily, step.on
    breaches += _kidney(steps, direction, facts, egfr)
    return tuple(sorted(breaches, key=lambda breach: (breach.step, breach.rule)))


def _hard(rule: str, step: int, text: str) -> Breach:
    return Breach(rule, step, text, sources=(), evidence="judgement", hard=True)


def _shape(steps: Sequence[PlannedStep], direction: str, current: Decimal | None, today: date) -> list[Breach]:
    """What no reason can excuse: order, direction, and a taper that ends before its last step."""
    if not steps:
        return [_hard("empty", 0, "The plan has no step.")]
    breaches = []
    if len(steps) > MOST_STEPS:
        breaches.append(_hard("too_long", 0, f"The plan has more than {MOST_STEPS} steps."))
    if steps[0].on < today:
        breaches.append(_hard("past", 1, "The first step lies in the past."))
    previous, previous_on = current, None
    for number, step in enumerate(steps, start=1):
        if previous_on is not None and step.on <= previous_on:
            breaches.append(_hard("order", number, "This step is not after the one before it."))
        if not step.amounts and (direction != "taper" or number != len(steps)):
            breaches.append(_hard("none", number, "Only the last step of a taper may be no dose at all."))
        if previous is not None and (step.daily <= previous if direction == "up" else step.daily >= previous):
            word = "higher" if direction == "up" else "lower"
            breaches.append(_hard("direction", number, f"This step is not {word} than the dose before it."))
        previous, previous_on = step.daily, step.on
    return breaches


def _limits(number: int, step: PlannedStep, facts: DosingFacts, age: int | None) -> list[Breach]:
    found = []
    for limit in facts.limits:
        if limit.age_from is not None and age is not None and age < limit.age_from:
            continue
        amount = step.daily if limit.per == "day" else max(step.amounts, default=Decimal(0))
        if amount > limit.above:
            text = f"{amount.normalize():f} {limit.unit} is above {limit.above.normalize():f}: {limit.text}"
            found.append(
                Breach(
                    f"limit_{limit.id}",
                    number,
                    text,
                    limit.sources,
                    limit.evidence,
                    hard=limit.level == "urgent",
                )
            )
    return found


def _ruling(direction: str, facts: DosingFacts) -> Schedule | None:
    """The most cautious schedule of the release: it paces a plan that was drawn by hand."""
    candidates = (schedule for schedule in facts.schedules if schedule.direction == direction)
    return min(candidates, key=lambda schedule: (schedule.max_step, -schedule.min_gap_days), default=None)


def _pace(
    number: int, step: PlannedStep, previous: Decimal | None, previous_on: date | None, ruling: Schedule
) -> list[Breach]:
    """Step size and gap by the schedule that rules this plan."""
    found = []
    if previous_on is not None and (gap := (step.on - previous_on).days) < ruling.min_gap_days:
        text = f"{gap} days after the step before; {ruling.label} keeps at least {ruling.min_gap_days}."
        found.append(Breach("gap", number, text, ruling.sources, ruling.evidence))
    change = abs(step.daily - (previous or Decimal(0)))
    if change > ruling.max_step:
        text = (
            f"A change of {change.normalize():f} {ruling.unit} a day; {ruling.label} changes "
            f"at most {ruling.max_step.normalize():f}."
        )
        found.append(Breach("step_size", number, text, ruling.sources, ruling.evidence))
    return found


def _kidney(steps: Sequence[PlannedStep], direction: str, facts: DosingFacts, egfr: Decimal | None) -> list[Breach]:
    """For a rise: the kidney bands against the labelled maximum; an unknown eGFR is said, not passed."""
    if direction != "up" or not facts.renal_bands:
        return []
    if egfr is None:
        band = facts.renal_bands[0]
        return [
            Breach(
                "egfr_unknown",
                0,
                "The eGFR is not known, and this medicine leaves by the kidney.",
                band.sources,
                band.evidence,
            )
        ]
    band_found = facts.renal_band(egfr)
    if band_found is None or band_found.reduction == 0:
        return []
    if band_found.reduction is None:
        return [
            Breach(
                "renal_avoid",
                0,
                f"eGFR {egfr.normalize():f}: {band_found.text}",
                band_found.sources,
                band_found.evidence,
            )
        ]
    ceiling = max((s.max_daily for s in facts.schedules if s.max_daily is not None), default=None)
    if ceiling is None:
        return []
    allowed = (ceiling * (1 - band_found.reduction)).quantize(Decimal(1))
    return [
        Breach(
            "renal", number,
            f"eGFR {egfr.normalize():f}: {band_found.text} That makes {allowed} a day the most.",
            band_found.sources, band_found.evidence,
        )
        for number, step in enumerate(steps, start=1)
        if step.daily > allowed
    ]  # fmt: skip
