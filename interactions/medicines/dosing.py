"""Labelled schedules, limits and kidney bands for one ingredient: the dosing facts monitoring may ask for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from interactions.knowledge.dosing import DoseLimit, DosingNote, RenalBand, Schedule
from interactions.knowledge.explaining import Guide
from interactions.knowledge.loader import current_release
from interactions.knowledge.release import Release, Source

__all__ = ["DoseLimit", "DosingFacts", "DosingNote", "Guide", "RenalBand", "Schedule", "dosing_facts"]

# Schedules and kidney bands are written for the mouth; a pump is set where it is filled.
ORAL: Final = "oral"
_UNITS: Final = {"intrathecal": "microgram"}


@dataclass(frozen=True, slots=True)
class DosingFacts:
    """What the release in force says about dosing one ingredient by one route; amounts are in `unit`."""

    release: str
    schedules: tuple[Schedule, ...]
    limits: tuple[DoseLimit, ...]
    renal_bands: tuple[RenalBand, ...]
    notes: tuple[DosingNote, ...] = ()
    unit: str = "mg"
    titles: Mapping[str, Source] = field(default_factory=dict)
    guides: Mapping[str, Guide] = field(default_factory=dict)

    def renal_band(self, egfr: Decimal | None) -> RenalBand | None:
        """The strictest published band with this eGFR (mL/min/1.73 m²); None when it is unknown or in none."""
        if egfr is None:
            return None
        bands = [b for b in self.renal_bands if b.egfr_from <= egfr and (b.egfr_below is None or egfr < b.egfr_below)]
        return max(bands, key=lambda band: (band.reduction is None, band.reduction or 0), default=None)

    def schedule(self, key: str) -> Schedule | None:
        """The schedule with this id; None when the release has no such schedule for the ingredient."""
        return next((schedule for schedule in self.schedules if schedule.id == key), None)

    def gentlest(self, direction: str) -> Schedule | None:
        """The schedule with the smallest steps, and of these the one with the longest gaps."""
        return min(self._ways(direction), key=lambda s: (s.max_step, -s.min_gap_days), default=None)

    def labelled(self, direction: str) -> Schedule | None:
        """The gentlest schedule that stands on a label; without one the gentlest of all."""
        on_label = [schedule for schedule in self._ways(direction) if schedule.evidence == "label"]
        best = min(on_label, key=lambda s: (s.max_step, -s.min_gap_days), default=None)
        return best or self.gentlest(direction)

    def note(self, key: str) -> DosingNote | None:
        """The labelled fact with this id; None when the release has no such note on the ingredient."""
        return next((note for note in self.notes if note.id == key), None)

    def cited(self, keys: Iterable[str]) -> tuple[Source, ...]:
        """The sources behind these ids, in their order."""
        return tuple(self.titles[key] for key in keys if key in self.titles)

    def _ways(self, direction: str) -> list[Schedule]:
        return [schedule for schedule in self.schedules if schedule.direction == direction]


def dosing_facts(ingredient: str, route: str = ORAL, *, release: Release | None = None) -> DosingFacts:
    """Schedules, limits, kidney bands and notes of `ingredient`; empty where the release holds none."""
    chosen = release or current_release()
    dosing = chosen.dosing
    by_mouth = route == ORAL
    return DosingFacts(
        release=chosen.version,
        schedules=tuple(s for s in dosing.schedules if s.ingredient == ingredient and by_mouth),
        limits=tuple(x for x in dosing.limits if x.ingredient == ingredient and x.route == route),
        renal_bands=tuple(band for band in dosing.renal_bands if band.ingredient == ingredient and by_mouth),
        notes=tuple(note for note in dosing.notes if note.ingredient == ingredient),
        unit=_UNITS.get(route, "mg"),
        titles=chosen.sources,
        guides=chosen.guides,
    )
