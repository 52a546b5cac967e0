"""Whether answers meet a clause of the thresholds."""

from monitoring.checkins.rules.answers import Answers
from monitoring.checkins.rules.thresholds import Clause


def holds(clause: Clause, answers: Answers) -> bool | None:
    """True when any entry of the clause is met; None when none is but one was not answered."""
    unknown = False
    for question, least in clause.at_least.items():
        score = answers.score(question)
        if score is not None and score >= least:
            return True
        unknown = unknown or score is None
    for question, options in clause.has.items():
        chosen = answers.chosen(question)
        if chosen is not None and chosen & set(options):
            return True
        unknown = unknown or chosen is None
    return None if unknown else False
