"""The guard rails of a plan: what its steps break, which limit that is and where the limit comes from.

Pure. A hard breach cannot be signed; any other needs a written reason. A maximum or a kidney band never stands
in the way of a step down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Final

from interactions.medicines.dosing import DosingFacts, Schedule
from monitoring.formatting import day_text, dose_text, plain_number
from monitoring.titration.rules.beside import OtherMedicine, pair_rails
from monitoring.titration.rules.breach import Breach
from monitoring.titration.rules.tablets import Tablet, why_not_made
from monitoring.titration.schedule import MOST_STEPS, PlannedStep

UP: Final = "up"
TAPER: Final = "taper"
# From here on labels ask for smaller, slower steps (S06, S13, S20); the age is that of the Beers criteria.
OLDER_FROM: Final = 65
REDUCED_EGFR: Final = Decimal(60)
# Encephalopathy within 30 days was more frequent from this daily amount on (S12).
OLDER_KIDNEY_NOTE: Final = "baclofen_renal_older"
OLDER_KIDNEY_FROM: Final = Decimal(20)


@dataclass(frozen=True, slots=True)
class Present:
    """What is taken when the plan is judged; None is not known, and never nothing."""

    daily: Decimal | None
    since: date | None = None


def guard_rails(
    steps: Sequence[PlannedStep],
    *,
    direction: str,
    present: Present,
    facts: DosingFacts,
    template: Schedule | None,
    egfr: Decimal | None,
    age: int | None,
    today: date,
    others: Sequence[OtherMedicine] = (),
    tablets: Sequence[Tablet] = (),
) -> tuple[Breach, ...]:
    """Every guard rail that the steps break for somebody of this age and eGFR, in step order.

    Amounts are in `facts.unit`. Limits, paces and bands are those of the release (`facts`), each with its source.
    `others` are the patient's other medicines of the pair; `tablets` what they have, nothing when unknown.
    """
    breaches = [*_shape(steps, direction, present, today), *_not_made(steps, tablets), *pair_rails(steps, others)]
    ruling = template or ruling_schedule(direction, facts, egfr=egfr, age=age)
    breaches += _pace(steps, present, facts, ruling) if ruling else [_not_checked(facts)]
    if direction == UP:
        breaches += _limits(steps, facts, template, age)
        breaches += _kidney(steps, facts, egfr)
        breaches += _older(steps, facts, template, egfr=egfr, age=age)
    return tuple(sorted(breaches, key=lambda breach: (breach.step, breach.rule)))


def ruling_schedule(direction: str, facts: DosingFacts, *, egfr: Decimal | None, age: int | None) -> Schedule | None:
    """What paces a plan drawn by hand: the gentlest schedule for who may not bear the labelled one, else the label."""
    return facts.gentlest(direction) if why_gentler(facts, egfr=egfr, age=age) else facts.labelled(direction)


def why_gentler(facts: DosingFacts, *, egfr: Decimal | None, age: int | None) -> tuple[str, ...]:
    """Why smaller steps are proposed: older, or kidneys that clear less of a medicine that leaves by them.

    An unknown counts as so. Empty for who can follow the label.
    """
    reasons = []
    if age is None:
        reasons.append("age not known")
    elif age >= OLDER_FROM:
        reasons.append(f"{age} years old")
    if facts.renal_bands and egfr is None:
        reasons.append("eGFR not known")
    elif facts.renal_bands and egfr is not None and egfr < REDUCED_EGFR:
        reasons.append(f"eGFR {plain_number(egfr)}")
    return tuple(reasons)


def _hard(rule: str, step: int, text: str) -> Breach:
    return Breach(rule, step, text, sources=(), evidence="judgement", hard=True)


def _not_checked(facts: DosingFacts) -> Breach:
    limits = "" if facts.limits else " or largest dose"
    text = f"No step size, gap{limits} is known here for this medicine, so none was checked."
    return Breach("not_checked", 0, text, sources=(), evidence="not checked")


def _shape(steps: Sequence[PlannedStep], direction: str, present: Present, today: date) -> list[Breach]:
    """What no reason can excuse: an unknown start, order, direction, and a taper that ends before its last step."""
    if not steps:
        return [_hard("empty", 0, "The plan has no step.")]
    breaches = []
    if present.daily is None:
        breaches.append(_hard("unknown_dose", 0, "The dose taken now is not known. Record it first."))
    if len(steps) > MOST_STEPS:
        breaches.append(_hard("too_long", 0, f"The plan has more than {MOST_STEPS} steps."))
    if steps[0].on < today:
        breaches.append(_hard("past", 1, f"The first step lies in the past: {day_text(steps[0].on)}."))
    if present.since is not None and steps[0].on < present.since:
        text = f"The first step comes before the present dose begins, {day_text(present.since)}."
        breaches.append(_hard("order", 1, text))
    previous, previous_on = present.daily, None
    for number, step in enumerate(steps, start=1):
        if previous_on is not None and step.on <= previous_on:
            breaches.append(_hard("order", number, "This step is not after the one before it."))
        if not step.amounts and (direction != TAPER or number != len(steps)):
            breaches.append(_hard("none", number, "Only the last step of a taper may be no dose at all."))
        if previous is not None and (step.daily <= previous if direction == UP else step.daily >= previous):
            word = "higher" if direction == UP else "lower"
            breaches.append(_hard("direction", number, f"This step is not {word} than the dose before it."))
        previous, previous_on = step.daily, step.on
    return breaches


def _not_made(steps: Sequence[PlannedStep], tablets: Sequence[Tablet]) -> Iterable[Breach]:
    """A dose that the patient's tablets cannot make: at home it would become another dose."""
    for number, step in enumerate(steps, start=1):
        for text in dict.fromkeys(filter(None, (why_not_made(amount, tablets) for amount in step.amounts))):
            yield _hard("tablets", number, text)


