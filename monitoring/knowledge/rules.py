"""Whom a change of knowledge concerns, and what it changed for one of them. Pure: no Django."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from monitoring.regimens.rules import severity_rank

NEW: Final = "new"
RAISED: Final = "raised"
LOWERED: Final = "lowered"
GONE: Final = "gone"
REASON_MIN_LENGTH: Final = 10

# Somebody must hold an ingredient of each of these sets at once.
Clause = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Those whose answer may differ: everybody, or who meets one of the clauses. No clause concerns nobody."""

    everyone: bool = False
    clauses: tuple[Clause, ...] = ()


EVERYONE: Final = Scope(everyone=True)
NOBODY: Final = Scope()


@dataclass(frozen=True, slots=True)
class Held:
    """A hazard as it stands on a patient."""

    rule: str
    code: str
    severity: str


@dataclass(frozen=True, slots=True)
class ChangedHazard:
    """What became of one hazard: `before` is "" for a new one, `after` for one that is gone."""

    change: str
    fingerprint: str
    rule: str
    code: str
    before: str
    after: str


def changed_hazards(before: Mapping[str, Held], after: Mapping[str, Held]) -> Iterator[ChangedHazard]:
    """Every hazard that is new, gone, or of another severity; both sides by fingerprint.

    A check-in level stands above every severity, and one level is no change from another.
    """
    for mark, held in after.items():
        old = before.get(mark)
        if old is None:
            yield ChangedHazard(NEW, mark, held.rule, held.code, "", held.severity)
        elif (rank := severity_rank(held.severity)) != (was := severity_rank(old.severity)):
            change = RAISED if rank > was else LOWERED
            yield ChangedHazard(change, mark, held.rule, held.code, old.severity, held.severity)
    for mark, old in before.items():
        if mark not in after:
            yield ChangedHazard(GONE, mark, old.rule, old.code, old.severity, "")
