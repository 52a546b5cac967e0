"""The document form of a screening: what `screen_regimen` and the screenings of the API take and give."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from interactions.checking.alcohol import use_in_record
from interactions.checking.check import check_regimen
from interactions.checking.conditions import alcohol_of, read_conditions
from interactions.checking.entries import Entry, read_entry
from interactions.checking.exposure import EVENT_TYPES, AlcoholUse, CheckInSummary, ClinicalEvent, PatientContext
from interactions.checking.findings import Screening
from interactions.checking.strict_json import DocumentError, join

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_OLDEST: Final = 125
# More lines than any person's list has; each of them costs a reading.
_MOST_ITEMS: Final = 500
_SEXES: Final = {"F": frozenset({"f", "female", "woman", "girl"}), "M": frozenset({"m", "male", "man", "boy"})}
_OTHER_SEXES: Final = frozenset(
    {"", "x", "o", "u", "other", "unknown", "undifferentiated", "intersex", "diverse", "non-binary", "nonbinary", "unk"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One document, read. ``answers`` and ``vitals`` are as given, for whoever judges check-ins.

    ``ignored`` are paths of keys that mean nothing here; they are reported, not dropped in silence.
    """

    id: str | int | None
    on: date
    entries: tuple[Entry, ...]
    context: PatientContext
    path: str = ""
    has_check_in: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)
    vitals: Mapping[str, Any] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    def at(self, key: str) -> str:
        """The path of a key of this document, as an error should name it."""
        return join(self.path, key)


Judge = Callable[[Case], CheckInSummary | None]


def read_case(document: object, *, today: date, path: str = "") -> Case:
    """Read one document strictly. ``today`` is the day screened when the document names none.

    DocumentError names the first place that is malformed: a wrong type, an impossible date or number, an
    end before its start. Words that are well-formed but not understood are kept and reported instead.
    """
    reader = _Reader(document, path)
    on = reader.day("as_of") or today
    entries, strange_routes = _regimen(reader)
    context = _patient(reader.inner("patient"), reader.items("events"), strange_routes)
    check_in = reader.inner("check_in")
    answers, vitals = check_in.inner("answers"), check_in.inner("vitals")
    case = Case(
        id=reader.identity(),
        on=on,
        entries=entries,
        context=context,
        path=path,
        has_check_in=reader.has("check_in"),
        answers=answers.given,
        vitals=vitals.given,
    )
    return replace(case, ignored=(*reader.unread(), *check_in.unread()))


def screen_case(case: Case, judge: Judge) -> tuple[Screening, CheckInSummary | None]:
    """The screening of a case, with its check-in judged first, since the rules look at it."""
    check_in = judge(case)
    context = replace(case.context, check_in=check_in)
    exposures = [exposure for entry in case.entries for exposure in entry.exposures]
    unresolved = [line for entry in case.entries for line in entry.unresolved]
    return check_regimen(exposures, context, case.on, unresolved=unresolved), check_in


