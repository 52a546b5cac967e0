"""The thresholds as a table that a phone can judge by when it reaches nobody. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from monitoring.checkins.rules import CheckInContext, Level, Thresholds, levels_for
from monitoring.checkins.rules.questions import DANGER_SCORES

# A phone without a network knows nothing of whoever holds it, and unknown counts as at risk; the day does not matter.
UNKNOWN = CheckInContext(on=date(2000, 1, 1))


def judging_table(thresholds: Thresholds) -> dict[str, Any]:
    """Everything that `breaches` and `with_gaps` find in one check-in's answers, for a patient nothing is known of.

    Levels are numbers, 0 none to 4 emergency. `own` is the level that counts towards several warnings. The clinic's
    own settings are not in it: what is locked for every clinic stands in the release.
    """
    return {
        "scales": {
            question: {
                "levels": [int(level) for level in levels_for(question, thresholds, UNKNOWN)],
                "own": [int(level) for level in rule.levels],
            }
            for question, rule in thresholds.questions.items()
        },
        "choices": {
            question: {option: int(rated.level) for option, rated in rule.options.items()}
            for question, rule in thresholds.choices.items()
        },
        "together": [
            {"level": int(rule.level), "all": [_clause(each.at_least, each.has) for each in rule.all]}
            for rule in thresholds.combinations
        ],
        "several": {"count": thresholds.several_warnings.count, "level": int(thresholds.several_warnings.level)},
        "gaps": {"questions": list(thresholds.gaps.questions), "level": int(thresholds.gaps.level)},
        "warning": int(Level.WARNING),
        "scores": {sign: {"question": question, "score": score} for sign, (question, score) in DANGER_SCORES.items()},
    }


def _clause(at_least: Mapping[str, int], has: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {"at_least": dict(at_least), "has": {question: list(options) for question, options in has.items()}}
