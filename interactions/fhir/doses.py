"""From the dosages of an order to the dose of each of its ingredients."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from interactions.fhir.dosage import ReadDose
from interactions.knowledge.release import Strength
from interactions.medicines.dose import Dose
from interactions.medicines.names import Resolution
from interactions.medicines.sig import NO_STRENGTH, SigReading, read_sig

_MASS: Final = frozenset({"mg", "microgram", "g"})
_MOST_SHARES: Final = 24
_LONGEST_KEPT: Final = 200

Doses = tuple[Mapping[str, Dose], tuple[str, ...]]


def doses_of(dosages: Sequence[ReadDose], resolution: Resolution) -> Doses:
    """The dose of each ingredient, with what was unclear. A missing key is an unknown dose, never none.

    Of dosages that follow each other the largest counts; those that stand side by side are added.
    """
    doses: dict[str, Dose] = {}
    problems: list[str] = []
    for ingredient in resolution.ingredients:
        read = [_one(dosage, resolution, ingredient) for dosage in dosages]
        problems += [problem for _, said in read for problem in said]
        dose = _together(dosages, [dose for dose, _ in read], problems)
        if dose is not None:
            doses[ingredient] = dose
    return doses, tuple(dict.fromkeys(problems))


def _one(dosage: ReadDose, resolution: Resolution, ingredient: str) -> tuple[Dose | None, tuple[str, ...]]:
    strength = resolution.strength_of(ingredient)
    several = len(resolution.ingredients) + len(getattr(resolution.product, "others", ())) > 1
    try:
        stated, said = _stated(dosage, strength, several=several)
        limited = None if stated is None else _limited(stated, dosage)
    except (ValueError, ArithmeticError) as fault:
        return None, (*dosage.problems, f"the dose was not taken: {fault}")
    written = _written(dosage.text, strength, several=several)
    if limited is None:
        return written.dose or written.count, (*dosage.problems, *said, *(written.problems if dosage.text else ()))
    return _larger(limited, written.dose or written.count, (*dosage.problems, *said))


def _stated(dosage: ReadDose, strength: Strength | None, *, several: bool) -> tuple[Dose | None, tuple[str, ...]]:
    """The dose of the fields, in mass where the product's strength tells it."""
    if dosage.amount is None or not dosage.unit:
        return None, ()
    amount, unit = dosage.amount, dosage.unit
    said: tuple[str, ...] = ()
    if unit in _MASS and several:
        return None, ("an amount is written and it is not clear of which ingredient",)
    if unit not in _MASS:
        held = _held(unit, strength)
        if held is None:
            if several:
                return None, (NO_STRENGTH,)
            said = (NO_STRENGTH if unit == "tablet" else f"the amount in one {unit} is not known",)
        else:
            amount, unit = amount * held[0], held[1]
    if dosage.times is None:
        return Dose((amount,), unit, as_needed=dosage.as_needed, frequency_known=False), said
    return Dose(
        (amount,) * dosage.times,
        unit,
        as_needed=dosage.as_needed,
        interval_days=dosage.interval_days,
        times=dosage.at if len(dosage.at) == dosage.times else (),
    ), said


def _held(unit: str, strength: Strength | None) -> tuple[Decimal, str] | None:
    """How much of the ingredient one tablet or one mL holds."""
    if strength is None or strength.amount is None or strength.unit not in _MASS:
        return None
    if unit == "tablet" and strength.per is None:
        return strength.amount, strength.unit
    if unit == "mL" and strength.per is not None and strength.per_unit == "mL":
        return strength.amount / strength.per, strength.unit
    return None


def _limited(dose: Dose, dosage: ReadDose) -> Dose:
    """As needed and with a limit, the most that is allowed is what may be taken."""
    if dosage.most is None or not dose.as_needed:
        return dose
    most, unit, days = dosage.most
    converted = Dose((most,), unit, as_needed=True, interval_days=days).in_unit(dose.unit)
    if converted is None or converted.daily is None or (dose.daily is not None and dose.daily <= converted.daily):
        return dose
    shares, rest = divmod(converted.amounts[0], dose.largest_single)
    if not rest and 0 < shares <= _MOST_SHARES:
        return replace(converted, amounts=(dose.largest_single,) * int(shares))
    return converted


def _written(text: str, strength: Strength | None, *, several: bool) -> SigReading:
    if not text.strip():
        return SigReading(None)
    read = _sig if len(text) <= _LONGEST_KEPT else read_sig
    return read(text, strength=strength, several=several)


@lru_cache(maxsize=4_096)
def _sig(text: str, *, strength: Strength | None, several: bool) -> SigReading:
    """A sig is read once: the same few hundred stand on every list."""
    return read_sig(text, strength=strength, several=several)


def _larger(stated: Dose, written: Dose | None, said: tuple[str, ...]) -> tuple[Dose, tuple[str, ...]]:
    """The dose of the fields, unless its own words come to more or say how often where the fields do not."""
    if written is None or written.daily is None:
        return stated, said
    same = written.in_unit(stated.unit)
    if same is None or same.daily is None:
        return stated, said
    if stated.daily is None:
        agrees = same.largest_single == stated.largest_single
        return (same, said) if agrees else (same, (*said, _DISAGREE))
    if same.daily == stated.daily:
        return (same if same.times and not stated.times else stated), said
    return (same if same.daily > stated.daily else stated), (*said, _DISAGREE)


_DISAGREE: Final = "the dose in words and the dose in fields differ: the larger is used"


def _together(dosages: Sequence[ReadDose], doses: Sequence[Dose | None], problems: list[str]) -> Dose | None:
    known = [dose for dose in doses if dose is not None]
    if len(doses) < 2 or not known:
        return known[0] if known else None
    if len(known) < len(doses):
        problems.append("one of its dosages is not known")
    steps = {dosage.sequence for dosage in dosages} - {None}
    spans = {(dosage.start, dosage.end) for dosage in dosages}
    if len(steps) > 1 or len(spans) > 1:
        problems.append("the dose changes over time: the largest is used")
        return max(known, key=_size)
    whole = _added(known)
    if whole is None:
        problems.append("its dosages do not add up: the largest is used")
        return max(known, key=_size)
    return whole


def _size(dose: Dose) -> Decimal:
    in_mg = dose.in_unit("mg") or dose
    return in_mg.largest_single if in_mg.daily is None else in_mg.daily


def _added(doses: Sequence[Dose]) -> Dose | None:
    """Dosages of one day side by side: 10 mg in the morning and 20 mg at night."""
    same = [dose.in_unit(doses[0].unit) for dose in doses]
    plain = [dose for dose in same if dose is not None and dose.frequency_known and dose.interval_days == 1]
    if len(plain) < len(doses):
        return None
    times = tuple(time for dose in plain for time in dose.times)
    amounts = tuple(amount for dose in plain for amount in dose.amounts)
    return Dose(
        amounts,
        plain[0].unit,
        as_needed=all(dose.as_needed for dose in plain),
        times=times if len(times) == len(amounts) else (),
    )
