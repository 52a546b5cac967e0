"""What if: a regimen with some of its lines changed, screened beside the regimen as it is. Pure; keeps nothing.

Nothing is checked here that `check_regimen` would not say of the same lines: an option is the regimen after its
changes, with every date kept explicit, so that what is dropped still washes out and may still be missed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from interactions.checking.adjusting import NO_ADJUSTMENTS, Adjustments
from interactions.checking.check import check_regimen
from interactions.checking.entries import Entry
from interactions.checking.exposure import Exposure, PatientContext, Route, Unresolved
from interactions.checking.findings import Screening
from interactions.checking.index import BACLOFEN
from interactions.checking.matching import Row, rows_of
from interactions.checking.respanning import ended, redosed, rerouted, runs, starting
from interactions.knowledge.release import Release
from interactions.medicines.dose import Dose

MOST_OPTIONS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One medicine of a regimen: what it exposes the body to, and the parts of it that could not be told."""

    name: str
    exposures: tuple[Exposure, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()


def line_of(entry: Entry) -> Line:
    """The line that an entry was read as."""
    return Line(name=entry.entered.strip() or entry.code, exposures=entry.exposures, unresolved=entry.unresolved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A line is no longer taken from ``from_day`` on; the last day taken is the day before.

    ``line`` is its place among the lines of today. Without ``from_day`` the day of the screening is meant,
    here and in every other change.
    """

    line: int
    from_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDose:
    """A line is taken at another dose: one for each of its ingredients, in their order. None is unknown.

    From a day that has come, the present dose becomes an earlier one of the same line; from a day to come, the
    line ends and begins anew, so that what the new dose will bring is said for that day.
    """

    line: int
    doses: tuple[Dose | None, ...]
    from_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRoute:
    """A line is taken by another route, at the same dose."""

    line: int
    route: Route
    from_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """A line gives way to another medicine, which begins when the line has ended."""

    line: int
    new: Line
    from_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """One more line. Dates it holds are kept; without a start it begins on the day of the screening."""

    new: Line


Change = Drop | ChangeDose | ChangeRoute | Replace | Add


class ChangeError(ValueError):
    """A change that cannot be made to these lines: ``change`` is its place, ``field`` what is at fault in it."""

    def __init__(self, change: int, field: str, problem: str) -> None:
        self.change = change
        self.field = field
        self.problem = problem
        super().__init__(f"change {change}: {field}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice to compare. ``context`` is given where the changes change what is known of the patient."""

    label: str
    changes: tuple[Change, ...]
    context: PatientContext | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One side of a comparison: its lines and what the checker says of them."""

    label: str
    lines: tuple[Line, ...]
    screening: Screening


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Today's regimen and each option, with one row for each hazard that any of them has."""

    on: date
    today: Column
    options: tuple[Column, ...]
    rows: tuple[Row, ...]

    def as_dict(self) -> dict[str, object]:
        """JSON of the comparison: every screening whole, and how each hazard differs from today."""
        return {
            "as_of": self.on.isoformat(),
            "release": self.today.screening.release,
            "content_hash": self.today.screening.content_hash,
            "today": self.today.screening.as_dict(),
            "options": [{"label": each.label, "screening": each.screening.as_dict()} for each in self.options],
            "hazards": [row.as_dict() for row in self.rows],
        }


def compare(
    lines: Sequence[Line],
    context: PatientContext,
    on: date,
    options: Sequence[Option],
    *,
    release: Release | None = None,
    adjustments: Adjustments = NO_ADJUSTMENTS,
) -> Comparison:
    """Today's findings and those of each option side by side, matched by hazard.

    Every side is exactly what `check_regimen` says of its lines. Raises ChangeError for a change that cannot
    be made; no side is ever left out.
    """

    def column(label: str, taken: tuple[Line, ...], known: PatientContext) -> Column:
        exposures = [exposure for line in taken for exposure in line.exposures]
        unresolved = [part for line in taken for part in line.unresolved]
        screening = check_regimen(exposures, known, on, unresolved=unresolved, release=release, adjustments=adjustments)
        return Column(label=label, lines=taken, screening=screening)

    today = column("today", tuple(lines), context)
    columns = []
    for option in options:
        changed, known = changed_regimen(lines, context, on, option.changes)
        columns.append(column(option.label, changed, option.context or known))
    rows = rows_of(today.screening, [each.screening for each in columns])
    return Comparison(on=on, today=today, options=tuple(columns), rows=rows)


def changed_regimen(
    lines: Sequence[Line], context: PatientContext, on: date, changes: Iterable[Change]
) -> tuple[tuple[Line, ...], PatientContext]:
    """The lines after the changes, and what is then known of the patient.

    A taper on record was of baclofen that ended before: it says nothing of baclofen that a change ends or
    alters, so there it becomes unknown. Raises ChangeError.
    """
    kept: list[Line | None] = list(lines)
    added: list[Line] = []
    touched: set[str] = set()
    for place, change in enumerate(changes):
        if isinstance(change, Add):
            added.append(_begun(change.new, on))
            continue
        line, day = _running(kept, place, change, on)
        touched |= {each.ingredient for each in line.exposures}
        kept[change.line] = _changed(line, change, day, on, place)
        if isinstance(change, Replace):
            added.append(_begun(change.new, day))
    if BACLOFEN in touched and context.baclofen_taper:
        context = replace(context, baclofen_taper=None)
    return (*(line for line in kept if line is not None), *added), context


def _running(kept: Sequence[Line | None], place: int, change: Change, on: date) -> tuple[Line, date]:
    """The line that a change names, when there is still something of it to change on that day."""
    if isinstance(change, Add) or not 0 <= change.line < len(kept):
        raise ChangeError(place, "line", "there is no line of this number")
    line, day = kept[change.line], change.from_day or on
    if line is None or (line.exposures and not any(runs(each, day) for each in line.exposures)):
        raise ChangeError(place, "line", "this line has already ended")
    return line, day


def _changed(line: Line, change: Change, day: date, on: date, place: int) -> Line | None:
    """The line after the change; None when nothing of it was or will be taken."""
    if isinstance(change, ChangeDose):
        return _redosed(line, change.doses, day, on, place)
    if isinstance(change, ChangeRoute):
        if not line.exposures:
            raise ChangeError(place, "line", "this line was not understood, so its route cannot change")
        return _each(line, lambda exposure: rerouted(exposure, change.route, day))
    ends = _each(line, lambda exposure: ended(exposure, day))
    # What could not be told may still be in the body: nobody knows how long it stays.
    return None if line.exposures and not ends.exposures else ends


def _each(line: Line, change: Callable[[Exposure], tuple[Exposure, ...]]) -> Line:
    return replace(line, exposures=tuple(after for exposure in line.exposures for after in change(exposure)))


def _redosed(line: Line, doses: tuple[Dose | None, ...], day: date, on: date, place: int) -> Line:
    # A line that was changed twice holds what has ended before what is taken.
    present = [each for each in line.exposures if runs(each, day)]
    if len(doses) != len(present):
        raise ChangeError(place, "doses", f"this line has {len(present)} ingredients, and {len(doses)} doses are given")
    taken = iter(doses)
    return _each(line, lambda each: redosed(each, next(taken), day, on) if runs(each, day) else (each,))


def _begun(line: Line, day: date) -> Line:
    return _each(line, lambda exposure: (starting(exposure, day),))
