"""Every text of the patient's face that is to be translated, read from the sources themselves.

Templates and Python files mark theirs for gettext. Rules are pure and know no gettext: their words are listed here,
and the templates that show them look them up by the same words.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

from monitoring.checkins.rules.questions import PAGES
from monitoring.checkins.views.results import IN_WORDS
from monitoring.education.rules.words import all_words
from monitoring.languages import CLINICAL
from monitoring.notifications.models import Template
from monitoring.templatetags.evenkeel import LEVELS, NOT_CHECKED

SOURCES = ("monitoring", "config")
KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...] | None] = {
    name + lazy: places
    for name, places in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
} | {"_": None}


def collected(root: Path) -> Catalog:
    """A catalogue without translations of every marked text below `root`, and of the words of pure rules."""
    catalogue = Catalog(domain="django", fuzzy=False)
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # What is left of the markup is no Python, but without its indentation it can be read as such.
            _read(catalogue, "\n".join(map(str.strip, source.splitlines())), path.relative_to(root))
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            _read(catalogue, path.read_text(encoding="utf-8"), path.relative_to(root))
    for text, place in words_of_rules():
        catalogue.add(text, locations=[(place, 1)], context=CLINICAL)
    return catalogue


def _read(catalogue: Catalog, source: str, path: Path) -> None:
    found = extract("python", BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        if message and message[0]:
            catalogue.add(message, locations=[(path.as_posix(), 1)], context=context)


def words_of_rules() -> Iterator[tuple[str, str]]:
    """The words that pure rules give to patients, each with the file it stands in."""
    questions = "monitoring/checkins/rules/questions.py"
    for page in PAGES:
        for words in (page.title, page.all_well, page.like):
            if words:
                yield words, questions
        for question in page.questions:
            yield question.label, questions
            yield question.ask, questions
            for option in question.options:
                yield option.words, questions
    yield "Not answered", questions
    for words in IN_WORDS.values():
        yield words, "monitoring/checkins/views/results.py"
    for words in all_words():
        yield words, "monitoring/education/editions"
    for mark in (*LEVELS.values(), NOT_CHECKED):
        yield mark.word, "monitoring/templatetags/evenkeel.py"
    for template in Template:
        yield str(template.label), "monitoring/notifications/models.py"


def key_of(message: Message) -> tuple[str, str | None]:
    """What tells two messages apart."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return text, message.context


def po_file(language: str) -> Path:
    """Where the translations of a language are written by hand."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
