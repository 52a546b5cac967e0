"""How long a stopped medicine still counts, and where an exposure stands on a day.

Days are whole and counted from the last day of use: a window of ten days still counts on the tenth day
and no longer on the eleventh. Hours are rounded up to days, since only the day of the last dose is known.
"""

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from interactions.checking.exposure import Exposure, PatientContext, Route, State
from interactions.checking.index import AMITRIPTYLINE, BACLOFEN, Index
from interactions.checking.kidney import kidney_of

LOCAL_ROUTES: Final = frozenset({Route.TOPICAL, Route.VAGINAL, Route.RECTAL, Route.TRANSDERMAL})
_DROPS: Final = frozenset({Route.OPHTHALMIC, Route.OTIC})
# Compounded for the skin and body cavities; a patch or suppository of anything else is meant for the body.
_COMPOUNDED: Final = frozenset({BACLOFEN, "gabapentin", "ketamine"})
# Creams and patches of these reach the blood by intent or in effect (their labels).
_THROUGH_SKIN: Final = frozenset(
    {"doxepin", "fentanyl", "buprenorphine", "selegiline", "scopolamine", "clonidine", "oxybutynin"}
)
_SLOW_CONDITIONS: Final = frozenset({"hepatic", "hepatic_severe", "cyp2d6_poor", "cyp2c19_poor"})


def is_local(exposure: Exposure, index: Index) -> bool:
    """True when the route keeps the ingredient mostly where it is put (S27, S28; rectal and vaginal: S30)."""
    if exposure.route in _DROPS:
        return True
    if exposure.route not in LOCAL_ROUTES:
        return False
    if exposure.ingredient in _THROUGH_SKIN:
        return exposure.product is not None and exposure.ingredient == "clonidine"
    if exposure.route is Route.TOPICAL:
        return True
    return exposure.ingredient in _COMPOUNDED or exposure.ingredient in index.tca


def window_days(exposure: Exposure, context: PatientContext, index: Index, others: tuple[Exposure, ...] = ()) -> int:
    """Days after the last dose on which the exposure still counts.

    Baclofen by kidney function, the longest band when that is unknown (S11, judgement). Amitriptyline 10
    days, 14 from 65 years, with liver disease, slow metabolism or unknown age, 21 with a strong CYP2D6
    inhibitor taken around its end (S21, judgement). As-needed use counts 7 days at least.
    """
    washout = index.release.washout
    days = index.release.substances[exposure.ingredient].washout_days
    if is_local(exposure, index):
        days = _whole_days(washout.local_hours.get(exposure.ingredient, Decimal(days * 24)))
    elif exposure.ingredient == BACLOFEN:
        days = _baclofen_days(exposure.route, context, index)
    elif exposure.ingredient == AMITRIPTYLINE:
        days = _amitriptyline_days(exposure, context, index, others)
    return max(days, washout.as_needed_days) if exposure.as_needed else days


def _baclofen_days(route: Route, context: PatientContext, index: Index) -> int:
    washout = index.release.washout
    if route is Route.INTRATHECAL:
        return _whole_days(washout.baclofen_intrathecal_hours)
    kidney = kidney_of(context)
    factors = washout.baclofen_renal_factors
    factor = max(band.factor for band in factors)
    if kidney.low is not None and not kidney.unsteady:
        factor = next(
            band.factor for band in factors if band.egfr_from <= kidney.low and _below(kidney.low, band.egfr_below)
        )
    return _whole_days(washout.baclofen_oral_hours * factor)


def _below(value: Decimal, bound: Decimal | None) -> bool:
    return bound is None or value < bound


def _amitriptyline_days(exposure: Exposure, context: PatientContext, index: Index, others: tuple[Exposure, ...]) -> int:
    washout = index.release.washout
    if any(_slowed(exposure, other, index) for other in others):
        return washout.amitriptyline_after_inhibitor_days
    if context.age is None or context.age >= 65 or context.conditions & _SLOW_CONDITIONS:
        return washout.amitriptyline_slow_days
    return washout.amitriptyline_days


def _slowed(exposure: Exposure, other: Exposure, index: Index) -> bool:
    """True when a strong CYP2D6 inhibitor was still at work on or after the last day of the tricyclic."""
    if other.ingredient not in index.group("cyp2d6_strong_inhibitor") or is_local(other, index):
        return False
    if exposure.end is None or other.end is None:
        return True
    days = index.release.substances[other.ingredient].washout_days
    return other.end + timedelta(days=days) >= exposure.end


def _whole_days(hours: Decimal) -> int:
    return int((hours / 24).to_integral_value(rounding=ROUND_CEILING))


def state_on(exposure: Exposure, on: date, days: int) -> State:
    """Where the exposure stands on a day, given its window (both the last dose day and the window's last
    day count)."""
    if exposure.start is not None and exposure.start > on:
        return State.UPCOMING
    if exposure.end is None or exposure.end >= on:
        return State.ACTIVE
    return State.RESIDUAL if (on - exposure.end).days <= days else State.PAST
