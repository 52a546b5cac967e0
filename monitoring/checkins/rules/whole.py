"""The verdict on a whole check-in: answers, measurements, what was left open, and the note."""

from collections.abc import Sequence
from dataclasses import replace

from monitoring.checkins.rules.answers import Answers
from monitoring.checkins.rules.completing import with_gaps, with_note
from monitoring.checkins.rules.judging import CheckInContext, PastAnswers, Verdict, breaches
from monitoring.checkins.rules.levels import Level
from monitoring.checkins.rules.notes import red_words
from monitoring.checkins.rules.thresholds import Thresholds
from monitoring.checkins.rules.vitals import Vitals


def judge_whole(
    answers: Answers,
    thresholds: Thresholds,
    history: Sequence[PastAnswers],
    context: CheckInContext,
    *,
    vitals: Vitals,
    note: str,
) -> Verdict:
    """Judge a check-in that was asked in full. The same for a report that comes in and for one that is replayed."""
    verdict = with_gaps(breaches(answers, thresholds, history, context, vitals), thresholds)
    return with_note(verdict, red_words(note, thresholds), note=note, thresholds=thresholds)


def without_the_clinics_own(verdict: Verdict) -> Verdict:
    """The verdict by the release where the clinic's own version could not be relied on: urgent at least, and said."""
    line = "The thresholds of the clinic could not be read: judged by those of the release"
    if verdict.level < Level.URGENT:
        return replace(verdict, level=Level.URGENT, reasons=(line, *verdict.reasons))
    return replace(verdict, reasons=(*verdict.reasons, line))
