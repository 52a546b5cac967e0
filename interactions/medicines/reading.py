"""One typed line read whole: which ingredients, and how much of each a day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from interactions.knowledge.release import Release, Strength
from interactions.medicines.dose import Dose
from interactions.medicines.names import Resolution, resolve
from interactions.medicines.sig import NO_STRENGTH, SigReading, read_sig


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineReading:
    """``doses`` holds a dose for each ingredient whose dose is known; a missing key is an unknown dose."""

    resolution: Resolution
    doses: Mapping[str, Dose]
    as_needed: bool
    route_hint: str | None
    problems: tuple[str, ...]


def read_medicine(
    text: str,
    *,
    rxcui: str | None = None,
    atc: str | None = None,
    sig: str | None = None,
    release: Release | None = None,
) -> MedicineReading:
    """Resolve a line and read its instruction, ``sig`` when it is given apart, else the rest of the line.

    The words of the name are taken out first, so that "Tylenol 3 bd" is not three tablets. Of a
    combination each ingredient gets its own amount, when the product's strengths are known.
    """
    resolution = resolve(text, rxcui=rxcui, atc=atc, release=release)
    if resolution.parts and sig is None:
        return _of_list(resolution)
    reading, doses = _doses(resolution, resolution.instruction if sig is None else sig)
    taken = reading.dose or reading.count
    return MedicineReading(
        resolution=resolution,
        doses=MappingProxyType(doses),
        as_needed=taken.as_needed if taken else False,
        route_hint=reading.route_hint or resolution.route_hint,
        problems=reading.problems,
    )


def _of_list(resolution: Resolution) -> MedicineReading:
    """A line that lists several medicines, each with its own instruction."""
    read = [_doses(part, part.instruction) for part in resolution.parts if part.resolved]
    taken = [reading.dose or reading.count for reading, _ in read]
    return MedicineReading(
        resolution=resolution,
        doses=MappingProxyType({key: dose for _, doses in read for key, dose in doses.items()}),
        as_needed=bool(taken) and all(one is not None and one.as_needed for one in taken),
        route_hint=resolution.route_hint,
        problems=tuple(dict.fromkeys(problem for reading, _ in read for problem in reading.problems)),
    )


def _doses(resolution: Resolution, instruction: str) -> tuple[SigReading, dict[str, Dose]]:
    parts = len(resolution.ingredients) + len(getattr(resolution.product, "others", ()))
    if parts <= 1:
        only = resolution.ingredients[0] if resolution.ingredients else ""
        reading = read_sig(instruction, strength=resolution.strength_of(only))
        return reading, {only: reading.dose} if reading.dose and only else {}
    reading = read_sig(instruction, several=True)
    if reading.count is None:
        return reading, {}
    doses = {}
    for ingredient in resolution.ingredients:
        dose = _counted(reading.count, resolution.strength_of(ingredient))
        if dose is not None:
            doses[ingredient] = dose
    known = len(doses) == len(resolution.ingredients)
    return (replace(reading, problems=_without_strength(reading)) if known else reading), doses


def _without_strength(reading: SigReading) -> tuple[str, ...]:
    return tuple(problem for problem in reading.problems if problem != NO_STRENGTH)


def _counted(count: Dose, strength: Strength | None) -> Dose | None:
    if strength is None or strength.amount is None or strength.per is not None or strength.unit == "%":
        return None
    amounts = tuple(amount * strength.amount for amount in count.amounts)
    return replace(count, amounts=amounts, unit=strength.unit)
