"""The regimen as it stands on one day: what is present, in what state, by which route, in what dose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from interactions.checking.exposure import Exposure, PatientContext, Route, State
from interactions.checking.index import AMITRIPTYLINE, BACLOFEN, Index
from interactions.checking.kidney import Kidney, kidney_of
from interactions.checking.washout import is_local, state_on, window_days
from interactions.medicines.dose import Dose, say_amount

_SWALLOWED = frozenset({Route.ORAL, Route.ENTERAL, Route.SUBLINGUAL, Route.BUCCAL, Route.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Present:
    """An exposure that counts on the day: active, or residual until the day ``until``."""

    exposure: Exposure
    state: State
    local: bool
    until: date | None = None

    @property
    def active(self) -> bool:
        """Taken on the day itself."""
        return self.state is State.ACTIVE


@dataclass(frozen=True, slots=True)
class Amount:
    """A daily amount summed over lines. ``least`` is certain; ``whole`` is False when part is unknown."""

    least: Decimal
    whole: bool

    def reaches(self, threshold: Decimal) -> bool:
        """True when the amount is certainly at or above the threshold."""
        return self.least >= threshold

    def describe(self) -> str:
        """Words for a clinician: "30 mg", "at least 30 mg", "an unknown dose"."""
        if not self.least:
            return "an unknown dose"
        return ("" if self.whole else "at least ") + say_amount(self.least, "mg")


@dataclass(frozen=True, slots=True, eq=False)
class Regimen:
    """What a rule sees. ``systemic`` and ``local`` hold the ingredients present; one that is present both
    ways is systemic. ``open_lines`` is True when a line of the regimen could not be told."""

    on: date
    context: PatientContext
    index: Index
    exposures: tuple[Exposure, ...]
    present: tuple[Present, ...]
    systemic: frozenset[str]
    local: frozenset[str]
    kidney: Kidney
    open_lines: bool = False

    def among(self, keys: frozenset[str]) -> tuple[str, ...]:
        """The ingredients of the set that reach the whole body, baclofen and tricyclics first."""
        return in_order(self.systemic & keys, self.index)

    def lines(self, *keys: str) -> tuple[Present, ...]:
        """The lines of these ingredients that are present, local ones only where nothing else is."""
        return tuple(
            line
            for line in self.present
            if line.exposure.ingredient in keys and not (line.local and line.exposure.ingredient in self.systemic)
        )

    def is_active(self, *keys: str) -> bool:
        """True when at least one of the ingredients is taken on the day itself."""
        return any(line.active for line in self.lines(*keys))

    def name(self, key: str) -> str:
        """The ingredient's name as a clinician reads it."""
        return self.index.release.substances[key].name

    def names(self, keys: Iterable[str]) -> str:
        """Names in a sentence: "morphine, zolpidem"."""
        return ", ".join(self.name(key) for key in keys)

    def oral_mg(self, key: str) -> Amount:
        """Daily mg of the ingredient swallowed: all active lines, or the largest residual one (mg a day)."""
        lines = [line for line in self.lines(key) if line.exposure.route in _SWALLOWED]
        counted = [line for line in lines if line.active]
        if counted:
            return _sum([_amount(line.exposure) for line in counted])
        return max(
            (_amount(line.exposure) for line in lines), key=lambda each: each.least, default=Amount(Decimal(0), False)
        )

    @property
    def intrathecal(self) -> bool:
        """Baclofen is present by pump or injection into the spinal fluid."""
        return any(
            line.exposure.route is Route.INTRATHECAL for line in self.present if line.exposure.ingredient == BACLOFEN
        )

    @property
    def swallowed_baclofen(self) -> bool:
        """Baclofen is present by a route on which the kidney decides."""
        return any(line.exposure.route is not Route.INTRATHECAL for line in self.lines(BACLOFEN) if not line.local)


def in_order(keys: Iterable[str], index: Index) -> tuple[str, ...]:
    """Baclofen, amitriptyline, other tricyclics, then the rest by name: one order everywhere."""
    return tuple(sorted(keys, key=lambda key: (key != BACLOFEN, key != AMITRIPTYLINE, key not in index.tca, key)))


def oral_daily_mg(dose: Dose | None) -> Amount:
    """What a dose is certain to come to in mg a day; a lone amount counts once a day at least."""
    if dose is None or dose.unit == "microgram":
        return Amount(Decimal(0), False)
    in_mg = dose.in_unit("mg")
    if in_mg is None:
        return Amount(Decimal(0), False)
    daily = in_mg.daily
    return Amount(in_mg.largest_single, False) if daily is None else Amount(daily, True)


def _amount(exposure: Exposure) -> Amount:
    return oral_daily_mg(exposure.dose)


def _sum(amounts: list[Amount]) -> Amount:
    return Amount(sum((each.least for each in amounts), Decimal(0)), all(each.whole for each in amounts))


def regimen_on(
    on: date, exposures: tuple[Exposure, ...], context: PatientContext, index: Index, *, open_lines: bool = False
) -> Regimen:
    """The regimen of one day: every exposure that is active, or residual within its window."""
    found = [_present(each, on, exposures, context, index) for each in exposures]
    present = tuple(line for line in found if line is not None)
    systemic = frozenset(line.exposure.ingredient for line in present if not line.local)
    return Regimen(
        on=on,
        context=context,
        index=index,
        exposures=exposures,
        present=present,
        systemic=systemic,
        local=frozenset(line.exposure.ingredient for line in present if line.local) - systemic,
        kidney=kidney_of(context),
        open_lines=open_lines,
    )


def _present(
    exposure: Exposure, on: date, exposures: tuple[Exposure, ...], context: PatientContext, index: Index
) -> Present | None:
    if exposure.end is None or exposure.end >= on:
        state, until = state_on(exposure, on, 0), None
    else:
        days = window_days(exposure, context, index, exposures)
        state, until = state_on(exposure, on, days), exposure.end + timedelta(days=days)
    if state is State.UPCOMING or state is State.PAST:
        return None
    return Present(exposure, state, is_local(exposure, index), until)
