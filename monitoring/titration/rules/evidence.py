"""What the gate looks at, gathered in one transaction, and how it is kept. Pure.

A field that is not known says so; nothing unknown is written as a zero or as an empty list.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

# What a check-in may say of the doses themselves (question 10 of the check-in).
MISSED_SOME: Final = "missed_1"
RAN_OUT: Final = "missed_3plus_or_ran_out"
EXTRA_DOSE: Final = "extra_dose"


@dataclass(frozen=True, slots=True)
class Report:
    """A check-in already sent. `level` None means that it could not be judged.

    `since_change` is False when it was sent before a dose of the regimen last changed: then it says nothing
    good of the doses taken now. `doses` is what it says of missed and extra doses; None: it does not say.
    """

    local_date: date
    level: int | None
    since_change: bool = True
    doses: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class DosesTold:
    """What was reported of single doses of one day, apart from check-ins: how many were missed, and whether more was
    taken than planned."""

    local_date: date
    missed: int = 0
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """All the gate looks at, gathered in one transaction with the patient's row locked.

    Daily amounts are in the plan's unit. `expected_daily` is what the plan believes is taken now; `as_signed` and
    `highest_signed_daily` come from the copy of the steps that was made at the signature. `gaps` are the times since
    the step was due in which no sweep ran; `catching_up` says that the backlog of one is still worked off.
    `other_changed` is the last change of the pair's other medicine, by name and day, for which no signature holds a
    reason. `doses_told` are reports of single doses of the days since a dose last changed.
    """

    today: date
    due_on: date
    prescription_active: bool
    current_daily: Decimal | None
    expected_daily: Decimal | None
    next_daily: Decimal
    highest_signed_daily: Decimal
    last_change_on: date | None
    min_gap_days: int
    as_signed: bool = True
    changed_outside: bool = False
    reports: tuple[Report, ...] = ()
    missed_since_change: int = 0
    open_alerts: tuple[tuple[str, int], ...] = ()
    unanswered_flags: tuple[str, ...] = ()
    new_blocking_findings: tuple[str, ...] = ()
    regimen_check_failed: bool = False
    unresolved_medicines: int = 0
    paused: bool = False
    gaps: tuple[tuple[datetime, datetime], ...] = ()
    catching_up: bool = False
    other_changed: tuple[str, date] | None = None
    doses_told: tuple[DosesTold, ...] = ()

    @property
    def rising(self) -> bool:
        """Whether the step is a rise; an unknown present dose may hide one."""
        return self.current_daily is None or self.next_daily > self.current_daily


def record_of(evidence: Evidence) -> dict[str, Any]:
    """The evidence as JSON values, to be kept with the decision that was made on it."""
    return {name: _plain(value) for name, value in asdict(evidence).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
