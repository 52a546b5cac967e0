"""What the page of a comparison shows: options in words, hazards in rows, and what could not be told. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import pgettext

from interactions.checking import PatientContext, Screening, State, Unresolved
from interactions.checking.alternatives import Alternative, Weighed, alternative_with, alternatives_to, weigh
from interactions.checking.citing import Source, ingredient_name, sources_of
from interactions.checking.matching import Cell, Hazard, Relation, Row
from interactions.checking.what_if import Add, Comparison, Replace
from interactions.checking.wishes import OptionError, ReadOption
from monitoring.formatting import day_text
from monitoring.regimens.models import Prescription
from monitoring.regimens.queries.cards import dose_words, evidence_words, unknown_word
from monitoring.regimens.queries.choice_words import ChangeShown, changes_shown
from monitoring.regimens.queries.comparing import Taken

LETTERS: Final = "ABCD"
_ICONS: Final = {
    Relation.SAME: "equal", Relation.GONE: "circle-minus", Relation.NOT_FOUND: "circle-question-mark",
    Relation.NEW: "circle-plus", Relation.MILDER: "arrow-down", Relation.WORSE: "arrow-up",
    Relation.WASHING_OUT: "hourglass", Relation.ABSENT: "minus",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """One hazard that an alternative has of its own, with what it rests on."""

    weighed: Weighed
    evidence: str
    sources: tuple[Source, ...]

    @property
    def here(self) -> str:
        said = "; ".join(self.weighed.here)
        return f"{said[:1].upper()}{said[1:]}"

    @property
    def unknown(self) -> str:
        return ", ".join(unknown_word(each) for each in self.weighed.unknown)


@dataclass(frozen=True, slots=True)
class Weighing:
    """The hazards that one alternative has of its own: those that apply to this patient, and the others."""

    name: str
    here: tuple[Hint, ...]
    others: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """One side. `unchecked` is said loudly; `not_known` could raise something that was found."""

    letter: str
    screening: Screening | None
    changes: tuple[ChangeShown, ...] = ()
    unchecked: tuple[str, ...] = ()
    not_known: tuple[str, ...] = ()
    weighings: tuple[Weighing, ...] = ()
    refused: str = ""

    @property
    def name(self) -> str:
        return (
            pgettext("staff", "Option %(letter)s") % {"letter": self.letter}
            if self.letter
            else pgettext("staff", "Today")
        )

    @property
    def place(self) -> int:
        """Its place among the options."""
        return LETTERS.index(self.letter)


@dataclass(frozen=True, slots=True)
class CellShown:
    """A hazard on one side, in words beside its colour."""

    column: str
    words: str
    icon: str = ""
    severity: str = ""
    absent: bool = False
    unclear: bool = False
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowShown:
    title: str
    names: str
    rule: str
    effects: tuple[str, ...]
    cells: tuple[CellShown, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """`failed`: the check itself broke, and nothing may be concluded of any side."""

    columns: tuple[ColumnShown, ...] = ()
    rows: tuple[RowShown, ...] = ()
    refused: tuple[ColumnShown, ...] = ()
    failed: bool = False

    @property
    def options(self) -> tuple[ColumnShown, ...]:
        """Every side but today's, those that could not be compared among them."""
        shown = [*(each for each in self.columns if each.letter), *self.refused]
        return tuple(sorted(shown, key=lambda each: each.letter))


def comparison_page(
    taken: Taken, options: Sequence[Sequence[Mapping[str, Any]]], read: Sequence[ReadOption | OptionError],
    comparison: Comparison | None,
) -> ComparisonPage:  # fmt: skip
    """The page for the options as typed, as read, and as compared; those that cannot be made stand apart."""
    good = [(place, each) for place, each in enumerate(read) if isinstance(each, ReadOption)]
    refused = tuple(
        ColumnShown(LETTERS[place], None, refused=each.problem)
        for place, each in enumerate(read)
        if isinstance(each, OptionError)
    )
    if comparison is None:
        columns = [
            ColumnShown(LETTERS[place], None, changes_shown(taken, options[place], each)) for place, each in good
        ]
        return ComparisonPage(tuple(columns), refused=refused, failed=True)
    today = _column("", comparison.today.screening)
    columns = [today]
    for (place, each), found in zip(good, comparison.options, strict=True):
        changes, weighings = changes_shown(taken, options[place], each), _weighings(taken, options[place], each)
        columns.append(_column(LETTERS[place], found.screening, changes, weighings))
    rows = tuple(_row(row, [each.name for each in columns]) for row in comparison.rows)
    return ComparisonPage(tuple(columns), rows, refused)


def _column(
    letter: str,
    screening: Screening,
    changes: tuple[ChangeShown, ...] = (),
    weighings: tuple[Weighing, ...] = (),
) -> ColumnShown:
    missing = {name for finding in screening.findings for name in finding.unknown} - set(screening.not_checked)
    unchecked = [*(_not_told(line) for line in screening.unresolved)]
    unchecked += [
        pgettext("staff", "“%(words)s” was not understood") % {"words": words} for words in screening.not_understood
    ]
    unchecked += [
        pgettext("staff", "%(fact)s is not known") % {"fact": unknown_word(name)} for name in screening.not_checked
    ]
    known = tuple(sorted(unknown_word(name) for name in missing))
    return ColumnShown(letter, screening, changes, tuple(unchecked), known, weighings)


