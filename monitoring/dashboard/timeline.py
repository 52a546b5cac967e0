"""The dose–symptom timeline as values: what to draw, and the same in words. Drawing it is `svg.py`'s work.

The question it answers is "did the dose change do this?": doses above, symptoms below, one shared axis of
days, and a line through everything where a dose changed. A day without a check-in is a gap, never a zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

# How long after a dose change the chart marks the days to watch (judgement: baclofen settles within two
# days, amitriptyline within ten, and most first sedation is seen within three).
WATCH_DAYS: Final = 3
FUTURE_SHARE: Final = 4  # the plan takes a quarter of the past's width: a fifth of the whole


@dataclass(frozen=True, slots=True)
class DoseSpan:
    """A daily amount from `starts_on` to `ends_on` (inclusive; None is open). `daily` None is unknown."""

    starts_on: date
    ends_on: date | None
    daily: Decimal | None
    planned: bool = False


@dataclass(frozen=True, slots=True)
class DoseLane:
    name: str
    unit: str
    style: str
    spans: tuple[DoseSpan, ...]

    def daily_on(self, day: date) -> Decimal | None:
        for span in self.spans:
            if span.starts_on <= day and (span.ends_on is None or day <= span.ends_on):
                return span.daily
        return None


@dataclass(frozen=True, slots=True)
class SymptomLane:
    """Scores of one question by day. `alert_from` is the score at which the rule in force raises an alert."""

    key: str
    name: str
    highest: int
    alert_from: int
    words: Mapping[int, str]
    scores: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Event:
    """A numbered mark: an alert, an override, a dose step. `shape` is the level's word, or `info`."""

    day: date
    shape: str  # emergency, urgent, check or info
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    first: date
    today: date
    last: date
    doses: tuple[DoseLane, ...]
    symptoms: tuple[SymptomLane, ...]
    events: tuple[Event, ...] = ()
    missed: frozenset[date] = field(default=frozenset())
    not_asked: frozenset[date] = field(default=frozenset())

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    @property
    def changes(self) -> tuple[date, ...]:
        """Days on which a daily amount became another, planned ones included."""
        found = set()
        for lane in self.doses:
            for span in lane.spans:
                if self.first < span.starts_on <= self.last:
                    before = lane.daily_on(span.starts_on - timedelta(days=1))
                    if before != span.daily:
                        found.add(span.starts_on)
        return tuple(sorted(found))

    @property
    def has_answers(self) -> bool:
        return any(lane.scores for lane in self.symptoms)


def window(today: date, weeks: int) -> tuple[date, date]:
    """First and last day shown for a view of `weeks` weeks that ends today, with room for the plan after it."""
    days = weeks * 7
    return today - timedelta(days=days - 1), today + timedelta(days=max(3, days // FUTURE_SHARE))


def summary(timeline: Timeline) -> str:
    """One or two generated sentences: the last change with before and after, and how much is missing.

    It says what came after what; it never says that one caused the other.
    """
    asked = sum(1 for day in timeline.days if day <= timeline.today and _answered(timeline, day))
    missing = sum(1 for day in timeline.missed if timeline.first <= day <= timeline.today)
    parts = [_change_sentence(timeline)]
    if not asked and not missing:
        parts.append("No check-ins yet.")
    elif missing:
        parts.append(f"{missing} of {asked + missing} check-ins are missing.")
    else:
        parts.append(f"All {asked} check-ins were answered.")
    if timeline.not_asked:
        parts.append(f"On {len(timeline.not_asked)} days the system did not ask.")
    return " ".join(part for part in parts if part)


def _answered(timeline: Timeline, day: date) -> bool:
    return any(day in lane.scores for lane in timeline.symptoms)


def _change_sentence(timeline: Timeline) -> str:
    past = [day for day in timeline.changes if day <= timeline.today]
    if not past:
        return "No dose change in this time."
    day = past[-1]
    moved = [
        f"{lane.name} {say(lane.daily_on(day - timedelta(days=1)))} → {say(lane.daily_on(day))} {lane.unit}"
        for lane in timeline.doses
        if lane.daily_on(day - timedelta(days=1)) != lane.daily_on(day)
    ]
    worst = [text for lane in timeline.symptoms if (text := _before_and_after(lane, day, timeline.today))]
    after = f" {'; '.join(worst)}." if worst else " No symptom was higher in the days after than before."
    return f"Last change on {day:%d %b}: {', '.join(moved)}.{after}"


def _before_and_after(lane: SymptomLane, day: date, today: date) -> str:
    before = [score for at, score in lane.scores.items() if day - timedelta(days=7) <= at < day]
    after = [score for at, score in lane.scores.items() if day <= at <= min(today, day + timedelta(days=7))]
    if not before or not after or max(after) <= max(before):
        return ""
    return f"{lane.name} was at most {max(before)} in the week before and reached {max(after)} in the week after"


def say(amount: Decimal | None) -> str:
    """A daily amount in words: the number without trailing zeros, "none", or "unknown"."""
    if amount is None:
        return "none"
    return f"{amount.normalize():f}"


@dataclass(frozen=True, slots=True)
class TableRow:
    day: date
    doses: tuple[str, ...]
    scores: tuple[str, ...]
    note: str


def table(timeline: Timeline) -> tuple[TableRow, ...]:
    """The chart as rows, newest first, for a screen reader or a printer; the same marks, no more."""
    return tuple(_row(timeline, day) for day in reversed(timeline.days) if day <= timeline.today)


def _row(timeline: Timeline, day: date) -> TableRow:
    note = (
        "check-in missed"
        if day in timeline.missed
        else "not asked: system was down"
        if day in timeline.not_asked
        else ""
    )
    return TableRow(
        day=day,
        doses=tuple(_dose_cell(lane, day) for lane in timeline.doses),
        scores=tuple(_score_cell(lane.scores.get(day), lane.words) for lane in timeline.symptoms),
        note=note,
    )


def _dose_cell(lane: DoseLane, day: date) -> str:
    amount = lane.daily_on(day)
    return "–" if amount is None else f"{say(amount)} {lane.unit}"


def _score_cell(score: int | None, words: Mapping[int, str]) -> str:
    return "–" if score is None else f"{score} {words.get(score, '')}".strip()


def consecutive_runs(scores: Mapping[date, int], first: date, last: date) -> Sequence[tuple[tuple[date, int], ...]]:
    """Scores in runs of days that follow each other: a line may join only these."""
    runs: list[list[tuple[date, int]]] = []
    for day in sorted(day for day in scores if first <= day <= last):
        if runs and (day - runs[-1][-1][0]).days == 1:
            runs[-1].append((day, scores[day]))
        else:
            runs.append([(day, scores[day])])
    return tuple(tuple(run) for run in runs)
