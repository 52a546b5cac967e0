"""The thresholds of a version in plain words, for whoever asks which rule fired. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitoring.checkins.rules import Level, Thresholds


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one answer says, and the level it raises by itself."""

    says: str
    level: Level


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule: what it is about, the verdict on each answer, a note on what changes it, and what it rests on."""

    topic: str
    evidence: str
    verdicts: tuple[Verdict, ...]
    note: str = ""


def rules_in_words(thresholds: Thresholds) -> tuple[RuleWords, ...]:
    """Every rule that judges an answer, in the order in which the questions are asked."""
    return (*_scales(thresholds), *_choices(thresholds), *_across(thresholds))


def _scales(thresholds: Thresholds) -> Iterator[RuleWords]:
    risk = thresholds.at_risk
    raised = f"One level worse from the age of {risk.age_from}, or with an eGFR below {risk.egfr_below}."
    for rule in thresholds.questions.values():
        verdicts = tuple(map(Verdict, rule.says, rule.levels))
        yield RuleWords(rule.topic, rule.evidence, verdicts, raised if rule.raised_when_at_risk else "")


def _choices(thresholds: Thresholds) -> Iterator[RuleWords]:
    for choice in thresholds.choices.values():
        verdicts = tuple(Verdict(option.says, option.level) for option in choice.options.values())
        yield RuleWords(choice.topic, choice.evidence, verdicts)


def _across(thresholds: Thresholds) -> Iterator[RuleWords]:
    """What several answers mean together, what a change means, and what silence does."""
    for each in thresholds.combinations:
        yield RuleWords("Together", each.evidence, (Verdict(each.says, each.level),))
    several, change, missed, gaps = (
        thresholds.several_warnings, thresholds.change, thresholds.missed, thresholds.gaps,
    )  # fmt: skip
    yield RuleWords("Together", several.evidence, (Verdict(several.says, several.level),))
    rise = f"{change.rise} or more above what is usual in the last {change.days} days"
    yield RuleWords("A change", change.evidence, (Verdict(rise, change.level),))
    again = f"{missed.in_a_row} in a row, or one after a report of level {missed.after_report_of.label} or worse"
    yield RuleWords("A missed check-in", missed.evidence, (Verdict("one", missed.level), Verdict(again, missed.then)))
    yield RuleWords(
        "Left open", gaps.evidence, (Verdict("a question that a whole check-in must not leave open", gaps.level),)
    )
