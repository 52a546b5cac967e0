"""Hazards of several screenings, side by side: which of them are the same hazard, and how they differ."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from interactions.checking.exposure import State
from interactions.checking.findings import Factor, Finding, Screening
from interactions.checking.rules.cards import say_date


class Relation(StrEnum):
    """How a hazard of an option stands to today's.

    WASHING_OUT is still there, but only until a day. NOT_FOUND is no longer found where something of the
    option could not be checked: that is not GONE.
    """

    SAME = "same"
    GONE = "gone"
    NOT_FOUND = "not_found"
    NEW = "new"
    MILDER = "milder"
    WORSE = "worse"
    WASHING_OUT = "washing_out"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Hazard:
    """What one screening says of one hazard: as it is now, and as it will be from a day to come."""

    now: Finding | None = None
    coming: tuple[Finding, ...] = ()

    @property
    def loudest(self) -> Finding:
        """The finding to show first: the worst, and of two alike the one that is present."""
        found = [*([self.now] if self.now else []), *self.coming]
        return max(found, key=lambda each: each.rank)

    @property
    def participants(self) -> tuple[str, ...]:
        """Who takes part, by the loudest finding."""
        return self.loudest.participants

    @property
    def fading(self) -> bool:
        """True when it is only there while a stopped medicine washes out."""
        return not self.coming and self.now is not None and self.now.state is State.RESIDUAL

    def as_dict(self) -> dict[str, object]:
        """JSON of the hazard in short; the whole findings stand in the screening."""
        loudest = self.loudest
        found: dict[str, object] = {
            "severity": loudest.severity.value,
            "state": loudest.state.value,
            "participants": list(loudest.participants),
        }
        return found | {name: day.isoformat() for name, day in _days(self) if day is not None}


def _days(hazard: Hazard) -> Iterator[tuple[str, date | None]]:
    yield "until", hazard.now.until if hazard.now else None
    yield "starts", hazard.coming[0].starts if hazard.coming else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One hazard in one option, beside the same hazard today.

    ``joined`` and ``left`` are medicines that take part in it only here, or no longer; ``added`` and
    ``removed`` the reasons that raise it only here, or no longer.
    """

    relation: Relation
    hazard: Hazard | None = None
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    added: tuple[Factor, ...] = ()
    removed: tuple[Factor, ...] = ()

    @property
    def until(self) -> date | None:
        """The last day on which it counts as it is now; None where no end is in sight."""
        return self.hazard.now.until if self.hazard and self.hazard.now else None

    @property
    def starts(self) -> date | None:
        """The day from which it begins, or gets worse."""
        return self.hazard.coming[0].starts if self.hazard and self.hazard.coming else None

    @property
    def difference(self) -> str:
        """The difference in words, without its days: a colour alone would not say it."""
        return _WORDS[self.relation]

    @property
    def words(self) -> str:
        """The difference with its days."""
        said = [self.difference]
        said += [f"until {say_date(self.until)}"] if self.until is not None else []
        said += [f"from {say_date(self.starts)}"] if self.starts is not None else []
        return ", ".join(said)

    def as_dict(self) -> dict[str, object]:
        """JSON of the cell."""
        found: dict[str, object] = {"relation": self.relation.value, "words": self.words}
        found |= {"severity": None, "state": None} if self.hazard is None else self.hazard.as_dict()
        return found | {
            "joined": list(self.joined),
            "left": list(self.left),
            "added_factors": [factor.as_dict() for factor in self.added],
            "removed_factors": [factor.as_dict() for factor in self.removed],
        }


_WORDS = {
    Relation.SAME: "same as today",
    Relation.GONE: "gone",
    Relation.NOT_FOUND: "no longer found, but part of this could not be checked",
    Relation.NEW: "new",
    Relation.MILDER: "milder than today",
    Relation.WORSE: "worse than today",
    Relation.WASHING_OUT: "only while it washes out",
    Relation.ABSENT: "not here",
}


