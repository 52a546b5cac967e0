"""A smaller first dose than the one proposed, where the release has one for this medicine. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import pgettext

from interactions.medicines import Dose
from interactions.medicines.dosing import dosing_facts
from monitoring.regimens.queries.cards import dose_words
from monitoring.regimens.queries.screening import Proposed

UNIT: Final = "mg"
ORAL: Final = "oral"


@dataclass(frozen=True, slots=True)
class GentlerStart:
    """The first dose of the gentlest schedule of the release, and the schedule's name."""

    dose: Dose
    schedule: str

    @property
    def words(self) -> str:
        return dose_words(self.dose)


def gentler_start(proposed: Proposed, today: date) -> GentlerStart | None:
    """The gentlest first dose that is smaller than the one proposed; None without one, or where that is not known.

    A medicine that was begun before `today` is taken already: a first dose in its place would be an abrupt fall.
    """
    if proposed.starts_on < today:
        return None
    ingredients = proposed.understood.ingredients
    now = proposed.dose.daily_in(UNIT) if proposed.dose is not None and len(ingredients) == 1 else None
    schedule = dosing_facts(ingredients[0], proposed.route).gentlest("up") if now is not None else None
    if now is None or schedule is None or not schedule.steps:
        return None
    first = schedule.steps[0]
    dose = Dose(first.amounts, UNIT, times=first.times)
    daily = dose.daily_in(UNIT)
    return GentlerStart(dose, schedule.label) if daily is not None and daily < now else None


def dose_hints(ingredients: Sequence[str], egfr: Decimal | None) -> tuple[str, ...]:
    """How the release begins a medicine by mouth, and what it says for this kidney function; nothing for others."""
    if len(ingredients) != 1:
        return ()
    facts = dosing_facts(ingredients[0], ORAL)
    hints = [f"{schedule.label}." for schedule in facts.schedules if schedule.direction == "up"]
    band = facts.renal_band(egfr)
    return (*hints, *([pgettext("staff", "At this eGFR: %(band)s") % {"band": band.text}] if band is not None else []))
