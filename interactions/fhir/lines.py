"""From lines of a medication list to what the checker takes: exposures, and lines that could not be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from interactions.checking import Exposure, Route, Unresolved, read_route
from interactions.checking.washout import LOCAL_ROUTES
from interactions.fhir.doses import doses_of
from interactions.fhir.medicines import KINDS, ReadMedicine
from interactions.fhir.nodes import same_reference
from interactions.knowledge.release import Combination
from interactions.medicines.dose import Dose
from interactions.medicines.names import Match, Resolution
from interactions.medicines.sig import read_sig

# An order says more of a medicine than a statement, that more than a dispense or one administration.
_RANK: Final = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as it counts on a day. ``unresolved`` are its parts that could not be checked."""

    medicine: ReadMedicine
    resolution: Resolution
    exposures: tuple[Exposure, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    problems: tuple[str, ...] = ()
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
    resolution = medicine.named.resolve()
    if not resolution.resolved:
        said = medicine.named.said or medicine.identity or medicine.place
        open_line = Unresolved(entered=said[:300], match=resolution.match.value, candidates=resolution.candidates)
        return Line(
            medicine=medicine, resolution=resolution, unresolved=(open_line,), problems=medicine.problems, draft=draft
        )
    route, routed = _route(medicine, resolution)
    start, end, dated = _span(medicine, on, draft=draft)
    doses, dosed = doses_of(medicine.dosages, resolution)
    if not medicine.dosages:
        doses = _in_the_name(resolution)
    exposures = tuple(
        Exposure(
            ingredient=key,
            entered=medicine.named.said,
            route=route,
            dose=doses.get(key),
            start=start,
            end=end,
            product=_product(resolution),
            as_needed=any(dosage.as_needed for dosage in medicine.dosages),
        )
        for key in resolution.ingredients
    )
    local = route in LOCAL_ROUTES
    return Line(
        medicine=medicine,
        resolution=resolution,
        exposures=exposures,
        unresolved=tuple(Unresolved(entered=part, local=local) for part in resolution.not_understood),
        problems=(*medicine.problems, *routed, *dated, *dosed),
        draft=draft,
    )


def _in_the_name(resolution: Resolution) -> dict[str, Dose]:
    """The dose of a name that is a whole line ("baclofen 10 mg three times a day"), where no dosage is written."""
    several = len(resolution.ingredients) > 1
    found = {}
    for key in resolution.ingredients:
        reading = read_sig(resolution.instruction, strength=resolution.strength_of(key), several=several)
        if reading.dose is not None:
            found[key] = reading.dose
    return found


def _route(medicine: ReadMedicine, resolution: Resolution) -> tuple[Route, tuple[str, ...]]:
    hinted = read_route(resolution.route_hint) if resolution.route_hint else None
    given = read_route(medicine.route) if medicine.route else None
    if given is None:
        return hinted or Route.UNKNOWN, ()
    if Route.INTRATHECAL in {given, hinted} and hinted not in {None, given}:
        return given, (f"the route says {given.value} and the product says {hinted}",)
    return given, ()


def _span(medicine: ReadMedicine, on: date, *, draft: bool) -> tuple[date | None, date | None, tuple[str, ...]]:
    start, end = medicine.starts_on, medicine.ends_on
    said: tuple[str, ...] = ()
    if draft and not medicine.end_unknown:
        bounds = [dosage.start for dosage in medicine.dosages if dosage.start is not None]
        start = min(bounds, default=on)
        if end is not None and end < on:
            start, end, said = on, None, ("its dates lie in the past: it counts from today on",)
        elif end is not None and not bounds:
            end = on + (end - (medicine.starts_on or on))
    if medicine.end_unknown:
        end = max(on, start or on)
        said = ("it ended on a day that is not written: it counts as taken until today",)
    return start, end, said


def _product(resolution: Resolution) -> str | None:
    product = resolution.product
    if isinstance(product, Combination):
        return product.key
    return product.label if product is not None and len(product.ingredients) > 1 else None


def settle(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Each medicine once: what several records say of one supply is one line, and a replaced order ends.

    Two orders are two lines: whether that is one medicine twice is for the checker to say.
    """
    given = _distinct(lines)
    ended = [_replaced(line, given) for line in given]
    return tuple(line for line in ended if not _told_elsewhere(line, ended))


def _distinct(lines: Iterable[Line]) -> list[Line]:
    """A resource that came twice, once; the draft stands before the version on record."""
    found: dict[str, Line] = {}
    for number, line in enumerate(lines):
        name = line.medicine.identity or f"#{number}"
        known = found.get(name)
        if known is None or (line.draft and not known.draft):
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
