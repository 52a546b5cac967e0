"""What patients sign is what was released: read whole, pinned by its hash, plain to read, each word with its source."""

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from interactions.checking.citing import sources_of
from monitoring.education.rules import (
    Card,
    EditionError,
    Evidence,
    StepKind,
    all_editions,
    all_words,
    current_edition,
    load_edition,
    next_step,
    parse_edition,
    standing,
)
from monitoring.education.rules import editions as module
from monitoring.education.rules.pinned import PINNED
from tests.monitoring.test_templates import HIGHEST_GRADE, LONGEST_SENTENCE, NEVER_TO_A_PATIENT
from tests.reading import grade, sentences

FILE = module.FOLDER / "2026.11.yaml"
CONTENT: dict[str, Any] = yaml.safe_load(FILE.read_bytes())
Change = Callable[[dict[str, Any]], Any]


def changed(change: Change) -> bytes:
    """The file with one thing in it that is different."""
    content = copy.deepcopy(CONTENT)
    change(content)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()


def test_five_cards_and_three_questions_are_released() -> None:
    edition = current_edition()
    assert [card.slug for card in edition.cards] == [
        "driving", "alcohol", "standing-up", "not-suddenly", "other-medicines",
    ]  # fmt: skip
    assert len(edition.questions) == 3
    assert edition in all_editions()


def test_every_file_is_pinned_and_every_pin_has_its_file() -> None:
    assert {path.stem for path in module.FOLDER.glob("*.yaml")} == set(PINNED)
    assert [each.content_hash for each in all_editions()] == [PINNED[each.version] for each in all_editions()]


def test_a_word_changed_in_a_released_file_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    # given: somebody edits the released file instead of writing a new one
    (tmp_path / FILE.name).write_bytes(changed(lambda edition: edition["cards"][0].update(title="Driving")))
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    with pytest.raises(EditionError, match="is not what was released"):
        load_edition.__wrapped__("2026.11")


def test_a_review_asks_nobody_again() -> None:
    review = {"reviewer": "Dr A. Okafor", "day": "2026-12-01"}
    reviewed = parse_edition(changed(lambda edition: edition["cards"][0].update(review=review)), name="x")
    assert reviewed.cards[0].is_reviewed
    assert not reviewed.is_reviewed
    assert reviewed.content_hash == current_edition().content_hash


def test_the_order_of_the_answers_is_part_of_the_text() -> None:
    def turn(edition: dict[str, Any]) -> None:
        question = edition["questions"][0]
        question["options"] = dict(reversed(question["options"].items()))

    assert parse_edition(changed(turn), name="x").content_hash != current_edition().content_hash


def test_it_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValidationError):
        current_edition().cards[0].title = "Fast cars"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda edition: edition.pop("agreement"), "agreement"),
        (lambda edition: edition.update(more=1), "more"),
        (lambda edition: edition["cards"][0].update(title=" "), "empty"),
        (lambda edition: edition["cards"][0]["lead"].update(sources=[]), "needs a source"),
        (lambda edition: edition["cards"][0]["lead"].update(evidence="rumour"), "evidence"),
        (lambda edition: edition["cards"][1].update(slug="driving"), "name of its own"),
        (lambda edition: edition["cards"][1].update(slug="sign"), "name of its own"),
        (lambda edition: edition["cards"][1].update(since="2026.12"), "newer"),
        (lambda edition: edition["cards"][1].update(review={"reviewer": "A", "day": None}), "or neither"),
        (lambda edition: edition["questions"].pop(), "at least 3"),
        (lambda edition: edition["questions"][0].update(card="flying"), "no card flying"),
        (lambda edition: edition["questions"][0].update(right="perhaps"), "the right one"),
        (lambda edition: edition["questions"][1].update(key="drive"), "key of its own"),
    ],
)
def test_a_faulty_file_is_not_used_at_all(change: Change, problem: str) -> None:
    with pytest.raises(EditionError, match=problem):
        parse_edition(changed(change), name="x")


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(EditionError, match=r"no edition 1999\.1"):
        load_edition("1999.1")


