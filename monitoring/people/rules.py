"""What can be true of a person: limits that catch slips of the keyboard. Pure: values in, complaints out."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Final, TypeVar
from zoneinfo import available_timezones

OLDEST_AGE: Final = 120
# Longer leave is renewed: a cover named a year ago is seldom the right one (source: "judgement").
LONGEST_ABSENCE: Final = timedelta(days=366)
# A link to become a carer: long enough to hand it over at the next visit (source: "judgement").
INVITATION_LIFE: Final = timedelta(days=7)
# Addresses that may be tried at one such link before it dies; and links that may wait at a time (source: "judgement").
WRONG_TRIES: Final = 5
MOST_INVITATIONS: Final = 5
# Kept with a session by its sign-in: after how many seconds without a person it ends, and when it began.
SESSION_IDLE: Final = "idle_seconds"
SESSION_BEGAN: Final = "signed_in_at"
# A working day, whoever is there (source: ASVS 5.0, 7.3.2; the figure is a judgement).
LONGEST_SESSION: Final = timedelta(hours=12)
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
MACHINES: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)
Person = TypeVar("Person", bound=Hashable)

# What a role may do beyond its own pages: knowledge of medicines holds no patient, so admins read it too.
PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    "clinician": frozenset({"interactions.read_knowledge"}),
    "admin": frozenset({"interactions.read_knowledge"}),
    "patient": frozenset(),
    "carer": frozenset(),
}

# Wider than any clinical threshold: these refuse what cannot be, they judge nobody's health.
RANGES: Final[Mapping[str, tuple[Decimal, Decimal, str]]] = {
    "egfr": (Decimal(1), Decimal(250), "mL/min/1.73 m²"),
    "qtc_ms": (Decimal(200), Decimal(800), "ms"),
    "weight_kg": (Decimal(1), Decimal(400), "kg"),
}


@cache
def time_zones() -> frozenset[str]:
    """The names of the zones this machine knows; finding them walks some hundred files, so it is done once."""
    return frozenset(available_timezones())


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


def stand_ins(wanted: Iterable[Person], *, able: Collection[Person], cover_of: Mapping[Person, Person]) -> list[Person]:
    """Who is told in the place of `wanted`: each person, or whoever covers them; everybody once, in that order.

    `able` holds those who could answer if they were there, `cover_of` the cover of everybody who is away. A cover who
    is away passes on to their own; one who is not able is passed over in the same way. A chain that ends without
    anybody, or comes back on itself, reaches nobody.
    """
    found: dict[Person, None] = {}
    for person in wanted:
        seen: set[Person] = set()
        stand_in: Person | None = person
        while stand_in is not None and stand_in not in seen and (stand_in not in able or stand_in in cover_of):
            seen.add(stand_in)
            stand_in = cover_of.get(stand_in)
        if stand_in is not None and stand_in not in seen:
            found[stand_in] = None
    return list(found)


def comes_back_to(person: Person, *, cover: Person, cover_of: Mapping[Person, Collection[Person]]) -> bool:
    """Whether the cover of `person`, or a cover of that cover and so on, could be `person` again.

    `cover_of` names the covers each other person has while `person` is away.
    """
    waiting, seen = [cover], {cover}
    while waiting:
        for following in cover_of.get(waiting.pop(), ()):
            if following == person:
                return True
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def browser_label(user_agent: str) -> str:
    """A browser and its machine in words by which its owner knows it: "Firefox on Android"."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    machine = next((name for mark, name in MACHINES if mark in user_agent), "")
    return f"{browser} on {machine}" if machine else browser
