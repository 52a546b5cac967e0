"""From one line of a regimen, as a person typed it, to exposures or to a plain "could not be told"."""

from dataclasses import dataclass
from datetime import date

from interactions.checking.exposure import Exposure, Route, Unresolved, read_route
from interactions.checking.washout import LOCAL_ROUTES
from interactions.knowledge.release import Combination, Product, Release
from interactions.medicines.dose import Dose
from interactions.medicines.names import Resolution, resolve
from interactions.medicines.sig import SigReading, read_sig


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
        if found.resolved:
            local = self.route in LOCAL_ROUTES
            return tuple(Unresolved(entered=part, local=local) for part in found.not_understood)
        said = self.entered.strip() or self.code
        return (Unresolved(entered=said, match=found.match.value, candidates=found.candidates),)


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
    resolution = resolve(entered, rxcui=rxcui, atc=atc, release=release)
    readings = _readings(resolution)
    first = next(iter(readings.values()), SigReading(None))
    taken, problems = _route(route, resolution, first)
    exposures = tuple(
        Exposure(
            ingredient=key,
            entered=entered,
            route=taken,
            dose=_dose(reading, alone=len(readings) == 1),
            start=start,
            end=end,
            product=_product(resolution),
            as_needed=_as_needed(reading),
        )
        for key, reading in readings.items()
    )
    dose = exposures[0].dose if len(exposures) == 1 else None
    said = (*problems, *first.problems)
    code = _code(rxcui, atc)
    return Entry(
        entered=entered, resolution=resolution, route=taken, dose=dose, exposures=exposures, problems=said, code=code
    )


def _readings(resolution: Resolution) -> dict[str, SigReading]:
    """The instruction as it applies to each ingredient."""
    # The words of the name are left out, so that "Tylenol 3 bd" is not three tablets.
    several = len(resolution.ingredients) > 1
    return {
        key: read_sig(resolution.instruction, strength=resolution.strength_of(key), several=several)
        for key in resolution.ingredients
    }


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
