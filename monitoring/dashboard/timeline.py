"""The dose–symptom timeline as values: what to draw, and the same in words. Drawing it is `svg.py`'s work.

The question it answers is "did the dose change do this?": doses above, symptoms below, one shared axis of
days, and a line through everything where a dose changed. A day without a check-in is a gap, never a zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from monitoring.formatting import day_text

# How long after a dose change the chart marks the days to watch (judgement: baclofen settles within two
# days, amitriptyline within ten, and most first sedation is seen within three).
WATCH_DAYS: Final = 3
UNKNOWN: Final = "dose unknown"
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

    def span_on(self, day: date) -> DoseSpan | None:
        """The span that covers `day`; None when the medicine is not taken then."""
        for span in self.spans:
            if span.starts_on <= day and (span.ends_on is None or day <= span.ends_on):
                return span
        return None

    def words_on(self, day: date) -> str:
        """The amount as a number, “dose unknown”, or "" on a day without the medicine."""
        span = self.span_on(day)
        if span is None:
            return ""
        return UNKNOWN if span.daily is None else say(span.daily)


@dataclass(frozen=True, slots=True)
class SymptomLane:
    """Scores of one question by day.

    `levels` is, for each score, the kind of alert that the rule raises for this patient: "" or check, urgent,
    emergency. `meaning` says what a high score is: a side effect, a harm.
    """

    key: str
    name: str
    meaning: str
    levels: tuple[str, ...]
    words: Mapping[int, str]
    scores: Mapping[date, int]

    @property
    def highest(self) -> int:
        return len(self.levels) - 1

    @property
    def alert_from(self) -> int:
        """The lowest score that raises an alert; one above the highest when none does."""
        return next((score for score, kind in enumerate(self.levels) if kind), len(self.levels))


@dataclass(frozen=True, slots=True)
class Event:
    """A numbered mark: an alert, an answered interaction, a dose step. `label` is the word of its tag."""

    day: date
    shape: str  # emergency, urgent, check or info
    text: str
    url: str = ""
    label: str = "Info"


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
    # When no sweep ran, by the patient's own clock: nobody's silence but the system's.
    unwatched: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    @property
    def changes(self) -> tuple[date, ...]:
        """Days on which a daily amount became another, starts, stops and planned ones included."""
        turns = {
            (lane, turn)
            for lane in self.doses
            for span in lane.spans
            for turn in (span.starts_on, span.ends_on and span.ends_on + timedelta(days=1))
            if turn is not None and self.first < turn <= self.last
        }
        return tuple(
            sorted({day for lane, day in turns if lane.words_on(day - timedelta(days=1)) != lane.words_on(day)})
        )

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
        verb = "is" if missing == 1 else "are"
        parts.append(f"{missing} of {_count(asked + missing, 'check-in')} {verb} missing.")
    else:
        parts.append("The one check-in was answered." if asked == 1 else f"All {asked} check-ins were answered.")
    if timeline.not_asked:
        parts.append(f"On {_count(len(timeline.not_asked), 'day')} the system did not ask.")
    if timeline.unwatched:
        start, end = timeline.unwatched[-1]
        times = f" {len(timeline.unwatched)} times, last" if len(timeline.unwatched) > 1 else ""
        parts.append(f"Monitoring did not run{times} from {start:%-d %b %H:%M} to {end:%-d %b %H:%M}.")
    return " ".join(part for part in parts if part)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _answered(timeline: Timeline, day: date) -> bool:
    return any(day in lane.scores for lane in timeline.symptoms)


def _change_sentence(timeline: Timeline) -> str:
    past = [day for day in timeline.changes if day <= timeline.today]
    if not past:
        return "No dose change in this time."
    day = past[-1]
    moved = [
        _move(lane, before, after)
        for lane in timeline.doses
        if (before := lane.words_on(day - timedelta(days=1))) != (after := lane.words_on(day))
    ]
    worst = [text for lane in timeline.symptoms if (text := _before_and_after(lane, day, timeline.today))]
    after = f" {'; '.join(worst)}." if worst else " No symptom was higher in the days after than before."
    return f"Last change on {day.day} {day:%b}: {', '.join(moved)}.{after}"


def _move(lane: DoseLane, before: str, after: str) -> str:
    unit = "" if UNKNOWN in {before, after} else f" {lane.unit}"
    if not before:
        return f"{lane.name} started, {after}{unit}"
    if not after:
        return f"{lane.name} stopped, {before}{unit} before"
    return f"{lane.name} {before} → {after}{unit}"


def _before_and_after(lane: SymptomLane, day: date, today: date) -> str:
    before = [score for at, score in lane.scores.items() if day - timedelta(days=7) <= at < day]
    after = [score for at, score in lane.scores.items() if day <= at <= min(today, day + timedelta(days=7))]
    if not before or not after or max(after) <= max(before):
        return ""
    return f"{lane.name} was at most {max(before)} in the week before and reached {max(after)} in the week after"


def say(amount: Decimal) -> str:
    """A daily amount as a number without trailing zeros."""
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
    return TableRow(
        day=day,
        doses=tuple(_dose_cell(lane, day) for lane in timeline.doses),
        scores=tuple(_score_cell(lane.scores.get(day), lane.words) for lane in timeline.symptoms),
        note=_note(timeline, day),
    )


def _dose_cell(lane: DoseLane, day: date) -> str:
    span = lane.span_on(day)
    if span is None:
        return "–"
    return lane.words_on(day) if span.daily is None else f"{say(span.daily)} {lane.unit}"


def _score_cell(score: int | None, words: Mapping[int, str]) -> str:
    return "–" if score is None else f"{score} {words.get(score, '')}".strip()


@dataclass(frozen=True, slots=True)
class Reading:
    """One day of the chart in a line of text, for the slider under it."""

    day: date
    text: str


def readings(timeline: Timeline) -> tuple[Reading, ...]:
    """Every day shown, oldest first, in the words of the table; days to come have doses only."""
    return tuple(Reading(day, _reading(timeline, day)) for day in timeline.days)


def _reading(timeline: Timeline, day: date) -> str:
    planned = " planned" if day > timeline.today else ""
    said = [f"{lane.name} {_dose_cell(lane, day)}{planned}" for lane in timeline.doses if lane.span_on(day) is not None]
    said += [
        f"{lane.name} {_score_cell(lane.scores[day], lane.words)}" for lane in timeline.symptoms if day in lane.scores
    ]
    note = _note(timeline, day) or ("" if day > timeline.today or _answered(timeline, day) else "no check-in")
    note += " yet" if note == "no check-in" and day == timeline.today else ""
    return f"{day_text(day, weekday=True)}: {'; '.join(filter(None, [*said, note])) or 'nothing recorded'}."


def _note(timeline: Timeline, day: date) -> str:
    notes = ["check-in missed"] if day in timeline.missed else []
    notes += ["not asked: system was down"] if day in timeline.not_asked else []
    return "; ".join([*notes, *(_stretch(day, *span) for span in timeline.unwatched if _touches(day, *span))])


def _touches(day: date, start: datetime, end: datetime) -> bool:
    return start.date() <= day <= end.date()


def _stretch(day: date, start: datetime, end: datetime) -> str:
    begins = f" from {start:%H:%M}" if start.date() == day else ""
    ends = f" until {end:%H:%M}" if end.date() == day else ""
    return f"monitoring did not run{begins}{ends}" if begins or ends else "monitoring did not run all day"


def consecutive_runs(scores: Mapping[date, int], first: date, last: date) -> Sequence[tuple[tuple[date, int], ...]]:
    """Scores in runs of days that follow each other: a line may join only these."""
    runs: list[list[tuple[date, int]]] = []
    for day in sorted(day for day in scores if first <= day <= last):
        if runs and (day - runs[-1][-1][0]).days == 1:
            runs[-1].append((day, scores[day]))
        else:
            runs.append([(day, scores[day])])
    return tuple(tuple(run) for run in runs)