@pytest.mark.parametrize("card", current_edition().cards, ids=lambda card: card.slug)
def test_a_card_is_plain_to_read(card: Card) -> None:
    texts = [f"{card.title}.", *(statement.text for statement in card.statements)]
    assert grade("\n\n".join(texts)) <= HIGHEST_GRADE
    assert max(len(words) for text in texts for words in sentences(text)) <= LONGEST_SENTENCE
    assert sum(len(text.split()) for text in texts) <= 140  # about forty seconds of reading


def test_questions_and_signature_are_plain_to_read() -> None:
    edition = current_edition()
    words = all_words()[-len(edition.agreement.points) - 2 :]
    asked = [text for question in edition.questions for text in (question.ask, *question.options.values())]
    assert grade("\n\n".join([*asked, *words])) <= HIGHEST_GRADE
    assert max(len(part) for text in [*asked, *words] for part in sentences(text)) <= LONGEST_SENTENCE


def test_no_word_advises_on_a_dose_or_tells_how_much_is_too_much() -> None:
    text = "\n".join(all_words())
    assert NEVER_TO_A_PATIENT.search(text) is None
    assert re.search(r"\b\d", text) is None, "a figure"


def test_every_source_that_is_named_is_known() -> None:
    named = {each for card in current_edition().cards for point in card.statements for each in point.sources}
    assert {source.id for source in sources_of(sorted(named))} == named
    assert not named & {"S14", "S58", "S62"}, "too weak to ship anything on"


def test_each_card_opens_with_what_a_label_says() -> None:
    assert {card.lead.evidence for card in current_edition().cards} == {Evidence.LABEL}
    assert all(card.lead.sources for card in current_edition().cards)


def test_all_words_are_every_text_once() -> None:
    words = all_words()
    assert len(words) == len(set(words))
    for card in current_edition().cards:
        assert {card.title, *(statement.text for statement in card.statements)} <= set(words)
    assert current_edition().agreement.tick in words


def read_up_to(number: int) -> set[tuple[str, str]]:
    return {(card.slug, card.since) for card in current_edition().cards[:number]}


def answered_up_to(number: int) -> set[tuple[str, str]]:
    return {(question.key, question.since) for question in current_edition().questions[:number]}


@pytest.mark.parametrize(
    ("read", "answered", "signed", "kind", "where"),
    [
        (0, 0, False, StepKind.CARD, "driving"),
        (2, 0, False, StepKind.CARD, "standing-up"),
        (4, 3, False, StepKind.CARD, "other-medicines"),
        (5, 0, False, StepKind.QUESTION, 1),
        (5, 2, False, StepKind.QUESTION, 3),
        (5, 3, False, StepKind.SIGN, ""),
        (0, 0, True, StepKind.DONE, ""),
    ],
)
def test_what_comes_next(read: int, answered: int, signed: bool, kind: StepKind, where: object) -> None:
    step = next_step(current_edition(), read=read_up_to(read), answered=answered_up_to(answered), is_signed=signed)
    assert step.kind is kind
    assert (step.slug or step.number or "") == where


def test_a_card_whose_words_changed_is_read_again_and_no_other() -> None:
    def later(edition: dict[str, Any]) -> None:
        edition["version"] = edition["cards"][1]["since"] = "2027.1"

    edition = parse_edition(changed(later), name="x")
    step = next_step(edition, read=read_up_to(5), answered=answered_up_to(3), is_signed=False)
    assert (step.kind, step.slug) == (StepKind.CARD, "alcohol")


@pytest.mark.parametrize(
    ("signed", "begun", "word", "due"),
    [
        (set(), False, "not_begun", True),
        (set(), True, "begun", True),
        ({"older"}, True, "outdated", True),
        ({"older", current_edition().content_hash}, True, "signed", False),
    ],
)
def test_how_a_patient_stands(signed: set[str], begun: bool, word: str, due: bool) -> None:
    found = standing(current_edition(), signed=signed, has_begun=begun)
    assert (found, found.is_due) == (word, due)
