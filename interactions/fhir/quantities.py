"""Amounts with units, in UCUM or in words, and amounts by time; what is not certain is not read."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from interactions.fhir.nodes import Node

# Units as they are written, without braces, brackets and plural, to the units that doses are kept in.
_UNITS: Final = {
    word: unit
    for unit, words in {
        "mg": "mg mgs milligram milligramme",
        "microgram": "ug mcg µg microg microgram microgramme",
        "g": "g gm gram gramme",
        "mL": "ml cc millilitre milliliter",
        "unit": "iu u unit",
        "tablet": "tbl tab tablet cap capsule pill caplet caps tabs oraltab oralcap oral_tablet oral_capsule",
        "drop": "drp drop gtt",
        "puff": "puff actuat actuation spray inhalation",
        "patch": "patch",
    }.items()
    for word in words.split()
}
_LONGEST_UNIT: Final = 40
_HOURS: Final = {"min": Decimal(1) / 60, "h": Decimal(1), "hr": Decimal(1), "hour": Decimal(1), "d": Decimal(24)}
_DAY_WORDS: Final = {"d", "day", "24h", "24.h", "24hr", "24hours"}
_BY_TIME: Final = re.compile(r"(?P<mass>[^/]+)/\(?(?P<time>24\.?\s?(?:h|hr|hours)|d|day|h|hr|hour|min)\)?")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount; ``value`` None is not stated or, with a ``problem``, not readable. ``daily`` is one by the day."""

    value: Decimal | None = None
    unit: str = ""
    problem: str = ""
    daily: bool = False


@lru_cache(maxsize=1_024)
def _unit(word: str) -> str:
    plain = re.sub(r"[{}\[\]()]", "", word.strip()).casefold().replace("μ", "µ")
    return _UNITS.get(plain) or _UNITS.get(plain.removesuffix("s")) or _UNITS.get(plain.removesuffix("es")) or ""


def read_unit(word: str) -> str:
    """The unit that a UCUM code or a word names; "" when it is not one that doses are kept in."""
    return _unit(word) if len(word) <= _LONGEST_UNIT else ""


def read_amount(quantity: Node) -> Amount:
    """A Quantity as an amount of a medicine. Code and word of the unit must agree."""
    value = quantity.number("value")
    if value is None:
        return Amount()
    code, word = quantity.text("code"), quantity.text("unit")
    units = {read_unit(said) for said in (code, word) if said and said != "1"}
    said = word or code
    if quantity.text("comparator"):
        return Amount(problem=f"the amount “{quantity.text('comparator')} {value}” is not an exact one")
    if not said:
        return Amount(problem=f"the amount {value} has no unit")
    known = units - {""}
    if len(known) > 1:
        return Amount(problem=f"the unit is “{code}” by its code and “{word}” in words")
    if not known or (word and not read_unit(word)):
        return Amount(problem=f"the unit “{said}” is not one that doses are read in")
    if value <= 0:
        return Amount(problem=f"the amount {value} is not one that can be taken")
    return Amount(value, known.pop())


def read_rate(quantity: Node) -> Amount:
    """A rate (``ug/d``, ``mg/h``) as the amount of one day."""
    value = quantity.number("value")
    if value is None:
        return Amount()
    said = quantity.text("code") or quantity.text("unit")
    found = _BY_TIME.fullmatch(said.strip())
    unit = read_unit(found["mass"]) if found else ""
    if found is None or unit not in {"mg", "microgram", "g"} or value <= 0 or quantity.text("comparator"):
        return Amount(problem=f"the rate {value} {said} is not one that doses are read in")
    time = found["time"].replace(" ", "")
    hours = Decimal(24) if time in _DAY_WORDS else _HOURS[time]
    return Amount(value * 24 / hours if hours != 24 else value, unit, daily=True)


def read_ratio_rate(ratio: Node) -> Amount:
    """A ratio of an amount and a time (100 ug in 24 h) as the amount of one day."""
    if not ratio:
        return Amount()
    amount, days = read_amount(ratio.child("numerator")), read_days(ratio.child("denominator"))
    if amount.value is None or days is None or amount.unit not in {"mg", "microgram", "g"}:
        return Amount(problem=amount.problem or "the rate is not an amount over a time")
    return Amount(amount.value / days, amount.unit, daily=True)


_DAYS: Final = {
    "s": Decimal(1) / 86400, "min": Decimal(1) / 1440, "h": Decimal(1) / 24, "d": Decimal(1), "wk": Decimal(7),
    "mo": Decimal(30), "a": Decimal(365), "day": Decimal(1), "days": Decimal(1), "week": Decimal(7),
    "weeks": Decimal(7), "month": Decimal(30), "months": Decimal(30), "hour": Decimal(1) / 24,
    "hours": Decimal(1) / 24, "year": Decimal(365), "years": Decimal(365),
}  # fmt: skip


def read_days(duration: Node) -> Decimal | None:
    """A Duration in days (a month counts 30); None when there is none or its unit is not one of time."""
    value = duration.number("value")
    factor = _DAYS.get((duration.text("code") or duration.text("unit")).strip().casefold())
    return None if value is None or factor is None or value <= 0 else value * factor
