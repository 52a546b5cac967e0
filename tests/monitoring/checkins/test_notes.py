"""Red words in notes: found though misspelt, and never a reason to look away."""

from datetime import date
from decimal import Decimal

import pytest

from monitoring.checkins.rules import (
    CheckInContext,
    Level,
    breaches,
    current_thresholds,
    read_answers,
    red_words,
    with_note,
)

RED = [
    "I want to die", "i just want to die", "I wnat to die.", "wish i was dead", "Im going to kill myself",
    "thinking about killling myself", "kil my self", "suicidle thoughts", "feeling SUICIDAL", "suiside",
    "I don't want to live anymore", "dont wanna be here... dont want to be here", "better off dead", "I can't go on",
    "can't breathe", "cant breath well", "I cannot breathe properly", "trouble breething", "short of breath",
    "my lips are blue", "blue lips", "they could not wake me, hard to wake", "he won't wake up", "she wont wake",
    "passed out twice", "blakced out", "chest pian", "pain in my chest", "had a siezure", "I had a fit", "hit my head",
    "hearing voices again", "seeing things", "haluccinating", "took to many? took too many pills", "overdosed",
    "over dose", "took all my tablets", "pump alarm went off", "ran out of baclofen", "I stopped taking it",
    "\U0001d42c\U0001d42e\U0001d422\U0001d41c\U0001d422\U0001d41d\U0001d41e",
    "sui\u200bcide", "I can\u2019t go on",
]  # fmt: skip
CALM = [
    "", "Thank you for the call.", "A bit tired but fine.", "My knee hurts when it rains", "Slept well, ate well",
    "The new pharmacy is closed on Sunday", "Can we move the appointment?", "I walked the dog", "Feeling much better",
]  # fmt: skip


@pytest.mark.parametrize("note", RED)
def test_a_red_note_is_found(note: str) -> None:
    assert red_words(note, current_thresholds())


@pytest.mark.parametrize("note", CALM)
def test_a_calm_note_is_not(note: str) -> None:
    assert red_words(note, current_thresholds()) == ()


@pytest.mark.parametrize(
    ("sleepiness", "note", "level", "lines"),
    [
        (0, "I want to die", Level.URGENT, 1),
        (4, "I want to die", Level.EMERGENCY, 2),
        (0, "All fine", Level.NONE, 0),
        (3, "All fine", Level.URGENT, 2),
        (3, "  ", Level.URGENT, 1),
    ],
)
def test_a_note_never_makes_a_verdict_milder_and_is_listed_for_reading(
    sleepiness: int, note: str, level: Level, lines: int
) -> None:
    thresholds = current_thresholds()
    context = CheckInContext(on=date(2026, 6, 15), age=42, egfr=Decimal(95))
    verdict = breaches(read_answers({"q1_sleepiness": sleepiness}), thresholds, (), context)
    judged = with_note(verdict, red_words(note, thresholds), note=note, thresholds=thresholds)
    assert (judged.level, len(judged.reasons)) == (level, lines)


def test_a_long_note_is_read_in_good_time() -> None:
    note = "word " * 200 + "suicide"
    assert red_words(note, current_thresholds()) == ("suicide", "suicidal")
