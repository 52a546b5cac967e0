"""Replaying stored reports under two sets of thresholds, and counting what would differ. Pure: no Django.

Simplified, and said on the page: one alert a patient and day, at the day's worst level. In service one that is still
open takes the next report in, so that the true numbers lie lower, on both sides alike.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from monitoring.checkins.rules import (
    Answers,
    Cadence,
    CadenceRule,
    CheckInContext,
    Level,
    PastAnswers,
    Thresholds,
    Verdict,
    Vitals,
    cadence_from,
)
from monitoring.checkins.rules.whole import judge_whole

DAYS: Final = 90
WEEK: Final = 7
# Reports from before the first day count as the history of those after it: the longest “usual” a clinic may ask for.
LOOK_BACK: Final = timedelta(days=14)
ALERTS_FROM: Final = Level.WARNING


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as it came in: `known_at` is when the clinic had it, `stored` what was made of it then.

    `asked_on` is the day of the scheduled occasion it answers; None for one the patient sent unasked.
    """

    key: str
    known_at: datetime
    occasion: date
    answers: Answers
    vitals: Vitals
    note: str
    context: CheckInContext
    asked_on: date | None = None
    stored: Level | None = None
    stored_by: str = ""
    context_kept: bool = True


@dataclass(frozen=True, slots=True)
class Replayed:
    """One report under both. `proposed` None: it would not have been asked for."""

    report: StoredReport
    now: Level
    proposed: Level | None


def replay(
    reports: Sequence[StoredReport], *, now: Thresholds, proposed: Thresholds, not_asked: frozenset[date] = frozenset()
) -> list[Replayed]:
    """Judge a patient's reports again, each with the history and facts of its own day; in their order.

    What answers an occasion of `not_asked` is missing from the proposed side, from its history too.
    """
    kept = [report for report in reports if report.asked_on not in not_asked]
    same = now is proposed and len(kept) == len(reports)
    found = []
    for report in reports:
        before = judge_again(report, reports, now).level
        after: Level | None = before
        if report.asked_on in not_asked:
            after = None
        elif not same:
            after = judge_again(report, kept, proposed).level
        found.append(Replayed(report, before, after))
    return found


def judge_again(report: StoredReport, reports: Sequence[StoredReport], thresholds: Thresholds) -> Verdict:
    """The verdict on a stored report by `thresholds`, from what was known when it came in."""
    first = report.context.on - timedelta(days=thresholds.change.days)
    history = [
        PastAnswers(other.occasion, other.answers)
        for other in reports
        if first <= other.occasion < report.context.on and other.known_at < report.known_at
    ]
    return judge_whole(report.answers, thresholds, history, report.context, vitals=report.vitals, note=report.note)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A patient's schedule while it ran, in the patient's days: `last` None is still running.

    `by_rule` is off for one that was given days of its own: a change of the rule does not touch it.
    """

    cadence: Cadence
    last: date | None
    after_stop: bool
    by_rule: bool

    def under(self, rule: CadenceRule) -> "Schedule":
        """The same schedule as `rule` would have laid it out."""
        if not self.by_rule:
            return self
        return Schedule(cadence_from(self.cadence.starts_on, rule=rule, after_stop=self.after_stop), self.last,
                        self.after_stop, by_rule=True)  # fmt: skip


def follows(cadence: Cadence, rule: CadenceRule, *, after_stop: bool) -> bool:
    """Whether a schedule is what `rule` lays out, with no days of its own."""
    return cadence == cadence_from(cadence.starts_on, rule=rule, after_stop=after_stop)


def days_asked(schedules: Iterable[Schedule], first: date, last: date) -> frozenset[date]:
    """The days from `first` to `last` on which one of the schedules asks: once a day at most."""
    each = list(schedules)
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return frozenset(
        day for day in days if any(one.cadence.asks_on(day) and (one.last is None or day <= one.last) for one in each)
    )


@dataclass(frozen=True, slots=True)
class AlertDay:
    """The alert of one patient and day on either side; Level.NONE is none. `key` is the report that weighs most."""

    on: date
    key: str
    now: Level
    proposed: Level

    @property
    def change(self) -> str:
        """gained, lost, rose or fell; "" where nothing changes."""
        if self.now == self.proposed:
            return ""
        if self.now is Level.NONE:
            return "gained"
        if self.proposed is Level.NONE:
            return "lost"
        return "rose" if self.proposed > self.now else "fell"


def alert_days(replayed: Iterable[Replayed]) -> list[AlertDay]:
    """The days with an alert on either side, in order."""
    days: dict[date, AlertDay] = {}
    for each in replayed:
        on = each.report.context.on
        now = _alert(each.now)
        proposed = Level.NONE if each.proposed is None else _alert(each.proposed)
        old = days.get(on, AlertDay(on, each.report.key, Level.NONE, Level.NONE))
        key = each.report.key if max(now, proposed) > max(old.now, old.proposed) else old.key
        days[on] = AlertDay(on, key, max(old.now, now), max(old.proposed, proposed))
    return [days[on] for on in sorted(days) if days[on].now or days[on].proposed]


def _alert(level: Level) -> Level:
    return level if level >= ALERTS_FROM else Level.NONE


@dataclass(frozen=True, slots=True)
class Place:
    """A clinician's place on the care team, in the clinic's days; `until` None is still there."""

    clinician: str
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the clinician was on the team that day, its ends included."""
        return self.since <= day and (self.until is None or day <= self.until)