def _not_told(line: Unresolved) -> str:
    if line.match == "ambiguous":
        text = pgettext("staff", "“%(entered)s” has more than one meaning: no interaction with it can be found")
    else:
        text = pgettext("staff", "“%(entered)s” was not understood: no interaction with it can be found")
    return text % {"entered": line.entered}


def _weighings(taken: Taken, typed: Sequence[Mapping[str, Any]], option: ReadOption) -> tuple[Weighing, ...]:
    """The hazards that each medicine coming in has of its own, and of what comes in as no medicine."""
    coming = [read.change.new for read in option.reads if isinstance(read.change, Add | Replace)]
    keys = [exposure.ingredient for line in coming for exposure in line.exposures]
    chosen = {each.get("alternative") for each in typed}
    ours = alternatives_to(key for row in taken.rows for key in row.ingredients)
    found = [each for each in map(alternative_with, keys) if each is not None]
    found += [each for each in ours if each.substance is None and each.id in chosen]
    lines = [exposure for given in taken.given for exposure in given.line.exposures]
    present = {each.ingredient for each in lines if each.end is None or each.end >= taken.on - timedelta(days=1)}
    by_id = {each.id: each for each in found}
    return tuple(_weighing(each, {*present, *keys}, taken.context) for each in by_id.values())


def _weighing(alternative: Alternative, present: set[str], context: PatientContext) -> Weighing:
    hints = [_hint(one) for one in weigh(alternative, present, context)]
    here = tuple(each for each in hints if each.weighed.here)
    return Weighing(alternative.name, here, tuple(each for each in hints if not each.weighed.here))


def _hint(weighed: Weighed) -> Hint:
    return Hint(weighed, evidence_words(weighed.caution.evidence), sources_of(weighed.caution.sources))


def _row(row: Row, names: Sequence[str]) -> RowShown:
    finding = row.finding
    today, *others = names
    cells = (_today(row.today, today), *(_cell(cell, name) for cell, name in zip(row.cells, others, strict=True)))
    names = " + ".join(ingredient_name(key) for key in finding.participants)
    return RowShown(finding.title, names, finding.rule, finding.effects, cells)


def _today(hazard: Hazard | None, column: str) -> CellShown:
    if hazard is None:
        return CellShown(column, pgettext("staff", "Not here"), _ICONS[Relation.ABSENT], absent=True)
    return CellShown(column, _when(hazard), severity=str(hazard.loudest.severity))


def _when(hazard: Hazard) -> str:
    now, coming = hazard.now, hazard.coming
    said = []
    if now is not None and now.until is not None:
        if now.state is State.RESIDUAL:
            text = pgettext("staff", "washing out, until %(day)s")
        else:
            text = pgettext("staff", "until %(day)s")
        said.append(text % {"day": day_text(now.until)})
    if coming and coming[0].starts is not None:
        said.append(pgettext("staff", "from %(day)s") % {"day": day_text(coming[0].starts)})
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}"


def _cell(cell: Cell, column: str) -> CellShown:
    details = [pgettext("staff", "Now with %(names)s.") % {"names": _names(cell.joined)}] if cell.joined else []
    details += [pgettext("staff", "No longer with %(names)s.") % {"names": _names(cell.left)}] if cell.left else []
    details += [pgettext("staff", "Also raised by: %(detail)s") % {"detail": factor.detail} for factor in cell.added]
    details += [
        pgettext("staff", "No longer raised by: %(detail)s") % {"detail": factor.detail} for factor in cell.removed
    ]
    days = [pgettext("staff", "until %(day)s") % {"day": day_text(cell.until)}] if cell.until is not None else []
    days += [pgettext("staff", "from %(day)s") % {"day": day_text(cell.starts)}] if cell.starts is not None else []
    words = ", ".join([cell.difference, *days])
    return CellShown(
        column,
        f"{words[:1].upper()}{words[1:]}",
        _ICONS[cell.relation],
        severity="" if cell.hazard is None else str(cell.hazard.loudest.severity),
        absent=cell.relation is Relation.ABSENT,
        unclear=cell.relation is Relation.NOT_FOUND,
        details=tuple(details),
    )


def _names(keys: Sequence[str]) -> str:
    return ", ".join(ingredient_name(key) for key in keys)


def choosable(taken: Taken, on: date) -> list[tuple[Prescription, str]]:
    """The prescriptions that can still change, with the words that name them in a list."""
    found = []
    for place, row in enumerate(taken.rows):
        if row.ends_on is not None and row.ends_on < on:
            continue
        lines = taken.given[place].line.exposures
        dose = dose_words(lines[0].dose) if len(lines) == 1 else ""
        found.append((row, f"{row.label}: {dose}" if dose else row.label))
    return found