class _Reader:
    """Takes the keys of one object, checking each, and knows which were not asked for."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            raise DocumentError(path or "the document", "must be an object")
        self.given: Mapping[str, Any] = value
        self.path = path
        self.read: set[str] = set()
        self.below: list[_Reader] = []

    def at(self, key: str) -> str:
        return join(self.path, key)

    def take(self, key: str) -> Any:
        self.read.add(key)
        return self.given.get(key)

    def has(self, key: str) -> bool:
        return self.given.get(key) is not None

    def inner(self, key: str) -> "_Reader":
        value = self.take(key)
        found = _Reader({} if value is None else value, self.at(key))
        self.below.append(found)
        return found

    def items(self, key: str) -> list["_Reader"]:
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise DocumentError(self.at(key), "must be a list")
        self._refuse_many(key, value)
        found = [_Reader(each, f"{self.at(key)}[{place}]") for place, each in enumerate(value)]
        self.below += found
        return found

    def _refuse_many(self, key: str, value: Sequence[Any]) -> None:
        if len(value) > _MOST_ITEMS:
            raise DocumentError(f"{self.at(key)}[{_MOST_ITEMS}]", f"more than {_MOST_ITEMS} are not read")

    def text(self, key: str) -> str | None:
        value = self.take(key)
        if value is not None and not isinstance(value, str):
            raise DocumentError(self.at(key), "must be text")
        return value

    def code(self, key: str) -> str | None:
        value = self.take(key)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise DocumentError(self.at(key), "must be a code")

    def identity(self) -> str | int | None:
        value = self.take("id")
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise DocumentError(self.at("id"), "must be text or a whole number")
        return value

    def number(self, key: str, least: int, most: int) -> Decimal | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise DocumentError(self.at(key), "must be a number")
        number = Decimal(value)
        if not number.is_finite() or not least <= number <= most:
            raise DocumentError(self.at(key), f"must be from {least} to {most}")
        return number

    def whole(self, key: str, least: int, most: int) -> int | None:
        number = self.number(key, least, most)
        if number is not None and number != number.to_integral_value():
            raise DocumentError(self.at(key), "must be a whole number")
        return None if number is None else int(number)

    def day(self, key: str) -> date | None:
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise DocumentError(self.at(key), "must be a date like 2026-06-15")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise DocumentError(self.at(key), f"{value} is no day of the calendar") from None
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise DocumentError(self.at(key), f"must be between {_FIRST_YEAR} and {_LAST_YEAR}")
        return day

    def texts(self, key: str) -> list[str] | None:
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise DocumentError(self.at(key), "must be a list of words")
        self._refuse_many(key, value)
        for place, each in enumerate(value):
            if not isinstance(each, str):
                raise DocumentError(f"{self.at(key)}[{place}]", "must be text")
        return [each for each in value if each.strip()]

    def unread(self) -> tuple[str, ...]:
        own = [self.at(key) for key in self.given if key not in self.read]
        return (*own, *(each for below in self.below if below.read for each in below.unread()))


def _regimen(reader: _Reader) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    if not reader.has("regimen"):
        raise DocumentError(reader.at("regimen"), "is required")
    entries, strange = [], []
    for line in reader.items("regimen"):
        entry = _line(line)
        route = line.given.get("route")
        if any("is not understood" in problem and problem.startswith("the route") for problem in entry.problems):
            strange.append(str(route))
        entries.append(entry)
    return tuple(entries), tuple(strange)


def _line(line: _Reader) -> Entry:
    entered, rxcui, atc = line.text("entered"), line.code("rxcui"), line.code("atc")
    if not any((entered or "").strip() for entered in (entered, rxcui, atc)):
        raise DocumentError(line.at("entered"), "is required, or a code in rxcui or atc")
    route, start, end = line.text("route"), line.day("start"), line.day("end")
    if start is not None and end is not None and end < start:
        raise DocumentError(line.at("end"), f"{end} lies before the start {start}")
    return read_entry(entered or "", route=route, start=start, end=end, rxcui=rxcui, atc=atc)


def _patient(patient: _Reader, events: list[_Reader], strange: tuple[str, ...]) -> PatientContext:
    words = patient.texts("conditions")
    codes, not_understood = read_conditions(words or ())
    drinking, strange_drinking = _drinking(patient.text("alcohol"))
    sex, strange_sex = _sex(patient.text("sex"))
    happened, unknown = _events(events)
    return PatientContext(
        age=patient.whole("age", 0, _OLDEST),
        sex=sex,
        egfr=patient.number("egfr", 0, 250),
        conditions=codes,
        conditions_known=words is not None,
        alcohol=drinking or alcohol_of(codes),
        qtc_ms=patient.whole("qtc_ms", 200, 800),
        qtc_baseline_ms=patient.whole("qtc_baseline_ms", 200, 800),
        weight_kg=patient.number("weight_kg", 1, 500),
        events=happened,
        not_understood=(*not_understood, *strange_sex, *strange_drinking, *unknown, *strange),
    )


def _sex(word: str | None) -> tuple[str | None, tuple[str, ...]]:
    """F, M or unknown, and the word where it is none that a record uses."""
    said = (word or "").strip().casefold()
    sex = next((letter for letter, words in _SEXES.items() if said in words), None)
    return sex, () if sex or said in _OTHER_SEXES else (word or "",)


def _drinking(words: str | None) -> tuple[AlcoholUse | None, tuple[str, ...]]:
    """How much is drunk, None when unknown, and the words where they say nothing."""
    use, understood = use_in_record(words or "")
    return use, () if understood else (words or "",)


def _events(events: list[_Reader]) -> tuple[tuple[ClinicalEvent, ...], tuple[str, ...]]:
    happened, unknown = [], []
    for event in events:
        kind, day = event.text("type"), event.day("date")
        if kind is None:
            raise DocumentError(event.at("type"), "is required")
        if kind in EVENT_TYPES:
            happened.append(ClinicalEvent(kind, day))
        else:
            unknown.append(kind)
    return tuple(happened), tuple(unknown)