@dataclass(slots=True)
class _Row:
    """A row while it is put together: one place for today and one for each option."""

    sides: list[Hazard | None]
    identities: set[tuple[str, str, tuple[str, ...]]] = field(default_factory=set)
    participants: set[str] = field(default_factory=set)

    def put(self, column: int, hazard: Hazard) -> None:
        self.sides[column] = hazard
        self.identities.add(hazard.loudest.identity)
        self.participants |= set(hazard.participants)

    def alike(self, finding: Finding) -> int:
        """How many medicines it shares with a hazard of the same rule; 0 when it is another hazard."""
        same_rule = any((finding.code, finding.rule) == identity[:2] for identity in self.identities)
        return len(self.participants & set(finding.participants)) if same_rule else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One hazard across all sides. ``today`` is None where only an option has it."""

    today: Hazard | None
    cells: tuple[Cell, ...]

    @property
    def finding(self) -> Finding:
        """The finding that names the row: today's, else that of the first option which has it."""
        hazards = (self.today, *(cell.hazard for cell in self.cells))
        return next(hazard.loudest for hazard in hazards if hazard is not None)

    @property
    def rank(self) -> int:
        """The loudest that it is on any side."""
        hazards = (self.today, *(cell.hazard for cell in self.cells))
        return max(hazard.loudest.rank for hazard in hazards if hazard is not None)

    def as_dict(self) -> dict[str, object]:
        """JSON of the row."""
        return {
            "code": self.finding.code,
            "rule": self.finding.rule,
            "title": self.finding.title,
            "participants": list(self.finding.participants),
            "today": None if self.today is None else self.today.as_dict(),
            "options": [cell.as_dict() for cell in self.cells],
        }


def rows_of(today: Screening, options: Sequence[Screening]) -> tuple[Row, ...]:
    """One row for each hazard of any side, the loudest first.

    Two findings are the same hazard when rule and participants are; else when the rule is and they share a
    medicine, so that a stack of sedatives which loses one of them stays the same stack.
    """
    screenings = (today, *options)
    rows: list[_Row] = []
    for column, screening in enumerate(screenings):
        _place(rows, column, list(_hazards(screening.findings)), len(screenings))
    unclear = [_less_checked(today, option) for option in options]
    return tuple(sorted((_row(each, unclear) for each in rows), key=_order))


def _order(row: Row) -> tuple[object, ...]:
    return -row.rank, row.finding.code, row.finding.rule, row.finding.participants


def _hazards(findings: Iterable[Finding]) -> Iterator[Hazard]:
    by_identity: dict[tuple[str, str, tuple[str, ...]], list[Finding]] = {}
    for finding in findings:
        by_identity.setdefault(finding.identity, []).append(finding)
    for alike in by_identity.values():
        present = [each for each in alike if each.state is not State.UPCOMING]
        coming = sorted((each for each in alike if each.state is State.UPCOMING), key=_begins)
        yield Hazard(max(present, key=lambda each: each.rank, default=None), tuple(coming))


def _begins(finding: Finding) -> date:
    return finding.starts or date.min


def _place(rows: list[_Row], column: int, hazards: list[Hazard], width: int) -> None:
    left = [each for each in hazards if not _put_exact(rows, column, each)]
    for hazard in left:
        free = [row for row in rows if row.sides[column] is None and row.alike(hazard.loudest)]
        best = max(free, key=lambda row: row.alike(hazard.loudest), default=None)
        if best is None:
            best = _Row([None] * width)
            rows.append(best)
        best.put(column, hazard)


def _put_exact(rows: list[_Row], column: int, hazard: Hazard) -> bool:
    for row in rows:
        if row.sides[column] is None and hazard.loudest.identity in row.identities:
            row.put(column, hazard)
            return True
    return False


def _less_checked(today: Screening, option: Screening) -> bool:
    """True when something of the option could not be checked that today could."""
    before = {*today.unresolved, *today.not_understood, *today.not_checked}
    return bool({*option.unresolved, *option.not_understood, *option.not_checked} - before)


def _row(row: _Row, unclear: Sequence[bool]) -> Row:
    today = row.sides[0]
    cells = (_cell(today, side, unclear=vague) for side, vague in zip(row.sides[1:], unclear, strict=True))
    return Row(today=today, cells=tuple(cells))


def _cell(today: Hazard | None, here: Hazard | None, *, unclear: bool) -> Cell:
    if here is None:
        if today is None:
            return Cell(relation=Relation.ABSENT)
        return Cell(relation=Relation.NOT_FOUND if unclear else Relation.GONE)
    if today is None:
        return Cell(relation=Relation.WASHING_OUT if here.fading else Relation.NEW, hazard=here)
    before, after = today.loudest, here.loudest
    return Cell(
        relation=_relation(today, here),
        hazard=here,
        joined=tuple(key for key in after.participants if key not in before.participants),
        left=tuple(key for key in before.participants if key not in after.participants),
        added=_raised_by(after, before),
        removed=_raised_by(before, after),
    )


def _relation(today: Hazard, here: Hazard) -> Relation:
    if here.fading and not today.fading:
        return Relation.WASHING_OUT
    before, after = today.loudest.rank, here.loudest.rank
    if after != before:
        return Relation.WORSE if after > before else Relation.MILDER
    if today.fading and not here.fading:
        return Relation.WORSE
    return Relation.SAME


def _raised_by(finding: Finding, other: Finding) -> tuple[Factor, ...]:
    known = {factor.factor for factor in other.factors}
    return tuple(each for each in finding.factors if each.effect == "raises" and each.factor not in known)
