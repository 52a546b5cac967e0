"""The regimen as it stands on one day: what is present, in what state, by which route, in what dose."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Generic, NamedTuple, TypeVar

from interactions.checking.alcohol import read_use
from interactions.checking.conditions import alcohol_of
from interactions.checking.exposure import AlcoholUse, Exposure, PatientContext, Route, State
from interactions.checking.index import BACLOFEN, Index
from interactions.checking.kidney import Kidney, kidney_of
from interactions.checking.washout import is_local, state_on, window_days
from interactions.medicines.dose import Dose, say_amount

_SWALLOWED: Final = frozenset({Route.ORAL, Route.ENTERAL, Route.SUBLINGUAL, Route.BUCCAL, Route.UNKNOWN})
_USES: Final = (AlcoholUse.NONE, AlcoholUse.OCCASIONAL, AlcoholUse.SOME, AlcoholUse.REGULAR)
_MASS_TOO_LARGE: Final = frozenset({"mg", "g"})
_IN_MG: Final = {"mg": Decimal(1), "g": Decimal(1000)}
# Members looked up once: this file is run for every line of every regimen.
_ACTIVE: Final = State.ACTIVE
_ORAL: Final = Route.ORAL
_INTRATHECAL: Final = Route.INTRATHECAL


class Present(NamedTuple):
    """An exposure that counts on the day: active, or residual until the day ``until``."""

    exposure: Exposure
    state: State
    local: bool
    until: date | None = None

    @property
    def active(self) -> bool:
        """Taken on the day itself."""
        return self.state is _ACTIVE


class Amount(NamedTuple):
    """A daily amount summed over lines. ``least`` is certain; ``whole`` is False when part is unknown."""

    least: Decimal
    whole: bool

    def reaches(self, threshold: Decimal) -> bool:
        """True when the amount is certainly at or above the threshold."""
        return self.least >= threshold

    def __str__(self) -> str:
        """Words for a clinician: "30 mg", "at least 30 mg", "an unknown dose"."""
        if not self.least:
            return "an unknown dose"
        return ("" if self.whole else "at least ") + say_amount(self.least, "mg")


T = TypeVar("T")


class _Once(Generic[T]):
    """An attribute worked out when first read; functools' own takes a lock, and a regimen has one reader."""

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    def __get__(self, regimen: Any, owner: type) -> T:
        found = regimen.__dict__[self._name] = self._work_out(regimen)
        return found


_NOT_KNOWN: Final = Amount(Decimal(0), whole=False)


@dataclass(eq=False)
class Regimen:
    """What a rule sees, and never changes. What several rules ask is worked out when the first one asks.

    ``systemic`` and ``local`` hold the ingredients present; one that is present both ways is systemic.
    ``mask`` is that of ``systemic``. ``open_lines`` is True when a line of the regimen could not be told.
    """

    on: date
    context: PatientContext
    index: Index
    exposures: tuple[Exposure, ...]
    present: tuple[Present, ...]
    systemic: frozenset[str]
    local: frozenset[str]
    mask: int
    open_lines: bool = False

    def among(self, group: str) -> tuple[str, ...]:
        """The ingredients of a group that reach the whole body, baclofen and tricyclics first."""
        found = self.mask & self.index.masks.get(group, 0)
        return self.index.keys(found) if found else ()

    def holds(self, group: str) -> bool:
        """True when an ingredient of the group reaches the whole body."""
        return bool(self.mask & self.index.masks.get(group, 0))

    @_Once
    def is_pair(self) -> bool:
        """Baclofen and a tricyclic both reach the whole body."""
        return BACLOFEN in self.systemic and self.holds("tca")

    @_Once
    def _by_key(self) -> dict[str, list[Present]]:
        if self.single_lines:
            return {line.exposure.ingredient: [line] for line in self.present}
        found: dict[str, list[Present]] = {}
        for line in self.present:
            key = line.exposure.ingredient
            if not (line.local and key in self.systemic):
                found.setdefault(key, []).append(line)
        return found

    def lines(self, *keys: str) -> list[Present]:
        """The lines of these ingredients that are present, local ones only where nothing else is."""
        return [line for key in keys for line in self._by_key.get(key, ())]

    @_Once
    def taken(self) -> frozenset[str]:
        """The ingredients taken on the day itself, by the lines that `lines` gives."""
        if all(line.until is None for line in self.present):
            return self.systemic | self.local
        return frozenset(key for key, lines in self._by_key.items() if any(line.state is _ACTIVE for line in lines))

    @_Once
    def kidney(self) -> Kidney:
        """What is known of the kidneys."""
        return kidney_of(self.context)

    @_Once
    def drinking(self) -> AlcoholUse | None:
        """The most that anything says about alcohol: the record, the regimen or the last check-in."""
        context, lines = self.context, self.lines("alcohol")
        if not (lines or context.conditions or context.check_in):
            return context.alcohol
        said = [context.alcohol, alcohol_of(context.conditions)]
        for line in lines:
            # A line of the regimen is something taken as a habit, until its words say otherwise.
            taken = line.exposure
            said.append(read_use(taken.entered, dose=taken.dose, if_unsaid=AlcoholUse.REGULAR))
        if context.check_in is not None and "alcohol" in context.check_in.signs:
            said.append(AlcoholUse.OCCASIONAL)
        return max((use for use in said if use is not None), key=_USES.index, default=None)

    def name(self, key: str) -> str:
        """The ingredient's name as a clinician reads it."""
        return self.index.release.substances[key].name

    def names(self, keys: Iterable[str]) -> str:
        """Names in a sentence: "morphine, zolpidem"."""
        return self.index.names(tuple(keys))

    def oral_mg(self, key: str) -> Amount:
        """Daily mg of the ingredient swallowed: all active lines, or the largest residual one (mg a day)."""
        found = self._oral_mg.get(key)
        if found is None:
            found = self._oral_mg[key] = self._sum_oral_mg(key)
        return found

    @_Once
    def _oral_mg(self) -> dict[str, Amount]:
        return {}

    def _sum_oral_mg(self, key: str) -> Amount:
        lines = [line for line in self._by_key.get(key, ()) if line.exposure.route in _SWALLOWED]
        active = [oral_daily_mg(line.exposure.dose) for line in lines if line.state is _ACTIVE]
        if active:
            return active[0] if len(active) == 1 else total(active)
        return max((oral_daily_mg(line.exposure.dose) for line in lines), key=lambda one: one.least, default=_NOT_KNOWN)

    @_Once
    def wrong_units(self) -> tuple[Exposure, ...]:
        """Lines, past ones too, whose dose is in a unit that cannot belong to its route."""
        targets = self.index.targets
        return tuple(
            [each for each in self.exposures if each.ingredient in targets and has_unit_error(each, self.index)]
        )

    @_Once
    def single_lines(self) -> bool:
        """No ingredient is present in two lines."""
        return len(self.present) == len(self.systemic) + len(self.local)

    @_Once
    def intrathecal(self) -> bool:
        """Baclofen is present by pump or injection into the spinal fluid."""
        return any(line.exposure.route is _INTRATHECAL for line in self.present if line.exposure.ingredient == BACLOFEN)

    @_Once
    def swallowed_baclofen(self) -> bool:
        """Baclofen is present by a route on which the kidney decides."""
        return any(line.exposure.route is not _INTRATHECAL for line in self.lines(BACLOFEN) if not line.local)


