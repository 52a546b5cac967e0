"""Labelled schedules, limits and kidney bands for one ingredient: the dosing facts monitoring may ask for."""

from dataclasses import dataclass
from decimal import Decimal

from interactions.knowledge.dosing import DoseLimit, RenalBand, Schedule
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release

__all__ = ["DoseLimit", "DosingFacts", "RenalBand", "Schedule", "dosing_facts"]


@dataclass(frozen=True, slots=True)
class DosingFacts:
    """What the release in force says about dosing one ingredient by one route."""

    release: str
    schedules: tuple[Schedule, ...]
    limits: tuple[DoseLimit, ...]
    renal_bands: tuple[RenalBand, ...]

    def renal_band(self, egfr: Decimal | None) -> RenalBand | None:
        """The strictest published band with this eGFR (mL/min/1.73 m²); None when it is unknown or in none."""
        if egfr is None:
            return None
        bands = [b for b in self.renal_bands if b.egfr_from <= egfr and (b.egfr_below is None or egfr < b.egfr_below)]
        return max(bands, key=lambda band: (band.reduction is None, band.reduction or 0), default=None)

    def schedule(self, key: str) -> Schedule | None:
        return next((schedule for schedule in self.schedules if schedule.id == key), None)


def dosing_facts(ingredient: str, route: str = "oral", *, release: Release | None = None) -> DosingFacts:
    """Schedules, daily limits and kidney bands of `ingredient`; empty where the release holds none."""
    chosen = release or current_release()
    dosing = chosen.dosing
    return DosingFacts(
        release=chosen.version,
        schedules=tuple(s for s in dosing.schedules if s.ingredient == ingredient) if route == "oral" else (),
        limits=tuple(x for x in dosing.limits if x.ingredient == ingredient and x.route == route),
        renal_bands=tuple(band for band in dosing.renal_bands if band.ingredient == ingredient),
    )
