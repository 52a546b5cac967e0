"""How far a patient has come, what comes next, and whether a signature still stands under today's words."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from monitoring.education.rules.editions import Edition


class StepKind(StrEnum):
    CARD = "card"
    QUESTION = "question"
    SIGN = "sign"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing to do: a card by its name, a question by its number from 1, the signature, or nothing."""

    kind: StepKind
    slug: str = ""
    number: int = 0


class Standing(StrEnum):
    """How a patient stands to the current edition."""

    SIGNED = "signed"
    OUTDATED = "outdated"  # signed, and the text has changed since
    BEGUN = "begun"
    NOT_BEGUN = "not_begun"

    @property
    def is_due(self) -> bool:
        """Whether the patient is asked to read. It is an invitation: nothing else waits for it."""
        return self is not Standing.SIGNED


def next_step(
    edition: Edition, *, read: Collection[tuple[str, str]], answered: Collection[tuple[str, str]], is_signed: bool
) -> Step:
    """What comes next: the first card that was not read in its present words, then the questions, then the signature.

    `read` and `answered` hold names with versions, as they were kept. What did not change between two editions
    counts; what changed is read and answered again.
    """
    if is_signed:
        return Step(StepKind.DONE)
    for card in edition.cards:
        if (card.slug, card.since) not in read:
            return Step(StepKind.CARD, slug=card.slug)
    for number, question in enumerate(edition.questions, start=1):
        if (question.key, question.since) not in answered:
            return Step(StepKind.QUESTION, number=number)
    return Step(StepKind.SIGN)


def standing(edition: Edition, *, signed: Collection[str], has_begun: bool) -> Standing:
    """How a patient stands who signed the contents `signed` (hashes), and has or has not begun to read."""
    if edition.content_hash in signed:
        return Standing.SIGNED
    if signed:
        return Standing.OUTDATED
    return Standing.BEGUN if has_begun else Standing.NOT_BEGUN
