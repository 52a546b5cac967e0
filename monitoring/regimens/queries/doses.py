"""Dose periods as dose values, and back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from interactions.checking import EarlierDose
from interactions.medicines import Dose, Strength
from monitoring.regimens.models import DosePeriod, Prescription, PrescriptionState, StopReason
from monitoring.regimens.rules import DoseSpan, abrupt_fall, combined, tapered

BACLOFEN: Final = "baclofen"
ROUTE_WORDS: Final = {
    "oral": pgettext_lazy("staff", "by mouth"),
    "intrathecal": pgettext_lazy("staff", "into the spine (intrathecal pump)"),
    "topical": pgettext_lazy("staff", "on the skin"),
    "transdermal": pgettext_lazy("staff", "patch"),
    "sublingual": pgettext_lazy("staff", "under the tongue"),
    "buccal": pgettext_lazy("staff", "in the cheek"),
    "enteral": pgettext_lazy("staff", "feeding tube"),
    "rectal": pgettext_lazy("staff", "rectal"),
    "vaginal": pgettext_lazy("staff", "vaginal"),
    "inhaled": pgettext_lazy("staff", "inhaled"),
    "nasal": pgettext_lazy("staff", "in the nose"),
    "intravenous": pgettext_lazy("staff", "into a vein"),
    "intramuscular": pgettext_lazy("staff", "into a muscle"),
    "subcutaneous": pgettext_lazy("staff", "under the skin"),
    "injection": pgettext_lazy("staff", "other injection"),
    "epidural": pgettext_lazy("staff", "epidural"),
    "ophthalmic": pgettext_lazy("staff", "eye"),
    "otic": pgettext_lazy("staff", "ear"),
    "unknown": pgettext_lazy("staff", "not known"),
}
_MG_IN: dict[str, Decimal] = {"mg": Decimal(1), "g": Decimal(1000), "microgram": Decimal("0.001")}


def route_words(route: str) -> str:
    """A route in words: `oral` as “by mouth”; one that has none as it is written."""
    return str(ROUTE_WORDS.get(route, route))


def period_fields(dose: Dose | None) -> dict[str, Any]:
    """The columns of a DosePeriod that hold `dose`; None is an unknown dose, not an empty one."""
    if dose is None:
        return {"amounts": [], "unit": "", "frequency_known": False}
    return {
        "amounts": [f"{amount:f}" for amount in dose.amounts],
        "unit": dose.unit,
        "times": list(dose.times),
        "interval_days": dose.interval_days,
        "frequency_known": dose.frequency_known,
        "as_needed": dose.as_needed,
    }


def dose_of(period: DosePeriod | None) -> Dose | None:
    """The dose of a period; None when it is not known."""
    if period is None or not period.amounts:
        return None
    return Dose(
        amounts=tuple(Decimal(amount) for amount in period.amounts),
        unit=period.unit,
        as_needed=period.as_needed,
        interval_days=Decimal(period.interval_days),
        frequency_known=period.frequency_known,
        times=tuple(period.times),
    )


def strength_fields(strengths: Iterable[Strength]) -> list[dict[str, str | None]]:
    """Strengths as JSON; an amount that is not fixed stays unknown."""
    return [
        {
            "ingredient": strength.ingredient,
            "amount": None if strength.amount is None else f"{strength.amount:f}",
            "unit": strength.unit,
            "per": None if strength.per is None else f"{strength.per:f}",
            "per_unit": strength.per_unit,
        }
        for strength in strengths
    ]


def ingredient_dose(
    dose: Dose | None, ingredient: str, ingredients: Sequence[str], strengths: Iterable[Mapping[str, str | None]]
) -> Dose | None:
    """What `dose` of a product comes to in one of its ingredients; None when that cannot be told."""
    if dose is None:
        return None
    if dose.unit in _MG_IN:
        return dose if len(ingredients) == 1 else None
    held = next((each for each in strengths if each["ingredient"] == ingredient and each["amount"]), None)
    if held is None or held["unit"] not in _MG_IN:
        return dose if len(ingredients) == 1 else None
    per = Decimal(held["per"] or 1)
    if (held["per_unit"] or "tablet") != dose.unit:
        return None
    each = Decimal(held["amount"] or 0) / per
    return replace(dose, amounts=tuple(amount * each for amount in dose.amounts), unit=str(held["unit"]))


def period_on(periods: Iterable[DosePeriod], day: date) -> DosePeriod | None:
    """The period in force on `day`; before the first the first, after the last the last."""
    ordered = sorted(periods, key=lambda period: (period.starts_on or date.min, period.created_at))
    for period in ordered:
        if period.covers(day):
            return period
    begun = [period for period in ordered if period.starts_on is None or period.starts_on <= day]
    return begun[-1] if begun else (ordered[0] if ordered else None)


def earlier_doses(row: Prescription, ingredient: str, on: date) -> tuple[EarlierDose, ...]:
    """The doses of one ingredient before the one in force on `on`, oldest first."""
    periods = list(row.dose_periods.all())
    present = period_on(periods, on)
    if present is None or present.starts_on is None:
        return ()
    found = []
    for each in sorted(periods, key=lambda period: (period.starts_on or date.min, period.created_at)):
        if each.ends_on is not None and each.ends_on < present.starts_on:
            dose = ingredient_dose(dose_of(each), ingredient, row.ingredients, row.strengths)
            found.append(EarlierDose(dose, each.ends_on, each.starts_on))
    return tuple(found)


def dose_on(prescription: Prescription, day: date) -> DosePeriod | None:
    """The dose period of a prescription on `day`, or the nearest one when the day lies outside its course."""
    return period_on(prescription.dose_periods.all(), day)


def daily_mg(daily: Decimal | None, unit: str) -> Decimal | None:
    """A daily amount in mg; None when the amount is unknown or its unit is no mass."""
    ratio = _MG_IN.get(unit)
    return None if daily is None or ratio is None else daily * ratio


def spans_of(prescription: Prescription) -> tuple[DoseSpan, ...]:
    """The doses of one prescription over time, in mg a day, oldest first."""
    periods = sorted(
        prescription.dose_periods.all(), key=lambda period: (period.starts_on or date.min, period.created_at)
    )
    return tuple(DoseSpan(p.starts_on, p.ends_on, daily_mg(p.daily, p.unit)) for p in periods)


def _same_way(prescription: Prescription, rows: Iterable[Prescription]) -> list[Prescription]:
    """The taken prescriptions of baclofen that enter the body as this one does, this one among them."""
    pump = prescription.route == "intrathecal"
    return [
        row for row in rows
        if BACLOFEN in row.ingredients and row.route != "topical" and (row.route == "intrathecal") == pump
        and row.state in {PrescriptionState.ACTIVE, PrescriptionState.STOPPED}
    ]  # fmt: skip


def baclofen_use(prescription: Prescription, rows: Iterable[Prescription], until: date) -> tuple[DoseSpan, ...]:
    """All baclofen among `rows` up to `until`, whichever prescription it came from, for the taper rules."""
    return combined([spans_of(row) for row in _same_way(prescription, rows)], until)


def baclofen_beside(prescription: Prescription, rows: Iterable[Prescription], day: date) -> tuple[bool, Decimal | None]:
    """Whether another row gives baclofen on `day`, and how many mg that day (None: unknown)."""
    others = [
        span for row in _same_way(prescription, rows) if row.pk != prescription.pk
        for span in spans_of(row) if (span.start or date.min) <= day <= (span.end or date.max)
    ]  # fmt: skip
    amounts = [span.daily_mg for span in others]
    known = [amount for amount in amounts if amount is not None]
    return bool(others), sum(known, Decimal(0)) if len(known) == len(amounts) else None


def baclofen_was_tapered(rows: Iterable[Prescription], on: date) -> bool | None:
    """Whether the latest baclofen course that ended before `on` was tapered; None when none has ended."""
    rows = list(rows)
    ended = [row for row in _same_way_any(rows) if row.ends_on is not None and row.ends_on < on]
    if not ended:
        return None
    last = max(ended, key=lambda row: row.ends_on or date.min)
    if last.stop_reason == StopReason.TAPER_DONE:
        return True
    return tapered(baclofen_use(last, rows, last.ends_on or on), last.ends_on or on)


def _same_way_any(rows: Iterable[Prescription]) -> list[Prescription]:
    return [row for row in rows if BACLOFEN in row.ingredients and row.route != "topical"]


def taken_rows(prescription: Prescription) -> list[Prescription]:
    """Every prescription of the same patient that was or is taken, with its doses."""
    rows = Prescription.objects.filter(patient=prescription.patient_id).taken()
    return list(rows.prefetch_related("dose_periods"))


def falls_abruptly(prescription: Prescription, rows: Sequence[Prescription], dose: Dose | None, from_day: date) -> bool:
    """Whether all baclofen together falls too fast when this prescription goes to `dose` (None is nothing)."""
    _, others = baclofen_beside(prescription, rows, from_day)
    own = daily_mg(dose.daily, dose.unit) if dose is not None else Decimal(0)
    total = None if own is None or others is None else own + others
    before = baclofen_use(prescription, rows, from_day - timedelta(days=1))
    return abrupt_fall(before, total, from_day, route=prescription.route)


def cuts_baclofen_abruptly(prescription: Prescription, dose: Dose, from_day: date) -> bool:
    """Whether this dose from `from_day` on is a cut of baclofen that needs a reason for going without a taper."""
    return BACLOFEN in prescription.ingredients and falls_abruptly(
        prescription, taken_rows(prescription), dose, from_day
    )
