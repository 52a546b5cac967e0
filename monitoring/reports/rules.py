"""What the report on answers to interactions counts, and the period it counts in. Pure: no Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

USUAL_DAYS: Final = 90
LONGEST_DAYS: Final = 731
# An answer is followed this long: the time in which a change of one of the pair shows, twice over (judgement).
FOLLOWED_DAYS: Final = 14
FOLLOWED: Final = timedelta(days=FOLLOWED_DAYS)


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a clinic's own, both included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(0), tzinfo=self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The instant just after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time(0), tzinfo=self.zone).astimezone(UTC)


def period_of(first: date | None, last: date | None, *, today: date, zone: ZoneInfo) -> Period:
    """The period asked for; without a first day the usual 90 days, without a last one until today."""
    last = last or today
    return Period(first or last - timedelta(days=USUAL_DAYS - 1), last, zone)


def percent(part: int, whole: int) -> Decimal | None:
    """A share in per cent with one place; None of nothing, which is no 0 %."""
    return None if whole == 0 else (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions put in the period, by how they ended so far. `name` is what they are counted by."""

    name: str
    label: str
    answered: int = 0
    gone: int = 0
    milder: int = 0
    open: int = 0

    @property
    def asked(self) -> int:
        return self.answered + self.gone + self.milder + self.open

    @property
    def override_rate(self) -> Decimal | None:
        """Answered and gone ahead, in per cent of all that asked, those still waiting among them."""
        return percent(self.answered, self.asked)


@dataclass(frozen=True, slots=True)
class Count:
    """How many, of something with a stable name and a label to read."""

    name: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class After:
    """What happened in the 14 days after each answer. One answer may count in several lines, `nothing` in none other.

    `followed` is the denominator: answers at least 14 days old. `too_early` are the rest, and are in no other number.
    """

    followed: int = 0
    too_early: int = 0
    worst_alert: tuple[Count, ...] = ()
    emergency_symptoms: int = 0
    stopped: int = 0
    dose_changed: int = 0
    check_ins_missed: int = 0
    nothing: int = 0

    @property
    def lines(self) -> tuple[Count, ...]:
        """Everything that may have happened, for a table."""
        return (
            *self.worst_alert,
            Count("emergency_symptoms", "Emergency symptoms reported", self.emergency_symptoms),
            Count("stopped", "One of the medicines stopped", self.stopped),
            Count("dose_changed", "A dose of them changed", self.dose_changed),
            Count("check_ins_missed", "A check-in missed", self.check_ins_missed),
            Count("nothing", "None of these", self.nothing),
        )

    @property
    def shares(self) -> tuple[tuple[Count, Decimal | None], ...]:
        """Every line with its share of the answers followed."""
        return tuple((line, percent(line.count, self.followed)) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Reason:
    """How often a reason was given, and how many of these answers their authors took back."""

    name: str
    label: str
    code: str
    count: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What was done with the cards that were shown in the hospital systems of a clinic."""

    accepted: int = 0
    overridden: int = 0
    reasons: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """The report on one clinic and period. `by_clinician` is None for those who may not see it."""

    period: Period
    clinic: str
    raised: int
    raised_asking: int
    total: Asked
    by_rule: tuple[Asked, ...]
    by_severity: tuple[Asked, ...]
    instead: tuple[Count, ...]
    again_because: tuple[Count, ...]
    reasons: tuple[Reason, ...]
    own_answers: int
    after: After
    by_clinician: tuple[Count, ...] | None = None
    elsewhere: Elsewhere = field(default_factory=Elsewhere)

    @property
    def answers(self) -> int:
        return sum(each.count for each in self.reasons)

    @property
    def by_reason(self) -> tuple[Reason, ...]:
        """The reasons whatever they were given for, most frequent first."""
        return tuple(sorted(_merged(self.reasons).values(), key=lambda each: (-each.count, each.label)))


def _merged(reasons: Iterable[Reason]) -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    for each in reasons:
        known = found.get(each.name, Reason(each.name, each.label, "", 0, 0))
        found[each.name] = Reason(each.name, each.label, "", known.count + each.count, known.withdrawn + each.withdrawn)
    return found


OUTCOMES: Final = ("answered", "gone", "milder")


def pivot(rows: Iterable[tuple[str, str, int]], labels: Mapping[str, str]) -> tuple[Asked, ...]:
    """(name, outcome, count) as one line for each name, most asked first; outcome "" is still open."""
    found: dict[str, dict[str, int]] = {}
    for name, outcome, count in rows:
        line = found.setdefault(name, {})
        line[outcome or "open"] = line.get(outcome or "open", 0) + count
    lines = [Asked(name, labels.get(name, name), **counts) for name, counts in found.items()]
    return tuple(sorted(lines, key=lambda line: (-line.asked, line.name)))
