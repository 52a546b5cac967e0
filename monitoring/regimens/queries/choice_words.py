"""The changes of an option in a clinician's words, with the days they mean. Neutral: nothing is advised. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from interactions.checking.alternatives import alternatives_to
from interactions.checking.citing import ingredient_name
from interactions.checking.what_if import Add, Change, ChangeDose, ChangeRoute, Drop, Line, Replace
from interactions.checking.wishes import Read, ReadOption
from monitoring.formatting import day_text
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries.cards import dose_words
from monitoring.regimens.queries.comparing import Taken
from monitoring.regimens.queries.doses import BACLOFEN, ROUTE_WORDS


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One change of an option in words. `steps` are the pages that would carry it out, by name and button text."""

    words: str
    dates: str
    notes: tuple[str, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    taper_of: Prescription | None = None


def changes_shown(taken: Taken, typed: Sequence[Mapping[str, Any]], option: ReadOption) -> tuple[ChangeShown, ...]:
    """The changes of an option in words, in its own order; `typed` is the option as the page keeps it."""
    pairs = zip(typed, option.reads, strict=True)
    return tuple(_change(taken, str(each.get("alternative", "")), read) for each, read in pairs)


def _change(taken: Taken, alternative: str, read: Read) -> ChangeShown:
    change, notes = read.change, _notes(read)
    if isinstance(change, Add):
        words = _new_words(change.new)
        step = ("prescribe", f"Prescribe {_names(change.new)}")
        return ChangeShown(f"{words} added", _new_dates(change.new), notes, (step,))
    row = taken.rows[change.line]
    dates, steps = _change_dates(taken, change), _steps(row, change)
    ends = not isinstance(change, ChangeDose)
    taper = row if ends and BACLOFEN in row.ingredients and row.route != "topical" else None
    return ChangeShown(_change_words(row, change, alternative), dates, notes, steps, taper)


def _change_words(row: Prescription, change: Change, alternative: str) -> str:
    if isinstance(change, ChangeDose):
        return f"{row.label}: {dose_words(change.doses[0])}"
    if isinstance(change, ChangeRoute):
        return f"{row.label}: {ROUTE_WORDS[change.route]}"
    if isinstance(change, Replace):
        return f"{_new_words(change.new)}, instead of {row.label}"
    known = {each.id: each for each in alternatives_to(row.ingredients)}
    instead = f"; {known[alternative].name}" if alternative in known else ""
    return f"{row.label} no longer taken{instead}"


def _steps(row: Prescription, change: Change) -> tuple[tuple[str, str], ...]:
    if isinstance(change, ChangeDose):
        return (("dose", f"Change the dose of {row.label}"),)
    stop = ("stop", f"Stop {row.label}")
    if isinstance(change, Drop):
        return (stop,)
    if isinstance(change, Replace):
        return (("prescribe", f"Prescribe {_names(change.new)}"), stop)
    return (
        ("prescribe", f"Prescribe {row.label} by the other route"),
        ("stop", f"Stop {row.label} as it is taken now"),
    )


def _names(line: Line) -> str:
    return " + ".join(ingredient_name(each.ingredient) for each in line.exposures) or f"“{line.name}”"


def _new_words(line: Line) -> str:
    if not line.exposures:
        return _names(line)
    first = line.exposures[0]
    route = "" if first.route == "unknown" else f", {ROUTE_WORDS[first.route]}"
    return " + ".join(f"{ingredient_name(each.ingredient)}, {dose_words(each.dose)}" for each in line.exposures) + route


def _new_dates(line: Line) -> str:
    first = next(iter(line.exposures), None)
    if first is None or first.start is None:
        return ""
    until = "" if first.end is None else f" until {day_text(first.end)}"
    return f"{_names(line)} from {day_text(first.start)}{until}."


def _change_dates(taken: Taken, change: Drop | ChangeDose | ChangeRoute | Replace) -> str:
    row, day = taken.rows[change.line], change.from_day or taken.on
    begins = row.starts_on is not None and row.starts_on >= day
    if isinstance(change, ChangeDose | ChangeRoute):
        return f"{row.label} so from {day_text(max(day, row.starts_on) if begins and row.starts_on else day)}."
    ended = f"{row.label} {'never begun' if begins else f'last taken {day_text(day - timedelta(days=1))}'}."
    return f"{ended} {_new_dates(change.new)}".strip() if isinstance(change, Replace) else ended


def _notes(read: Read) -> tuple[str, ...]:
    found = read.entry.resolution if read.entry is not None else None
    doubt = []
    if found is not None and found.needs_confirmation and found.ingredients:
        names = " + ".join(ingredient_name(key) for key in found.ingredients)
        doubt = [f"“{found.entered}” was read as {names}: check that this is meant."]
    return (*doubt, *(f"{problem[:1].upper()}{problem[1:]}." for problem in read.problems))
