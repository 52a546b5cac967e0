"""How what somebody types is matched to people, pages and deeds: whatever its case and accents. Pure: no Django."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

SHORTEST: Final = 2
LONGEST: Final = 80
MOST: Final = 20

# Letters that Unicode does not take apart into a plain one and its mark.
_PLAIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "’": "'", "‘": "'"}
)
_BETWEEN: Final = str.maketrans(dict.fromkeys("-'", " "))


def tidy(text: str) -> str:
    """What was typed without NULs and control characters, its blanks single, at most 80 characters of it."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text.replace("\0", ""))
    return " ".join(printable.split())[:LONGEST].strip()


def fold(text: str) -> str:
    """A text as it is compared: small letters without accents, so that “Åse” is found by “ase”."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def dates_in(word: str) -> frozenset[date]:
    """The days a word may mean: 1957-03-14, 14.3.1957, and 3/4/1957 either way round."""
    numbers = word.replace("/", "-").replace(".", "-").split("-")
    if len(numbers) != 3 or not all(number.isascii() and number.isdigit() for number in numbers):
        return frozenset()
    first, second, third = (int(number) for number in numbers)
    orders = ((first, second, third), (third, second, first), (third, first, second))
    return frozenset(day for order in orders if (day := _day(*order)) is not None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year > 1800 else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Person:
    """What a patient is found by."""

    key: UUID
    family: str
    given: str
    identifier: str
    born: date


def rank(person: Person, text: str) -> int | None:
    """How well `text` fits, 0 being best; None when one of its words fits nothing."""
    found = [_rank(person, word) for word in text.split()]
    known = [each for each in found if each is not None]
    return sum(known) if found and len(known) == len(found) else None


def _rank(person: Person, word: str) -> int | None:
    if person.born in dates_in(word):
        return 0
    asked, identifier = fold(word), fold(person.identifier)
    family, given = fold(person.family), fold(person.given)
    inner = f"{family} {given}".translate(_BETWEEN).split()
    fits = (
        asked in {identifier, family},
        family.startswith(asked),
        given.startswith(asked) or identifier.startswith(asked),
        any(part.startswith(asked) for part in inner),
        any(asked in whole for whole in (family, given, identifier)),
    )
    return fits.index(True) if True in fits else None


def ranked(people: Iterable[Person], text: str) -> list[Person]:
    """Those whom every word of `text` fits, the best first, then by name."""
    scores = [(score, person) for person in people if (score := rank(person, text)) is not None]
    return [person for _, person in sorted(scores, key=lambda each: (each[0], _read_aloud(each[1])))]


def _read_aloud(person: Person) -> tuple[str, str, str]:
    return fold(person.family), fold(person.given), str(person.key)


@dataclass(frozen=True, slots=True)
class Place:
    """A page or a deed: the name of its address, what it is called, for whom, and other words for it.

    `about_patient` needs a patient at hand, and its address takes their key.
    """

    address: str
    label: str
    roles: frozenset[str]
    words: str = ""
    about_patient: bool = False


_CLINICIAN: Final = frozenset({"clinician"})
_ADMIN: Final = frozenset({"admin"})
_BOTH: Final = _CLINICIAN | _ADMIN

PAGES: Final[Sequence[Place]] = (
    Place("worklist", "Alerts", _CLINICIAN, "worklist open overdue"),
    Place("patient_list", "Patients", _CLINICIAN, "list people"),
    Place("handover_report", "Handover", _CLINICIAN, "report shift print"),
    Place("override_report", "Report on answers to interactions", _BOTH, "override statistics export"),
    Place("knowledge", "Knowledge: medicines and rules", _BOTH, "interactions drugs look up"),
    Place("knowledge_releases", "Releases of the knowledge", _BOTH, "versions compare"),
    Place("messages", "Messages", _BOTH, "inbox"),
    Place("failed_messages", "Messages that were not sent", _BOTH, "failed mail delivery"),
    Place("escalation", "How alerts are passed on", _BOTH, "escalation policy rungs"),
    Place("absences", "Who is away", _BOTH, "absence cover holiday stand in"),
    Place("saved_filters", "Kept filters", _CLINICIAN, "saved rename delete"),
    Place("keys", "Keys of the keyboard", _BOTH, "shortcuts help"),
    Place("change_password", "Change your password", _BOTH, "account security"),
    Place("audit", "Audit", _ADMIN, "log who read"),
    Place("users", "Users", _ADMIN, "accounts people"),
    Place("clinic", "Clinic", _ADMIN, "phone numbers contact"),
    Place("cds_clients", "EHR clients", _ADMIN, "cds hooks"),
    Place("monitoring", "Monitoring", _ADMIN, "health sweeps outage"),
)
DEEDS: Final[Sequence[Place]] = (
    Place("medication_new", "Add a medicine", _CLINICIAN, "prescribe start drug", about_patient=True),
    Place("patient_check_in_new", "Take a check-in by phone", _CLINICIAN, "symptoms report", about_patient=True),
    Place("plan_new", "Draw up a dose plan", _CLINICIAN, "titrate taper", about_patient=True),
    Place("medications_compare", "Compare what could be changed", _CLINICIAN, "what if", about_patient=True),
    Place("care_team", "See the care team", _CLINICIAN, "join members", about_patient=True),
    Place("register_patient", "Register a patient", _CLINICIAN, "new add create"),
    Place("handover_report", "Hand over", _CLINICIAN, "shift print"),
    Place("absence_new", "Note that somebody is away", _BOTH, "absence holiday cover"),
    Place("invite", "Invite a user", _ADMIN, "new account"),
)


def places_found(places: Iterable[Place], text: str, role: str, *, has_patient: bool) -> list[Place]:
    """The places this role may go to whose name or other words fit every word of `text`; all of them for none."""
    return [
        place
        for place in places
        if role in place.roles and (has_patient or not place.about_patient) and _says(place, fold(text).split())
    ]


def _says(place: Place, words: Sequence[str]) -> bool:
    names = fold(f"{place.label} {place.words}").split()
    return all(any(name.startswith(word) for name in names) for word in words)
