"""What stands beside the verdict on the answers: the note, what was left out, and a check-in that never came."""

from collections.abc import Sequence
from dataclasses import replace

from monitoring.checkins.rules.judging import Verdict
from monitoring.checkins.rules.levels import Level
from monitoring.checkins.rules.thresholds import Thresholds


def with_note(verdict: Verdict, red_words: Sequence[str], *, note: str, thresholds: Thresholds) -> Verdict:
    """The verdict after a person's note: never milder, and a note that someone should read says so.

    A note with a red word is `notes.level`; beside answers of `any_note_from` or worse, any note is listed
    for reading. The words decide who reads it and how soon, never what is wrong.
    """
    if red_words:
        line = f"The patient wrote a note that needs reading now (“{red_words[0]}”)"
        return _with_line(verdict, thresholds.notes.level, line)
    if note.strip() and verdict.level >= thresholds.notes.any_note_from:
        return _with_line(verdict, verdict.level, "The patient wrote a note: please read it")
    return verdict


def with_gaps(verdict: Verdict, thresholds: Thresholds) -> Verdict:
    """The verdict after what was skipped: a safety question without an answer is never read as “all well”.

    For a check-in that was asked in full (judgement); a few answers on their own are judged as they are.
    """
    left_out = [question for question in thresholds.gaps.questions if question in verdict.unanswered]
    if not left_out:
        return verdict
    topics = {name: rule.topic for name, rule in thresholds.questions.items()}
    topics |= {name: rule.topic for name, rule in thresholds.choices.items()}
    names = ", ".join(topics[question].lower() for question in left_out)
    return _with_line(verdict, thresholds.gaps.level, f"Not answered: {names}")


def missed_level(*, missed_in_a_row: int, last_level: Level | None, thresholds: Thresholds) -> Level:
    """How loudly a missed check-in is told (judgement; the file's `missed`).

    `missed_in_a_row` counts this one, since the last report; `last_level` is that report's. None is a report
    that could not be judged, which counts as a bad one: unknown is never normal.
    """
    rule = thresholds.missed
    worrying = last_level is None or last_level >= rule.after_report_of
    return rule.then if missed_in_a_row >= rule.in_a_row or worrying else rule.level


def _with_line(verdict: Verdict, level: Level, line: str) -> Verdict:
    """One more reason; it stands first only where it is the worst."""
    if level > verdict.level:
        return replace(verdict, level=level, reasons=(line, *verdict.reasons))
    return replace(verdict, reasons=(*verdict.reasons, line))
