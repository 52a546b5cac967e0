"""The Patient: who it is for an import, and what the rules ask of a person."""

from dataclasses import dataclass
from datetime import date

from interactions.fhir.dates import last_day, read_date
from interactions.fhir.nodes import FaultError, Node
from interactions.fhir.records import ReadPatient

_SEXES = {"female": "F", "male": "M", "other": "X"}
_OLDEST = 125
# From this age on being older is what raises a risk, below it being younger.
_MIDDLE = 40


@dataclass(frozen=True, slots=True)
class Person:
    """Age in whole years and sex; ``problems`` say what was unclear. ``deceased`` as recorded."""

    age: int | None = None
    sex: str | None = None
    deceased: bool = False
    problems: tuple[str, ...] = ()


def read_person(patient: Node, on: date) -> Person:
    """What the rules ask of a Patient on a day. Of a partial birth date the age that carries more risk counts.

    FaultError for a birth date that is none or lies after the day.
    """
    sex = _SEXES.get(patient.text("gender"))
    deceased = patient.flag("deceasedBoolean") is True or bool(patient.text("deceasedDateTime"))
    born = patient.text("birthDate")
    if not born:
        return Person(None, sex, deceased, ("the birth date is not known",))
    place = patient.at("birthDate")
    earliest, latest = read_date(born, place), last_day(born, place)
    if earliest > on:
        raise FaultError(place, f"{born} lies after {on}.")
    oldest, youngest = age_on(earliest, on), age_on(min(latest, on), on)
    if oldest > _OLDEST:
        raise FaultError(place, f"{born} is more than {_OLDEST} years ago.")
    if oldest == youngest:
        return Person(oldest, sex, deceased)
    age = oldest if oldest >= _MIDDLE else youngest
    return Person(age, sex, deceased, (f"the birth date is known as {born} only: the age counts as {age}",))


def age_on(born: date, on: date) -> int:
    """Whole years lived on a day; somebody born on 29 February turns older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def read_patient(patient: Node) -> ReadPatient:
    """A Patient to put on record. FaultError names what is missing: a name, an identifier, a whole birth date."""
    names = patient.items("name")
    name = next((one for one in names if one.text("use") == "official"), names[0] if names else None)
    if name is None or not (name.text("family") or name.text("text")):
        raise FaultError(patient.at("name"), "the patient has no name.")
    identifier = next(
        (one.text("value") for one in patient.items("identifier") if one.text("value")), patient.text("id")
    )
    if not identifier:
        raise FaultError(patient.at("identifier"), "the patient has neither an identifier nor an id.")
    if not patient.text("birthDate"):
        raise FaultError(patient.at("birthDate"), "is missing, and age decides several rules.")
    telecom = {one.text("system"): one.text("value") for one in patient.items("telecom")}
    labels = {one.text("code") for one in patient.child("meta").items("security")}
    return ReadPatient(
        place=patient.path,
        identifier=identifier[:40],
        family_name=(name.text("family") or name.text("text"))[:80],
        given_names=" ".join(name.words("given"))[:80],
        birth_date=read_date(patient.text("birthDate"), patient.at("birthDate"), whole=True),
        sex=_SEXES.get(patient.text("gender"), ""),
        phone=telecom.get("phone", "")[:30],
        email=telecom.get("email", ""),
        is_test="HTEST" in labels,
    )
