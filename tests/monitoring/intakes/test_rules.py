"""Which page answers a report, and how loudly the team hears of it."""

from datetime import date, timedelta

import pytest

from monitoring.alerts.models import AlertLevel
from monitoring.intakes.models import Advice, DoseReportKind
from monitoring.intakes.rules import (
    Answer,
    Kind,
    Loudness,
    Medicine,
    answer_to,
    can_be_reported,
    loudness_of,
    most_missed,
)

DAY = date(2026, 6, 15)
THRICE = Medicine(("baclofen",), 3)
TWICE = Medicine(("baclofen",), 2)
NIGHTLY = Medicine(("amitriptyline",), 1)


def missed(*found: tuple[int, int]) -> frozenset[tuple[date, int]]:
    """Doses missed so many days before, by number."""
    return frozenset((DAY - timedelta(days=back), number) for back, number in found)


@pytest.mark.parametrize(
    ("kind", "medicine", "gone", "answer"),
    [
        (Kind.TOOK, THRICE, missed(), Answer.NOTED),
        (Kind.LATE, THRICE, missed(), Answer.LATE),
        (Kind.SKIPPED, THRICE, missed((0, 1)), Answer.MISSED),
        (Kind.SKIPPED, THRICE, missed((0, 1), (1, 3)), Answer.MISSED),
        (Kind.SKIPPED, THRICE, missed((0, 1), (1, 3), (2, 3)), Answer.WITHDRAWAL),
        (Kind.SKIPPED, THRICE, missed((0, 1), (1, 3), (3, 3)), Answer.MISSED),
        (Kind.SKIPPED, THRICE, missed((0, 1), (-1, 1), (-2, 1)), Answer.WITHDRAWAL),
        # a whole day without baclofen is as long as withdrawal needs to begin, however few doses that is
        (Kind.SKIPPED, TWICE, missed((0, 1), (0, 2)), Answer.WITHDRAWAL),
        (Kind.SKIPPED, TWICE, missed((0, 1), (1, 2)), Answer.WITHDRAWAL),  # from one morning to the next evening
        (Kind.SKIPPED, TWICE, missed((0, 2), (-1, 1)), Answer.WITHDRAWAL),
        (Kind.SKIPPED, TWICE, missed((0, 1), (1, 0)), Answer.WITHDRAWAL),
        (Kind.SKIPPED, TWICE, missed((0, 2), (1, 2)), Answer.MISSED),  # one was taken between them
        (Kind.SKIPPED, TWICE, missed((0, 2), (1, 1)), Answer.MISSED),
        (Kind.SKIPPED, TWICE, missed((0, 2), (-1, 2), (-2, 1)), Answer.WITHDRAWAL),
        (Kind.SKIPPED, TWICE, missed((0, 1), (2, 1), (2, 2)), Answer.WITHDRAWAL),
        # which dose it was is not known: it may be all of them
        (Kind.SKIPPED, Medicine(("baclofen",), 0), missed((0, 0)), Answer.WITHDRAWAL),
        (Kind.SKIPPED, NIGHTLY, missed((0, 1)), Answer.MISSED),
        (Kind.SKIPPED, NIGHTLY, missed((0, 1), (1, 1), (2, 1)), Answer.MISSED_SEVERAL),
        (Kind.SKIPPED, Medicine(("amitriptyline",), 0), missed((0, 0)), Answer.MISSED),
        # who takes it no more is not counted at, whichever medicine it is
        (Kind.STOPPED, THRICE, missed(), Answer.STOPPED),
        (Kind.STOPPED, NIGHTLY, missed((0, 0)), Answer.STOPPED),
        # and what is missed after that is missed beside a whole day
        (Kind.SKIPPED, THRICE, missed((0, 1), (1, 0)), Answer.WITHDRAWAL),
        # a combination with baclofen is baclofen
        (Kind.SKIPPED, Medicine(("amitriptyline", "baclofen"), 1), missed((0, 1)), Answer.WITHDRAWAL),
    ],
)
def test_what_was_said_has_one_answer(
    kind: Kind, medicine: Medicine, gone: frozenset[tuple[date, int]], answer: Answer
) -> None:
    assert answer_to(kind, medicine, DAY, gone) is answer


@pytest.mark.parametrize("medicine", [THRICE, NIGHTLY, Medicine((), 0)])
def test_more_than_planned_is_an_emergency_of_any_medicine_and_whatever_else_was_said(medicine: Medicine) -> None:
    for gone in (missed(), missed((0, 1), (0, 2), (0, 3))):
        assert answer_to(Kind.EXTRA, medicine, DAY, gone) is Answer.TOO_MUCH
    assert loudness_of(Answer.TOO_MUCH) is Loudness.EMERGENCY


@pytest.mark.parametrize(
    ("answer", "loudness"),
    [
        (Answer.NOTED, Loudness.NONE),
        (Answer.LATE, Loudness.NONE),
        (Answer.MISSED, Loudness.NONE),
        (Answer.MISSED_SEVERAL, Loudness.URGENT),
        (Answer.WITHDRAWAL, Loudness.URGENT),
    ],
)
def test_levels_are_those_of_the_check_ins_own_question(answer: Answer, loudness: Loudness) -> None:
    assert loudness_of(answer) is loudness


def test_a_window_of_three_days_may_lie_on_either_side_of_the_day() -> None:
    assert most_missed(DAY, missed((2, 1), (1, 1), (0, 1))) == 3
    assert most_missed(DAY, missed((0, 1), (-2, 1))) == 2
    assert most_missed(DAY, missed((3, 1), (-3, 1))) == 0


@pytest.mark.parametrize(("back", "yes"), [(0, True), (6, True), (7, False), (-1, False)])
def test_only_the_last_week_is_reported(back: int, yes: bool) -> None:
    assert can_be_reported(DAY - timedelta(days=back), DAY) is yes


def test_the_words_of_rules_and_tables_agree() -> None:
    assert {each.value for each in Kind} == set(DoseReportKind.values)
    assert {each.value for each in Answer} == set(Advice.values)
    assert {each.value for each in Loudness if each} <= set(AlertLevel.values)
