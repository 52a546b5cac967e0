"""From one line of a regimen, as a person typed it, to exposures or to a plain "could not be told"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from interactions.checking.exposure import Exposure, Route, Unresolved, read_route
from interactions.checking.washout import LOCAL_ROUTES
from interactions.knowledge.release import Combination, Product, Release
from interactions.medicines.dose import Dose
from interactions.medicines.names import Match, Resolution, resolve
from interactions.medicines.sig import SigReading, read_sig
from interactions.medicines.status import Doubt, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a regimen, read. ``dose`` is that of a line with one ingredient, in a unit of mass, drinks or,
    where the strength is not known, a count. ``problems`` are sentences for the clinician; ``code`` names a
    line that had no text."""

    entered: str
    resolution: Resolution
    route: Route
    dose: Dose | None = None
    exposures: tuple[Exposure, ...] = ()
    problems: tuple[str, ...] = ()
    code: str = ""

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """The line when its medicine could not be told, or else the parts of it that could not be read."""
        found = self.resolution
        if not found.resolved:
            said = self.entered.strip() or self.code
            return (Unresolved(entered=said, match=found.match.value, candidates=found.candidates),)
        doubtful = [part for part in found.parts if part.match is Match.AMBIGUOUS]
        choices = tuple(
            Unresolved(entered=part.entered, match=part.match.value, candidates=part.candidates) for part in doubtful
        )
        local = self.route in LOCAL_ROUTES
        return choices + tuple(Unresolved(entered=part, local=local) for part in found.not_understood)


def read_entry(
    entered: str,
    *,
    route: str | None = None,
    start: date | None = None,
    end: date | None = None,
    rxcui: str | None = None,
    atc: str | None = None,
    release: Release | None = None,
) -> Entry:
    """Read a medicine with its instruction ("Elavil 25 mg qhs"), a code, or both.

    The route given wins over a hint; one not understood is reported and unknown. Raises ValueError only when
    the end lies before the start.
    """
    found = resolve(entered, rxcui=rxcui, atc=atc, release=release)
    left = tuple(status for status in found.statuses if not _settled(status, start=start, end=end))
    resolution = replace(found, statuses=left)
    read = [one for part in resolution.each for one in _parts(part, route)]
    exposures = tuple(one.exposure(entered, start=start, end=end) for one in read)
    taken, strange = _route(route, resolution, read[0].reading if read else SigReading(None))
    said = [*(status.describe() for status in left), *resolution.remarks, *strange]
    said += dict.fromkeys(problem for part in resolution.each for problem in _problems(part, read))
    return Entry(
        entered=entered,
        resolution=resolution,
        route=_common(exposures, taken),
        dose=exposures[0].dose if len(exposures) == 1 else None,
        exposures=exposures,
        problems=tuple(said),
        code=_code(rxcui, atc),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One ingredient of the line, with the instruction that is about it."""

    ingredient: str
    resolution: Resolution
    reading: SigReading
    route: Route
    dose: Dose | None

    def exposure(self, entered: str, *, start: date | None, end: date | None) -> Exposure:
        """The ingredient as taken over these days."""
        return Exposure(
            ingredient=self.ingredient,
            entered=entered,
            route=self.route,
            dose=self.dose,
            start=start,
            end=end,
            product=_product(self.resolution),
            as_needed=_as_needed(self.reading),
        )


def _parts(found: Resolution, route: str | None) -> list[_Part]:
    # The words of the name are left out, so that "Tylenol 3 bd" is not three tablets.
    several = len(found.ingredients) > 1
    parts = []
    for key in found.ingredients:
        reading = read_sig(found.instruction, strength=found.strength_of(key), several=several)
        taken, _ = _route(route, found, reading)
        parts.append(_Part(key, found, reading, taken, _dose(reading, alone=not several)))
    return parts


def _problems(found: Resolution, read: Sequence[_Part]) -> tuple[str, ...]:
    """What the instruction of a medicine left open; said with its name where the line lists several."""
    first = next((one for one in read if one.resolution is found), None)
    return first.reading.problems if first is not None else ()


def _common(exposures: Sequence[Exposure], taken: Route) -> Route:
    """The route of all the line; unknown where its medicines are taken by several."""
    routes = {each.route for each in exposures}
    return taken if len(routes) < 2 else Route.UNKNOWN


def _settled(status: Status, *, start: date | None, end: date | None) -> bool:
    """True for a doubt that a date answers: when it ended, or when it starts."""
    if status.doubt in {Doubt.ENDED, Doubt.LIMITED}:
        return end is not None
    return status.doubt is Doubt.PLANNED and start is not None


def _code(rxcui: str | None, atc: str | None) -> str:
    named = (("RxNorm", rxcui), ("ATC", atc))
    return " ".join(f"{system} {code}" for system, code in named if code)


def _dose(reading: SigReading, *, alone: bool) -> Dose | None:
    # A count of tablets says nothing about one ingredient of several.
    return reading.dose or (reading.count if alone else None)


def _as_needed(reading: SigReading) -> bool:
    said = reading.dose or reading.count
    return said is not None and said.as_needed


def _product(resolution: Resolution) -> str | None:
    product = resolution.product
    if isinstance(product, Combination):
        return product.key
    return product.label if isinstance(product, Product) and len(product.ingredients) > 1 else None


def _route(given: str | None, resolution: Resolution, reading: SigReading) -> tuple[Route, tuple[str, ...]]:
    hint = resolution.route_hint or reading.route_hint
    hinted = read_route(hint) if hint else None
    if given is None or not given.strip():
        return hinted or Route.UNKNOWN, ()
    route = read_route(given)
    if route is None:
        return Route.UNKNOWN, (f"the route {given!r} is not understood",)
    if Route.INTRATHECAL in {route, hinted} and hinted not in {None, route}:
        return route, (f"the route says {route.value} and the product or text says {hinted}",)
    return route, ()
