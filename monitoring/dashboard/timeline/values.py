"""The dose–symptom timeline as values: what to draw. Drawing them is `svg`'s work.

The question it answers is "did the dose change do this?": doses above, symptoms below, one shared axis of
days, and a line through everything where a dose changed. A day without a check-in is a gap, never a zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

# How long after a dose change the chart marks the days to watch, and an alert looks back for one (judgement: baclofen
# settles within two days, amitriptyline within ten, and most first sedation is seen within three).
WATCH_DAYS: Final = 3
UNKNOWN: Final = "dose unknown"
FUTURE_SHARE: Final = 4  # the plan takes a quarter of the past's width: a fifth of the whole
SHORTEST_DAYS: Final = 28
# The second worst answer of a question is told in figures whatever the rule makes of it (judgement).
TOLD_FROM: Final = 3


@dataclass(frozen=True, slots=True)
class DoseSpan:
    """A daily amount from `starts_on` to `ends_on` (inclusive; None is open). `daily` None is unknown."""

    starts_on: date
    ends_on: date | None
    daily: Decimal | None
    planned: bool = False


@dataclass(frozen=True, slots=True)
class DoseLane:
    """One medicine: its doses as ordered, and by day what was said of doses not taken (`missed`) or taken twice."""

    name: str
    unit: str
    style: str
    spans: tuple[DoseSpan, ...]
    missed: Mapping[date, str] = field(default_factory=dict)
    extra: Mapping[date, str] = field(default_factory=dict)

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
class RuleSpan:
    """Days, both included, on which a lane's answers were judged alike.

    `levels` is, for each score, the kind of alert that the rule raised for this patient: "" or check, urgent,
    emergency.
    """

    first: date
    last: date
    levels: tuple[str, ...]
    version: str = ""

    @property
    def alert_from(self) -> int:
        """The lowest score that raises an alert; one above the highest when none does."""
        return next((score for score, kind in enumerate(self.levels) if kind), len(self.levels))


@dataclass(frozen=True, slots=True)
class SymptomLane:
    """Scores of one question by day. `meaning` says what a high score is: a side effect, a symptom, a harm.

    `said` holds a day's answer in words where they tell more than those of its score.
    """

    key: str
    name: str
    meaning: str
    rules: tuple[RuleSpan, ...]
    words: Mapping[int, str]
    scores: Mapping[date, int]
    said: Mapping[date, str] = field(default_factory=dict)

    @property
    def highest(self) -> int:
        return max((len(rule.levels) for rule in self.rules), default=len(self.words)) - 1

    def rule_on(self, day: date) -> RuleSpan | None:
        """By which levels an answer of `day` was judged."""
        return next((rule for rule in self.rules if rule.first <= day <= rule.last), None)

    def is_loud(self, day: date) -> bool:
        """Whether the answer of `day` raised an alert by the rule of that day, or is one of the worst there are."""
        score, rule = self.scores[day], self.rule_on(day)
        return score >= TOLD_FROM or (rule is not None and score >= rule.alert_from)

    def answer_on(self, day: date) -> str:
        """The answer of a day in words."""
        return self.said.get(day) or self.words.get(self.scores[day], "")


@dataclass(frozen=True, slots=True)
class Event:
    """An alert, an answered interaction, a dose step, a change of the rules. `label` is the word of its tag."""

    day: date
    shape: str  # emergency, urgent, check or info
    text: str
    url: str = ""
    label: str = "Info"


@dataclass(frozen=True, slots=True)
class Timeline:
    """`symptoms` are drawn as lanes, `folded` as sparklines under them; all of them are in the table."""

    first: date
    today: date
    last: date
    doses: tuple[DoseLane, ...]
    symptoms: tuple[SymptomLane, ...]
    folded: tuple[SymptomLane, ...] = ()
    events: tuple[Event, ...] = ()
    missed: frozenset[date] = field(default=frozenset())
    not_asked: frozenset[date] = field(default=frozenset())
    # When no sweep ran, by the patient's own clock: nobody's silence but the system's.
    unwatched: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    @property
    def asked(self) -> tuple[SymptomLane, ...]:
        """Every question, those drawn as lanes first."""
        return (*self.symptoms, *self.folded)

    @property
    def changes(self) -> tuple[date, ...]:
        """Days on which a daily amount became another, starts, stops and planned ones included."""
        turns = {
            (number, turn)
            for number, lane in enumerate(self.doses)
            for span in lane.spans
            for turn in (span.starts_on, span.ends_on and span.ends_on + timedelta(days=1))
            if turn is not None and self.first < turn <= self.last
        }
        return tuple(sorted({day for number, day in turns if self._turns(self.doses[number], day)}))

    @staticmethod
    def _turns(lane: DoseLane, day: date) -> bool:
        return lane.words_on(day - timedelta(days=1)) != lane.words_on(day)

    @property
    def has_answers(self) -> bool:
        return any(lane.scores for lane in self.asked)

    @property
    def has_missed_doses(self) -> bool:
        return any(lane.missed for lane in self.doses)

    @property
    def has_extra_doses(self) -> bool:
        return any(lane.extra for lane in self.doses)

    @property
    def is_empty(self) -> bool:
        return not (self.doses or self.has_answers or self.events)

    @property
    def versions(self) -> tuple[tuple[str, date], ...]:
        """The rules that judged the days shown, oldest first, each with its first day here."""
        found: dict[str, date] = {}
        for lane in self.asked[:1]:
            for rule in lane.rules:
                found.setdefault(rule.version, rule.first)
        return tuple(found.items())

    def answered(self, day: date) -> bool:
        """Whether a check-in of `day` answered anything that is shown."""
        return any(day in lane.scores for lane in self.asked)


def window(today: date, weeks: int) -> tuple[date, date]:
    """First and last day shown for a view of `weeks` weeks that ends today, with room for the plan after it."""
    return window_from(today - timedelta(days=weeks * 7 - 1), today)


def window_from(first: date, today: date) -> tuple[date, date]:
    """The same from a first day on, four weeks at the least."""
    first = min(first, today - timedelta(days=SHORTEST_DAYS - 1))
    days = (today - first).days + 1
    return first, today + timedelta(days=max(3, days // FUTURE_SHARE))


def say(amount: Decimal) -> str:
    """A daily amount as a number without trailing zeros."""
    return f"{amount.normalize():f}"


def consecutive_runs(scores: Mapping[date, int], first: date, last: date) -> Sequence[tuple[tuple[date, int], ...]]:
    """Scores in runs of days that follow each other: a line may join only these."""
    runs: list[list[tuple[date, int]]] = []
    for day in sorted(day for day in scores if first <= day <= last):
        if runs and (day - runs[-1][-1][0]).days == 1:
            runs[-1].append((day, scores[day]))
        else:
            runs.append([(day, scores[day])])
    return tuple(tuple(run) for run in runs)


def folded(lanes: Sequence[SymptomLane], room: int) -> tuple[tuple[SymptomLane, ...], tuple[SymptomLane, ...]]:
    """`room` lanes to be drawn in full, in their order, and the rest.

    A lane with an answer that was loud is never among the rest while a quiet one stands in full.
    """
    by_need = sorted(
        range(len(lanes)), key=lambda place: (not any(map(lanes[place].is_loud, lanes[place].scores)), place)
    )
    full = set(by_need[:room])
    return (
        tuple(lane for place, lane in enumerate(lanes) if place in full),
        tuple(lane for place, lane in enumerate(lanes) if place not in full),
    )
