"""The changes of an option in a clinician's words, with the days they mean. Neutral: nothing is advised. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import pgettext

from interactions.checking.alternatives import alternatives_to
from interactions.checking.citing import ingredient_name
from interactions.checking.what_if import Add, Change, ChangeDose, ChangeRoute, Drop, Line, Replace
from interactions.checking.wishes import Read, ReadOption
from monitoring.formatting import day_text
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries.cards import dose_words
from monitoring.regimens.queries.comparing import Taken
from monitoring.regimens.queries.doses import BACLOFEN, route_words


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
        step = ("prescribe", pgettext("staff", "Prescribe %(new)s") % {"new": _names(change.new)})
        return ChangeShown(
            pgettext("staff", "%(words)s added") % {"words": words}, _new_dates(change.new), notes, (step,)
        )
    row = taken.rows[change.line]
    dates, steps = _change_dates(taken, change), _steps(row, change)
    ends = not isinstance(change, ChangeDose)
    taper = row if ends and BACLOFEN in row.ingredients and row.route != "topical" else None
    return ChangeShown(_change_words(row, change, alternative), dates, notes, steps, taper)


def _change_words(row: Prescription, change: Change, alternative: str) -> str:
    if isinstance(change, ChangeDose):
        return f"{row.label}: {dose_words(change.doses[0])}"
    if isinstance(change, ChangeRoute):
        return f"{row.label}: {route_words(change.route)}"
    if isinstance(change, Replace):
        return pgettext("staff", "%(new)s, instead of %(row)s") % {"new": _new_words(change.new), "row": row.label}
    known = {each.id: each for each in alternatives_to(row.ingredients)}
    instead = f"; {known[alternative].name}" if alternative in known else ""
    return pgettext("staff", "%(row)s no longer taken") % {"row": row.label} + instead


def _steps(row: Prescription, change: Change) -> tuple[tuple[str, str], ...]:
    if isinstance(change, ChangeDose):
        return (("dose", pgettext("staff", "Change the dose of %(row)s") % {"row": row.label}),)
    stop = ("stop", pgettext("staff", "Stop %(row)s") % {"row": row.label})
    if isinstance(change, Drop):
        return (stop,)
    if isinstance(change, Replace):
        return (("prescribe", pgettext("staff", "Prescribe %(new)s") % {"new": _names(change.new)}), stop)
    return (
        ("prescribe", pgettext("staff", "Prescribe %(row)s by the other route") % {"row": row.label}),
        ("stop", pgettext("staff", "Stop %(row)s as it is taken now") % {"row": row.label}),
    )


def _names(line: Line) -> str:
    return " + ".join(ingredient_name(each.ingredient) for each in line.exposures) or f"“{line.name}”"


def _new_words(line: Line) -> str:
    if not line.exposures:
        return _names(line)
    first = line.exposures[0]
    route = "" if first.route == "unknown" else f", {route_words(first.route)}"
    return " + ".join(f"{ingredient_name(each.ingredient)}, {dose_words(each.dose)}" for each in line.exposures) + route


def _new_dates(line: Line) -> str:
    first = next(iter(line.exposures), None)
    if first is None or first.start is None:
        return ""
    said = {"names": _names(line), "start": day_text(first.start)}
    if first.end is None:
        return pgettext("staff", "%(names)s from %(start)s.") % said
    return pgettext("staff", "%(names)s from %(start)s until %(end)s.") % {**said, "end": day_text(first.end)}


def _change_dates(taken: Taken, change: Drop | ChangeDose | ChangeRoute | Replace) -> str:
    row, day = taken.rows[change.line], change.from_day or taken.on
    begins = row.starts_on is not None and row.starts_on >= day
    if isinstance(change, ChangeDose | ChangeRoute):
        start = max(day, row.starts_on) if begins and row.starts_on else day
        return pgettext("staff", "%(row)s so from %(day)s.") % {"row": row.label, "day": day_text(start)}
    said = {"row": row.label, "day": day_text(day - timedelta(days=1))}
    text = pgettext("staff", "%(row)s never begun.") if begins else pgettext("staff", "%(row)s last taken %(day)s.")
    ended = text % said
    return f"{ended} {_new_dates(change.new)}".strip() if isinstance(change, Replace) else ended


def _notes(read: Read) -> tuple[str, ...]:
    found = read.entry.resolution if read.entry is not None else None
    doubt = []
    if found is not None and found.needs_confirmation and found.ingredients:
        names = " + ".join(ingredient_name(key) for key in found.ingredients)
        doubt = [
            pgettext("staff", "“%(entered)s” was read as %(names)s: check that this is meant.")
            % {"entered": found.entered, "names": names}
        ]
    return (*doubt, *(f"{problem[:1].upper()}{problem[1:]}." for problem in read.problems))