EVERYBODY: Final = ""


@dataclass(slots=True)
class Tally:
    """What a replay counts, for one patient or for all. Pairs are [now, proposed]."""

    reports: int = 0
    not_judged_then: int = 0
    not_readable: int = 0
    facts_of_today: int = 0
    differs: int = 0
    not_asked_reports: int = 0
    missed: int = 0
    missed_by_system: int = 0
    own_cadence: int = 0
    asked: list[int] = field(default_factory=lambda: [0, 0])
    weeks: dict[str, list[int]] = field(default_factory=dict)
    load: dict[str, list[int]] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Count `other` in."""
        for name in _COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.asked = [mine + theirs for mine, theirs in zip(self.asked, other.asked, strict=True)]
        for mine, theirs in ((self.weeks, other.weeks), (self.load, other.load)):
            for key, pair in theirs.items():
                mine[key] = [a + b for a, b in zip(mine.get(key, [0, 0]), pair, strict=True)]


_COUNTED: Final = (
    "reports", "not_judged_then", "not_readable", "facts_of_today", "differs", "not_asked_reports", "missed",
    "missed_by_system", "own_cadence",
)  # fmt: skip


def count_alerts(days: Iterable[AlertDay], *, first: date, team: Sequence[Place]) -> Tally:
    """Alerts by week and level, and for whom: each member of the care team on that day, or everybody without one.

    Weeks count from `first`; an alert that reaches three people is in three people's numbers.
    """
    tally = Tally()
    for day in days:
        week = (day.on - first).days // WEEK
        here = {place.clinician for place in team if place.holds_on(day.on)}
        for side, level in enumerate((day.now, day.proposed)):
            if level:
                tally.weeks.setdefault(f"{week}.{int(level)}", [0, 0])[side] += 1
                for clinician in sorted(here) or [EVERYBODY]:
                    tally.load.setdefault(clinician, [0, 0])[side] += 1
    return tally


def count_reports(replayed: Sequence[Replayed], *, base: str) -> Tally:
    """The reports, and those about which the replay is less sure; none is left out.

    `differs` counts those which `base` judged before, from facts that were kept, and judges otherwise now: it is 0
    unless something outside the versions has changed.
    """
    tally = Tally(reports=len(replayed))
    for each in replayed:
        tally.not_judged_then += each.report.stored is None
        tally.facts_of_today += not each.report.context_kept
        tally.not_asked_reports += each.proposed is None
        comparable = each.report.context_kept and each.report.stored is not None and each.report.stored_by == base
        tally.differs += comparable and each.report.stored != each.now
    return tally


def changes(days: Iterable[AlertDay]) -> Mapping[str, int]:
    """How many alerts are gained, lost, worse and milder."""
    return Counter(day.change for day in days if day.change)