def _pace(steps: Sequence[PlannedStep], present: Present, facts: DosingFacts, ruling: Schedule) -> list[Breach]:
    """Step size and gap by the schedule that rules this plan; the present dose counts as the step before the first."""
    found = []
    previous, previous_on = present.daily, present.since
    for number, step in enumerate(steps, start=1):
        if previous_on is not None and 0 <= (gap := (step.on - previous_on).days) < ruling.min_gap_days:
            after = "the present dose began" if number == 1 else "the step before"
            days = "1 day" if gap == 1 else f"{gap} days"
            text = f"{days} after {after}; “{ruling.label}” keeps at least {ruling.min_gap_days}."
            found.append(Breach("gap", number, text, ruling.sources, ruling.evidence))
        if previous is not None:
            found += _size(number, step, abs(step.daily - previous), facts.unit, ruling)
        previous, previous_on = step.daily, step.on
    return found


def _size(number: int, step: PlannedStep, change: Decimal, unit: str, ruling: Schedule) -> list[Breach]:
    if change <= ruling.max_step:
        return []
    most = dose_text(ruling.max_step, unit)
    if not step.amounts:
        text = f"From {dose_text(change, unit)} a day to none at once; “{ruling.label}” ends from at most {most}."
        return [Breach("to_none", number, text, ruling.sources, ruling.evidence, hard=True)]
    text = f"A change of {dose_text(change, unit)} a day; “{ruling.label}” changes at most {most}."
    return [Breach("step_size", number, text, ruling.sources, ruling.evidence)]


def _limits(
    steps: Sequence[PlannedStep], facts: DosingFacts, template: Schedule | None, age: int | None
) -> Iterable[Breach]:
    for number, step in enumerate(steps, start=1):
        for limit in facts.limits:
            if limit.age_from is not None and age is not None and age < limit.age_from:
                continue
            amount = step.daily if limit.per == "day" else max(step.amounts, default=Decimal(0))
            if amount > limit.above:
                text = f"{dose_text(amount, limit.unit)} {'a day' if limit.per == 'day' else 'at once'}. {limit.text}"
                hard = limit.level == "urgent"
                yield Breach(f"limit_{limit.id}", number, text, limit.sources, limit.evidence, hard=hard)
        if template is not None and template.max_daily is not None and step.daily > template.max_daily:
            most = dose_text(template.max_daily, facts.unit)
            text = f"{dose_text(step.daily, facts.unit)} a day; “{template.label}” is written for at most {most}."
            yield Breach("ceiling", number, text, template.sources, template.evidence)


def _kidney(steps: Sequence[PlannedStep], facts: DosingFacts, egfr: Decimal | None) -> list[Breach]:
    """The kidney bands against the labelled maximum; an unknown eGFR is said, not passed."""
    if not facts.renal_bands:
        return []
    if egfr is None:
        first = facts.renal_bands[0]
        text = "The eGFR is not known, and this medicine leaves the body by the kidneys."
        return [Breach("egfr_unknown", 0, text, first.sources, first.evidence)]
    band = facts.renal_band(egfr)
    if band is None or band.reduction == 0:
        return []
    measured = f"eGFR {egfr.normalize():f} ({band.basis}):"
    if band.reduction is None:
        return [Breach("renal_avoid", 0, f"{measured} {band.text}", band.sources, band.evidence)]
    ceiling = max((s.max_daily for s in facts.schedules if s.max_daily is not None), default=None)
    if ceiling is None:
        return []
    allowed = (ceiling * (1 - band.reduction)).quantize(Decimal(1), ROUND_DOWN)
    left = f"Of {dose_text(ceiling, facts.unit)} that leaves {dose_text(allowed, facts.unit)} a day."
    text = f"{measured} {band.text} {left}"
    return [
        Breach("renal", number, text, band.sources, band.evidence)
        for number, step in enumerate(steps, start=1)
        if step.daily > allowed
    ]


def _older(
    steps: Sequence[PlannedStep],
    facts: DosingFacts,
    template: Schedule | None,
    *,
    egfr: Decimal | None,
    age: int | None,
) -> Iterable[Breach]:
    """A labelled pace for who may not bear it; and from 65 on, baclofen at a dose that harmed with reduced kidneys."""
    gentlest = facts.gentlest(UP)
    quicker = template is not None and gentlest is not None and template.id != gentlest.id
    if quicker and gentlest is not None and why_gentler(facts, egfr=egfr, age=age):
        text = f"From {OLDER_FROM} years on, or with reduced kidneys, steps are smaller: see “{gentlest.label}”."
        yield Breach("gentler", 0, text, gentlest.sources, gentlest.evidence)
    note = facts.note(OLDER_KIDNEY_NOTE)
    reduced = egfr is None or egfr < REDUCED_EGFR
    if note is None or not reduced or (age is not None and age < OLDER_FROM):
        return
    for number, step in enumerate(steps, start=1):
        if step.daily >= OLDER_KIDNEY_FROM:
            yield Breach("older_kidney", number, note.text, note.sources, note.evidence)
