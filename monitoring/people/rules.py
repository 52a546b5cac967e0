"""What can be true of a person: limits that catch slips of the keyboard. Pure: values in, complaints out."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

OLDEST_AGE: Final = 120

# What a role may do beyond its own pages: knowledge of medicines holds no patient, so admins read it too.
PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    "clinician": frozenset({"interactions.read_knowledge"}),
    "admin": frozenset({"interactions.read_knowledge"}),
    "patient": frozenset(),
}

# Wider than any clinical threshold: these refuse what cannot be, they judge nobody's health.
RANGES: Final[Mapping[str, tuple[Decimal, Decimal, str]]] = {
    "egfr": (Decimal(1), Decimal(250), "mL/min/1.73 m²"),
    "qtc_ms": (Decimal(200), Decimal(800), "ms"),
    "weight_kg": (Decimal(1), Decimal(400), "kg"),
}


def implausible(facts: Mapping[str, object], *, today: date) -> dict[str, str]:
    """What cannot be true in `facts`, a sentence by field; empty when all of it can.

    Reads `birth_date`, `egfr` (mL/min/1.73 m²) with `egfr_on`, `qtc_ms` (milliseconds) and `weight_kg`. Absent and
    None are unknown, which is always plausible. Numbers are Decimal or int.
    """
    problems = {}
    for field, (low, high, unit) in RANGES.items():
        value = facts.get(field)
        if isinstance(value, Decimal | int) and not (Decimal(value).is_finite() and low <= value <= high):
            problems[field] = f"Enter a number from {low} to {high} {unit}."
    born, measured = facts.get("birth_date"), facts.get("egfr_on")
    if isinstance(born, date):
        if born > today:
            problems["birth_date"] = "The birth date cannot be in the future."
        elif today.year - born.year > OLDEST_AGE:
            problems["birth_date"] = f"The birth date cannot be more than {OLDEST_AGE} years ago."
    if (facts.get("egfr") is None) != (measured is None):
        missing = "egfr_on" if measured is None else "egfr"
        problems[missing] = "Enter the eGFR together with the day it was measured."
    if isinstance(measured, date):
        if measured > today:
            problems["egfr_on"] = "The day of the eGFR cannot be in the future."
        elif isinstance(born, date) and measured < born:
            problems["egfr_on"] = "The day of the eGFR cannot be before the birth date."
    return problems
