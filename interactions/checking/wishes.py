"""Changes of a regimen as people and programs write them, read into the changes of `what_if`. Nothing is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from interactions.checking.entries import Entry, read_entry
from interactions.checking.exposure import PatientContext, read_route
from interactions.checking.redosing import read_redose
from interactions.checking.what_if import (
    Add,
    Change,
    ChangeDose,
    ChangeError,
    ChangeRoute,
    Drop,
    Line,
    Option,
    Replace,
    changed_regimen,
    line_of,
)
from interactions.knowledge.release import Release, Strength


class Kind(StrEnum):
    """What is to change."""

    DROP = "drop"
    DOSE = "dose"
    ROUTE = "route"
    REPLACE = "replace"
    ADD = "add"


class WishError(ValueError):
    """A change that cannot be read: ``field`` of the wish is at fault."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        self.problem = problem
        super().__init__(f"{field}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A line of today with what its dose is read by: its ingredients and what one unit of the product holds."""

    line: Line
    ingredients: tuple[str, ...]
    strengths: tuple[Strength, ...] = ()


def given_of(entry: Entry) -> Given:
    """The line of an entry."""
    found = entry.resolution
    return Given(line=line_of(entry), ingredients=found.ingredients, strengths=found.strengths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One change as written. ``line`` is a place among today's lines.

    ``to`` holds the other dose or route; ``entered``, ``rxcui`` and ``atc`` name the medicine that replaces or
    is added, with its own ``route``, ``start`` and ``end``. ``from_day`` is the first day of the change.
    """

    kind: Kind
    line: int | None = None
    to: str = ""
    entered: str = ""
    rxcui: str | None = None
    atc: str | None = None
    route: str | None = None
    start: date | None = None
    end: date | None = None
    from_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A wish as understood. ``entry`` is the medicine that comes in; ``problems`` are sentences to show."""

    change: Change
    entry: Entry | None = None
    problems: tuple[str, ...] = ()


def read_wish(wish: Wish, lines: Sequence[Given], on: date, *, release: Release | None = None) -> Read:
    """The change that a wish asks for, among today's lines on a day. WishError names the field at fault."""
    if wish.kind is Kind.ADD:
        entry = _entry(wish, wish.start or wish.from_day or on, release)
        return Read(change=Add(new=line_of(entry)), entry=entry, problems=entry.problems)
    if wish.line is None or not 0 <= wish.line < len(lines):
        raise WishError("line", "there is no such line")
    given, place = lines[wish.line], wish.line
    if wish.kind is Kind.DROP:
        return Read(change=Drop(line=place, from_day=wish.from_day))
    if wish.kind is Kind.REPLACE:
        entry = _entry(wish, wish.start or wish.from_day or on, release)
        change = Replace(line=place, new=line_of(entry), from_day=wish.from_day)
        return Read(change=change, entry=entry, problems=entry.problems)
    if not given.line.exposures:
        raise WishError("line", f"this line was not understood, so its {wish.kind.value} cannot be changed here")
    return _route(wish, place) if wish.kind is Kind.ROUTE else _dose(wish, given, place)


def _route(wish: Wish, place: int) -> Read:
    route = read_route(wish.to)
    if route is None:
        raise WishError("to", "this route is not understood")
    return Read(change=ChangeRoute(line=place, route=route, from_day=wish.from_day))


def _dose(wish: Wish, given: Given, place: int) -> Read:
    read = read_redose(wish.to, given.ingredients, given.strengths)
    if not read.doses:
        raise WishError("to", "; ".join(["no dose can be read from this", *read.problems]))
    change = ChangeDose(line=place, doses=read.doses, from_day=wish.from_day)
    return Read(change=change, problems=read.problems)


def _entry(wish: Wish, start: date, release: Release | None) -> Entry:
    """The medicine that comes in, with both its dates explicit."""
    if not any((wish.entered.strip(), wish.rxcui, wish.atc)):
        raise WishError("entered", "is required")
    if wish.end is not None and wish.end < start:
        raise WishError("end", f"{wish.end} lies before the start {start}")
    if wish.route and wish.route.strip() and read_route(wish.route) is None:
        raise WishError("route", "this route is not understood")
    return read_entry(
        wish.entered, route=wish.route, start=start, end=wish.end, rxcui=wish.rxcui, atc=wish.atc, release=release
    )


class OptionError(ValueError):
    """A change of an option that cannot be read or made: which option, which of its changes, and what of it."""

    def __init__(self, option: int, change: int, field: str, problem: str) -> None:
        self.option = option
        self.change = change
        self.field = field
        self.problem = problem
        super().__init__(f"option {option}, change {change}: {field}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOption:
    """An option as understood, with what was read of each of its wishes."""

    option: Option
    reads: tuple[Read, ...]


def read_option(
    place: int,
    label: str,
    wishes: Sequence[Wish | Read],
    *,
    lines: Sequence[Given],
    context: PatientContext,
    on: date,
    release: Release | None = None,
) -> ReadOption:
    """One option of several, the one at ``place``; a wish that was read already is taken as it is.

    OptionError names the first change that cannot be read, or cannot be made after those before it.
    """
    reads: list[Read] = []
    for number, wish in enumerate(wishes):
        try:
            reads.append(wish if isinstance(wish, Read) else read_wish(wish, lines, on, release=release))
        except WishError as error:
            raise OptionError(place, number, error.field, error.problem) from None
    option = Option(label=label, changes=tuple(each.change for each in reads))
    try:
        changed_regimen([each.line for each in lines], context, on, option.changes)
    except ChangeError as error:
        raise OptionError(place, error.change, error.field, error.problem) from None
    return ReadOption(option=option, reads=tuple(reads))
