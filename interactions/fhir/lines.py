"""From lines of a medication list to what the checker takes: exposures, and lines that could not be told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from interactions.checking import Entry, Exposure, Route, Unresolved, read_entry
from interactions.checking.washout import LOCAL_ROUTES
from interactions.fhir.concepts import Named
from interactions.fhir.dosage import ReadDose
from interactions.fhir.doses import doses_of
from interactions.fhir.medicines import KINDS, ReadMedicine
from interactions.fhir.nodes import same_reference
from interactions.fhir.remembering import MOST_KEPT, release_in_force
from interactions.medicines.dose import Dose
from interactions.medicines.names import Match, Resolution

# An order says more of a medicine than a statement, that more than a dispense or one administration.
_LONGEST_KEPT: Final = 200
_LONGEST_COURSE: Final = 36_500
_RANK: Final = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as it counts on a day. ``unresolved`` are its parts that could not be checked.

    ``problems`` bear on what was found; ``remarks`` are only about how the name was read.
    """

    medicine: ReadMedicine
    resolution: Resolution
    exposures: tuple[Exposure, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    draft: bool = False

    @property
    def said(self) -> str:
        """How the record names the medicine; its place when it names nothing."""
        return self.medicine.named.said or self.medicine.identity or self.medicine.place

    @property
    def ingredients(self) -> frozenset[str]:
        """Keys of what it holds."""
        return frozenset(self.resolution.ingredients)

    @property
    def needs_confirmation(self) -> bool:
        """Whether the name was misspelt, so that a person should say that it is meant."""
        return self.resolution.needs_confirmation or self.resolution.match is Match.SPELLING


def line_of(medicine: ReadMedicine, *, on: date, draft: bool = False) -> Line:
    """A line as it counts on a day. A draft without a start begins on that day; of an end that nobody wrote
    the day itself counts."""
    start, end, dated = _span(medicine, on, draft=draft)
    taken = _taken(medicine, start, end)
    resolution = taken.entry.resolution
    said = medicine.named.said or medicine.identity or medicine.place
    if not taken.exposures:
        resolution = medicine.named.resolve()
        open_line = Unresolved(entered=said[:300], match=resolution.match.value, candidates=resolution.candidates)
        problems = (*medicine.problems, *resolution.remarks)
        return Line(medicine=medicine, resolution=resolution, unresolved=(open_line,), problems=problems, draft=draft)
    return Line(
        medicine=medicine,
        resolution=resolution,
        exposures=tuple([replace(each, entered=said, start=start, end=end) for each in taken.exposures]),
        unresolved=taken.entry.unresolved,
        problems=tuple(dict.fromkeys((*medicine.problems, *taken.named, *dated, *taken.dosed))),
        remarks=resolution.remarks,
        draft=draft,
    )


class _Taken(NamedTuple):
    """What a name and its dosages come to on any day: exposures without dates, and what was unclear."""

    entry: Entry
    exposures: tuple[Exposure, ...] = ()
    named: tuple[str, ...] = ()
    dosed: tuple[str, ...] = ()


def _taken(medicine: ReadMedicine, start: date | None, end: date | None) -> _Taken:
    """The name as a line of a regimen, with its dosages; without exposures where the codings disagree."""
    named = medicine.named
    if named.conflict or named.blank:
        return _Taken(Entry(entered=named.text, resolution=named.resolve(), route=Route.UNKNOWN))
    long = max([len(named.text), *(len(dosage.text) for dosage in medicine.dosages)]) > _LONGEST_KEPT
    look_up = _usual.__wrapped__ if long else _usual
    taken = look_up(named, medicine.route, medicine.dosages, release_in_force())
    if not taken.entry.resolution.statuses:
        return taken
    # "stopped" in the name is answered by a last day, so that the dates decide what is still open.
    entry = read_entry(named.text, route=medicine.route, start=start, end=end, rxcui=named.rxcui, atc=named.atc)
    return _with_doses(entry, medicine.dosages)


@lru_cache(maxsize=MOST_KEPT)
def _usual(named: Named, route: str | None, dosages: tuple[ReadDose, ...], _release: tuple[str, str]) -> _Taken:
    """A product with its sig is read once for a release: the same few hundred stand on every list."""
    return _with_doses(read_entry(named.text, route=route, rxcui=named.rxcui, atc=named.atc), dosages)


def _with_doses(entry: Entry, dosages: tuple[ReadDose, ...]) -> _Taken:
    doses, dosed = doses_of(dosages, entry.resolution)
    as_needed = any(dosage.as_needed for dosage in dosages)
    exposures = tuple(
        replace(each, dose=_dose(each, dosages, doses), as_needed=each.as_needed or as_needed)
        for each in entry.exposures
    )
    # What the name leaves open of a dose matters only where no dosage stands beside it.
    remarks = entry.resolution.remarks
    named = _about_the_name(entry) if dosages else [said for said in entry.problems if said not in remarks]
    # Of what is put on the skin the amount decides nothing.
    local = all(exposure.route in LOCAL_ROUTES for exposure in exposures)
    return _Taken(entry, exposures, tuple(named), () if local else dosed)


def _dose(exposure: Exposure, dosages: tuple[ReadDose, ...], doses: Mapping[str, Dose]) -> Dose | None:
    """By the dosages; by the name ("baclofen 10 mg three times a day") where there are none, or they say nothing."""
    found = doses.get(exposure.ingredient)
    if found is not None or exposure.dose is None:
        return found
    return exposure.dose if not dosages or exposure.dose.frequency_known else None


def _about_the_name(entry: Entry) -> list[str]:
    statuses = [status.describe() for status in entry.resolution.statuses]
    routes = [problem for problem in entry.problems if "route" in problem]
    return [*statuses, *routes]


def _span(medicine: ReadMedicine, on: date, *, draft: bool) -> tuple[date | None, date | None, tuple[str, ...]]:
    start, end = medicine.starts_on, medicine.ends_on
    said: tuple[str, ...] = ()
    if draft and not medicine.end_unknown:
        bounds = [dosage.start for dosage in medicine.dosages if dosage.start is not None]
        lasting = [dosage.lasts for dosage in medicine.dosages if dosage.lasts is not None and dosage.end is None]
        start = min(bounds, default=on)
        if end is not None and not bounds and lasting:
            end = on + timedelta(days=min(max(lasting), _LONGEST_COURSE) - 1)
        elif end is not None and end < on:
            start, end, said = on, None, ("its dates lie in the past: it counts from today on",)
    if medicine.end_unknown:
        end = max(on, start or on)
        said = ("it ended on a day that is not written: it counts as taken until today",)
    return start, end, said


def settle(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Each medicine once: what several records say of one supply is one line, and a replaced order ends.

    Two orders are two lines: whether that is one medicine twice is for the checker to say.
    """
    given = _distinct(lines)
    newer = [line for line in given if line.medicine.replaces]
    ended = [_replaced(line, newer) for line in given] if newer else given
    return tuple(line for line in ended if not _told_elsewhere(line, ended))


def _distinct(lines: Iterable[Line]) -> list[Line]:
    """A resource that came twice, once; the draft stands before the version on record.

    Two that share an id and differ are two: which of them is right cannot be told here.
    """
    given = list(lines)
    identities = [line.medicine.identity for line in given if line.medicine.identity]
    if len(set(identities)) == len(identities):
        return given
    found: dict[tuple[object, ...], Line] = {}
    for number, line in enumerate(given):
        medicine = line.medicine
        told = (medicine.named, medicine.dosages, medicine.status, medicine.starts_on, medicine.ends_on)
        name = (medicine.identity, *told) if medicine.identity else (number,)
        if name not in found or line.draft:
            found[name] = line
    return list(found.values())


def _replaced(line: Line, lines: Sequence[Line]) -> Line:
    newer = next((one for one in lines if one is not line and _names(one.medicine.replaces, line)), None)
    if newer is None or not line.exposures:
        return line
    starts = [exposure.start for exposure in newer.exposures if exposure.start is not None]
    if not starts:
        return line
    last = min(starts) - timedelta(days=1)
    kept = tuple(
        replace(exposure, end=max(last, exposure.start or last))
        if exposure.end is None or exposure.end > last
        else exposure
        for exposure in line.exposures
    )
    return replace(line, exposures=kept, problems=(*line.problems, f"a newer order replaces it after {last}"))


def _names(references: tuple[str, ...], line: Line) -> bool:
    return any(same_reference(reference, line.medicine.identity) for reference in references)


def _told_elsewhere(line: Line, lines: Sequence[Line]) -> bool:
    """Whether another line already stands for the same supply, at no smaller a dose and for as long."""
    rank = _RANK.get(line.medicine.kind, 0)
    if not rank:
        return False
    if not line.exposures:
        return any(_RANK.get(one.medicine.kind, 0) < rank and _names(line.medicine.linked, one) for one in lines)
    for one in lines:
        higher = _RANK.get(one.medicine.kind, 0) < rank
        if higher and not one.draft and one.ingredients == line.ingredients and _covers(one, line):
            return True
    return False


def _covers(one: Line, other: Line) -> bool:
    a, b = one.exposures[0], other.exposures[0]
    if a.route is not b.route and Route.UNKNOWN not in {a.route, b.route}:
        return False
    starts = a.start is None or (b.start is not None and a.start <= b.start)
    ends = a.end is None or (b.end is not None and a.end >= b.end)
    return (starts or b.end is None) and ends and _daily(a) >= _daily(b)


def _daily(exposure: Exposure) -> Decimal:
    dose = exposure.dose
    if dose is None:
        return Decimal(0)
    same = dose.in_unit("mg") or dose
    return same.largest_single if same.daily is None else same.daily
