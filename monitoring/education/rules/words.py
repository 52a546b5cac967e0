"""Every text of the current edition, for whoever collects what is to be translated."""

from collections.abc import Iterator

from monitoring.education.rules.editions import Edition, current_edition


def all_words(edition: Edition | None = None) -> tuple[str, ...]:
    """Every English text that a patient reads in the edition, each once, in reading order.

    They are clinical copy: message ids with the message context "clinical", looked up by
    `{% translate words context "clinical" %}` inside `{% clinical %}`. No text is built from parts.
    """
    return tuple(dict.fromkeys(_words(edition or current_edition())))


def _words(edition: Edition) -> Iterator[str]:
    for card in edition.cards:
        yield card.title
        yield from (statement.text for statement in card.statements)
    for question in edition.questions:
        yield question.ask
        yield from question.options.values()
    yield edition.agreement.lead
    yield from edition.agreement.points
    yield edition.agreement.tick
