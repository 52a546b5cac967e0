"""The table by which a phone judges says what the rules say."""

from monitoring.checkins.rules import CHOICES, SCALES, Level, current_thresholds
from monitoring.checkins.rules.questions import PAGES
from monitoring.offline.rules import judging_table
from monitoring.protocols.rules import LOCKED


def test_it_holds_every_answer_that_can_be_given() -> None:
    table = judging_table(current_thresholds())
    assert {question: len(rule["levels"]) - 1 for question, rule in table["scales"].items()} == dict(SCALES)
    assert {question: set(options) for question, options in table["choices"].items()} == {
        question: set(options) for question, options in CHOICES.items()
    }


def test_what_is_an_emergency_for_every_clinic_is_one_on_the_phone() -> None:
    table = judging_table(current_thresholds())
    for name in LOCKED:
        kind, question, *answer = name.split(".")
        if kind == "questions":
            assert table["scales"][question]["levels"][int(answer[0])] == Level.EMERGENCY
        if kind == "choices":
            signs = {level for option, level in table["choices"][question].items() if option != "none"}
            assert signs == {Level.EMERGENCY}


def test_a_phone_that_knows_nothing_of_the_patient_counts_them_as_at_risk() -> None:
    sleepy = judging_table(current_thresholds())["scales"]["q1_sleepiness"]
    assert (sleepy["own"][3], sleepy["levels"][3]) == (Level.URGENT, Level.EMERGENCY)


def test_every_page_has_a_one_tap_answer_or_is_one_tap() -> None:
    assert all(page.well or page.is_single for page in PAGES[1:])