def has_unit_error(exposure: Exposure, index: Index) -> bool:
    """True when the unit cannot belong to the route: the dose must not be computed with."""
    if exposure.dose is None or exposure.ingredient not in index.targets:
        return False
    if exposure.route is _INTRATHECAL:
        return exposure.ingredient == BACLOFEN and exposure.dose.unit in _MASS_TOO_LARGE
    return exposure.dose.unit == "microgram" and exposure.route in {Route.ORAL, Route.ENTERAL, Route.UNKNOWN}


def in_order(keys: Iterable[str], index: Index) -> tuple[str, ...]:
    """Baclofen, amitriptyline, other tricyclics, then the rest by name: one order everywhere."""
    return index.keys(index.mask(keys))


def oral_daily_mg(dose: Dose | None) -> Amount:
    """What a dose is certain to come to in mg a day; a lone amount counts once a day at least."""
    if dose is None:
        return _NOT_KNOWN
    in_mg = _IN_MG.get(dose.unit)
    if in_mg is None:
        return _NOT_KNOWN
    daily = dose.daily
    return Amount(dose.largest_single * in_mg, whole=False) if daily is None else Amount(daily * in_mg, whole=True)


def total(amounts: list[Amount]) -> Amount:
    """Amounts of several lines together."""
    return Amount(sum((each.least for each in amounts), Decimal(0)), all(each.whole for each in amounts))


def regimen_on(
    on: date, exposures: tuple[Exposure, ...], context: PatientContext, index: Index, *, open_lines: bool = False
) -> Regimen:
    """The regimen of one day: every exposure that is active, or residual within its window."""
    present: list[Present] = []
    systemic: set[str] = set()
    for each in exposures:
        if each.start is not None and each.start > on:
            continue
        local = each.route is not _ORAL and is_local(each, index)
        if each.end is None or each.end >= on:
            present.append(Present(each, _ACTIVE, local))
        else:
            days = window_days(each, context, index, exposures)
            if state_on(each, on, days) is State.PAST:
                continue
            present.append(Present(each, State.RESIDUAL, local, each.end + timedelta(days=days)))
        if not local:
            systemic.add(each.ingredient)
    local_too = len(present) != len(systemic)
    return Regimen(
        on=on,
        context=context,
        index=index,
        exposures=exposures,
        present=tuple(present),
        systemic=frozenset(systemic),
        local=frozenset(line.exposure.ingredient for line in present if line.local) - systemic
        if local_too
        else frozenset(),
        mask=index.mask(systemic),
        open_lines=open_lines,
    )
