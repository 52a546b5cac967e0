"""The thresholds of a version in plain words, for whoever asks which rule fired. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import pgettext

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
    raised = pgettext(
        "staff", "One level worse from the age of %(age_from)s, or with an eGFR below %(egfr_below)s."
    ) % {"age_from": risk.age_from, "egfr_below": risk.egfr_below}
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
        yield RuleWords(pgettext("staff", "Together"), each.evidence, (Verdict(each.says, each.level),))
    several, change, missed, gaps = (
        thresholds.several_warnings, thresholds.change, thresholds.missed, thresholds.gaps,
    )  # fmt: skip
    yield RuleWords(pgettext("staff", "Together"), several.evidence, (Verdict(several.says, several.level),))
    rise = pgettext("staff", "%(rise)s or more above what is usual in the last %(days)s days") % {
        "rise": change.rise,
        "days": change.days,
    }
    yield RuleWords(pgettext("staff", "A change"), change.evidence, (Verdict(rise, change.level),))
    again = pgettext("staff", "%(in_a_row)s in a row, or one after a report of level %(after_report_of)s or worse") % {
        "in_a_row": missed.in_a_row,
        "after_report_of": missed.after_report_of.label,
    }
    yield RuleWords(
        pgettext("staff", "A missed check-in"),
        missed.evidence,
        (Verdict("one", missed.level), Verdict(again, missed.then)),
    )
    yield RuleWords(
        "Left open", gaps.evidence, (Verdict("a question that a whole check-in must not leave open", gaps.level),)
    )
