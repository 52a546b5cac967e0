"""The verdict on one check-in: which thresholds it breaches, how badly, and why in plain lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from monitoring.checkins.rules.answers import Answers
from monitoring.checkins.rules.clauses import holds
from monitoring.checkins.rules.levels import Level
from monitoring.checkins.rules.measuring import judge_vitals
from monitoring.checkins.rules.signs import Sign
from monitoring.checkins.rules.thresholds import ScaleRule, Thresholds
from monitoring.checkins.rules.vitals import Vitals


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the patient's treatment. `on` None means that the day is unknown."""

    kind: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class CheckInContext:
    """What is known of the patient on the day of the check-in. None is unknown.

    `egfr` in mL/min/1.73 m²; `baseline_qtc_ms` the last QTc on record; `copd` picks the lower oxygen scale.
    """

    on: date
    age: int | None = None
    egfr: Decimal | None = None
    sex: str = ""
    copd: bool | None = None
    baseline_qtc_ms: int | None = None
    events: tuple[Event, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """JSON of what was known, so that the verdict can be reached again from it; events are kept elsewhere."""
        return {
            "on": self.on.isoformat(),
            "age": self.age,
            "egfr": None if self.egfr is None else f"{self.egfr}",
            "sex": self.sex,
            "copd": self.copd,
            "baseline_qtc_ms": self.baseline_qtc_ms,
        }


@dataclass(frozen=True, slots=True)
class PastAnswers:
    """The answers of an earlier day, for the change from what is usual."""

    on: date
    answers: Answers


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level of a check-in, the reasons for staff (worst first), by which release it was judged and what was known
    of the patient."""

    level: Level
    reasons: tuple[str, ...]
    version: str
    warnings: int = 0
    unanswered: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()
    context: CheckInContext | None = None

    def as_dict(self) -> dict[str, object]:
        return {"level": self.level.word, "reasons": list(self.reasons)}


def breaches(
    answers: Answers,
    thresholds: Thresholds,
    history: Sequence[PastAnswers],
    context: CheckInContext,
    vitals: Vitals | None = None,
) -> Verdict:
    """Judge one check-in. Pure: the same input and version give the same verdict.

    The level is the worst of the single answers, combinations, change from the 7-day median, measurements
    and events. Two warnings in their own right make an urgent one; a level that is raised only because the
    patient is at risk is not counted, since it is no further sign. An unknown age or eGFR counts as at risk,
    and a check-in that holds nothing at all is a warning: unknown is never normal. Sources stand in the
    thresholds file.
    """
    measured = vitals or Vitals()
    signs = [
        *_scale_signs(answers, thresholds, history, context),
        *_choice_signs(answers, thresholds),
        *judge_vitals(measured, answers, thresholds, sex=context.sex, copd=context.copd,
                      baseline_qtc_ms=context.baseline_qtc_ms),
        *_combination_signs(answers, thresholds),
        *_event_signs(context, thresholds),
    ]  # fmt: skip
    if not signs and not answers and not measured:
        signs.append(Sign("empty", Level.WARNING, Level.NONE, "No question was answered"))
    warnings = sum(sign.own_level >= Level.WARNING for sign in signs)
    several = thresholds.several_warnings
    if warnings >= several.count:
        signs.append(Sign("several_warnings", several.level, Level.NONE, several.says))
    signs.sort(key=lambda sign: -sign.level)
    return Verdict(
        level=max((sign.level for sign in signs), default=Level.NONE),
        reasons=tuple(sign.says for sign in signs if sign.level > Level.NONE),
        version=thresholds.version,
        warnings=warnings,
        unanswered=answers.unanswered,
        signs=tuple(signs),
        context=context,
    )


def levels_for(question: str, thresholds: Thresholds, context: CheckInContext) -> tuple[Level, ...]:
    """The level of each answer of a scale for this patient, mildest answer first: what a chart draws as its limit."""
    rule = thresholds.questions[question]
    raised = rule.raised_when_at_risk and bool(_why_at_risk(thresholds, context))
    return tuple(level.raised() if raised else level for level in rule.levels)


def _scale_signs(
    answers: Answers, thresholds: Thresholds, history: Sequence[PastAnswers], context: CheckInContext
) -> Iterator[Sign]:
    why_at_risk = _why_at_risk(thresholds, context)
    for question, rule in thresholds.questions.items():
        score = answers.score(question)
        if score is None:
            continue
        own = rule.levels[score]
        notes = []
        level = own
        if rule.raised_when_at_risk and why_at_risk and own.raised() > own:
            level = own.raised()
            notes.append(f"raised one level: {why_at_risk}")
        usual = _doubled_median(question, thresholds, history, context.on)
        if usual is not None and 2 * score - usual >= 2 * thresholds.change.rise:
            own, level = max(own, thresholds.change.level), max(level, thresholds.change.level)
            notes.append(f"{_half(usual)} is usual in the last {thresholds.change.days} days")
        if level > Level.NONE:
            yield Sign(question, level, own, _line(rule, score, notes))


def _line(rule: ScaleRule, score: int, notes: list[str]) -> str:
    aside = f" ({'; '.join(notes)})" if notes else ""
    return f"{rule.topic} {score} of {len(rule.levels) - 1}: {rule.says[score]}{aside}"


def _why_at_risk(thresholds: Thresholds, context: CheckInContext) -> str:
    rule = thresholds.at_risk
    why = []
    if context.age is None:
        why.append("age unknown")
    elif context.age >= rule.age_from:
        why.append(f"age {context.age}")
    if context.egfr is None:
        why.append("eGFR unknown")
    elif context.egfr < rule.egfr_below:
        why.append(f"eGFR {context.egfr.normalize():f}")
    return ", ".join(why)


def _doubled_median(question: str, thresholds: Thresholds, history: Sequence[PastAnswers], on: date) -> int | None:
    """Twice the median score of the window's days before `on`, so that a half stays a whole number."""
    first = on - timedelta(days=thresholds.change.days)
    scores = sorted(
        score for past in history if first <= past.on < on and (score := past.answers.score(question)) is not None
    )
    if not scores:
        return None
    return scores[(len(scores) - 1) // 2] + scores[len(scores) // 2]


def _half(doubled: int) -> str:
    return f"{doubled // 2}" if doubled % 2 == 0 else f"{doubled // 2}.5"


def _choice_signs(answers: Answers, thresholds: Thresholds) -> Iterator[Sign]:
    for question, rule in thresholds.choices.items():
        for option, rated in rule.options.items():
            if rated.level > Level.NONE and option in (answers.chosen(question) or ()):
                yield Sign(f"{question}.{option}", rated.level, rated.level, f"{rule.topic}: {rated.says}")


def _combination_signs(answers: Answers, thresholds: Thresholds) -> Iterator[Sign]:
    for rule in thresholds.combinations:
        if all(holds(clause, answers) for clause in rule.all):
            yield Sign(rule.id, rule.level, Level.NONE, rule.says)


def _event_signs(context: CheckInContext, thresholds: Thresholds) -> Iterator[Sign]:
    for event in context.events:
        rule = thresholds.events.get(event.kind)
        # An event without a day, or dated ahead by another clock, is taken as present.
        if rule and (event.on is None or event.on >= context.on - timedelta(days=rule.days)):
            when = f" on {event.on:%-d %B %Y}" if event.on else ", day unknown"
            yield Sign(event.kind, rule.level, rule.level, f"{rule.says}{when}")


def read_context(raw: Mapping[str, Any]) -> CheckInContext:
    """What `CheckInContext.as_dict` wrote; a KeyError or ValueError for anything else."""
    egfr = raw["egfr"]
    return CheckInContext(
        on=date.fromisoformat(raw["on"]),
        age=raw["age"],
        egfr=None if egfr is None else Decimal(egfr),
        sex=raw["sex"],
        copd=raw["copd"],
        baseline_qtc_ms=raw["baseline_qtc_ms"],
    )


def read_events(raw: object) -> tuple[Event, ...]:
    """Events from `[{"type": …, "date": "2026-06-15"}]`; a date that cannot be read counts as unknown."""
    if not isinstance(raw, list | tuple):
        return ()
    return tuple(
        Event(each["type"], _day(each.get("date")))
        for each in raw
        if isinstance(each, Mapping) and isinstance(each.get("type"), str)
    )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
