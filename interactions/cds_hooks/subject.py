"""What a request tells of the patient, and what it leaves open."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from interactions.cds_hooks.prefetch import CONDITION, OBSERVATION, PATIENT, Prefetch, Supply
from interactions.cds_hooks.writing import clean, counted, names
from interactions.checking import PatientContext, alcohol_of
from interactions.fhir import KINDS, FaultError, Measurement, Note, Person, condition_codes, newest, read_person

_OLD_AFTER: Final = timedelta(days=365)
_MOST_NAMED: Final = 12
_WORDS: Final = {
    PATIENT: ("patient", "The patient’s age and sex"),
    CONDITION: ("conditions", "Conditions"),
    OBSERVATION: ("observations", "Kidney function (eGFR), QTc and weight"),
}
_LISTS: Final = {"MedicationRequest": "medicationRequests", "MedicationStatement": "medicationStatements"}


@dataclass(frozen=True, slots=True)
class Subject:
    """The patient as the checker takes them. ``gaps`` are what is missing or unclear, each with its place."""

    context: PatientContext
    gaps: tuple[Note, ...]


def subject_of(prefetch: Prefetch, on: date) -> Subject:
    """Age, kidneys, heart and conditions on a day; whatever was not sent is unknown, never normal."""
    person, gaps = _person(prefetch, on)
    codes, strange = condition_codes(prefetch.conditions)
    if strange:
        named = [f"“{clean(each.said, 60)}”" for each in strange[:_MOST_NAMED]]
        more = len(strange) - len(named)
        said = names([*named, *([f"{more} more"] if more else [])])
        gaps.append(Note("prefetch", f"{counted(len(strange), 'condition')} not understood: {said}"))
    values = {slot: newest(prefetch.measured, slot) for slot in ("egfr", "qtc_ms", "weight_kg")}
    egfr, qtc, weight = values["egfr"], values["qtc_ms"], values["weight_kg"]
    gaps += _measured(prefetch, values, on)
    context = PatientContext(
        age=person.age,
        sex=person.sex if person.sex in {"F", "M"} else None,
        egfr=egfr.value if egfr else None,
        conditions=codes,
        conditions_known=prefetch.supply(CONDITION).whole,
        alcohol=alcohol_of(codes),
        qtc_ms=int(qtc.value) if qtc and qtc.value is not None else None,
        weight_kg=weight.value if weight else None,
    )
    return Subject(context, (*_absent(prefetch), *gaps))


def _person(prefetch: Prefetch, on: date) -> tuple[Person, list[Note]]:
    if prefetch.patient is None:
        return Person(), []
    place = prefetch.patient.path
    try:
        person = read_person(prefetch.patient, on)
    except FaultError as fault:
        return Person(), [Note(fault.place, f"the age is not known: the birth date {fault.text.rstrip('.')}")]
    gaps = [Note(place, problem) for problem in person.problems]
    if person.deceased:
        gaps.append(Note(place, "the record says that the patient has died"))
    return person, gaps


def _absent(prefetch: Prefetch) -> list[Note]:
    """Parts of the record that were not sent, or not whole; a part that came broken is noted by `collect`."""
    notes = []
    for kind, (key, words) in _WORDS.items():
        supply = prefetch.supply(kind)
        if supply is Supply.ABSENT:
            notes.append(Note(f"prefetch.{key}", f"{words} were not sent: unknown"))
        elif supply is Supply.NONE and kind == PATIENT:
            notes.append(Note(f"prefetch.{key}", f"{words} are unknown"))
    for kind, key in _LISTS.items():
        if prefetch.supply(kind) is Supply.ABSENT and not _told_otherwise(prefetch, kind):
            notes.append(Note(f"prefetch.{key}", f"No {kind} was sent: only the other list was checked"))
    return notes


def _told_otherwise(prefetch: Prefetch, kind: str) -> bool:
    """A list of statements is missed only where there are no orders, and the other way round."""
    return kind == "MedicationStatement" and any(
        prefetch.supply(other).at_hand for other in KINDS if other != "MedicationStatement"
    )


def _measured(prefetch: Prefetch, values: dict[str, Measurement | None], on: date) -> list[Note]:
    """Results that could not be used, unless a newer one could, and how old or how exact those used are."""
    notes = []
    for one in prefetch.measured:
        used = values[one.slot]
        newer = used is not None and used.on is not None and one.on is not None and used.on > one.on
        if one.problem and not newer:
            notes.append(Note(one.place, one.problem))
    for used in values.values():
        if used is None:
            continue
        if used.bound:
            sign = "above" if used.bound == ">" else "below"
            notes.append(Note(used.place, f"the {used.name} was reported only as {sign} a limit; the limit is used"))
        if used.on is None:
            notes.append(Note(used.place, f"the {used.name} has no date"))
        elif on - used.on > _OLD_AFTER:
            notes.append(Note(used.place, f"the {used.name} is of {used.on.isoformat()}, more than a year old"))
    return notes
