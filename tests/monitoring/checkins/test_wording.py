"""What a drowsy, frightened person reads: short, plain, and never an order about a dose."""

import re
from datetime import time
from pathlib import Path

import pytest

from monitoring.checkins.forms import NO_ANSWER, NOTHING_TICKED, SendForm, TimesForm
from monitoring.checkins.rules import CHOICES, SCALES, TOPICS, QuietHours, faults_of_times
from monitoring.checkins.rules.questions import PAGES, QUESTIONS, next_page, with_danger_signs
from monitoring.checkins.views.results import IN_WORDS
from tests.reading import grade, sentences, text_of_template

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "monitoring" / "checkins"
PATIENT_TEMPLATES = sorted(path for path in TEMPLATES.glob("*.html") if not path.name.startswith("staff_"))
ORDERS = re.compile(
    r"\b(stop|skip|halve|double|reduce|increase|change|do not|don[’']t|never)"
    r" (taking|take|your (dose|medicine|tablet)s?)\b"
    r"|\btake (less|more|no more|fewer)\b|\d+ ?(mg|tablets?)\b",
    re.IGNORECASE,
)


def spoken() -> dict[str, str]:
    """Every text of the questionnaire and of the templates that a patient reads."""
    texts = {path.name: text_of_template(path.read_text(encoding="utf-8")) for path in PATIENT_TEMPLATES}
    for page in PAGES:
        texts[f"page {page.number}"] = f"{page.title}\n\n{page.like}\n\n{page.all_well}"
        for question in page.questions:
            texts[question.key] = "\n\n".join([question.ask, *(option.words for option in question.options)])
    times = [str(field.help_text) for field in TimesForm.base_fields.values()]
    hint = str(SendForm.base_fields["note"].help_text)
    texts["forms"] = "\n\n".join([str(NO_ANSWER), str(NOTHING_TICKED), hint, *times])
    faults = faults_of_times("Moon/Base", time(8), QuietHours(time(7), time(21)))
    texts["faults"] = "\n\n".join(fault.message for fault in faults)
    texts["results"] = "\n\n".join(IN_WORDS.values())
    return texts


@pytest.mark.parametrize("name", list(spoken()))
def test_patient_text_is_plain(name: str) -> None:
    text = spoken()[name]
    longest = max((sentence for sentence in sentences(text)), key=len, default=[])
    assert len(longest) <= 20, " ".join(longest)
    assert grade(text) <= 6, f"grade {grade(text):.1f}"
    assert not ORDERS.search(text), ORDERS.search(text)


def test_the_lint_can_fail() -> None:
    assert ORDERS.search("Please stop taking baclofen.")
    assert ORDERS.search("Do not take more than 80 mg.")


def test_every_option_of_the_rules_has_words_and_no_other() -> None:
    assert set(QUESTIONS) == {*SCALES, *CHOICES} == {"danger_signs", *TOPICS}
    for key, question in QUESTIONS.items():
        values = [option.value for option in question.options]
        expected = [str(score) for score in range(SCALES[key] + 1)] if key in SCALES else list(CHOICES[key])
        assert sorted(values) == sorted(expected)


def test_seven_pages_ask_every_topic_once_danger_first() -> None:
    assert [page.number for page in PAGES] == [1, 2, 3, 4, 5, 6, 7]
    assert PAGES[0].keys == ("danger_signs",)
    assert sorted(key for page in PAGES[1:] for key in page.keys) == sorted(TOPICS)
    assert next_page([1, 2, 4]) is PAGES[2]
    assert next_page(range(1, 8)) is None


def test_a_danger_sign_is_kept_as_the_score_it_stands_for_and_lowers_none() -> None:
    merged = with_danger_signs({"q2_breathing": 3, "q4_fall": 1}, ["hard_to_breathe", "fit", "took_more"])
    assert merged == {
        "q2_breathing": 3,
        "q4_fall": 1,
        "q3_standing": 4,
        "danger_signs": ["fit", "hard_to_breathe", "took_more"],
    }
